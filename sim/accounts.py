"""Accounts: fuel, CO2 in four boundaries and energy of one year (MODEL_SPEC 8.1 to 8.4).

plan         energy CO2 of the city without provincial units, plus purchases from the pool at its annual factor
consumption  the same with process CO2 and the hourly factor
territorial  every source in the city, provincial units included
system       territorial plus the rest of the province; the only one that shows leakage
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from dafeng.agents.assets import Flow
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.network.grid import Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.ledger import Ledger
from dafeng.sim.settle import fuel_gj

PLAN, CONSUMPTION, TERRITORIAL, SYSTEM = BOUNDARIES = ("plan", "consumption", "territorial", "system")

IMPORT = "import"
"""Fuel of what the province buys: its CO2 is in the pool's factor, but was emitted outside every boundary."""

FACTOR_OF: Mapping[str, str] = {
    "coal": "raw_coal",
    "natural_gas": "natural_gas",
    "gasoline": "gasoline",
    "diesel": "diesel",
    "lng": "natural_gas",
    "lpg": "lpg",
    "biomass": "biomass",
    "hydrogen": "hydrogen",
    "fuel_oil": "fuel_oil",
    "kerosene": "kerosene",
    "coke": "coke",
}
"""Fuel of an end user -> row of fuel_factors; steam and electricity carry none at the point of use."""


def book_power(ledger: Ledger, assembly: Assembly, hours: Hours) -> None:
    """Generation, fuel and emissions of every generator row."""
    fuel, energy, on = fuel_gj(assembly, hours), hours.generation_mw.sum(axis=1), assembly.grid.generators
    for i, unit in enumerate(assembly.units):
        sector = sector_of(unit.is_provincial, bool(on.is_city[i]))
        dims = {"county": unit.county, "sector": sector, "technology": unit.technology, "fuel": unit.fuel}
        ledger.add("generation_mwh", energy[i], "MWh", **dims)
        ledger.add("generation_gross_mwh", energy[i] / unit.gross_to_net, "MWh", **dims)
        if fuel[i] > 0:
            ledger.add("fuel_gj", fuel[i], "GJ", **dims)
            if unit.fuel != IMPORT:
                _emit(ledger, fuel[i] * unit.emission_t_per_gj, sector, dims, is_process=False)


def sector_of(is_provincial: bool, is_city: bool) -> str:
    """power: serves the city; provincial: stands in the city and sells to the pool; province: the rest."""
    if not is_city:
        return "province"
    return "provincial" if is_provincial else "power"


def _emit(ledger: Ledger, tco2: float, sector: str, dims: Mapping[str, str], is_process: bool) -> None:
    if tco2 == 0.0:
        return
    bases = {
        "province": (SYSTEM,),
        "provincial": (TERRITORIAL, SYSTEM),
    }.get(sector, (CONSUMPTION, TERRITORIAL, SYSTEM) if is_process else BOUNDARIES)
    for basis in bases:
        ledger.add("emissions_tco2", tco2, "t", basis=basis, **dims)


def book_flows(ledger: Ledger, city: City, flows: Iterable[Flow]) -> None:
    """Fuel, process CO2, electricity, activity, stock and money of the end users."""
    for flow in flows:
        dims = {"county": flow.county, "sector": flow.sector, "technology": flow.technology, "fuel": flow.fuel}
        if flow.variable == "energy_gj":
            ledger.add("fuel_gj", flow.value, "GJ", **dims)
            if flow.fuel in FACTOR_OF:
                factor = city.value(f"fuel_factor.{FACTOR_OF[flow.fuel]}.t_co2_per_gj")
                _emit(ledger, flow.value * factor, flow.sector, dims, is_process=False)
        elif flow.variable == "process_tco2":
            _emit(ledger, flow.value, flow.sector, {**dims, "fuel": "process"}, is_process=True)
        else:
            ledger.add(flow.variable, flow.value, flow.unit, **dims)


def pool_purchase_mw(assembly: Assembly, hours: Hours) -> Floats:
    """(hours,) city load less the output of units that serve the city; negative when they sell (MODEL_SPEC 8.4)."""
    grid, g = assembly.grid, assembly.grid.generators
    serves = g.is_city & ~g.is_provincial
    in_city = np.array([county not in {"province", "external"} for county in grid.counties])
    city_load = grid.load_mw[in_city].sum(axis=0) - hours.unserved_mw[in_city].sum(axis=0) - hours.shed_mw.sum(axis=0)
    stores = grid.stores.is_city
    net_store = (hours.charge_mw - hours.discharge_mw)[stores].sum(axis=0)
    own = hours.generation_mw[serves].sum(axis=0)
    return np.asarray(city_load + hours.flexible_mw.sum(axis=0) + net_store - own)


def book_stores(ledger: Ledger, assembly: Assembly, hours: Hours) -> None:
    """Energy that the city's stores lost, charge less discharge less what they hold more than at the year's start.

    Response is booked beside them, what was called less what came back later: the rest of the energy balance.
    """
    stores = assembly.grid.stores
    into, out = hours.charge_mw.sum(axis=1), hours.discharge_mw.sum(axis=1)
    first = stores.efficiency_in * hours.charge_mw[:, 0] - hours.discharge_mw[:, 0] / stores.efficiency_out
    gained = hours.stored_mwh[:, -1] - (hours.stored_mwh[:, 0] - first)
    for i in map(int, np.flatnonzero(stores.is_city)):
        dims = {"county": assembly.stores[i].county, "sector": "power", "technology": stores.technology[i]}
        ledger.add("storage_losses_mwh", into[i] - out[i] - gained[i], "MWh", fuel="electricity", **dims)
        ledger.add("storage_change_mwh", gained[i], "MWh", fuel="electricity", **dims)
    called = hours.shed_mw.sum(axis=1)
    for offer, bus in enumerate(assembly.grid.offers.bus):
        technology = "orderly use" if assembly.offers[offer].is_ordered else "response"
        dims = {"county": assembly.grid.counties[bus], "sector": "power", "technology": technology}
        ledger.add("response_mwh", called[offer], "MWh", fuel="electricity", **dims)


def pool_output(assembly: Assembly, hours: Hours) -> tuple[Floats, Floats]:
    """(hours,) t and MWh of what the pool sells: the province's blocks, western imports and provincial units."""
    g = assembly.grid.generators
    pool = g.is_provincial | ~g.is_city
    rate = np.array([unit.emission_t_per_gj for unit in assembly.units])
    on_fuel = (rate * g.no_load_gj_per_h)[pool] @ hours.committed[pool].astype(np.float64)
    emitted = (rate * g.fuel_gj_per_mwh)[pool] @ hours.generation_mw[pool] + on_fuel
    return np.asarray(emitted), np.asarray(hours.generation_mw[pool].sum(axis=0))


def book_purchases(ledger: Ledger, assembly: Assembly, hours: Hours) -> None:
    """Scope 2: what the city buys from the pool, by county in proportion to load."""
    bought, (emitted, sold) = pool_purchase_mw(assembly, hours), pool_output(assembly, hours)
    factor, annual = emitted / np.maximum(sold, 1.0), float(emitted.sum() / max(float(sold.sum()), 1.0))
    ledger.add("pool_purchase_mwh", float(bought.sum()), "MWh", sector="power")
    ledger.add("pool_factor_t_per_mwh", annual, "t/MWh")
    by_county: dict[str, float] = {}
    for (_, county), mwh in assembly.sector_mwh.items():
        by_county[county] = by_county.get(county, 0.0) + mwh
    total = sum(by_county.values())
    for county, mwh in sorted(by_county.items()):
        dims = {"county": county, "sector": "purchased_electricity", "technology": "pool", "fuel": "electricity"}
        share = mwh / total
        ledger.add("emissions_tco2", share * annual * float(bought.sum()), "t", basis=PLAN, **dims)
        ledger.add("emissions_tco2", share * float(bought @ factor), "t", basis=CONSUMPTION, **dims)


def book_load(ledger: Ledger, assembly: Assembly, hours: Hours) -> None:
    """Electricity by sector and county, curtailment and what was not served."""
    for (sector, county), mwh in sorted(assembly.sector_mwh.items()):
        ledger.add("load_mwh", mwh, "MWh", county=county, sector=sector, fuel="electricity")
    curtailed = hours.curtailed_mw.sum(axis=1)
    for i, unit in enumerate(assembly.units):
        if curtailed[i] > 0 and assembly.grid.generators.is_city[i]:
            ledger.add(
                "curtailed_mwh", curtailed[i], "MWh", county=unit.county, technology=unit.technology, fuel=unit.fuel
            )
    unserved = hours.unserved_mw.sum(axis=1)
    for bus, county in enumerate(assembly.grid.counties):
        if unserved[bus] > 0 and county not in {"province", "external"}:
            ledger.add("unserved_mwh", unserved[bus], "MWh", county=county)

"""Costs of one year: what it takes to serve the city, in money (MODEL_SPEC 10.1, 10.2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dafeng.agents.vehicles_energy import gj_per_litre
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.network.grid import Hours
from dafeng.sim.accounts import pool_purchase_mw
from dafeng.sim.assembly import Assembly
from dafeng.sim.ledger import Entry, Ledger
from dafeng.sim.pool_cost import book_pool_cost, running_cny
from dafeng.sim.settle import fuel_gj, power_lost_to_heat_mwh

KW_PER_MW = 1000.0

PRICE_OF: Mapping[str, str] = {
    "coal": "steam_coal_industry",
    "natural_gas": "natural_gas_industry",
    "gasoline": "gasoline",
    "diesel": "diesel",
    "lng": "lng_vehicle",
    "lpg": "lpg",
    "biomass": "biomass",
    "hydrogen": "hydrogen",
    "fuel_oil": "diesel",
    "kerosene": "diesel",
}
TAXED = ("gasoline", "diesel")
"""Fuels whose price at the pump holds an excise tax; value-added tax stands in all prices alike and is left there."""


def book_costs(
    ledger: Ledger, city: City, year: int, rules: Mapping[str, Rules], assembly: Assembly, hours: Hours
) -> None:
    """What it costs to serve the city: its units, purchases at the market price, users' fuel, response, outages.

    Provincial units and the province are inside the market price; what they use up is booked beside it (`pool_cost`).
    Carbon payments and excise taxes are transfers, listed apart.
    """
    g, energy = assembly.grid.generators, hours.generation_mw.sum(axis=1) + power_lost_to_heat_mwh(assembly, hours)
    fuel = fuel_gj(assembly, hours)
    for i, unit in enumerate(assembly.units):
        if not g.is_city[i] or unit.is_provincial:
            continue
        dims = {"county": unit.county, "sector": "power", "technology": unit.technology, "fuel": unit.fuel}
        carbon = unit.carbon_price_cny_per_t * (fuel[i] * unit.emission_t_per_gj - unit.benchmark_t_per_mwh * energy[i])
        for part, cny in running_cny(unit, fuel[i], energy[i], hours.starts[i]).items():
            ledger.add(f"cost_{part}_cny", cny, "CNY", **dims)
        ledger.add("transfer_carbon_cny", carbon, "CNY", **dims)
    book_pool_cost(ledger, assembly, hours, fuel, energy)
    _book_shared_costs(ledger, assembly, hours)
    _book_response(ledger, rules, assembly, hours)
    _book_orders(ledger, assembly, hours)
    _book_fuel_bills(ledger, city, year)


def _book_shared_costs(ledger: Ledger, assembly: Assembly, hours: Hours) -> None:
    grid = assembly.grid
    purchase = float(pool_purchase_mw(assembly, hours) @ hours.price_cny_per_mwh)
    ledger.add("cost_purchase_cny", purchase, "CNY", sector="power", technology="pool", fuel="electricity")
    wear = grid.stores.wear_cny_per_mwh * hours.discharge_mw.sum(axis=1) * grid.stores.is_city
    ledger.add("cost_variable_cny", float(wear.sum()), "CNY", sector="power", technology="storage", fuel="electricity")
    in_city = np.array([county not in {"province", "external"} for county in grid.counties])
    unserved = grid.voll_cny_per_mwh * float(hours.unserved_mw[in_city].sum())
    ledger.add("cost_unserved_cny", unserved, "CNY", sector="power", fuel="electricity")


def _book_response(ledger: Ledger, rules: Mapping[str, Rules], assembly: Assembly, hours: Hours) -> None:
    """Payments for what was called and for the most that stood ready, by county: policy cost and system cost alike.

    What taking part costs people is taken at what they are paid for it, its upper bound.
    """
    grid = assembly.grid
    energy = np.maximum(hours.shed_mw, 0.0).sum(axis=1) * grid.offers.price_cny_per_mwh
    ready_kw = grid.offers.power_mw.max(axis=1, initial=0.0) * KW_PER_MW
    paid: dict[str, float] = {}
    for offer, bus in enumerate(grid.offers.bus):
        county = grid.counties[bus]
        if assembly.offers[offer].is_ordered:
            continue
        standing = rules[county].dr_capacity_cny_per_kw * ready_kw[offer] if county in rules else 0.0
        paid[county] = paid.get(county, 0.0) + float(energy[offer]) + float(standing)
    for county, cny in sorted(paid.items()):
        dims = {"county": county, "sector": "power", "technology": "response", "fuel": "electricity"}
        ledger.add("cost_response_cny", cny, "CNY", **dims)
        ledger.add("subsidy_cny", cny, "CNY", **dims)


def _book_orders(ledger: Ledger, assembly: Assembly, hours: Hours) -> None:
    """What was ordered off, by county, and the output it cost: nobody is paid for it."""
    grid = assembly.grid
    for offer, bus in enumerate(grid.offers.bus):
        if assembly.offers[offer].is_ordered:
            mwh = float(np.maximum(hours.shed_mw[offer], 0.0).sum())
            dims = {"county": grid.counties[bus], "sector": "power", "technology": "orderly use", "fuel": "electricity"}
            ledger.add("ordered_mwh", mwh, "MWh", **dims)
            ledger.add("cost_ordered_cny", mwh * grid.voll_cny_per_mwh, "CNY", **dims)


def _book_fuel_bills(ledger: Ledger, city: City, year: int) -> None:
    """Users' fuel at its price less the excise tax, and the tax."""
    bills: list[Entry] = []
    burnt = [e for e in ledger.where(variable="fuel_gj")
             if e.sector not in {"power", "provincial", "province"} and e.fuel in PRICE_OF]
    fuels = {e.fuel for e in burnt}
    prices = {fuel: city.path(f"fuel.{PRICE_OF[fuel]}").at(year) for fuel in fuels}
    taxes = {fuel: excise_cny_per_gj(city, fuel) for fuel in fuels}
    for e in burnt:
        price, tax, of = prices[e.fuel], taxes[e.fuel], (e.county, e.sector, e.technology, e.fuel, e.basis, e.se)
        bills.append(Entry("cost_fuel_cny", e.value * (price - tax), "CNY", *of))
        if tax > 0.0:
            bills.append(Entry("transfer_fuel_tax_cny", e.value * tax, "CNY", *of))
    ledger.extend(bills)


def excise_cny_per_gj(city: City, fuel: str) -> float:
    """Excise tax on a fuel, CNY/GJ; 0 where there is none."""
    return city.value(f"extra.excise_{fuel}") / gj_per_litre(city, fuel) if fuel in TAXED else 0.0

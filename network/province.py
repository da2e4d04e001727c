"""The rest of the province in one year: blocks of supply, stores, energy budgets and the drawn state (data/README 3).

Blocks stand for many machines. Their monthly shares hold what is known beforehand (maintenance, season, fuel of the
state); forced outages come on top (province_paths, adequacy), wind and sun by profile. Capacities are net MW.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.families import NORMAL, STATE
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City, Row
from dafeng.configs.units import MWH_PER_TWH, Floats
from dafeng.network.outages import Process, class_of
from dafeng.network.outages_pace import STEADY
from dafeng.network.outages_wires import LINK, POLES, bipole_process, link_machines, pole_process
from dafeng.network.sampling import Machine
from dafeng.network.weather_once import once

HISTORY_UNTIL = 2025
"""Years up to here are given, not simulated (MODEL_SPEC 0)."""
MONTHS = 12
SUMMER = range(5, 10)
"""May to September: the months that the uplift of hot years raises (`province_states`)."""
DAYS_OF_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
HOURS_OF_MONTH = 24.0 * DAYS_OF_MONTH
COAL, GAS, NUCLEAR, HYDRO, IMPORTS = "coal", "gas", "nuclear", "hydro", "import"
STORES: Mapping[str, str] = {"pumped_hydro": "pumped_hydro", "battery_2h": "battery_li"}
"""Stores of `province_fleet` and the technology that says how many hours they hold."""
PROFILES: Mapping[str, str] = {"pv": "solar", "wind_onshore": "wind_onshore", "wind_offshore": "wind_offshore"}
"""Blocks that follow the weather; their outages are part of their profile (`reliability_classes`, note)."""
OTHER = "other"
FIRM_CREDIT: Mapping[str, float] = {
    COAL: 0.92, GAS: 0.92, NUCLEAR: 0.97, HYDRO: 0.75, "pumped": 1.0, "battery": 0.5, IMPORTS: 1.0, OTHER: 0.7,
    "pv": 0.0, "onshore": 0.1, "offshore": 0.2,
}
"""What a gross MW counts in the firm margin: the definition in data/README 3.5, by which history gives 1.28 in 2020."""
MAINTAINED: Mapping[str, str] = {COAL: "coal", GAS: "gas_ccgt", NUCLEAR: "nuclear"}


@dataclass(frozen=True)
class Block:
    """One technology of the province: machines alike."""

    key: str
    technology: str
    family: str
    """First word of the technology: coal, gas, nuclear, hydro, import, other, pv, wind."""
    capacity_mw: float
    """Net."""
    gross_mw: float
    """As statistics and the firm margin count it."""
    efficiency: float
    emission_t_per_mwh: float
    unit_mw: float
    """Net size of one machine, of direct-current links one pole; capacity over `machines`."""
    machines: int
    outage_class: str
    process: Process
    profile: str
    month_share: Floats
    """(12,) share of capacity that can run: maintenance, season, and the state's fuel."""
    energy_mwh: Floats | None = None
    """(12,) energy budget of each month, for hydro and imports."""
    both: Process | None = None
    """Of direct-current links: outages that take two poles at once."""

    @property
    def up(self) -> float:
        """Expected share of the machines in service."""
        alone = 1.0 - self.process.forced_outage_rate
        return alone if self.both is None else alone * (1.0 - self.both.forced_outage_rate)

    def rows(self, group: int = 0, pace: int = STEADY) -> list[Machine]:
        """The machines as rows of a sampler."""
        if self.both is None:
            return [Machine(self.key, self.unit_mw, self.process, group, self.machines, pace=pace)]
        links = self.machines // POLES
        return link_machines(self.key, POLES * self.unit_mw, self.process, self.both, group, links)


@dataclass(frozen=True)
class BlockStore:
    """One kind of store of the province; efficiency is that of the round trip and is lost on charging."""

    key: str
    technology: str
    power_mw: float
    hours: float
    efficiency: float
    unit_mw: float
    machines: int
    process: Process


@dataclass(frozen=True)
class Province:
    """One year in one state."""

    year: int
    state: str
    probability: float
    import_factor: float
    coal_availability: float
    blocks: tuple[Block, ...]
    stores: tuple[BlockStore, ...]
    load_uplift: Floats
    """(12,) share by which the month's load is higher than in a normal year."""

    def block(self, technology: str) -> Block:
        """A block by technology."""
        return next(block for block in self.blocks if block.technology == technology)


@once
def states(city: City) -> tuple[Row, ...]:
    """All states of `province_states`, in the order of the file; where others are set the normal one takes the rest."""
    rows = city.table("province_states")
    now = [set_probability(city, row) for row in rows]
    if all(row["probability_per_year"] == one for row, one in zip(rows, now, strict=True)):
        return rows
    rest = 1.0 - sum(one for row, one in zip(rows, now, strict=True) if row["state"] != NORMAL)
    return tuple({**row, "probability_per_year": max(rest, 0.0) if row["state"] == NORMAL else one}
                 for row, one in zip(rows, now, strict=True))


def set_probability(city: City, row: Row) -> float:
    """The probability of a row's state, as set by `province_state.<state>` or as in the table."""
    key = f"{STATE}.{row['state']}"
    return city.value(key) if key in city.parameters else float(row["probability_per_year"])


def draw_state(city: City, luck: Luck, year: int) -> Row:
    """The state of a year: normal in the years of history, later drawn by probability; the same for every bundle.

    A row of `province_states` with a `year` is a dated state and holds in that year.
    """
    rows = states(city)
    for row in rows:
        if row.get("year") == year:
            return row
    rows = tuple(row for row in rows if row.get("year") is None)
    if year <= HISTORY_UNTIL:
        return next(row for row in rows if row["state"] == NORMAL)
    bounds = np.cumsum([row["probability_per_year"] for row in rows])
    drawn = luck("province_state", city.key, year).random() * bounds[-1]
    return rows[int(np.searchsorted(bounds, drawn, side="right"))]


def province_year(city: City, year: int, state_row: Row) -> Province:
    """The rest of the province in a year and state; capacities are linear between the years of `province_fleet`."""
    kinds = {str(row["technology"]): row for row in city.table("province_fleet")}
    import_factor = float(state_row["import_factor"])
    coal_availability = float(state_row["coal_availability"])
    blocks = tuple(
        _block(city, year, row, import_factor, coal_availability) for name, row in kinds.items() if name not in STORES
    )
    stores = tuple(_store(city, year, kinds[name], holder) for name, holder in STORES.items() if name in kinds)
    uplift = np.zeros(MONTHS)
    uplift[[month - 1 for month in SUMMER]] = float(state_row["summer_load_uplift"])
    return Province(
        year, str(state_row["state"]), float(state_row["probability_per_year"]), import_factor, coal_availability,
        tuple(block for block in blocks if block.capacity_mw > 0.0),
        tuple(store for store in stores if store.power_mw > 0.0), uplift,
    )


def by_month(month_values: Floats) -> Floats:
    """(…, 12) values of months as (…, 8760) of hours."""
    hourly: Floats = np.repeat(month_values, HOURS_OF_MONTH.astype(np.int64), axis=-1)
    return hourly


def _block(city: City, year: int, row: Row, import_factor: float, coal_availability: float) -> Block:
    technology = str(row["technology"])
    family = technology.split("_")[0]
    gross_mw = city.path(f"fleet.{technology}").at(year)
    net_mw = gross_mw * _net_share(city, family)
    energy_mwh = None
    if family == IMPORTS:
        gross_mw, net_mw, energy_mwh = _imports(city, year, import_factor)
    if family == HYDRO:
        energy_mwh = _monthly(city, HYDRO, "mean_output") * net_mw * HOURS_OF_MONTH
    machines = max(1, round(gross_mw / float(row["typical_unit_mw"])))
    outage_class, both = str(row["reliability_class"]), None
    process = Process(*class_of(city, outage_class))
    if outage_class == LINK:
        machines, process, both = POLES * machines, pole_process(city), bipole_process(city)
    month_share = _month_share(city, family, import_factor, coal_availability, process)
    return Block(
        f"prov-{technology}", technology, family, net_mw, gross_mw, float(row["efficiency_net"]),
        float(row["co2_t_per_mwh_net"]), net_mw / machines, machines, outage_class, process,
        PROFILES.get(technology, ""), month_share, energy_mwh, both,
    )


def _net_share(city: City, family: str) -> float:
    """Net over gross where the data state it: coal by `province_dispatch_rules`, gas as the city's own gas plants.

    Nuclear and the rest are taken as in `province_steps_check`: the load statistic includes station use in any case.
    """
    if family == COAL:
        return city.value("province.gross_to_net_coal")
    if family != GAS:
        return 1.0
    plants = [row for row in city.table("plants") if str(row["technology"]).startswith(GAS)]
    return sum(float(row["net_mw"]) for row in plants) / sum(float(row["gross_mw"]) for row in plants)


def _month_share(city: City, family: str, import_factor: float, coal_availability: float, process: Process) -> Floats:
    """(12,) what of the capacity can run apart from forced outages.

    Waste and biomass give what they count as firm, as in `province_steps_check`: their fuel limits them.
    """
    if family == IMPORTS:
        return _monthly(city, "import_contract", "power_limit") * import_factor
    if family == HYDRO:
        return _monthly(city, HYDRO, "peak_output")
    if family == OTHER:
        return np.full(MONTHS, FIRM_CREDIT[OTHER])
    if family not in MAINTAINED:
        return np.ones(MONTHS)
    standing = 1.0 - _monthly(city, MAINTAINED[family], "maintenance_share")
    return standing * _fuel_share(coal_availability, process) if family == COAL else standing


def _fuel_share(coal_availability: float, process: Process) -> float:
    """What the state leaves of coal output beyond forced outages.

    `coal_availability` is the mean of the whole coal fleet, outages included; what the machines' own outages do not
    explain is a steady loss (coal quality, fuel, heat), so that the mean is met for any choice of outage class.
    """
    return min(1.0, coal_availability / (1.0 - process.forced_outage_rate))


def _imports(city: City, year: int, import_factor: float) -> tuple[float, float, Floats]:
    """Capability and (12,) energy of western imports without the link that lands in the city, which is its own unit.

    Years of record give their energy as it was, dry or not. Later it grows with capability from its figure of 2020,
    and both fall by the state's factor.
    """
    fleet = city.path("fleet.import_contract")
    landing = [row for row in city.table("plants") if "HVDC" in str(row["technology"])]
    link_mw = sum(float(row["gross_mw"]) for row in landing)
    profile = np.array([float(row["mean_p_u_of_5000mw"]) for row in city.table("hvdc_profile")])
    recorded = {int(row["year"]): row["net_import_twh"] for row in city.table("province_demand")}.get(year)
    usual_twh = _imported_twh(city) * fleet.at(year) / fleet.at(min(fleet.points))
    yearly_mwh = (usual_twh if recorded is None else float(recorded)) * MWH_PER_TWH
    monthly = yearly_mwh * _monthly(city, "import_contract", "energy_share_of_year")
    energy_mwh = np.maximum(monthly - link_mw * profile * HOURS_OF_MONTH if landing else monthly, 0.0)
    if recorded is None:
        energy_mwh = energy_mwh * import_factor
    rest_mw = fleet.at(year) - link_mw
    return rest_mw, rest_mw, energy_mwh


def _imported_twh(city: City) -> float:
    """Imports of 2020, which `province_availability` names in the unit of the monthly shares."""
    units = {str(r["unit"]) for r in city.table("province_availability") if r["parameter"] == "energy_share_of_year"}
    found = [match for unit in sorted(units) if (match := re.search(r"([\d.]+) TWh in 2020", unit))]
    if not found:
        place = Place("province_availability.csv", 0, "energy_share_of_year.unit")
        raise InputError([Problem(place, "does not name the imports of 2020, '(… TWh in 2020)'")])
    return float(found[0].group(1))


def _monthly(city: City, technology: str, parameter: str) -> Floats:
    rows = {
        int(row["month"]): float(row["value"])
        for row in city.table("province_availability")
        if row["technology"] == technology and row["parameter"] == parameter
    }
    return np.array([rows[month] for month in range(1, MONTHS + 1)])


def _store(city: City, year: int, row: Row, holder: str) -> BlockStore:
    technology = str(row["technology"])
    power_mw = city.path(f"fleet.{technology}").at(year)
    machines = max(1, round(power_mw / float(row["typical_unit_mw"])))
    return BlockStore(
        f"prov-{technology}", technology, power_mw, city.value(f"{holder}.hours"), float(row["efficiency_net"]),
        power_mw / machines, machines, Process(*class_of(city, str(row["reliability_class"]))),
    )

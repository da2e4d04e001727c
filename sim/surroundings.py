"""What surrounds the city in a year: the calendar, the weather, and the rest of the province in its drawn state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dafeng.agents.assets import Storage, Unit
from dafeng.agents.owners_standing import EXTENSION_Y
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_MWH, HOURS_A_YEAR, MWH_PER_TWH, Floats
from dafeng.network import calendar, load, province_paths
from dafeng.network.calendar import Days
from dafeng.network.outages_pace import NO_PACES, Paces, paces_of
from dafeng.network.province import (
    COAL,
    GAS,
    HISTORY_UNTIL,
    IMPORTS,
    Block,
    Province,
    by_month,
    draw_state,
    province_year,
)
from dafeng.network.province_margin import credit, firm_mw, margin_of, margin_on_the_way, scaled_to_margin
from dafeng.network.weather import Weather, weather_year
from dafeng.network.weather_once import once

PROVINCE = "province"
FUEL_OF: Mapping[str, tuple[str, str]] = {
    "coal": ("coal", "steam_coal_power"),
    "gas": ("natural_gas", "natural_gas_power"),
    "nuclear": ("uranium", "nuclear_fuel"),
    "other": ("msw", ""),
    "hydro": ("water", ""),
    "import": ("import", ""),
    "pv": ("solar", ""),
    "wind": ("wind", ""),
}
"""Family of a block -> fuel and its price series."""


@dataclass(frozen=True, eq=False)
class Around:
    """One year's calendar, weather and province (None where the city stands alone)."""

    year: int
    days: Days
    weather: Weather
    province: Province | None
    province_load_mw: Floats
    block_share: Floats
    """(blocks, hours) what of each block can run: season, state, sampled outages, weather."""
    store_share: Floats
    """(stores, hours)."""
    season: Floats
    """(hours,) what the months of this year really used over what a normal year would, mean 1; 1 where unknown."""
    paces: Paces = NO_PACES
    """How fast the year's weather wears machines."""


def has_province(city: City) -> bool:
    """Whether the city's grid has a province node."""
    return any(bus.kind == PROVINCE for bus in city.buses)


def around(city: City, luck: Luck, year: int) -> Around:
    """Sample a year; nothing here depends on the bundle."""
    days, weather = calendar.days(year), weather_year(city, luck, year)
    paces = paces_of(city, weather.temperature_c, weather.province_temperature_c)
    if not has_province(city):
        none = np.zeros((0, 0))
        return Around(year, days, weather, None, np.zeros(0), none, none, np.ones(HOURS_A_YEAR), paces)
    province = province_of(city, year, draw_state(city, luck, year))
    shares = province_paths.fleet_paths(province, luck, year, paces)
    for row, block in enumerate(province.blocks):
        if block.profile:
            shares[row] *= weather.factor(block.profile, PROVINCE)
        if block.family == IMPORTS:
            shares[row] *= import_share(city, weather)
    load_mw = province_load_mw(city, province, weather, days)
    season = observed_season(city, year, days, load_mw)
    stores = province_paths.store_paths(province, luck, year)
    return Around(year, days, weather, province, load_mw * season, shares, stores, season, paces)


def import_share(city: City, weather: Weather) -> Floats:
    """(hours,) share of their limit that imports keep: less in hot spells, when the west is hot as well."""
    return np.asarray(1.0 - city.value("temperature.heat_spell_import_cut") * weather.is_hot_spell)


def observed_season(city: City, year: int, days: Days, load_mw: Floats) -> Floats:
    """(hours,) factor that gives each month the share of the year that statistics saw; 1 for years not fully known.

    2020 needs it: the months of the epidemic used a tenth less than their season.
    """
    rows = [row for row in city.table("guangdong_monthly_consumption") if str(row["month"]).startswith(f"{year}-")]
    if len(rows) < 12:
        return np.ones(len(load_mw))
    seen = np.array([float(row["consumption_twh"]) for row in sorted(rows, key=lambda row: str(row["month"]))])
    made = np.array([load_mw[days.hour_month == month].sum() for month in range(1, 13)])
    factor = seen / seen.sum() * made.sum() / made
    return np.asarray(factor[days.hour_month - 1])


def province_of(city: City, year: int, state: Row) -> Province:
    """The province of a year in a state, scaled to the firm margin on the way to the scenario's."""
    return scaled_to_margin(
        province_year(city, year, state),
        firm_margin=margin_on_the_way(
            year, last_seen_margin(city, state), margin_of(city), city.value("province.years_to_firm_margin")
        ),
        reference_city_firm_mw=reference_firm_mw(city, year),
        peak_mw=city.path("province.guangdong_peak_mw").at(year),
    )


@once
def last_seen_margin(city: City, state: Row) -> float:
    """Firm margin of the last year of history; the state moves output, not capacity, and so not the margin."""
    firm = firm_mw(province_year(city, HISTORY_UNTIL, state)) + reference_firm_mw(city, HISTORY_UNTIL)
    return firm / city.path("province.guangdong_peak_mw").at(HISTORY_UNTIL)


def province_load_mw(city: City, province: Province, weather: Weather, days: Days) -> Floats:
    """(hours,) load of the rest of the province in this weather and state."""
    annual = city.path("province.rest_of_province_twh").at(province.year) * MWH_PER_TWH
    return province_paths.load_path(province, load.province_load(city, weather, days, annual))


@lru_cache(maxsize=256)
def _reference(rows: tuple[tuple[str, float, float, float], ...], year: int) -> float:
    return sum(mw * credit(kind) for kind, mw, first, last in rows if first <= year < last)


def reference_firm_mw(city: City, year: int) -> float:
    """Firm capacity in the city by dates and lives alone: no bundle can move the scenario's margin.

    A plant stands for its life and the one extension that its owner may take (MODEL_SPEC 2.7): MW that never left are
    not replaced in the province.
    """
    return _reference(_dated_fleet(city), year)


def _full_year(expected: Any) -> float | None:
    """The first whole year of a unit expected within a year: half of them come after its summer, and works are late."""
    return None if expected is None else float(expected) + 1.0


@once
def _dated_fleet(city: City) -> tuple[tuple[str, float, float, float], ...]:
    names = {str(row["plants_technology"]): str(row["cost_key"]) for row in city.table("technology_map")}
    fleet = []
    for row in city.table("plants"):
        kind = names.get(str(row["technology"]), "")
        first = row["start_year"] if row["start_year"] is not None else _full_year(row["expected_year"])
        if row["status"] in {"cancelled", "unconfirmed"} or first is None or not kind:
            continue
        life = f"{kind}.lifetime"
        last = float(first) + (city.value(life) + EXTENSION_Y if life in city.parameters else np.inf)
        if row["status"] in {"operating", "construction", "approved"}:
            fleet.append((CREDIT_NAME.get(kind, kind), float(row["gross_mw"]), float(first), last))
    return tuple(fleet)


CREDIT_NAME: Mapping[str, str] = {
    "pumped_hydro": "pumped_hydro",
    "pv_utility": "pv",
    "pv_rooftop": "pv",
    "hydro_small": "hydro",
    "waste_to_energy": "other_thermal",
    "biomass": "other_thermal",
    "import": "import_contract",
    "battery_li": "battery_2h",
}
"""Technology of a unit -> name by which the firm margin credits it; others go by their own name."""


def units_of(city: City, around: Around) -> tuple[Unit, ...]:
    """The province's blocks as rows of the grid, at the city's province bus."""
    assert around.province is not None
    bus = next(bus.key for bus in city.buses if bus.kind == PROVINCE)
    return tuple(_unit(city, around.year, bus, block) for block in around.province.blocks)


def _unit(city: City, year: int, bus: str, block: Block) -> Unit:
    fuel, price = FUEL_OF[block.family]
    thermal = block.family in {COAL, GAS}
    rate = block.emission_t_per_mwh * block.efficiency / GJ_PER_MWH
    carbon = carbon_price(city, year) if thermal else 0.0
    return Unit(
        key=block.key,
        bus=bus,
        county=PROVINCE,
        technology=block.technology,
        fuel=fuel,
        capacity_mw=block.capacity_mw,
        efficiency=block.efficiency,
        fuel_price_cny_per_gj=city.path(f"fuel.{price}").at(year) if price else 0.0,
        emission_t_per_gj=rate,
        carbon_price_cny_per_t=carbon,
        benchmark_t_per_mwh=benchmark(city, year, block) if thermal and carbon > 0 else 0.0,
        vom_cny_per_mwh=vom(city, block),
        is_free=not thermal and block.energy_mwh is None,
        is_block=True,
        min_share=city.path("province.coal_min_share").at(year) if block.family == COAL else 0.0,
        shares_hours=block.family == COAL,
        is_provincial=True,
        contract_hours=city.path("province.gas_contract_hours").at(year) if block.family == GAS else 0.0,
        outage_class=block.outage_class,
        typical_unit_mw=block.unit_mw,
        gross_to_net=block.capacity_mw / block.gross_mw if block.gross_mw > 0 else 1.0,
    )


def carbon_price(city: City, year: int) -> float:
    """The national price; none before its first year."""
    path = city.path(f"carbon.{city.setting('carbon_path', 'central')}")
    return path.at(year) if year >= min(path.points) else 0.0


def benchmark(city: City, year: int, block: Block) -> float:
    """Free allocation per MWh; gas units pay no shortfall, so theirs covers at least what they emit."""
    if block.family == GAS:
        return max(city.path("benchmark.gas").at(year), block.emission_t_per_mwh)
    small = block.technology in {"coal_sub", "coal_small"}
    return city.path("benchmark.coal_below_300MW" if small else "benchmark.coal_300MW_plus").at(year)


def vom(city: City, block: Block) -> float:
    """Variable operation cost of a block, by its technology or its family's nearest one."""
    nearest = {
        "coal_small": "coal_chp",
        "nuclear_gen3": "nuclear_gen3",
        "other_thermal": "biomass",
        "hydro": "hydro_small",
        "pv": "pv_utility",
    }
    key = f"{nearest.get(block.technology, block.technology)}.vom"
    return city.value(key) if key in city.parameters else 0.0


def stores_of(city: City, around: Around) -> tuple[Storage, ...]:
    """The province's stores; the round trip's loss falls on charging."""
    assert around.province is not None
    bus = next(bus.key for bus in city.buses if bus.kind == PROVINCE)
    return tuple(
        Storage(store.key, bus, PROVINCE, store.technology, store.power_mw, store.hours, store.efficiency, 1.0)
        for store in around.province.stores
    )


def import_shares(around: Around) -> dict[str, Floats]:
    """Energy budgets of blocks, (12,) MWh by block key."""
    assert around.province is not None
    return {block.key: block.energy_mwh for block in around.province.blocks if block.energy_mwh is not None}


def month_hours(days: Days, month: int) -> tuple[int, int]:
    """First hour of a month and the hour after its last."""
    hours = np.flatnonzero(days.hour_month == month)
    return int(hours[0]), int(hours[-1]) + 1


def hourly(month_values: Floats) -> Floats:
    """(8760,) of (12,)."""
    return by_month(month_values)

"""What households use: electricity by income and price, fuel by connection; what they would take for response."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dafeng.agents.buildings_floor import RESIDENTIAL
from dafeng.agents.vehicles_targets import income_ratio
from dafeng.agents.view import View
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_TCE, HOURS_A_YEAR, MWH_PER_TWH, Floats

SECTOR = "households"
WIDTH_OF_90 = 2.0 * 1.6448536269514722
"""Normal standard deviations between the 5th and the 95th percentile: how a range becomes a spread."""
KG_PER_T = 1000.0


def income_groups(row: Row) -> Floats:
    """Income of each fifth of the households over the mean."""
    return np.array([float(part) for part in str(row["quintile_income_ratio"]).split(";")])


def households(city: City, row: Row, year: int) -> int:
    """Households of a county: people over persons a household."""
    people, size = city.path("socio.population_k"), city.path("socio.household_size")
    ratio = people.at(year) / people.at(city.first_year) * size.at(city.first_year) / size.at(year)
    return round(float(row["households_k_2020"]) * KG_PER_T * ratio)


def elasticities(city: City) -> tuple[float, float]:
    """Income and price elasticity: midpoint of the two published estimates (Lin et al. 2014; Li et al. 2022)."""
    income, price = (
        0.5 * sum(city.value(f"behaviour.elec_{of}_elasticity_{which}") for which in ("residential", "low"))
        for of in ("income", "price")
    )
    return income, price


def homes(city: City, county: str) -> tuple[Row, ...]:
    """Residential floor of a county."""
    rows = city.table("building_stock_2020")
    return tuple(row for row in rows if row["county"] == county and row["type"] == RESIDENTIAL)


def electricity_mwh(city: City, county: str, year: int, use_per_m2: float) -> float:
    """Annual use of a county: people x income^e x price^e x use per m2, from the 2020 base (MODEL_SPEC 5.1, 5.2).

    `use_per_m2` is over that of the first year.
    """
    rows = city.table("electricity_2020_by_sector_county")
    mine = [float(row["twh"]) for row in rows if (row["sector"], row["county"]) == (RESIDENTIAL, county)]
    base = MWH_PER_TWH * sum(mine)
    people, tariff = city.path("socio.population_k"), city.path("tariff.residential.tier1")
    by_income, by_price = elasticities(city)
    growth = people.at(year) / people.at(city.first_year)
    price = tariff.at(year) / tariff.at(city.first_year)
    return float(base * growth * income_ratio(city, year) ** by_income * price**by_price * use_per_m2)


def group_shares(city: City, row: Row) -> Floats:
    """Share of each income group in the county's electricity."""
    weights = income_groups(row) ** elasticities(city)[0]
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def gas_gj(city: City, row: Row, year: int) -> dict[str, float]:
    """Natural gas of connected households, LPG of the others; biofuel users of the countryside take neither."""
    count = households(city, row, year)
    connected = city.value("building.gas_connected_share_2020")
    biofuel = city.value("building.biofuel_rural_share") * row["rural_share_2020"]
    per_m3 = city.value("fuel_factor.natural_gas.tce_per_unit") * GJ_PER_TCE / KG_PER_T
    per_kg = city.value("fuel_factor.lpg.tce_per_unit") * GJ_PER_TCE / KG_PER_T
    return {
        "natural_gas": count * connected * city.value("building.gas_use_residential") * per_m3,
        "lpg": count * max(0.0, 1.0 - connected - biofuel) * city.value("building.lpg_use_residential") * per_kg,
    }


def cooling_hours(city: City) -> float:
    """Hours at the hottest month's cooling that would use the year's: 8,760 x mean over highest excess temperature."""
    threshold = city.value("load_temperature.cooling_threshold_daily_mean")
    excess = [max(0.0, row["mean_c"] - threshold) for row in city.profiles.temperature]
    return HOURS_A_YEAR * float(np.mean(excess)) / max(excess) if max(excess) > 0.0 else float(HOURS_A_YEAR)


def willing(view: View, cooling_kw: float) -> tuple[float, float]:
    """Share of households to whom the programme pays more than its hassle costs, and what it pays each, CNY a year.

    Hassle is lognormal around `extra.hassle_cost_household`; its range is read as the 90 % interval. No more than
    `dr.ac_direct_control_share` can be controlled.
    """
    hours = view.value("dr.events_per_year_max") * view.value("extra.shift_window_L")
    energy = cooling_kw * hours / KG_PER_T * view.rules.dr_price_cny_per_mwh
    pays = energy + cooling_kw * view.rules.dr_capacity_cny_per_kw
    hassle = view.city.parameters["extra.hassle_cost_household"]
    if pays <= 0.0:
        return 0.0, 0.0
    low, high = hassle.low or hassle.value, hassle.high or hassle.value
    spread = math.log(high / low) / WIDTH_OF_90
    score = math.log(pays / hassle.value) / spread if spread > 0.0 else math.copysign(9.0, pays - hassle.value)
    share = 0.5 * (1.0 + math.erf(score / math.sqrt(2.0)))
    return min(share, view.value("dr.ac_direct_control_share")), pays


def tiers(city: City, year: int, groups: int) -> Sequence[float]:
    """Price of the last kilowatt-hour of each income group: the first tier covers 80 % of households."""
    first, second = (city.path(f"tariff.residential.{tier}").at(year) for tier in ("tier1", "tier2"))
    return [first if (group + 1) / groups <= 0.8 else second for group in range(groups)]

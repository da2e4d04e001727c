"""Generator rows of the year: cost and heat lines, energy budgets, heat, and what weather and dates leave of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dafeng.agents.assets import Storage, Unit
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_MWH, HOURS_A_YEAR, WEEK_H, Floats
from dafeng.network import load, thermal
from dafeng.network.grid import Buyers, Generators, Grid, Limit
from dafeng.network.outages import Process, class_of
from dafeng.network.province import HOURS_OF_MONTH, HYDRO, IMPORTS, by_month, states
from dafeng.sim.hot_hours import heat_shares, left_by_heat
from dafeng.sim.merge import BATTERY
from dafeng.sim.surroundings import Around, hourly, import_share, import_shares, month_hours

OUTSIDE = frozenset({"province", "external"})


def generators(city: City, units: Sequence[Unit], at: Mapping[str, int], around: Around) -> tuple[Generators, Floats]:
    """Rows in the order of the units, and the heat that CHP units must deliver, (heat rows, hours)."""
    lines = [thermal.heat_line(u.efficiency, u.min_share, u.min_load_efficiency) for u in units]
    capacity = np.array([u.capacity_mw for u in units])
    heat = [i for i, u in enumerate(units) if u.peak_heat_mw > 0]
    heat_row = np.full(len(units), -1)
    heat_row[heat] = np.arange(len(heat))
    shape = load.heat_shape(city.profiles, around.days) if heat else np.zeros(0)
    made = Generators(
        key=tuple(u.key for u in units),
        bus=np.array([at[u.bus] for u in units], dtype=np.int64),
        technology=tuple(u.technology for u in units),
        fuel=tuple(u.fuel for u in units),
        capacity_mw=capacity,
        min_share=np.array([u.min_share for u in units]),
        ramp_mw_per_h=capacity * np.array([u.ramp_share_per_h for u in units]),
        min_up_h=np.array([u.min_up_h for u in units]),
        min_down_h=np.array([u.min_down_h for u in units]),
        lead_time_h=np.array([u.lead_time_h for u in units]),
        back_pressure=np.array([u.back_pressure for u in units]),
        power_loss=np.array([u.power_loss for u in units]),
        cost_cny_per_mwh=np.array([_cost(u, line) for u, line in zip(units, lines, strict=True)]),
        no_load_cny_per_h=np.array(
            [
                thermal.no_load_cost(
                    line, u.capacity_mw, u.fuel_price_cny_per_gj, u.emission_t_per_gj, u.carbon_price_cny_per_t
                )
                for u, line in zip(units, lines, strict=True)
            ]
        ),
        start_cny=np.array(
            [
                thermal.start_cost(u.capacity_mw, u.start_gj_per_mw, u.fuel_price_cny_per_gj, u.start_wear_cny_per_mw)
                for u in units
            ]
        ),
        emissions_t_per_mwh=np.array(
            [line.gj_per_mwh * u.emission_t_per_gj for u, line in zip(units, lines, strict=True)]
        ),
        no_load_t_per_h=np.array(
            [line.no_load_gj_per_mw * u.capacity_mw * u.emission_t_per_gj for u, line in zip(units, lines, strict=True)]
        ),
        fuel_gj_per_mwh=np.array(
            [
                line.gj_per_mwh if u.fuel_price_cny_per_gj > 0 or u.emission_t_per_gj > 0 else 0.0
                for u, line in zip(units, lines, strict=True)
            ]
        ),
        no_load_gj_per_h=np.array(
            [line.no_load_gj_per_mw * u.capacity_mw for u, line in zip(units, lines, strict=True)]
        ),
        is_block=np.array([u.is_block for u in units], dtype=np.bool_),
        is_free=np.array([u.is_free for u in units], dtype=np.bool_),
        shares_hours=np.array([u.shares_hours for u in units], dtype=np.bool_),
        is_city=np.array([u.county not in OUTSIDE for u in units], dtype=np.bool_),
        is_provincial=np.array([u.is_provincial for u in units], dtype=np.bool_),
        heat_row=heat_row.astype(np.int64),
        heat_share=(heat_row >= 0).astype(np.float64),
    )
    return made, np.array([heat_mw(units, i, shape) for i in heat]).reshape(len(heat), HOURS_A_YEAR)


def _cost(unit: Unit, line: thermal.HeatLine) -> float:
    return thermal.marginal_cost(
        line,
        unit.fuel_price_cny_per_gj,
        unit.emission_t_per_gj,
        unit.carbon_price_cny_per_t,
        unit.benchmark_t_per_mwh,
        unit.vom_cny_per_mwh,
    )


def full_cost(unit: Unit) -> float:
    """Cost of a MWh at full load, no-load cost included."""
    line = thermal.heat_line(unit.efficiency, unit.min_share, unit.min_load_efficiency)
    fuel = thermal.fuel_cost(unit.fuel_price_cny_per_gj, unit.emission_t_per_gj, unit.carbon_price_cny_per_t)
    return _cost(unit, line) + line.no_load_gj_per_mw * fuel


def heat_mw(units: Sequence[Unit], row: int, shape: Floats) -> Floats:
    """(hours,) heat asked of a CHP unit: a base share of its peak, the rest with the shape, by its full-load hours.

    Machines alike at one plant take turns by the week, each with the heat of all, as far as its back pressure allows:
    steam needs one of them on, not all.
    """
    unit = units[row]
    twins = [i for i, u in enumerate(units) if (u.bus, u.technology, u.owner, u.capacity_mw) == _plant(unit)]
    peak = unit.peak_heat_mw * len(twins)
    mean = peak * unit.heat_hours / HOURS_A_YEAR
    base = min(unit.heat_base_share * peak, mean)
    most = min(peak, unit.capacity_mw / unit.back_pressure) if unit.back_pressure > 0 else peak
    turn = (np.arange(HOURS_A_YEAR) // WEEK_H) % len(twins) == twins.index(row)
    return np.asarray(np.minimum(base + (mean - base) * shape, most) * turn)


def _plant(unit: Unit) -> tuple[str, str, str, float]:
    return unit.bus, unit.technology, unit.owner, unit.capacity_mw


def limits(city: City, units: Sequence[Unit], around: Around, coal_cap_mt: float) -> tuple[Limit, ...]:
    """Energy budgets of hydro and imports by month, gas contracts as a floor, a cap on coal (MODEL_SPEC 6.8, 6.11)."""
    found = [*_contracts(city, units, around), *_coal_cap(city, units, coal_cap_mt)]
    if around.province is None:
        return tuple(found)
    position = {unit.key: i for i, unit in enumerate(units)}
    budgets = {**import_shares(around), **link_budgets(city, units, around.province.import_factor)}
    hydro = {block.key for block in around.province.blocks if block.family == HYDRO}
    curve = city.path("province.import_load_share").at(around.year)
    for key, monthly in sorted(budgets.items()):
        for month in range(1, 13):
            first, last = month_hours(around.days, month)
            per_mwh = np.zeros(len(units))
            per_mwh[position[key]] = 1.0
            energy, follows = float(monthly[month - 1]), 0.0 if key in hydro else curve
            found.append(Limit(f"{key}-{month}", per_mwh, energy, energy, first, last, follows))
    return tuple(found)


def link_budgets(city: City, units: Sequence[Unit], import_factor: float) -> dict[str, Floats]:
    """(12,) MWh of a direct-current link that lands in the city, by its monthly profile.

    Its rivers are those of the other western imports: a dry year takes as much from it as from them.
    """
    profile = np.array([float(row["mean_p_u_of_5000mw"]) for row in city.table("hvdc_profile")])
    of_month = profile * HOURS_OF_MONTH * import_factor
    return {unit.key: unit.capacity_mw * of_month for unit in units if unit.profile == "hvdc"}


def import_limit(city: City, around: Around) -> Floats:
    """(hours,) highest output of western links in service over their capability: season, state, hot spells.

    Outages are not in it: a link has its own.
    """
    assert around.province is not None
    imports = next(block for block in around.province.blocks if block.family == IMPORTS)
    return np.asarray(by_month(imports.month_share) * import_share(city, around.weather))


def link_share(city: City, around: Around) -> Floats | None:
    """(hours,) what season and heat leave of a western link in the first state of the province; None without one.

    A hot spell in the west takes as much from it as from the others. Outages and rivers are drawn for each sample year.
    """
    if around.province is None:
        return None
    block = next((block for block in around.province.blocks if block.family == IMPORTS), None)
    if block is None:
        return None
    usual = float(states(city)[0]["import_factor"]) / around.province.import_factor
    return by_month(block.month_share * usual) * import_share(city, around.weather)


def _contracts(city: City, units: Sequence[Unit], around: Around) -> list[Limit]:
    hours = np.array([u.contract_hours for u in units])
    if not hours.any():
        return []
    energy = float(hours @ np.array([u.capacity_mw for u in units]))
    bound = (hours > 0).astype(np.float64)
    known = "province.gas_contract_share_jan_apr"
    follows = 0.0 if around.province is None else city.path("province.gas_load_share").at(around.year)
    if around.year != city.first_year or known not in city.parameters:
        return [Limit("gas-contract", bound, energy, np.inf, 0, HOURS_A_YEAR, follows)]
    early, end = city.value(known) * energy, month_hours(around.days, 4)[1]
    return [
        Limit("gas-contract-jan-apr", bound, early, np.inf, 0, end, follows),
        Limit("gas-contract-may-dec", bound, energy - early, np.inf, end, HOURS_A_YEAR, follows),
    ]


def _coal_cap(city: City, units: Sequence[Unit], cap_mt: float) -> list[Limit]:
    """Coal that the city's plants may burn in a year; binds through a shadow price on their cost."""
    if not np.isfinite(cap_mt):
        return []
    burns = [u.fuel == "coal" and u.county not in OUTSIDE for u in units]
    tonnes = np.array([_coal_t_per_mwh(city, u) if yes else 0.0 for u, yes in zip(units, burns, strict=True)])
    return [Limit("coal-cap", tonnes, 0.0, cap_mt * 1e6, 0, HOURS_A_YEAR)]


def _coal_t_per_mwh(city: City, unit: Unit) -> float:
    return GJ_PER_MWH / unit.efficiency / (city.value("fuel_factor.power_coal_utility.ncv") / 1000.0)


def no_buyers() -> Buyers:
    """Sales go through the province's node."""
    none = np.zeros(0)
    return Buyers((), none.astype(np.int64), none, none)


def base_share(
    city: City,
    around: Around,
    units: Sequence[Unit],
    stores: Sequence[Storage],
    grid: Grid,
    service: Mapping[str, float],
    ends: Mapping[str, float],
    start_h: float,
) -> Floats:
    """(rows, hours) weather, season and state, from the hour of service to the hour of retirement."""
    share = np.ones((grid.rows.total, HOURS_A_YEAR))
    in_heat = heat_shares(city, around.weather.temperature_c)
    blocks = {} if around.province is None else {b.key: i for i, b in enumerate(around.province.blocks)}
    for row, unit in enumerate(units):
        if unit.key in blocks:
            share[row] = around.block_share[blocks[unit.key]]
        elif unit.profile:
            share[row] = profile_share(city, around, unit)
        else:
            share[row] = left_by_heat(in_heat, unit)
    provincial = {} if around.province is None else {s.key: i for i, s in enumerate(around.province.stores)}
    first = grid.rows.stores.start
    for row, store in enumerate(stores):
        if store.key in provincial:
            share[first + row] = around.store_share[provincial[store.key]]
        elif store.technology == BATTERY and store.outage_class:
            share[first + row] = 1.0 - Process(*class_of(city, store.outage_class)).forced_outage_rate
        elif store.day_share:
            share[first + row] = np.tile(store.day_share, HOURS_A_YEAR // len(store.day_share))
    keys = (*grid.generators.key, *grid.stores.key)
    for row, key in enumerate(keys):
        share[row, : _hour(service.get(key, start_h), start_h)] = 0.0
        share[row, _hour(ends.get(key, np.inf), start_h) :] = 0.0
    return share


def _hour(hour: float, start_h: float) -> int:
    return int(np.clip(np.ceil(hour - start_h), 0, HOURS_A_YEAR))


def profile_share(city: City, around: Around, unit: Unit) -> Floats:
    """(hours,) output over capacity of a unit that follows weather or season, scaled to its mean where one is given."""
    if unit.profile == "hvdc":
        return import_limit(city, around)
    if unit.profile == "hydro":
        monthly = np.array([float(row["hydro_small_cf_est"]) for row in city.table("climate_monthly")])
        return hourly(monthly)
    factor = around.weather.factor(unit.profile, unit.county)
    if unit.mean_capacity_factor is None:
        return factor
    normal = normal_mean(city, unit.profile)
    return np.asarray(np.minimum(factor * unit.mean_capacity_factor / normal, 1.0))


def normal_mean(city: City, profile: str) -> float:
    """Mean capacity factor of a weather profile in a normal year."""
    mean: Floats = city.profiles.capacity_factor[profile][0]
    return float(np.average(mean.mean(axis=1), weights=HOURS_OF_MONTH))

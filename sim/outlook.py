"""What the market may pay in later years: typical days against the fleet that is expected then (MODEL_SPEC 2.2).

Made once a year for all owners, from the year just lived: twelve days, each the one nearest to its month's mean load,
with load grown by its trend, the province's fleet of the later year, the city's units that will stand then, and fuel
at the announced price. The price of an hour is the cost of the last MW times the scarcity markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dafeng.agents.view import Outlook
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.grid import Hours, Market
from dafeng.network.province import states
from dafeng.sim.assembly import Assembly, market
from dafeng.sim.rows import full_cost
from dafeng.sim.surroundings import PROVINCE, Around, province_of, units_of

AHEAD_YEARS = (2, 4, 7)
"""Years ahead that owners look: a battery or solar plant, a gas unit, a nuclear or pumped-hydro project."""
PROFILES = ("solar", "wind_onshore", "wind_offshore")
FULL_MARGIN, THIN_MARGIN = 0.15, 0.03
"""Hourly margins between which the markup rises (province_dispatch_rules)."""


def typical_hours(load_mw: Floats, month_of_hour: Ints) -> tuple[Ints, Floats]:
    """(288,) hours of the year of twelve typical days, and the hours each stands for."""
    days, day_month = load_mw.reshape(-1, DAY_H).mean(axis=1), month_of_hour[::DAY_H]
    chosen, weight = [], []
    for month in range(1, 13):
        of_month = np.flatnonzero(day_month == month)
        nearest = of_month[np.argmin(np.abs(days[of_month] - days[of_month].mean()))]
        chosen.append(np.arange(nearest * DAY_H, (nearest + 1) * DAY_H))
        weight.append(np.full(DAY_H, float(len(of_month))))
    return np.concatenate(chosen), np.concatenate(weight)


def outlooks(
    city: City,
    around: Around,
    assembly: Assembly,
    hours: Hours,
    share: Floats,
    loads_mwh: Mapping[int, float],
    peak_mw: float,
    coming: Mapping[str, float],
) -> tuple[Outlook, ...]:
    """Expected prices of later years; `loads_mwh` is the realised load by year, `coming` MW under way by technology."""
    at, weight = typical_hours(assembly.grid.load_mw.sum(axis=0), around.days.hour_month)
    growth = trend(loads_mwh)
    return tuple(
        Outlook(
            around.year + ahead,
            weight,
            _prices(city, around, assembly, hours, share, at, around.year + ahead, (1 + growth) ** ahead, coming),
            {profile: _mean_factor(around, profile)[at] for profile in PROFILES},
            peak_mw * (1 + growth) ** ahead,
        )
        for ahead in AHEAD_YEARS
    )


def trend(series: Mapping[int, float]) -> float:
    """Yearly growth by least squares on the logarithm of the last five years; 0 with fewer than two.

    >>> round(trend({2020: 100.0, 2021: 110.0}), 3)
    0.1
    """
    years = sorted(series)[-5:]
    if len(years) < 2:
        return 0.0
    slope = np.polyfit(np.array(years, dtype=np.float64), np.log([series[y] for y in years]), 1)[0]
    return float(np.expm1(slope))


def _mean_factor(around: Around, profile: str) -> Floats:
    return around.weather.factor(profile, PROVINCE)


def _prices(
    city: City,
    around: Around,
    assembly: Assembly,
    hours: Hours,
    share: Floats,
    at: Ints,
    year: int,
    growth: float,
    coming: Mapping[str, float],
) -> Floats:
    """(288,) expected market price."""
    load = _load(city, around, assembly, hours, at, year, growth)
    cost, available = _stack(city, around, assembly, hours, share, at, year)
    available = _with_coming(city, around, available, cost, at, coming)
    contracted = _contracted(assembly, hours, at, available)
    return stack_price(cost, available - contracted, load - contracted.sum(axis=0), market(city, year))


def _contracted(assembly: Assembly, hours: Hours, at: Ints, available: Floats) -> Floats:
    """(rows, 288) MW that contracts run whatever the price: of rows with one, what they gave in the year lived."""
    bound = np.array([unit.contract_hours > 0 for unit in assembly.units])
    return np.where(bound[:, None], np.minimum(hours.generation_mw[:, at], available), 0.0)


def _load(city: City, around: Around, assembly: Assembly, hours: Hours, at: Ints, year: int, growth: float) -> Floats:
    stores = (hours.charge_mw - hours.discharge_mw).sum(axis=0)[at]
    of_city = (assembly.grid.load_mw[assembly.in_city].sum(axis=0) + hours.flexible_mw.sum(axis=0))[at] * growth
    if assembly.province_row < 0:
        return np.asarray(of_city + stores)
    path = city.path("province.rest_of_province_twh")
    rest = assembly.grid.load_mw[assembly.province_row, at] * path.at(year) / path.at(around.year)
    return np.asarray(of_city + rest + stores)


def _stack(
    city: City, around: Around, assembly: Assembly, hours: Hours, share: Floats, at: Ints, year: int
) -> tuple[Floats, Floats]:
    """(rows,) full-load cost and (rows, 288) MW of every row in the later year."""
    g = assembly.grid.generators
    capacity = g.capacity_mw.copy()
    cost = g.cost_cny_per_mwh + g.no_load_cny_per_h / np.maximum(capacity, 1e-9)
    scheduled = np.isin(np.array(g.fuel), ("import",)) | np.isin(np.array(g.technology), ("hydro", "hvdc"))
    ratio = np.ones(len(capacity))
    if around.province is not None:
        later = _later_units(city, around, year)
        for row, key in enumerate(g.key):
            if key in later:
                ratio[row] = later[key][0] / max(capacity[row], 1e-9)
                cost[row] = later[key][1]
    available = np.where(scheduled[:, None], hours.generation_mw[:, at], share[: len(capacity), at] * capacity[:, None])
    return cost, available * ratio[:, None]


def _later_units(city: City, around: Around, year: int) -> dict[str, tuple[float, float]]:
    """Capacity and full-load cost of each block of the province in a later, normal year."""
    province = province_of(city, year, states(city)[0])
    units = units_of(city, replace(around, year=year, province=province))
    return {unit.key: (unit.capacity_mw, full_cost(unit)) for unit in units}


def _with_coming(
    city: City, around: Around, available: Floats, cost: Floats, at: Ints, coming: Mapping[str, float]
) -> Floats:
    """What is under way in the city joins the cheapest rows: sun and wind by their factor."""
    extra = np.zeros(len(at))
    for profile, technologies in (
        ("solar", ("pv_utility", "pv_rooftop")),
        ("wind_onshore", ("wind_onshore",)),
        ("wind_offshore", ("wind_offshore",)),
    ):
        extra += sum(coming.get(name, 0.0) for name in technologies) * _mean_factor(around, profile)[at]
    joined = available.copy()
    if len(cost):
        joined[int(np.argmin(cost))] += extra
    return joined


def stack_price(cost: Floats, available: Floats, load: Floats, rules: Market) -> Floats:
    """(hours,) cost of the last MW of a merit order times the scarcity markup, at most the cap.

    >>> market = Market(markup_low=1.0, markup_high=1.6, price_cap_cny_per_mwh=1500.0)
    >>> stack_price(np.array([100.0, 300.0]), np.array([[50.0], [80.0]]), np.array([60.0]), market).tolist()
    [300.0]
    """
    order = np.argsort(cost, kind="stable")
    total = np.cumsum(available[order], axis=0)
    last = np.minimum((total < load).sum(axis=0), len(cost) - 1)
    margin = total[-1] / np.maximum(load, 1e-9) - 1
    markup = np.interp(margin, (THIN_MARGIN, FULL_MARGIN), (rules.markup_high, rules.markup_low))
    return np.minimum(
        np.where(margin < 0, rules.price_cap_cny_per_mwh, cost[order][last] * markup), rules.price_cap_cny_per_mwh
    )

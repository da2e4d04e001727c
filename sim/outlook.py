"""What the market may pay in later years: typical days against the fleet that is expected then (MODEL_SPEC 2.2).

Made once a year for all owners, from the year just lived: twelve days, each the one nearest to its month's mean load,
with load grown by its trend, the province's fleet of the later year, the city's units and stores that will stand then,
and fuel at the announced price.

An hour's price is the one realised on that day, plus what a merit order says will change: its price in the later year
less its price in the year just lived. So what a merit order cannot see (commitment, budgets, the market's rules) stays
as it was lived, and an unchanged fleet is expected to earn what it has just earned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dafeng.agents.fleet_units import optional
from dafeng.agents.view import Outlook
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.grid import Hours
from dafeng.network.province import STORES, Block, states
from dafeng.network.province_paths import load_path
from dafeng.sim.assembly import Assembly, market
from dafeng.sim.merit_order import Pool, prices
from dafeng.sim.rows import full_cost
from dafeng.sim.surroundings import PROVINCE, Around, province_of, stores_of, units_of

AHEAD_YEARS = (2, 4, 7)
"""Years ahead that owners look: a battery or solar plant, a gas unit, a nuclear or pumped-hydro project."""
PROFILES = ("solar", "wind_onshore", "wind_offshore")
OF_PROFILE: Mapping[str, str] = {
    "pv_utility": "solar",
    "pv_rooftop": "solar",
    "wind_onshore": "wind_onshore",
    "wind_offshore": "wind_offshore",
}
"""Technologies that follow the weather, and their profile."""
BUDGETED = ("hydro", "hvdc")
"""Technologies that run by a budget of energy, like imports."""
PRICE_FLOOR = "province.prov_price_floor"


@dataclass(frozen=True, eq=False)
class Lived:
    """The year just lived, on its typical days."""

    city: City
    around: Around
    assembly: Assembly
    hours: Hours
    share: Floats
    """(rows, hours of the year) what of each row could run."""
    at: Ints
    """(288,) hours of the typical days."""

    @property
    def month(self) -> Ints:
        """(288,) place of each hour's month."""
        return np.asarray(self.around.days.hour_month[self.at] - 1)

    @cached_property
    def merit_price(self) -> Floats:
        """(288,) what a merit order says of the year lived; every later year is held against it."""
        return prices(pool(self, Then(self.around, 1.0, {})), market(self.city, self.around.year))


@dataclass(frozen=True, eq=False)
class Then:
    """A year to price: its surroundings, the city's load over that of the year lived, MW come by technology."""

    around: Around
    growth: float
    coming: Mapping[str, float]


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
    lived, growth = Lived(city, around, assembly, hours, share, at), trend(loads_mwh)
    return tuple(
        Outlook(
            around.year + ahead,
            weight,
            expected_prices(lived, Then(later(city, around, around.year + ahead), (1 + growth) ** ahead, coming)),
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


def later(city: City, around: Around, year: int) -> Around:
    """A later year with the same weather and a province in its normal state."""
    if around.province is None:
        return replace(around, year=year)
    return replace(around, year=year, province=province_of(city, year, states(city)[0]))


def expected_prices(lived: Lived, then: Then) -> Floats:
    """(288,) price as realised plus the change of the merit order's, between the market's floor and its cap."""
    rules = market(lived.city, then.around.year)
    change = prices(pool(lived, then), rules) - lived.merit_price
    realised = lived.hours.price_cny_per_mwh[lived.at]
    return np.clip(realised + change, optional(lived.city, PRICE_FLOOR), rules.price_cap_cny_per_mwh)


def pool(lived: Lived, then: Then) -> Pool:
    """The market of a year on the typical days; rows that contracts run have taken their part of the load."""
    g, load = lived.assembly.grid.generators, _load(lived, then)
    cost, could = _cost(lived, then), _could_run(lived, then)
    budgeted = np.array([unit.fuel == "import" or unit.technology in BUDGETED for unit in lived.assembly.units])
    available = np.where(budgeted[:, None], _budgeted(lived, then), could) + _come(lived, then, cost)
    contracted = _contracted(lived, available)
    follows = ~(g.is_free | budgeted)
    power, energy, efficiency = _stores(lived, then)
    return Pool(
        cost,
        available - contracted,
        (could + _come(lived, then, cost)).sum(axis=0) + power,
        load - contracted.sum(axis=0),
        load - available[~follows].sum(axis=0) - contracted.sum(axis=0),
        power,
        energy,
        efficiency,
    )


def _load(lived: Lived, then: Then) -> Floats:
    """(288,) load before stores: the city's by its growth, the province's by its path and its state."""
    grid, at, row = lived.assembly.grid, lived.at, lived.assembly.province_row
    of_city = grid.load_mw[lived.assembly.in_city].sum(axis=0) + lived.hours.flexible_mw.sum(axis=0)
    load = np.asarray(of_city[at] * then.growth)
    if row < 0 or then.around.province is None or lived.around.province is None:
        return load
    path, flat = lived.city.path("province.rest_of_province_twh"), np.ones(grid.hours)
    rest = grid.load_mw[row] * load_path(then.around.province, flat) / load_path(lived.around.province, flat)
    return np.asarray(load + rest[at] * path.at(then.around.year) / path.at(lived.around.year))


def _cost(lived: Lived, then: Then) -> Floats:
    """(rows,) cost at full load: blocks of the province with the fuel of the year, the city's as it was."""
    g = lived.assembly.grid.generators
    cost = g.cost_cny_per_mwh + g.no_load_cny_per_h / np.maximum(g.capacity_mw, 1e-9)
    if then.around.province is None:
        return cost
    of_block = {unit.key: full_cost(unit) for unit in units_of(lived.city, then.around)}
    return np.array([of_block.get(key, own) for key, own in zip(g.key, cost, strict=True)])


def _could_run(lived: Lived, then: Then) -> Floats:
    """(rows, 288) what could run if it had to: blocks by the capacity, season and fuel of the year."""
    g = lived.assembly.grid.generators
    ratio = _ratio(lived, then, lambda block: block.capacity_mw * block.month_share)
    return np.asarray(lived.share[: len(g.key), lived.at] * g.capacity_mw[:, None] * ratio)


def _budgeted(lived: Lived, then: Then) -> Floats:
    """(rows, 288) what was given, by the change of the month's energy; the link of the city by the state's rivers."""
    ratio = _ratio(lived, then, lambda block: np.zeros(12) if block.energy_mwh is None else block.energy_mwh)
    if then.around.province is not None and lived.around.province is not None:
        links = np.array([unit.profile == "hvdc" for unit in lived.assembly.units])
        ratio[links] = then.around.province.import_factor / lived.around.province.import_factor
    return np.asarray(lived.hours.generation_mw[:, lived.at] * ratio)


def _ratio(lived: Lived, then: Then, of: Callable[[Block], Floats]) -> Floats:
    """(rows, 288) a monthly quantity of each block over that of the year lived; 1 for all other rows."""
    keys = lived.assembly.grid.generators.key
    ratio = np.ones((len(keys), len(lived.at)))
    if then.around.province is None or lived.around.province is None:
        return ratio
    old, new = ({b.key: of(b) for b in a.blocks} for a in (lived.around.province, then.around.province))
    for row, key in enumerate(keys):
        if key in old:
            change = new.get(key, np.zeros(12)) / np.maximum(old[key], 1e-9)
            ratio[row] = change[lived.month]
    return ratio


def _contracted(lived: Lived, available: Floats) -> Floats:
    """(rows, 288) MW that contracts run whatever the price: of rows with one, what they gave in the year lived."""
    bound = np.array([unit.contract_hours > 0 for unit in lived.assembly.units])
    return np.where(bound[:, None], np.minimum(lived.hours.generation_mw[:, lived.at], available), 0.0)


def _come(lived: Lived, then: Then, cost: Floats) -> Floats:
    """(rows, 288) what is under way in the city, in a row of its kind or else the cheapest; stores in `_stores`."""
    come = np.zeros((len(cost), len(lived.at)))
    technology = lived.assembly.grid.generators.technology
    for name, mw in then.coming.items():
        if name in ("all", *STORES.values()) or not len(cost):
            continue
        row = technology.index(name) if name in technology else int(np.argmin(cost))
        weather = _mean_factor(lived.around, OF_PROFILE[name])[lived.at] if name in OF_PROFILE else 1.0
        come[row] += mw * weather
    return come


def _stores(lived: Lived, then: Then) -> tuple[Floats, float, float]:
    """(288,) power and the energy of all stores of the year, and the efficiency of their round trip."""
    grid, at = lived.assembly.grid, lived.at
    s, share = grid.stores, lived.share[grid.rows.stores, at]
    blocks = () if then.around.province is None else stores_of(lived.city, then.around)
    of_province = {store.key: store.power_mw for store in blocks}
    mw = np.array([of_province.get(key, own) for key, own in zip(s.key, s.discharge_mw, strict=True)])
    hours = s.energy_mwh / np.maximum(s.discharge_mw, 1e-9)
    come = {name: then.coming.get(name, 0.0) for name in STORES.values()}
    power = mw @ share + sum(come.values())
    energy = float(mw @ hours) + sum(x * lived.city.value(f"{name}.hours") for name, x in come.items() if x > 0.0)
    efficiency = float(np.average(s.efficiency_in * s.efficiency_out, weights=mw)) if mw.sum() > 0.0 else 1.0
    return np.asarray(power), energy, efficiency

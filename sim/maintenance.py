"""Planned maintenance: units of the pool as the province spreads coal's, then the city's own where it has most room.

The plan is made before the year: it knows the season's course of load less wind and sun, not the year's own hot weeks.
All units are placed by one rule, largest first: where what is out and the unit itself, over the room that there is for
it, are least in the mean of its weeks. Where no province spreads coal, every unit is the city's own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.schema import City
from dafeng.configs.units import WEEK_H, Floats
from dafeng.network.province import by_month
from dafeng.sim.assembly import Assembly
from dafeng.sim.availability import Window
from dafeng.sim.merge import WEATHER
from dafeng.sim.surroundings import has_province

WEEKS = 52
SEASON_WEEKS = 4
"""Weeks before and after a week that tell what its season lets expect."""
NO_ROOM = 1e-6
"""The share that stands for none, so that weeks without room are still told apart by what is out."""


def maintenance_windows(city: City, assembly: Assembly, dated: Sequence[Window] = ()) -> list[Window]:
    """One window a unit and year, largest units first, ties in row order; none that the unit's dated facts leave moot.

    The room is, for units of the pool, the share of coal that the province has out; the city's own units stand on its
    expected load and what it lacks of the pool's, which the island has to do without.
    """
    units = [
        (row, unit)
        for row, unit in enumerate(assembly.units)
        if unit.maintenance_weeks >= 0.5 and not unit.is_block and not unit.profile
    ]
    spread = spread_of_province(city)
    pooled = [item for item in units if spread is not None and (item[1].shares_hours or item[1].is_provincial)]
    own = [item for item in units if item not in pooled]
    planned = [] if spread is None else _placed(pooled, np.zeros(WEEKS), np.maximum(spread, NO_ROOM), dated)
    lacking = [one for one in (*planned, *dated) if not assembly.units[one.row].is_provincial]
    burden = expected_peaks(residual_mw(assembly)) + out_mw(lacking, assembly)
    return planned + _placed(own, burden, np.ones(WEEKS), dated)


def _placed(units: Sequence[tuple[int, Unit]], burden: Floats, room: Floats, dated: Sequence[Window]) -> list[Window]:
    """Windows placed one after another where burden, what is out and the unit itself, over the room, are least.

    The unit counts: a week with room for nothing is not as good as one that has room and is full.
    """
    out = burden.copy()
    windows = []
    for row, unit in sorted(units, key=lambda item: (-item[1].capacity_mw, item[0])):
        weeks, facts = max(1, round(unit.maintenance_weeks)), [fact for fact in dated if fact.row == row]
        if any(fact.share <= 0.0 and fact.end - fact.start >= weeks * WEEK_H for fact in facts):
            continue  # it is out for as long anyway, and all is done that is due
        first = best_start((out + unit.capacity_mw) / room, weeks)
        window = Window(row, first * WEEK_H, (first + weeks) * WEEK_H, 0.0, 0, "maintenance")
        out[first : first + weeks] += unit.capacity_mw
        if not any(fact.start < window.end and window.start < fact.end for fact in facts):
            windows.append(window)  # else the facts tell what the unit gave, maintenance and all
    return windows


def out_mw(windows: Sequence[Window], assembly: Assembly) -> Floats:
    """(52,) MW that windows take out, in the mean of each week."""
    out = np.zeros(WEEKS * WEEK_H)
    for window in windows:
        out[window.start : window.end] += assembly.units[window.row].capacity_mw * (1.0 - window.share)
    return np.asarray(out.reshape(WEEKS, WEEK_H).mean(axis=1))


def spread_of_province(city: City) -> Floats | None:
    """(52,) share of coal that the province has in maintenance; None where the city has no province to spread it."""
    shares = {
        int(row["month"]): float(row["value"])
        for row in city.table("province_availability")
        if row["technology"] == "coal" and row["parameter"] == "maintenance_share"
    }
    if not shares or not has_province(city):
        return None
    hourly = by_month(np.array([shares[month] for month in range(1, 13)]))
    return np.asarray(hourly[: WEEKS * WEEK_H].reshape(WEEKS, WEEK_H).mean(axis=1))


def residual_mw(assembly: Assembly) -> Floats:
    """(hours,) load of the city less its wind and sun."""
    load = assembly.grid.load_mw[assembly.in_city].sum(axis=0)
    rows = [row for row, u in enumerate(assembly.units) if u.profile in WEATHER and not u.is_block]
    output = np.array([assembly.units[row].capacity_mw for row in rows]) @ assembly.base_share[rows] if rows else 0.0
    return np.asarray(load - output)


def expected_peaks(load_mw: Floats) -> Floats:
    """(52,) weekly peaks as the season lets expect them: the mean of the weeks around, the year taken as a ring.

    >>> expected_peaks(np.repeat(np.arange(365.0) // 7 == 10, 24) * 90.0)[5:8].tolist()
    [0.0, 10.0, 10.0]
    """
    peaks = weekly_peaks(load_mw)
    around = [np.roll(peaks, shift) for shift in range(-SEASON_WEEKS, SEASON_WEEKS + 1)]
    return np.asarray(np.mean(around, axis=0))


def weekly_peaks(load_mw: Floats) -> Floats:
    """(52,) highest load of each week."""
    return np.asarray(load_mw[: WEEKS * WEEK_H].reshape(WEEKS, WEEK_H).max(axis=1))


def best_start(burden: Floats, weeks: int) -> int:
    """First week of the run of weeks whose burden is least in all.

    >>> best_start(np.array([5.0, 1.0, 1.0, 9.0]), 2)
    1
    """
    runs = np.lib.stride_tricks.sliding_window_view(burden, weeks)
    return int(np.argmin(runs.sum(axis=1)))

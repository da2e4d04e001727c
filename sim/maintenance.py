"""Planned maintenance: city units where the season leaves most room, units of the pool as the province spreads them.

The plan is made before the year: it knows the season's course of load less wind and sun, not the year's own hot weeks.
Where no province spreads coal, every unit is the city's own: all are placed one after another, each seeing what is out.
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


def maintenance_windows(city: City, assembly: Assembly, exempt: frozenset[int] = frozenset()) -> list[Window]:
    """One window a unit and year, largest units first, ties in row order; rows in `exempt` have dated facts instead."""
    units = [
        (row, unit)
        for row, unit in enumerate(assembly.units)
        if unit.maintenance_weeks >= 0.5 and not unit.is_block and not unit.profile and row not in exempt
    ]
    spread = spread_of_province(city)
    pooled = [item for item in units if spread is not None and (item[1].shares_hours or item[1].is_provincial)]
    own = [item for item in units if item not in pooled]
    planned = _placed(own, expected_peaks(residual_mw(assembly)))
    return planned if spread is None else planned + _placed(pooled, -allowed_out(spread, [u for _, u in pooled]))


def _placed(units: Sequence[tuple[int, Unit]], burden: Floats) -> list[Window]:
    """Windows placed one after another where burden and what is already out are least."""
    out = np.zeros(WEEKS)
    windows = []
    for row, unit in sorted(units, key=lambda item: (-item[1].capacity_mw, item[0])):
        weeks = max(1, round(unit.maintenance_weeks))
        first = best_start(burden + out, weeks)
        out[first : first + weeks] += unit.capacity_mw
        windows.append(Window(row, first * WEEK_H, (first + weeks) * WEEK_H, 0.0, 0, "maintenance"))
    return windows


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


def allowed_out(spread: Floats, units: Sequence[Unit]) -> Floats:
    """(52,) MW that the province's spread of coal maintenance would have out, scaled to what these units need."""
    needed = sum(unit.capacity_mw * max(1, round(unit.maintenance_weeks)) for unit in units)
    return np.asarray(spread / spread.sum() * needed)


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
    """First week of the run of weeks whose highest burden is least.

    >>> best_start(np.array([5.0, 1.0, 1.0, 9.0]), 2)
    1
    """
    runs = np.lib.stride_tricks.sliding_window_view(burden, weeks)
    return int(np.argmin(runs.max(axis=1) + 1e-9 * runs.sum(axis=1)))

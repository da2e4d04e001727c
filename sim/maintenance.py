"""Planned maintenance: the operator places each unit's weeks where load and what is already out leave most room."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import WEEK_H, Floats
from dafeng.sim.assembly import Assembly
from dafeng.sim.availability import Window

WEEKS = 52


def maintenance_windows(assembly: Assembly, exempt: frozenset[int] = frozenset()) -> list[Window]:
    """One window a unit and year, largest units first, ties in row order; rows in `exempt` have dated facts instead."""
    load = weekly_peaks(assembly.grid.load_mw[assembly.in_city].sum(axis=0))
    out = np.zeros(WEEKS)
    units = [
        (row, u)
        for row, u in enumerate(assembly.units)
        if u.maintenance_weeks >= 0.5 and not u.is_block and not u.profile and row not in exempt
    ]
    windows = []
    for row, unit in sorted(units, key=lambda item: (-item[1].capacity_mw, item[0])):
        weeks = max(1, round(unit.maintenance_weeks))
        first = best_start(load + out, weeks)
        out[first : first + weeks] += unit.capacity_mw
        windows.append(Window(row, first * WEEK_H, (first + weeks) * WEEK_H, 0.0, 0, "maintenance"))
    return windows


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

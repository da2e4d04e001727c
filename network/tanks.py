"""All stores and flexible loads of a window, placed one after another by their water value.

Stores of the province come first, largest first; what is then missing is the shortage S. The city's own measures
follow and see it as they must: phi x S at the value of lost load, the rest of S at the price cap (MODEL_SPEC 7.8 a).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.curve import Curve
from dafeng.network.store import Pieces, Tank, operate, step_room, value_room

CHARGE, DISCHARGE, LEVEL = 0, 1, 2
"""Rows of what a tank did: MW drawn, MW given, MWh held after each hour."""


class Tanks(NamedTuple):
    """(n, …) stores, then flexible loads, of a window in the order in which they are placed."""

    charge_mw: Floats
    """(n, hours)."""
    discharge_mw: Floats
    low_mwh: Floats
    """(n, hours + 1)."""
    high_mwh: Floats
    usual_mw: Floats
    """(n, hours) draw that the need already holds before the tank is placed."""
    efficiency_in: Floats
    efficiency_out: Floats
    wear: Floats
    draw_cost: Floats
    start_mwh: Floats
    is_city: Bools


class Ends(NamedTuple):
    """(n, pieces) worth of energy at the end of a window."""

    worth: Floats
    width: Floats


def worth_cny(ends: Ends, level_mwh: Floats) -> float:
    """Worth of what the first tanks hold at the end of a window, (tanks,) above the least that they must.

    >>> worth_cny(Ends(np.array([[5.0, 2.0]]), np.array([[10.0, 10.0]])), np.array([12.0]))
    54.0
    """
    worth, width = (values[: len(level_mwh)] for values in ends)
    below = np.cumsum(width, axis=1) - width
    return float((np.clip(level_mwh[:, None] - below, 0.0, width) * worth).sum())


class Marks(NamedTuple):
    """Values kept on the way: (marks,) hours and (n, marks, pieces) worth and width."""

    at: Ints
    worth: Floats
    width: Floats


@compiled
def place(
    curve: Curve, tanks: Tanks, ends: Ends, marks: Marks, phi: float, idle: Floats, shortage: Floats, ceiling: Floats,
    out: Floats,
) -> None:
    """One sweep over all tanks; each sees the need that the others leave.

    `out` (n, 3, hours) holds what they did so far and is replaced. `idle` (hours,) is what units could give that are
    off because they were not needed. `shortage` (hours,) holds a shortage given from outside (0 without) and returns
    the one that the city meets; `ceiling` returns the room above must-take if cut.
    """
    hours = curve.need_mw.size
    value, steps = value_room(hours, curve.cost.size, ends.worth.shape[1]), step_room(curve)
    near = np.zeros(hours, np.int64)
    _sweep(curve, tanks, ends, marks, phi, idle, shortage, ceiling, out, value, steps, near)


@bare
def _sweep(
    curve: Curve, tanks: Tanks, ends: Ends, marks: Marks, phi: float, idle: Floats, shortage: Floats, ceiling: Floats,
    out: Floats, value: Pieces, steps: Pieces, near: Ints,
) -> None:
    """The same, with memory made before."""
    is_met = False
    for s in range(tanks.charge_mw.shape[0]):
        if tanks.is_city[s] and not is_met:
            meet_shortage(curve, tanks, phi, idle, shortage, ceiling, out)
            is_met = True
        for h in range(near.size):
            curve.need_mw[h] -= out[s, CHARGE, h] - out[s, DISCHARGE, h]
        tank = Tank(
            tanks.charge_mw[s], tanks.discharge_mw[s], tanks.low_mwh[s], tanks.high_mwh[s], tanks.efficiency_in[s],
            tanks.efficiency_out[s], tanks.wear[s], tanks.draw_cost[s],
        )
        operate(curve, tank, value, steps, near, tanks.start_mwh[s], ends.worth[s], ends.width[s], out[s])
        _mark(marks, value, s)
    if not is_met:
        meet_shortage(curve, tanks, phi, idle, shortage, ceiling, out)


@inlined
def _mark(marks: Marks, value: Pieces, s: int) -> None:
    """Keep the values of a tank at the marks."""
    for m in range(marks.at.size):
        first, kept = value.first[marks.at[m]], value.number[marks.at[m]]
        for k in range(kept):
            marks.worth[s, m, k], marks.width[s, m, k] = value.worth[first + k], value.width[first + k]
        for k in range(kept, marks.width.shape[2]):
            marks.width[s, m, k] = 0.0


@bare
def meet_shortage(
    curve: Curve, tanks: Tanks, phi: float, idle: Floats, shortage: Floats, ceiling: Floats, out: Floats
) -> None:
    """Find the shortage before the city's measures and set from which need on the city itself goes short."""
    steps = curve.cost.size
    for h in range(shortage.size):
        need = curve.need_mw[h]
        for s in range(tanks.is_city.size):
            if tanks.is_city[s]:
                need += out[s, DISCHARGE, h] - out[s, CHARGE, h] + tanks.usual_mw[s, h]
        total = curve.top_mw[h, steps - 1] if steps else 0.0
        if shortage[h] > max(0.0, need - total - idle[h]):
            ceiling[h] = need - shortage[h]
            for k in range(steps):
                curve.top_mw[h, k] = max(0.0, min(curve.top_mw[h, k], ceiling[h]))
            total = max(0.0, min(total, ceiling[h]))
        else:
            shortage[h] = max(0.0, need - total - idle[h])
        curve.bound_mw[h] = max(total, need - phi * shortage[h])

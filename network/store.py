"""The best use of one store against the supply curve of every hour, by the water value of what it holds.

The value of stored energy is concave and piecewise linear, so it is a list of (worth, width) pieces in descending
worth over [low, high]. One hour back adds the hour's own steps (charging at cost / efficiency, discharging at
(cost - wear) x efficiency): the sum over the best split is the merger of both lists by worth, cut to the bounds of
the level (infimal convolution). This is the exact optimum of one store, not an approximation (MODEL_SPEC 6.9, 6.13 i).

A flexible load is a store that only charges: its level is the energy drawn so far, its bounds are the least and most
that must have been drawn, its efficiency is 1 and its charging costs `draw_cost`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled
from dafeng.network.curve import ABOVE_STEPS, Curve, Steps, walk

OUT_OF_REACH = 1e9
"""CNY/MWh: worth of energy that is owed but cannot be drawn in time, above any value of lost load."""


class Tank(NamedTuple):
    """One store or flexible load over a window."""

    charge_mw: Floats
    """(hours,) most it can draw."""
    discharge_mw: Floats
    low_mwh: Floats
    """(hours + 1,) bounds of the level before the first and after each hour."""
    high_mwh: Floats
    efficiency_in: float
    efficiency_out: float
    wear: float
    draw_cost: float


class Value(NamedTuple):
    """Worth of stored energy before the first and after each hour: (hours + 1, pieces) and their number."""

    worth: Floats
    width: Floats
    pieces: Ints


@compiled
def value_room(hours: int, steps: int, end_pieces: int) -> Value:
    """Memory for the value of a window; worths are distinct, so pieces are bounded by the steps of the curve."""
    room = 2 * (steps + ABOVE_STEPS) + end_pieces + 3
    return Value(np.empty((hours + 1, room)), np.empty((hours + 1, room)), np.zeros(hours + 1, np.int64))


@compiled
def step_room(curve: Curve) -> Steps:
    """Memory for the steps of one hour."""
    room = 2 * (curve.cost.size + ABOVE_STEPS)
    return Steps(np.empty(room), np.empty(room))


@compiled
def hour_steps(curve: Curve, tank: Tank, h: int, steps: Steps) -> int:
    """What the hour offers the store, from full charging to full discharging; their number."""
    need = curve.need_mw[h]
    n = walk(curve, h, need + tank.charge_mw[h], need, 1.0 / tank.efficiency_in, -tank.draw_cost, steps, 0)
    if tank.discharge_mw[h] > 0.0:
        n = walk(curve, h, need, need - tank.discharge_mw[h], tank.efficiency_out, tank.wear, steps, n)
    return n


@compiled
def _add(value: Value, t: int, worth: float, width: float) -> None:
    """One more piece of a value, joined to the one before if it is worth the same."""
    n = value.pieces[t]
    if width <= 0.0:
        return
    if n > 0 and (value.worth[t, n - 1] == worth or n == value.worth.shape[1]):
        value.width[t, n - 1] += width
        return
    value.worth[t, n] = worth
    value.width[t, n] = width
    value.pieces[t] = n + 1


@compiled
def set_end(value: Value, tank: Tank, worth: Floats, width: Floats) -> None:
    """The value after the last hour, stretched over the bounds of the level there."""
    t = value.pieces.size - 1
    value.pieces[t] = 0
    span, given = tank.high_mwh[t] - tank.low_mwh[t], width.sum()
    if given <= 0.0:
        _add(value, t, 0.0, span)
        return
    for k in range(worth.size):
        _add(value, t, worth[k], width[k] * span / given)


@compiled
def _merge(value: Value, t: int, steps: Steps, n: int, skip: float, keep: float) -> None:
    """The value before an hour: pieces after it and steps of it by worth, less the first `skip`, `keep` MWh wide."""
    value.pieces[t] = 0
    if skip < 0.0:
        _add(value, t, OUT_OF_REACH, min(-skip, keep))
        keep -= min(-skip, keep)
        skip = 0.0
    i, j = 0, 0
    while keep > 0.0 and (i < n or j < value.pieces[t + 1]):
        if j == value.pieces[t + 1] or (i < n and steps.worth[i] >= value.worth[t + 1, j]):
            worth, width = steps.worth[i], steps.width[i]
            i += 1
        else:
            worth, width = value.worth[t + 1, j], value.width[t + 1, j]
            j += 1
        cut = min(skip, width)
        skip -= cut
        width = min(width - cut, keep)
        keep -= width
        _add(value, t, worth, width)
    _add(value, t, -OUT_OF_REACH, keep)


@compiled
def backward(curve: Curve, tank: Tank, value: Value, steps: Steps) -> None:
    """The value of stored energy before every hour, from the one after the last."""
    for t in range(value.pieces.size - 2, -1, -1):
        n = hour_steps(curve, tank, t, steps)
        reach = tank.low_mwh[t + 1] - tank.charge_mw[t] * tank.efficiency_in
        _merge(value, t, steps, n, tank.low_mwh[t] - reach, tank.high_mwh[t] - tank.low_mwh[t])


@compiled
def _taken(value: Value, t: int, steps: Steps, n: int, position: float, charging: float) -> float:
    """How much of an hour's steps lies within the first `position` MWh of the merger; equal worths move least."""
    taken, i, j = 0.0, 0, 0
    while position > 0.0 and i < n:
        tied = j < value.pieces[t] and steps.worth[i] == value.worth[t, j]
        first = j == value.pieces[t] or steps.worth[i] > value.worth[t, j] or (tied and taken < charging)
        if first:
            part = min(steps.width[i], position)
            if tied and taken + part > charging:
                part = min(part, charging - taken)
                steps.width[i] -= part
                i -= 1
            taken += part
            i += 1
        else:
            part = min(value.width[t, j], position)
            j += 1
        position -= part
    return taken


@compiled
def forward(curve: Curve, tank: Tank, value: Value, steps: Steps, start: float, out: Floats) -> None:
    """Run the store by its value; `out` rows: charge MW, discharge MW, level after each hour. Moves the need."""
    level = start
    for t in range(value.pieces.size - 1):
        n = hour_steps(curve, tank, t, steps)
        charging = tank.charge_mw[t] * tank.efficiency_in
        taken = _taken(value, t + 1, steps, n, level - (tank.low_mwh[t + 1] - charging), charging)
        drawn = taken - charging
        after = min(max(level - drawn, min(tank.low_mwh[t + 1], level)), max(tank.high_mwh[t + 1], level))
        drawn = level - after
        out[0, t] = max(0.0, -drawn) / tank.efficiency_in
        out[1, t] = max(0.0, drawn) * tank.efficiency_out
        level = after
        out[2, t] = level
        curve.need_mw[t] += out[0, t] - out[1, t]


@compiled
def operate(
    curve: Curve, tank: Tank, value: Value, steps: Steps, start: float, end_worth: Floats, end_width: Floats,
    out: Floats,
) -> None:
    """Value a store over a window and run it forward from its level."""
    set_end(value, tank, end_worth, end_width)
    backward(curve, tank, value, steps)
    forward(curve, tank, value, steps, start, out)

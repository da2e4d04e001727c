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
from dafeng.network.compiled import compiled, inlined
from dafeng.network.curve import ABOVE_STEPS, Above, Curve, walk

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


class Pieces(NamedTuple):
    """Lists of (worth, width) of many hours, one behind the other: number[h] pieces of hour h from first[h] on.

    Of the value: worth of stored energy before the first and after each hour. Of the steps: what each hour offers a
    store, from full charging to full discharging. Both in descending worth.
    """

    worth: Floats
    width: Floats
    first: Ints
    number: Ints


@compiled
def room_for(hours: int, most: int) -> Pieces:
    """Memory for lists of at most so many pieces; what is not written is never touched."""
    flat = hours * most
    return Pieces(np.empty(flat), np.empty(flat), np.zeros(hours, np.int64), np.zeros(hours, np.int64))


@compiled
def most_pieces(steps: int, end_pieces: int) -> int:
    """Most pieces of a value: worths are distinct, so the steps of the curve bound them."""
    return 2 * (steps + ABOVE_STEPS) + end_pieces + 3


@inlined
def value_room(hours: int, steps: int, end_pieces: int) -> Pieces:
    """Memory for the value of a window."""
    return room_for(hours + 1, most_pieces(steps, end_pieces))


@inlined
def step_room(curve: Curve) -> Pieces:
    """Memory for the steps of all hours."""
    return room_for(curve.need_mw.size, 2 * (curve.cost.size + ABOVE_STEPS))


@inlined
def hour_steps(curve: Curve, tank: Tank, steps: Pieces, near: Ints) -> None:
    """What the hours offer the store; `near` (hours,) is a step of the curve near the need, and is moved there."""
    tops, cost, needs, bound, cap, voll = curve
    charge, discharge = tank.charge_mw, tank.discharge_mw
    worth, width, first, number = steps
    n = 0
    for h in range(needs.size):
        need, top, first[h] = needs[h], tops[h], n
        above = Above(bound[h], cap, voll)
        if charge[h] > 0.0:
            rate = 1.0 / tank.efficiency_in
            n, near[h] = walk(
                top, cost, above, need + charge[h], need, rate, -tank.draw_cost, worth, width, n, near[h]
            )
        if discharge[h] > 0.0:
            n, _ = walk(
                top, cost, above, need, need - discharge[h], tank.efficiency_out, tank.wear, worth, width, n, near[h]
            )
        number[h] = n - first[h]


@inlined
def set_end(value: Pieces, tank: Tank, worth: Floats, width: Floats) -> None:
    """The value after the last hour, stretched over the bounds of the level there."""
    t, given = value.number.size - 1, width.sum()
    span, n = tank.high_mwh[t] - tank.low_mwh[t], 0
    if given <= 0.0 and span > 0.0:
        value.worth[0], value.width[0], n = 0.0, span, 1
    for k in range(worth.size):
        if given > 0.0 and width[k] > 0.0 and span > 0.0:
            value.worth[n], value.width[n] = worth[k], width[k] * span / given
            n += 1
    value.first[t], value.number[t] = 0, n


@inlined
def _merge(
    worth: Floats, width: Floats, step_worth: Floats, step_width: Floats, skip: float, keep: float,
    out_worth: Floats, out_width: Floats,
) -> int:
    """The value before an hour: pieces after it and steps of it by worth, less the first `skip`, `keep` MWh wide.

    Pieces of equal worth are joined; the number of pieces is returned. Plain arrays: the innermost loop.
    """
    n, i, j, pieces, number = 0, 0, 0, worth.size, step_worth.size
    if skip < 0.0:
        out_worth[0], out_width[0] = OUT_OF_REACH, min(-skip, keep)
        keep -= out_width[0]
        n, skip = 1 if out_width[0] > 0.0 else 0, 0.0
    while keep > 0.0 and (i < number or j < pieces):
        if j == pieces or (i < number and step_worth[i] >= worth[j]):
            at, wide = step_worth[i], step_width[i]
            i += 1
        else:
            at, wide = worth[j], width[j]
            j += 1
        if wide <= skip:
            skip -= wide
            continue
        wide = min(wide - skip, keep)
        keep -= wide
        skip = 0.0
        if n > 0 and out_worth[n - 1] == at:
            out_width[n - 1] += wide
        else:
            out_worth[n], out_width[n] = at, wide
            n += 1
    if keep > 0.0:
        out_worth[n], out_width[n] = -OUT_OF_REACH, keep
        n += 1
    return n


@inlined
def backward(tank: Tank, value: Pieces, steps: Pieces) -> None:
    """The value of stored energy before every hour, from the one after the last."""
    low, high, charge = tank.low_mwh, tank.high_mwh, tank.charge_mw
    worth, width, first, number = value
    step_worth, step_width, step_first, step_number = steps
    for t in range(number.size - 2, -1, -1):
        skip = low[t] - (low[t + 1] - charge[t] * tank.efficiency_in)
        after, here, step = first[t + 1], first[t + 1] + number[t + 1], step_first[t]
        first[t] = here
        number[t] = _merge(
            worth[after:here], width[after:here], step_worth[step : step + step_number[t]],
            step_width[step : step + step_number[t]], skip, high[t] - low[t], worth[here:], width[here:],
        )


@inlined
def _taken(
    worth: Floats, width: Floats, step_worth: Floats, step_width: Floats, position: float, charging: float
) -> float:
    """How much of an hour's steps lies within the first `position` MWh of the merger; equal worths move least."""
    taken, i, j, pieces, number = 0.0, 0, 0, worth.size, step_worth.size
    while position > 0.0 and i < number:
        is_tied = j < pieces and step_worth[i] == worth[j]
        if j == pieces or step_worth[i] > worth[j] or (is_tied and taken < charging):
            part = min(step_width[i], position)
            if is_tied and taken + part > charging:
                part = min(part, charging - taken)
                step_width[i] -= part
            else:
                i += 1
            taken += part
        else:
            part = min(width[j], position)
            j += 1
        position -= part
    return taken


@inlined
def forward(curve: Curve, tank: Tank, value: Pieces, steps: Pieces, start: float, out: Floats) -> None:
    """Run the store by its value; `out` rows: charge MW, discharge MW, level after each hour. Moves the need."""
    level = start
    worth, width, first, number = value
    step_worth, step_width, step_first, step_number = steps
    for t in range(number.size - 1):
        charging, low, high = tank.charge_mw[t] * tank.efficiency_in, tank.low_mwh[t + 1], tank.high_mwh[t + 1]
        a, b, c, d = first[t + 1], first[t + 1] + number[t + 1], step_first[t], step_first[t] + step_number[t]
        position = level - (low - charging)
        taken = _taken(worth[a:b], width[a:b], step_worth[c:d], step_width[c:d], position, charging)
        after = min(max(level - (taken - charging), min(low, level)), max(high, level))
        out[0, t] = max(0.0, after - level) / tank.efficiency_in
        out[1, t] = max(0.0, level - after) * tank.efficiency_out
        level = after
        out[2, t] = level
        curve.need_mw[t] += out[0, t] - out[1, t]


@inlined
def operate(
    curve: Curve, tank: Tank, value: Pieces, steps: Pieces, near: Ints, start: float, end_worth: Floats,
    end_width: Floats, out: Floats,
) -> None:
    """Value a store over a window and run it forward from its level."""
    hour_steps(curve, tank, steps, near)
    set_end(value, tank, end_worth, end_width)
    backward(tank, value, steps)
    forward(curve, tank, value, steps, start, out)

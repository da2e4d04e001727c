"""Numbers of stores and flexible loads in a window's programme: power, levels, the worth of what is held at its end."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.gather import level_bounds
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_shape import Shape
from dafeng.network.tanks import Ends


def hold_tanks(shape: Shape, facts: Facts, made: Values) -> None:
    """Stores and flexible loads (6.9): power, levels and the worth of what is held at the end."""
    task, grid, rest, n = facts.task, facts.task.frame.grid, facts.rest, len(facts.task.frame.grid.stores.key)
    share = task.share[:, task.hours]
    store_share, draw = share[grid.rows.stores], grid.flexible.power_mw[:, task.hours] * share[grid.rows.flexible]
    charge = np.concatenate([grid.stores.charge_mw[:, None] * store_share, draw])
    low, high = level_bounds(task.frame, task.window, task.start, task.firm)
    start = np.concatenate([np.clip(task.start.stored_mwh, 0.0, grid.stores.energy_mwh), task.start.drawn_mwh])
    low, high = _in_reach(low, high, draw, start, n)
    asset, together = shape.slots.asset, facts.tanks.together
    begun, out = together(start), together(grid.stores.discharge_mw[:, None] * store_share)
    made.bound(shape.charge, 0.0, together(charge), rest)
    made.bound(shape.discharge, 0.0, out[: shape.slots.stores], rest)
    made.bound(shape.level, begun[:, None], begun[:, None])
    made.bound(shape.level, together(low)[:, 1:], together(high)[:, 1:], rest)
    made.price(shape.charge, np.concatenate([np.zeros(n), grid.flexible.cost_cny_per_mwh])[asset][:, None])
    made.price(shape.discharge, grid.stores.wear_cny_per_mwh[asset[: shape.slots.stores]][:, None])
    cycles = np.flatnonzero(facts.options.cycles)
    begun[cycles] = 0.0  # the level before the first hour is that of the last one, a column
    made.row_lower[shape.levels.at()[:, 0]] = made.row_upper[shape.levels.at()[:, 0]] = begun
    if facts.pins_mwh is not None:
        worth, width = np.zeros((len(low), shape.piece.width)), np.zeros((len(low), shape.piece.width))
    else:
        worth, width = _end_pieces(task.ends, high[:, -1] - low[:, -1], shape.piece.width)
    worth[cycles] = 0.0
    _pin(facts, low[:, -1], high[:, -1], worth, width)
    made.bound(shape.piece, 0.0, together(width))
    made.price(shape.piece, -facts.tanks.common(worth))
    made.require(shape.ends, together(low)[:, -1:], together(low)[:, -1:])


def _pin(facts: Facts, low: Floats, high: Floats, worth: Floats, width: Floats) -> None:
    """Where a level is given for the end, energy below it is owed and energy above it worth nothing, at any price."""
    pins, dear = facts.pins_mwh, 2.0 * facts.task.frame.grid.voll_cny_per_mwh
    if facts.options.pinned_mwh is not None:
        pins = np.full(len(low), np.nan)
        pins[: len(facts.options.pinned_mwh)] = facts.options.pinned_mwh
    if pins is None:
        return
    for row in np.flatnonzero(~np.isnan(pins)).tolist():
        at = min(max(float(pins[row]), low[row]), high[row])
        worth[row], width[row] = 0.0, 0.0
        worth[row, :2], width[row, :2] = (dear, -dear), (at - low[row], high[row] - at)


def _in_reach(low: Floats, high: Floats, draw: Floats, start: Floats, stores: int) -> tuple[Floats, Floats]:
    """Bounds of levels that can be kept: a flexible load owes no more than it can draw and gives nothing back."""
    low, high = low.copy(), high.copy()
    for row in range(stores, len(low)):
        most = np.concatenate([[start[row]], start[row] + np.cumsum(draw[row - stores])])
        low[row] = np.minimum(low[row], most)
        high[row] = np.maximum(high[row], np.maximum.accumulate(np.maximum(low[row], start[row])))
    return low, high


def _end_pieces(ends: Ends, span: Floats, pieces: int) -> tuple[Floats, Floats]:
    """(tanks, pieces) worth and width of what is held at the end: equal steps of the worth's integral."""
    worth, width = np.zeros((len(span), pieces)), np.repeat(span[:, None] / pieces, pieces, axis=1)
    for row in range(len(span)):
        until = np.concatenate([[0.0], np.cumsum(ends.width[row])])
        if until[-1] > 0.0 and span[row] > 0.0:
            total = np.concatenate([[0.0], np.cumsum(ends.width[row] * ends.worth[row])])
            at = np.linspace(0.0, until[-1], pieces + 1)
            worth[row] = np.diff(np.interp(at, until, total)) / (until[-1] / pieces)
    return worth, width

"""Ramps of units in a window's programme: written when a solution violates them (MODEL_SPEC 6.6).

Between two hours in both of which a unit runs in full it moves by its ramp R at most; at a start or stop by its
minimum or its ramp, whichever is more. What a unit owes, or cannot give, in an hour goes before its ramp.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_movers import Movers, movers_of
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_solver import Solver
from dafeng.network.ramps import reach

OVER_MW = 1e-5
BESIDE_H = 12
"""Hours before and after a violated ramp in which that unit's ramps are written with it: a swing spans hours."""
UP, DOWN, FROM_OFF = 0, 1, 2
"""A ramp upwards, one downwards, and that what starts was off: y <= 1 - u before it, without which y widens a ramp."""


def renew_ramps(solver: Solver, facts: Facts, values: Values) -> None:
    """Right-hand sides of ramps written in earlier windows; hours that keep their place keep theirs."""
    if not solver.written.ramps:
        return
    keys, rows = np.array(list(solver.written.ramps)), np.array(list(solver.written.ramps.values()))
    if values.lived is not None:
        now = keys[:, 1] >= facts.rest
        keys, rows = keys[now], rows[now]
    room = _sides(solver.shape, movers_of(solver.shape, facts), facts, values, keys)
    solver.require(rows, np.full(len(room), -np.inf), room)


def write_ramps(solver: Solver, facts: Facts, values: Values, columns: Floats) -> bool:
    """Write the ramps that a solution violates; whether there were any."""
    shape, movers = solver.shape, movers_of(solver.shape, facts)
    if not movers.is_ramped.any():
        return False
    keys = _violated(solver, movers, facts, values, columns)
    if not len(keys):
        return False
    from_off = {(unit, hour, FROM_OFF) for unit, hour, _ in keys[movers.switched[keys[:, 0]] >= 0].tolist()}
    keys = np.array([*keys.tolist(), *sorted(from_off - solver.written.ramps.keys())])
    room = _sides(shape, movers, facts, values, keys)
    rows = solver.add(*_entries(shape, movers, keys), np.full(len(keys), -np.inf), room)
    for key, row in zip(keys.tolist(), rows.tolist(), strict=True):
        solver.written.ramps[key[0], key[1], key[2]] = row
    return True


def _violated(solver: Solver, movers: Movers, facts: Facts, values: Values, columns: Floats) -> Ints:
    """(n, 3) position, hour and direction of ramps that are violated and not yet written."""
    shape = solver.shape
    units, hours = np.flatnonzero(movers.is_ramped), np.arange(facts.rest + (not movers.output_mw.size), shape.hours)
    keys = np.stack(np.meshgrid(units, hours, [UP, DOWN], indexing="ij"), axis=-1).reshape(-1, 3)
    power = shape.power.of(columns)
    moved = power[keys[:, 0], keys[:, 1]] - _before(movers, facts, power, keys)
    left = np.where(keys[:, 2] == UP, moved, -moved) - _allowed(shape, movers, facts, columns, keys)
    over = left > OVER_MW
    over[over] = left[over] > _room(shape, movers, facts, values, keys[over]) + OVER_MW
    if not over.any():
        return keys[:0]
    beside = keys[over][:, None] + np.arange(-BESIDE_H, BESIDE_H + 1)[:, None] * np.array([0, 1, 0])
    beside = np.unique(beside.reshape(-1, 3), axis=0)
    beside = beside[(beside[:, 1] >= hours[0]) & (beside[:, 1] < shape.hours)]
    fresh = [tuple(key) not in solver.written.ramps for key in beside.tolist()]
    return np.asarray(beside[np.array(fresh, dtype=np.bool_)])


def _entries(shape: Shape, movers: Movers, keys: Ints) -> tuple[Ints, Ints, Floats]:
    """Rows, columns and coefficients of ramps; what was before the layout is a number, see `_sides`."""
    unit, hour, way = keys.T
    power, on, start = shape.power.at(), shape.on.at(), shape.start.at()
    moves, later, is_up = way != FROM_OFF, hour > 0, way == UP
    sign, ramp, leap = np.where(is_up, 1.0, -1.0), movers.ramp[unit], movers.leap[unit]
    before = np.where(moves, -np.where(is_up, ramp, leap), 1.0)
    at, column, value = [], [], []
    may = movers.switched[unit] >= 0
    for which, place, of, back, much in (
        (moves, unit, power, 0, sign), (moves & later, unit, power, 1, -sign),
        (may & later, movers.switched[unit], on, 1, before),
        (may & (way == DOWN), movers.switched[unit], on, 0, leap - ramp),
        (may, movers.starting[unit], start, 0, np.where(moves, -leap, 1.0)),
    ):
        here = np.flatnonzero(which)
        at.append(here)
        column.append(of[place[here], hour[here] - back])
        value.append(much[here])
    rows = np.concatenate(at)
    order = np.argsort(rows, kind="stable")
    return rows[order], np.concatenate(column)[order], np.concatenate(value)[order]


def _allowed(shape: Shape, movers: Movers, facts: Facts, columns: Floats, keys: Ints) -> Floats:
    """What the commitment in a solution lets units move, key by key; ramps of those without are in `_room`."""
    allowed = np.zeros(len(keys))
    mine = np.flatnonzero(movers.switched[keys[:, 0]] >= 0)
    if not mine.size:
        return allowed
    unit, hour, way = keys[mine].T
    on, start = shape.on.of(columns), shape.start.of(columns)[movers.starting[unit], hour]
    ramp, leap, switched = movers.ramp[unit], movers.leap[unit], movers.switched[unit]
    was, now = np.where(hour == facts.rest, movers.was_on[unit], on[switched, hour - 1]), on[switched, hour]
    allowed[mine] = np.where(way == UP, ramp * was + leap * start, ramp * now + leap * (was - now + start))
    return allowed


def _room(shape: Shape, movers: Movers, facts: Facts, values: Values, keys: Ints) -> Floats:
    """Right-hand sides: what bounds force a unit to move beyond its ramp; no bound at rest or between off and on."""
    rest = facts.rest
    unit, hour, is_up = keys[:, 0], keys[:, 1], keys[:, 2] == UP
    low, high = shape.power.of(values.lower), shape.power.of(values.upper)
    ramp, now = movers.ramp[unit], (unit, hour)
    least, most = _reached(shape, movers, facts, low, high)
    least, most = _before(movers, facts, least, keys), _before(movers, facts, most, keys)
    forced = np.where(is_up, low[now] - most, least - high[now]) - ramp
    room = np.maximum(forced, 0.0) + np.where(movers.switched[unit] < 0, ramp, 0.0)
    idle = hour < rest + (not movers.output_mw.size)
    if facts.on is not None:
        lived = np.flatnonzero(~idle)
        idle[lived] = ~_runs_on(shape, movers, facts.on, unit[lived], hour[lived] - rest)
    return np.where(keys[:, 2] == FROM_OFF, 1.0, np.where(idle, np.inf, room))


def _reached(shape: Shape, movers: Movers, facts: Facts, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """(powered, hours) what units can have come to: one that fails some hours after a window begins cannot be down."""
    if not movers.output_mw.size:
        return low, high
    goes_on = np.repeat(movers.is_ramped[:, None], low.shape[1] - facts.rest, axis=1)
    if facts.on is not None:
        on = facts.on[:, shape.powered].T
        goes_on &= on & np.column_stack([movers.was_on > 0.0, on[:, :-1]])
    least, most = low.copy(), high.copy()
    part = np.s_[:, facts.rest :]
    least[part], most[part] = reach(
        np.ascontiguousarray(low[part]), np.ascontiguousarray(high[part]), movers.ramp, goes_on, movers.output_mw
    )
    return least, most


def _runs_on(shape: Shape, movers: Movers, on: Bools, unit: Ints, hour: Ints) -> Bools:
    """Whether units are on in an hour of the window and in that before it, where commitment (hours, rows) is fixed."""
    row = shape.powered[unit]
    return np.asarray(on[hour, row] & np.where(hour > 0, on[hour - 1, row], movers.was_on[unit] > 0.0))


def _before(movers: Movers, facts: Facts, values: Floats, keys: Ints) -> Floats:
    """(n,) of (powered, hours) those of the hour before each key; before the window it is the output that was."""
    before, is_first = values[keys[:, 0], keys[:, 1] - 1], keys[:, 1] == facts.rest
    if movers.output_mw.size and is_first.any():
        before[is_first] = movers.output_mw[keys[is_first, 0]]
    return np.asarray(before)


def _sides(shape: Shape, movers: Movers, facts: Facts, values: Values, keys: Ints) -> Floats:
    """Right-hand sides as written: in the window's first hour what was before it is a number, not what columns say."""
    room, rest = _room(shape, movers, facts, values, keys), facts.rest
    first = np.flatnonzero(keys[:, 1] == rest)
    unit, way = keys[first, 0], keys[first, 2]
    switched, moves, sign = movers.switched[unit], way != FROM_OFF, np.where(way == UP, 1.0, -1.0)
    power, on = np.zeros(len(first)), np.zeros(len(first))
    if values.lived is not None:
        power = shape.power.of(values.lived)[unit, rest - 1]
    if movers.output_mw.size:
        power = power - movers.output_mw[unit]
    may = switched >= 0
    if rest == 0:
        on[may] = -movers.was_on[unit[may]]
    elif values.lived is not None:
        on[may] = shape.on.of(values.lived)[switched[may], rest - 1] - movers.was_on[unit[may]]
    speed = np.where(way == UP, movers.ramp[unit], movers.leap[unit])
    room[first] += np.where(moves, -sign * power - speed * on, on)
    return room

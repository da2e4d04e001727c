"""Ramps of units in a window's programme: written when a solution violates them (MODEL_SPEC 6.6).

Between two hours in both of which a unit runs in full it moves by its ramp R at most; at a start or stop by its
minimum or its ramp, whichever is more. What a unit owes, or cannot give, in an hour goes before its ramp.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.fleet import UNIT
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_solver import Solver
from dafeng.network.lp_values import Facts, Values

OVER_MW = 1e-5
BESIDE_H = 12
"""Hours before and after a violated ramp in which that unit's ramps are written with it: a swing spans hours."""
UP, DOWN, FROM_OFF = 0, 1, 2
"""A ramp upwards, one downwards, and that what starts was off: y <= 1 - u before it, without which y widens a ramp."""


def ramped(shape: Shape, facts: Facts) -> Ints:
    """Positions in `powered` of units with a ramp that can bind."""
    fleet = facts.task.frame.fleet
    rows = shape.powered
    return np.flatnonzero((fleet.kind[rows] == UNIT) & (fleet.ramp_mw_per_h[rows] < fleet.capacity_mw[rows]))


def renew_ramps(solver: Solver, facts: Facts, values: Values) -> None:
    """Right-hand sides of ramps written in earlier windows."""
    written = solver.written.ramps
    if written:
        keys = np.array(list(written))
        room = _sides(solver.shape, facts, values, keys)
        solver.require(np.array(list(written.values())), np.full(len(room), -np.inf), room)


def write_ramps(solver: Solver, facts: Facts, values: Values, columns: Floats) -> bool:
    """Write the ramps that a solution violates; whether there were any."""
    shape, units = solver.shape, ramped(solver.shape, facts)
    if not units.size:
        return False
    keys = _violated(solver, shape, facts, values, columns, units)
    if not len(keys):
        return False
    from_off = {(unit, hour, FROM_OFF) for unit, hour, _ in keys.tolist() if unit in shape.switched}
    keys = np.array([*keys.tolist(), *sorted(from_off - solver.written.ramps.keys())])
    at, column, value = [], [], []
    for row, (unit, hour, way) in enumerate(keys.tolist()):
        for c, v in _terms(shape, facts, unit, hour, way):
            at.append(row)
            column.append(c)
            value.append(v)
    room = _sides(shape, facts, values, keys)
    rows = solver.add(np.array(at), np.array(column), np.array(value), np.full(len(keys), -np.inf), room)
    for key, row in zip(keys.tolist(), rows.tolist(), strict=True):
        solver.written.ramps[key[0], key[1], key[2]] = row
    return True


def _violated(
    solver: Solver, shape: Shape, facts: Facts, values: Values, columns: Floats, units: Ints
) -> Ints:
    """(n, 3) position, hour and direction of ramps that are violated and not yet written."""
    hours = np.arange(facts.rest + (not facts.task.start.output_mw.size), shape.hours)
    keys = np.stack(np.meshgrid(units, hours, [UP, DOWN], indexing="ij"), axis=-1).reshape(-1, 3)
    power = shape.power.of(columns)
    moved = power[keys[:, 0], keys[:, 1]] - _before(shape, facts, power, keys)
    left = np.where(keys[:, 2] == UP, moved, -moved) - _allowed(shape, facts, columns, keys)
    over = left > _room(shape, facts, values, keys) + OVER_MW
    if not over.any():
        return keys[:0]
    beside = keys[over][:, None] + np.arange(-BESIDE_H, BESIDE_H + 1)[:, None] * np.array([0, 1, 0])
    beside = np.unique(beside.reshape(-1, 3), axis=0)
    beside = beside[(beside[:, 1] >= hours[0]) & (beside[:, 1] < shape.hours)]
    fresh = [tuple(key) not in solver.written.ramps for key in beside.tolist()]
    return np.asarray(beside[np.array(fresh, dtype=np.bool_)])


def _place(shape: Shape, unit: int) -> tuple[int, int]:
    """Positions of a unit among those switched and those whose starts are counted; -1 where it is not."""
    switched = np.flatnonzero(shape.switched == unit)
    if not switched.size:
        return -1, -1
    starting = np.flatnonzero(shape.starting == switched[0])
    return int(switched[0]), int(starting[0]) if starting.size else -1


def _terms(shape: Shape, facts: Facts, unit: int, hour: int, way: int) -> list[tuple[int, float]]:
    """Columns and coefficients of one ramp."""
    if way == FROM_OFF:
        switched, starting = _place(shape, unit)
        terms = [(int(shape.start.at()[starting, hour]), 1.0)]
        return [*terms, (int(shape.on.at()[switched, hour - 1]), 1.0)] if hour else terms
    sign = 1.0 if way == UP else -1.0
    terms = [(int(shape.power.at()[unit, hour]), sign)]
    if hour:  # what was before the layout is a number, see `_sides`
        terms.append((int(shape.power.at()[unit, hour - 1]), -sign))
    switched, starting = _place(shape, unit)
    if switched < 0:
        return terms
    ramp, leap = _speeds(shape, facts, unit)
    on, start = shape.on.at()[switched], int(shape.start.at()[starting, hour])
    if hour:
        terms.append((int(on[hour - 1]), -ramp if way == UP else -leap))
    return [*terms, (start, -leap)] if way == UP else [*terms, (int(on[hour]), leap - ramp), (start, -leap)]


def _allowed(shape: Shape, facts: Facts, columns: Floats, keys: Ints) -> Floats:
    """What the commitment in a solution lets units move, key by key."""
    allowed = np.zeros(len(keys))
    if not shape.switched.size:
        return allowed
    for unit in np.unique(keys[:, 0]).tolist():
        switched, starting = _place(shape, unit)
        if switched < 0:
            continue
        ramp, leap = _speeds(shape, facts, unit)
        on, start = shape.on.of(columns)[switched], shape.start.of(columns)[starting]
        mine = keys[:, 0] == unit
        hour, is_up = keys[mine, 1], keys[mine, 2] == UP
        was = np.where(hour == facts.rest, _was_on(shape, facts)[unit], on[hour - 1])
        stop = was - on[hour] + start[hour]
        up, down = ramp * was + leap * start[hour], ramp * on[hour] + leap * stop
        allowed[mine] = np.where(is_up, up, down)
    return allowed


def _room(shape: Shape, facts: Facts, values: Values, keys: Ints) -> Floats:
    """Right-hand sides: what bounds force a unit to move beyond its ramp; no bound at rest or between off and on."""
    fleet, rest = facts.task.frame.fleet, facts.rest
    unit, hour, is_up = keys[:, 0], keys[:, 1], keys[:, 2] == UP
    low, high = shape.power.of(values.lower), shape.power.of(values.upper)
    ramp = fleet.ramp_mw_per_h[shape.powered[unit]]
    now = unit, hour
    least, most = _before(shape, facts, low, keys), _before(shape, facts, high, keys)
    forced = np.where(is_up, low[now] - most, least - high[now]) - ramp
    fixed = np.isin(unit, shape.switched, invert=True)
    room = np.maximum(forced, 0.0) + np.where(fixed, ramp, 0.0)
    idle = hour < rest + (not facts.task.start.output_mw.size)
    if facts.on is not None:
        on = facts.on[:, shape.powered].T
        lived = np.flatnonzero(~idle)
        row, after = unit[lived], hour[lived] - rest
        idle[lived] = ~(on[row, after] & np.where(after > 0, on[row, after - 1], _was_on(shape, facts)[row] > 0.0))
    return np.where(keys[:, 2] == FROM_OFF, 1.0, np.where(idle, np.inf, room))


def _before(shape: Shape, facts: Facts, values: Floats, keys: Ints) -> Floats:
    """(n,) of (powered, hours) those of the hour before each key; before the window it is the output that was."""
    before, is_first = values[keys[:, 0], keys[:, 1] - 1], keys[:, 1] == facts.rest
    if facts.task.start.output_mw.size and is_first.any():
        before[is_first] = facts.task.start.output_mw[shape.powered[keys[is_first, 0]]]
    return np.asarray(before)


def _was_on(shape: Shape, facts: Facts) -> Floats:
    """(powered,) 1 of what was on before the window."""
    return np.asarray(facts.task.start.committed[shape.powered], dtype=np.float64)


def _sides(shape: Shape, facts: Facts, values: Values, keys: Ints) -> Floats:
    """Right-hand sides as written: in the window's first hour what was before it is a number, not a column."""
    room, start = _room(shape, facts, values, keys), facts.task.start
    if not start.output_mw.size:
        return room
    for at in np.flatnonzero(keys[:, 1] == facts.rest).tolist():
        unit, hour, way = keys[at].tolist()
        was_on = float(start.committed[shape.powered[unit]])
        if way == FROM_OFF:
            room[at] -= was_on if hour == 0 else 0.0
            continue
        room[at] += (1.0 if way == UP else -1.0) * float(start.output_mw[shape.powered[unit]])
        if hour == 0 and unit in shape.switched:
            ramp, leap = _speeds(shape, facts, unit)
            room[at] += (ramp if way == UP else leap) * was_on
    return room


def _speeds(shape: Shape, facts: Facts, unit: int) -> tuple[float, float]:
    """Ramp, and what a unit may move at a start or stop."""
    fleet, row = facts.task.frame.fleet, int(shape.powered[unit])
    ramp = float(fleet.ramp_mw_per_h[row])
    return ramp, max(ramp, float(fleet.min_share[row] * fleet.capacity_mw[row]))



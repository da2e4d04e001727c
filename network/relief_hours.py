"""Hours with an overloaded line dispatched anew, each by itself: stores, response and commitment stay (6.13 v).

An energy budget may give more or less than planned in such an hour; what it then lacks or has spent too much it gives
back in other hours of the window whose lines have room. An hour that nothing which is on can relieve stays as it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import compiled, inlined
from dafeng.network.fleet import FREE, UNIT, Fleet
from dafeng.network.redispatch import MOST_LINES, Programme, by_merit, empty_programme, optimise, take_line
from dafeng.network.supplies import Supplies

OVER_MW = 1e-6
"""What counts as more than a line carries, for each MW of its limit and 1 MW more."""
SHIFT_CNY_PER_MWH = 5.0
SHIFT_PART = 1.0
"""A budget that gives less saves nothing, since it may find no other hour; one that gives more costs double."""
AT_ANY_COST = 1e6
OWED_MWH = 1e-3


class Network(NamedTuple):
    """The lines of a window; a run is hours with the same ones in service."""

    run: Ints
    """(hours,)."""
    factor: Floats
    """(runs, branches, buses)."""
    limit_mw: Floats
    """(branches, hours)."""
    barred: Bools
    """(runs, buses) of parts that are cut off."""


class Dispatched(NamedTuple):
    """What relief changes of a window, in place."""

    output_mw: Floats
    """(hours, rows)."""
    net_mw: Floats
    """(buses, hours)."""
    flow_mw: Floats
    """(branches, hours)."""
    nodal: Floats
    """(buses, hours) price of an hour that was solved, 0 elsewhere."""
    marginal: Floats
    """(hours,) the market's marginal cost."""


class Window(NamedTuple):
    """What the hours of a window are dispatched on; of Fleet and Bounds only what is read, as it compiles sooner."""

    kind: Ints
    min_share: Floats
    ramp_mw_per_h: Floats
    """(rows,) infinite for what has none."""
    low: Floats
    """(hours, rows)."""
    high: Floats
    on: Bools
    supplies: Supplies
    network: Network
    over: Bools
    """(hours,) with an overloaded line."""


def window_of(fleet: Fleet, made: Bounds, on: Bools, supplies: Supplies, network: Network, over: Bools) -> Window:
    """A window whose units move within their ramps."""
    is_slow = (fleet.kind == UNIT) & (fleet.ramp_mw_per_h < fleet.capacity_mw)
    ramp = np.where(is_slow, fleet.ramp_mw_per_h, np.inf)
    return Window(fleet.kind, fleet.min_share, ramp, made.low, made.high, on, supplies, network, over)


class Room(NamedTuple):
    """Memory for the programmes of a window."""

    low: Floats
    """(columns of supplies,)."""
    high: Floats
    now: Floats
    column: Ints
    """Column of supplies of each column of the programme."""
    moved: Floats
    """(buses,) MW fed in more than before."""
    taken: Ints
    """Lines taken in."""
    none: int
    """0 to begin a count with: numba compiles once more for what begins as a literal."""


@compiled
def relieve_window(window: Window, period: Ints, by_price: Ints, done: Dispatched) -> Ints:
    """(hours,) 1 where an hour was solved; budgets are kept within each period (hours,), -1 for hours that stay.

    Hours with an overload go first, in the order of time. Then budgets get even: what is owed is given where it
    displaces the dearest supply, what was too much is held back where supply is cheapest; `by_price` are hours, the
    dearest first.
    """
    hours, columns = window.over.size, window.supplies.bus.size
    solved, owed = np.zeros(hours, np.int64), np.zeros((hours, window.supplies.budget.size))
    p = empty_programme(columns)
    room = Room(np.zeros(columns), np.zeros(columns), np.zeros(columns), np.zeros(columns, np.int64),
                np.zeros(done.net_mw.shape[0]), np.zeros(MOST_LINES, np.int64), 0)
    for way in (0, 1, -1):
        for i in range(hours):
            h = i if way == 0 else by_price[i if way > 0 else hours - 1 - i]
            if period[h] < 0 or window.over[h] != (way == 0):
                continue
            if way == 0 or (done.marginal[h] > 0.0 and _is_open(owed[period[h]], way)):
                solved[h] |= _hour(window, h, owed[period[h]], way, done, p, room)
    return solved


@inlined
def _is_open(owed: Floats, way: int) -> bool:
    """Whether any budget owes energy (way 1), or has given too much (way -1)."""
    most = -np.inf
    for amount in owed:
        most = max(most, amount * way)
    return most > OWED_MWH


@compiled
def _hour(window: Window, h: int, owed: Floats, way: int, done: Dispatched, p: Programme, room: Room) -> int:
    """Solve one hour and note what budgets owe after it; whether that could be done."""
    supplies, n = window.supplies, window.supplies.order.size
    _bounds(window, h, done.output_mw, room)
    columns, total = _by_merit(supplies, p, room)
    if columns == 0:
        return 0
    columns, total = _budgets(window, h, owed, way, done.output_mw[h], p, room, columns, total)
    if not optimise(p, columns, room.none, total):
        return 0
    lines = _keep_lines(window.network, h, columns, total, done.flow_mw, p, room)
    if lines < 0:
        return 0
    _put(window, h, p, room, columns, lines, done)
    for k in range(columns):
        if room.column[k] >= n:
            owed[(room.column[k] - n) // 2] += room.now[room.column[k]] - p.x[k]
    return 1


@inlined
def _bounds(window: Window, h: int, output: Floats, room: Room) -> None:
    """Bounds and present output of each column but budgets. What is cut off stays as it is."""
    barred, bus, column = window.network.barred[window.network.run[h]], window.supplies.bus, window.supplies.column
    kind, min_share, lows, highs = window.kind, window.min_share, window.low[h], window.high[h]
    ramp, before, on = window.ramp_mw_per_h, output[h], window.on
    least, most, sums = room.low, room.high, room.now
    least[:], most[:], sums[:] = 0.0, 0.0, 0.0
    is_after = h + 1 < output.shape[0] and not window.over[h + 1]
    for g in range(column.size):
        j, now, low, high = column[g], before[g], lows[g], highs[g]
        if j < 0:
            continue
        if kind[g] == FREE:
            low = min_share[g] * high
        elif ramp[g] < np.inf and on[h, g]:
            if h > 0 and on[h - 1, g]:
                low, high = max(low, output[h - 1, g] - ramp[g]), min(high, output[h - 1, g] + ramp[g])
            if is_after and on[h + 1, g]:
                low, high = max(low, output[h + 1, g] - ramp[g]), min(high, output[h + 1, g] + ramp[g])
        if barred[bus[j]]:
            low = high = now
        least[j] += min(low, now)
        most[j] += max(high, now)
        sums[j] += now


@inlined
def _by_merit(supplies: Supplies, p: Programme, room: Room) -> tuple[int, float]:
    """The programme of what can move but budgets, at its optimum without lines: number of columns and their sum."""
    order, bus, cost, low, high, now = supplies.order, supplies.bus, supplies.cost, room.low, room.high, room.now
    to, to_bus, to_cost, to_low, to_high = room.column, p.bus, p.cost, p.low, p.high
    columns, total = room.none, 0.0
    for j in order:
        if high[j] > low[j]:
            to[columns], to_bus[columns], to_cost[columns] = j, bus[j], cost[j]
            to_low[columns], to_high[columns] = low[j], high[j]
            columns += 1
            total += now[j]
    if columns:
        by_merit(p, columns, total)
    return columns, total


@inlined
def _budgets(
    window: Window, h: int, owed: Floats, way: int, output: Floats, p: Programme, room: Room, columns: int,
    total: float,
) -> tuple[int, float]:
    """Columns of budgets after the others. Getting even (way 1 or -1) goes before any cost."""
    supplies, marginal = window.supplies, p.cost[p.basis[0]]
    for b in range(supplies.budget.size):
        less, g = supplies.order.size + 2 * b, supplies.budget[b]
        now, high = output[g], window.high[h, g]
        down, up = max(0.0, now - supplies.floor[b] * high), max(0.0, high - now)
        cost_less, cost_more = (1.0 - SHIFT_PART) * marginal, (1.0 + SHIFT_PART) * marginal + SHIFT_CNY_PER_MWH
        if way > 0:
            down, up, cost_more = 0.0, min(up, max(0.0, owed[b])), 0.0
        elif way < 0:
            down, up, cost_less = min(down, max(0.0, -owed[b])), 0.0, AT_ANY_COST
        if window.network.barred[window.network.run[h], supplies.bus[less]]:
            down = up = 0.0
        for j, low, width, at, cost in ((less, now - down, down, now, cost_less), (less + 1, 0.0, up, 0.0, cost_more)):
            if width > 0.0:
                room.column[columns], p.bus[columns], p.cost[columns] = j, supplies.bus[j], cost
                room.now[j], p.low[columns], p.high[columns] = at, low, low + width
                p.x[columns] = low + (width if cost < marginal else 0.0)
                p.is_basic[columns], p.factor[0, columns] = False, 1.0
                columns += 1
                total += at
    return columns, total


@inlined
def _keep_lines(
    network: Network, h: int, columns: int, total: float, flow_mw: Floats, p: Programme, room: Room
) -> int:
    """Take in the line that is furthest over its limit until none is; how many were taken, -1 if that fails."""
    factor, lines = network.factor[network.run[h]], room.none
    while True:
        line, flow = _worst(factor, network.limit_mw[:, h], flow_mw[:, h], columns, p, room)
        if line < 0:
            return lines
        if lines == MOST_LINES:
            return -1
        given = flow
        for k in range(columns):
            given -= factor[line, p.bus[k]] * p.x[k]
        limit = network.limit_mw[line, h]
        take_line(p, columns, lines, factor[line], -limit - given, limit - given)
        room.taken[lines] = line
        lines += 1
        if not optimise(p, columns, lines, total):
            return -1


@inlined
def _worst(
    factor: Floats, limit: Floats, before: Floats, columns: int, p: Programme, room: Room
) -> tuple[int, float]:
    """The line furthest over its limit and its flow, -1 if none is."""
    moved, bus, x, now, column = room.moved, p.bus, p.x, room.now, room.column
    moved[:] = 0.0
    for k in range(columns):
        moved[bus[k]] += x[k] - now[column[k]]
    line, most, found = -1, 0.0, 0.0
    for r in range(limit.size):
        flow = before[r]
        for b in range(moved.size):
            flow += factor[r, b] * moved[b]
        beyond = abs(flow) - limit[r] - OVER_MW * (1.0 + limit[r])
        if limit[r] < np.inf and beyond > most:
            line, most, found = r, beyond, flow
    return line, found


@inlined
def _put(window: Window, h: int, p: Programme, room: Room, columns: int, lines: int, done: Dispatched) -> None:
    """Write an hour's solution: supply, what is fed in, flows and nodal prices."""
    supplies, n, factor = window.supplies, window.supplies.order.size, window.network.factor[window.network.run[h]]
    for k in range(columns):
        j = room.column[k]
        if j < n:
            room.now[j] = p.x[k]
        else:
            done.output_mw[h, supplies.budget[(j - n) // 2]] += p.x[k] - room.now[j]
    _share_out(window, h, room, done.output_mw)
    moved, nodal, net, flow, price, taken = room.moved, done.nodal, done.net_mw, done.flow_mw, p.price, room.taken
    for b in range(moved.size):
        net[b, h] += moved[b]
        nodal[b, h] = price[0]
        for r in range(lines):
            nodal[b, h] += price[r + 1] * factor[taken[r], b]
    for r in range(factor.shape[0]):
        change = 0.0
        for b in range(moved.size):
            change += factor[r, b] * moved[b]
        flow[r, h] += change


@inlined
def _share_out(window: Window, h: int, room: Room, output: Floats) -> None:
    """Output of rows from that of columns (in `now`); free rows share what is curtailed by what each may lose."""
    column, kind, min_share = window.supplies.column, window.kind, window.min_share
    available, to = window.high[h], output[h]
    low, high, x = room.low, room.high, room.now
    soft = np.zeros(window.supplies.order.size)
    for g in range(column.size):
        if column[g] >= 0 and kind[g] == FREE:
            soft[column[g]] += available[g] * (1.0 - min_share[g])
    for g in range(column.size):
        j = column[g]
        if j < 0 or high[j] <= low[j]:
            continue
        if kind[g] != FREE:
            to[g] = x[j]
        elif soft[j] > 0.0:
            to[g] = available[g] * (1.0 - (high[j] - x[j]) / soft[j] * (1.0 - min_share[g]))

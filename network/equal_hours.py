"""Equal-hours dispatch of provincial coal: part of its energy runs at equal utilisation everywhere (MODEL_SPEC 6.11).

In each hour rho is the coal needed over the coal available. Every coal row is owed kappa x rho of what it could give;
the rest of the need goes to technologies by merit, machines of one technology loaded alike. Blocks owe the first part
and find the second in the merit order. A unit of the city is one machine among many of its kind, so both parts are its
task: where they lie below its minimum it is cycled weekly, as many units of its technology running, rotating by week,
as give the same energy at or above their minimum. Only a shortage calls more of it. Blocks have no units to commit:
what of them the highest hour of a day needs is taken to run all day, at its minimum at least.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.fleet import UNIT, Fleet


class Work(NamedTuple):
    """Working arrays of a week: what is in them is of no meaning afterwards."""

    order: Ints
    """(units of the pool,)."""
    called: Bools
    """(rows,)."""
    task: Floats
    """(hours of a week,) like the next two."""
    least: Floats
    most: Floats


@bare
def coal_need(fleet: Fleet, made: Bounds, load: Floats, need: Floats, room: Floats) -> None:
    """(hours,) MW that coal is needed for after all must-take of others, and MW of coal available, into zeros."""
    for h in range(load.size):
        taken = 0.0
        for g in range(fleet.n_generators):
            if fleet.shares_hours[g]:
                room[h] += made.high[h, g]
            elif fleet.kind[g] != UNIT:
                taken += made.low[h, g]
            elif made.must[h, g]:
                taken += max(made.low[h, g], made.least[h, g])
        need[h] = min(max(load[h] - taken, 0.0), room[h])


@compiled
def share_hours(fleet: Fleet, made: Bounds, load: Floats, kappa: float, first: int, on_before: Bools) -> None:
    """Set the floors that equal hours ask for; `load` (hours,) is what supply must give."""
    if kappa <= 0.0 and not has_resting_blocks(fleet):
        return
    need, room, ranks = np.zeros(load.size), np.zeros(load.size), max(1, fleet.pool.max() + 1)
    coal_need(fleet, made, load, need, room)
    loading = np.zeros((load.size, ranks))
    pool_loading(fleet, made, need, room, kappa, np.flatnonzero(fleet.pool >= 0), np.zeros(ranks), loading)
    work = Work(
        np.empty(fleet.cycle.size, np.int64), np.zeros(fleet.kind.size, np.bool_), np.empty(WEEK_H), np.empty(WEEK_H),
        np.empty(WEEK_H),
    )
    start = 0
    while kappa > 0.0 and start < load.size:
        end = min(load.size, ((first + start) // WEEK_H + 1) * WEEK_H - first)
        _cycle_units(fleet, made, loading, first, start, end, on_before, work)
        start = end
    _floor_blocks(fleet, made, need, room, kappa, np.flatnonzero(fleet.shares_hours))
    _rest_blocks(fleet, made, loading, first)


@inlined
def has_resting_blocks(fleet: Fleet) -> bool:
    """Whether a block of the pool has a minimum that its running machines keep."""
    for g in range(fleet.n_generators):
        if fleet.pool[g] >= 0 and fleet.kind[g] != UNIT and fleet.min_share[g] > 0.0:
            return True
    return False


@bare
def pool_loading(
    fleet: Fleet, made: Bounds, need: Floats, room: Floats, kappa: float, pooled: Ints, able: Floats, loading: Floats
) -> None:
    """(hours, ranks) share of what it can give at which each technology of the pool runs, into zeros.

    kappa rho for all, and what is left of the need to the cheapest technology first, up to all it can give. `pooled`
    are the rows of the pool, `able` (ranks,) a working array.
    """
    ranks = able.size
    for h in range(need.size):
        if room[h] <= 0.0:
            continue
        for k in range(ranks):
            able[k] = 0.0
        for row in pooled:
            able[fleet.pool[row]] += made.high[h, row]
        equal = kappa * need[h] / room[h]
        rest = need[h] - kappa * need[h]
        for k in range(ranks):
            if able[k] > 0.0:
                taken = min(rest, (1.0 - equal) * able[k])
                loading[h, k] = equal + taken / able[k]
                rest -= taken


@inlined
def _order(fleet: Fleet, rank: int, week: int, is_running: bool, on_before: Bools, order: Ints) -> int:
    """Units of a technology in the order in which they are called this week; inside a week, those already on first."""
    n, at = fleet.cycle.size, 0
    for is_late in (False, True):
        for i in range(n):
            g = fleet.cycle[(i + week) % n]
            if fleet.pool[g] == rank and (is_running and not on_before[g]) == is_late:
                order[at] = g
                at += 1
    return at


@bare
def _cycle_units(
    fleet: Fleet, made: Bounds, loading: Floats, first: int, start: int, end: int, on_before: Bools, work: Work
) -> None:
    """Commit units of each technology until their minima carry its task of the week; together they then follow it."""
    is_running = start == 0 and first % WEEK_H != 0
    for rank in range(loading.shape[1]):
        order = work.order[: _order(fleet, rank, (first + start) // WEEK_H, is_running, on_before, work.order)]
        task = work.task[: end - start]
        for h in range(start, end):
            task[h - start] = 0.0
            for g in order:
                task[h - start] += loading[h, rank] * made.high[h, g]
        for g in order:
            work.called[g] = False
        for g in order[: _enough(made, order, task, start, work.least, work.most)]:
            work.called[g] = True
        for h in range(start, end):
            _load_units(made, order, h, task[h - start], work.called)


@inlined
def _enough(made: Bounds, order: Ints, task: Floats, start: int, least: Floats, most: Floats) -> int:
    """How many units of an order give an energy nearest to the task, each between its minimum and what it can give."""
    before = 0.0
    for h in range(task.size):
        least[h] = most[h] = 0.0
        before += task[h]
    for n in range(order.size):
        off = 0.0
        for h in range(task.size):
            least[h] += made.least[start + h, order[n]]
            most[h] += made.high[start + h, order[n]]
            off += min(max(task[h], least[h]), most[h]) - task[h]
        off = abs(off)
        if off > before:
            return n
        before = off
    return int(order.size)


@inlined
def _load_units(made: Bounds, units: Ints, h: int, task: float, called: Bools) -> None:
    """Spread an hour's task over the units called, in proportion to what they can give; the others rest.

    Units that heat keeps on are called as well. In an hour in which the task asks for all of them, none rests.
    """
    room, all_room = 0.0, 0.0
    for g in units:
        all_room += made.high[h, g]
        if called[g] or made.must[h, g]:
            room += made.high[h, g]
    is_scarce = task >= all_room * (1.0 - 1e-9)
    for g in units:
        if is_scarce or not made.may[h, g]:
            continue
        if called[g] or made.must[h, g]:
            made.must[h, g] = True
            owed = min(task / room, 1.0) * made.high[h, g] if room > 0.0 else 0.0
            made.low[h, g] = max(made.low[h, g], owed)
            made.high[h, g] = max(made.low[h, g], made.least[h, g])
        else:
            made.may[h, g] = False


@bare
def _floor_blocks(fleet: Fleet, made: Bounds, need: Floats, room: Floats, kappa: float, sharing: Ints) -> None:
    """Floors of coal blocks: kappa x rho of each, less where units at their minimum already give more.

    `sharing` are the rows owed equal hours.
    """
    for h in range(need.size):
        given, blocks = 0.0, 0.0
        for g in sharing:
            if fleet.kind[g] == UNIT:
                given += max(made.low[h, g], made.least[h, g]) if made.must[h, g] else 0.0
            else:
                blocks += made.high[h, g]
        if blocks <= 0.0 or room[h] <= 0.0:
            continue
        share = min(kappa * need[h] / room[h], max(0.0, need[h] - given) / blocks)
        for g in sharing:
            if fleet.kind[g] != UNIT:
                made.low[h, g] = max(made.low[h, g], share * made.high[h, g])


@bare
def _rest_blocks(fleet: Fleet, made: Bounds, loading: Floats, first: int) -> None:
    """Coal that the day's highest hour needs stays on all day: its block gives the minimum of those machines."""
    hours = loading.shape[0]
    for g in range(fleet.n_generators):
        if fleet.pool[g] < 0 or fleet.kind[g] == UNIT or fleet.min_share[g] <= 0.0:
            continue
        start = 0
        while start < hours:
            end = min(hours, ((first + start) // DAY_H + 1) * DAY_H - first)
            running = 0.0
            for h in range(start, end):
                running = max(running, loading[h, fleet.pool[g]])
            for h in range(start, end):
                made.low[h, g] = max(made.low[h, g], fleet.min_share[g] * running * made.high[h, g])
            start = end

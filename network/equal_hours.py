"""Equal-hours dispatch of provincial coal: part of its energy runs at equal utilisation everywhere (MODEL_SPEC 6.11).

In each hour rho is the coal needed over the coal available, and every coal row is owed kappa x rho of what it could
give. Blocks give that directly. Units, whose minimum may lie above it, are cycled weekly: as many of them run,
rotating by week, as give the same energy at or above their minimum; the blocks give the rest.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import WEEK_H, Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import compiled
from dafeng.network.fleet import UNIT, Fleet


@compiled
def coal_need(fleet: Fleet, made: Bounds, load: Floats) -> tuple[Floats, Floats]:
    """(hours,) MW that coal is needed for after all must-take of others, and MW of coal available."""
    need, room = np.zeros(load.size), np.zeros(load.size)
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
    return need, room


@compiled
def share_hours(fleet: Fleet, made: Bounds, load: Floats, kappa: float, first: int, on_before: Bools) -> None:
    """Set the floors that equal hours ask for; `load` (hours,) is what supply must give."""
    if kappa <= 0.0:
        return
    need, room = coal_need(fleet, made, load)
    start = 0
    while start < load.size:
        end = min(load.size, ((first + start) // WEEK_H + 1) * WEEK_H - first)
        _cycle_units(fleet, made, need, room, kappa, first, start, end, on_before)
        start = end
    _floor_blocks(fleet, made, need, room, kappa)


@compiled
def _order(fleet: Fleet, week: int, is_running: bool, on_before: Bools) -> Ints:
    """Units in the order in which they are called this week; inside a week, those already on come first."""
    n = fleet.cycle.size
    rotated = np.empty(n, np.int64)
    for i in range(n):
        rotated[i] = fleet.cycle[(i + week) % n]
    if not is_running:
        return rotated
    late = np.zeros(n, np.int64)
    for i in range(n):
        late[i] = 0 if on_before[rotated[i]] else 1
    return rotated[np.argsort(late, kind="mergesort")]


@compiled
def _cycle_units(
    fleet: Fleet, made: Bounds, need: Floats, room: Floats, kappa: float, first: int, start: int, end: int,
    on_before: Bools,
) -> None:
    """Commit units until their minima carry the week's floor energy; each then follows the floor hour by hour."""
    floor = np.zeros(end - start)
    for h in range(start, end):
        available = 0.0
        for g in fleet.cycle:
            available += made.high[h, g]
        floor[h - start] = kappa * need[h] / room[h] * available if room[h] > 0.0 else 0.0
    carried, called = 0.0, np.zeros(fleet.kind.size, np.bool_)
    is_running = start == 0 and first % WEEK_H != 0
    for g in _order(fleet, (first + start) // WEEK_H, is_running, on_before):
        if carried >= floor.sum():
            break
        called[g] = True
        for h in range(start, end):
            carried += made.least[h, g]
    for h in range(start, end):
        _load_units(fleet, made, h, floor[h - start], called)


@compiled
def _load_units(fleet: Fleet, made: Bounds, h: int, floor: float, called: Bools) -> None:
    """Spread an hour's floor over the units called, in proportion to what they can give."""
    room = 0.0
    for g in fleet.cycle:
        room += made.high[h, g] if called[g] else 0.0
    if room <= 0.0:
        return
    for g in fleet.cycle:
        if called[g] and made.may[h, g]:
            made.must[h, g] = True
            made.low[h, g] = max(made.low[h, g], min(floor / room, 1.0) * made.high[h, g])


@compiled
def _floor_blocks(fleet: Fleet, made: Bounds, need: Floats, room: Floats, kappa: float) -> None:
    """Floors of coal blocks: kappa x rho of each, less where units at their minimum already give more."""
    for h in range(need.size):
        given, blocks = 0.0, 0.0
        for g in range(fleet.n_generators):
            if fleet.shares_hours[g] and fleet.kind[g] == UNIT:
                given += max(made.low[h, g], made.least[h, g]) if made.must[h, g] else 0.0
            elif fleet.shares_hours[g]:
                blocks += made.high[h, g]
        if blocks <= 0.0 or room[h] <= 0.0:
            continue
        share = min(kappa * need[h] / room[h], max(0.0, need[h] - given) / blocks)
        for g in range(fleet.n_generators):
            if fleet.shares_hours[g] and fleet.kind[g] != UNIT:
                made.low[h, g] = max(made.low[h, g], share * made.high[h, g])

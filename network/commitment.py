"""Which units are on: needed hours by full cost, gaps filled when a stop would not pay, then reserve (MODEL_SPEC 6.13).

Minimum up times extend a run, minimum down times fill a gap, whatever the money says. Blocks have no commitment.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.fleet import UNIT, Fleet

NEEDED_SHARE = 0.15
"""A unit is needed when what is missing exceeds this part of it (MODEL_SPEC 6.13 ii)."""


@compiled
def commit(
    fleet: Fleet, made: Bounds, load: Floats, reserve: Floats, on_before: Bools, since: Floats
) -> Bools:
    """(hours, rows) units that are on.

    `load` (hours,) is what supply must give, planned storage subtracted; `reserve` what must be spare above it;
    `on_before` and `since` (rows,) the state before the window and the hours since it last changed.
    """
    on, price, short = np.zeros(made.may.shape, np.bool_), np.zeros(load.size), np.empty(load.size)
    order, rank = np.empty(fleet.merit.size, np.int64), np.empty(fleet.merit.size)
    _commit(fleet, made, load, reserve, on_before, since, on, price, short, order, rank)
    return on


@bare
def _commit(
    fleet: Fleet, made: Bounds, load: Floats, reserve: Floats, on_before: Bools, since: Floats, on: Bools,
    price: Floats, short: Floats, order: Ints, rank: Floats,
) -> None:
    """The same, into `on`; the others are working arrays, the last two of the rows of the merit order."""
    _rest_down(fleet, made, on_before, since)
    _needed(fleet, made, load, reserve, on, price)
    _smooth(fleet, made, on, price, on_before, since)
    if _add_reserve(fleet, made, on, load, reserve, price, short, order, rank):
        _smooth(fleet, made, on, price, on_before, since)


@compiled
def hold_back(fleet: Fleet, made: Bounds, on_firm: Bools, on_before: Bools) -> None:
    """After a surprise: within its lead time a unit is on only where the running plan has it on, or if it stays on."""
    for g in range(fleet.n_generators):
        stays = on_before[g]
        for h in range(min(made.may.shape[0], int(np.ceil(fleet.lead_time_h[g])))):
            stays = stays and made.may[h, g]
            in_plan = h < on_firm.shape[0] and on_firm[h, g]
            if fleet.kind[g] == UNIT and not (stays or in_plan):
                made.may[h, g] = made.must[h, g] = False


@compiled
def idle_mw(made: Bounds, on: Bools) -> Floats:
    """(hours,) what units could give that are off because they are not needed."""
    idle = np.zeros(on.shape[0])
    for h in range(on.shape[0]):
        for g in range(on.shape[1]):
            if made.may[h, g] and not on[h, g]:
                idle[h] += made.high[h, g]
    return idle


@inlined
def _rest_down(fleet: Fleet, made: Bounds, on_before: Bools, since: Floats) -> None:
    """A unit stopped a short while ago stays off until its minimum down time is over."""
    for g in range(fleet.n_generators):
        if fleet.kind[g] == UNIT and not on_before[g]:
            for h in range(min(made.may.shape[0], int(np.ceil(fleet.min_down_h[g] - since[g])))):
                made.may[h, g] = made.must[h, g] = False


@inlined
def _needed(fleet: Fleet, made: Bounds, load: Floats, reserve: Floats, on: Bools, price: Floats) -> None:
    """Units needed hour by hour in order of full cost, and (hours,) the cost of the last MW found on the way."""
    for h in range(load.size):
        before = _owed(fleet, made, h)
        for g in fleet.ladder:
            if before < load[h]:
                price[h] = fleet.cost[g]
            if fleet.kind[g] != UNIT:
                before += made.high[h, g] - made.low[h, g]
            elif made.must[h, g]:
                on[h, g] = True
                before += made.high[h, g] - max(made.low[h, g], made.least[h, g])
            elif made.may[h, g]:
                on[h, g] = load[h] + reserve[h] > before + NEEDED_SHARE * fleet.capacity_mw[g]
                before += made.high[h, g]


@inlined
def _owed(fleet: Fleet, made: Bounds, h: int) -> float:
    """Must-take output of an hour, minima of units that must be on included."""
    total = 0.0
    for g in range(fleet.kind.size):
        if fleet.kind[g] != UNIT:
            total += made.low[h, g]
        elif made.must[h, g]:
            total += max(made.low[h, g], made.least[h, g])
    return total


@bare
def _smooth(fleet: Fleet, made: Bounds, on: Bools, price: Floats, on_before: Bools, since: Floats) -> None:
    """Minimum up times, then gaps, unit by unit."""
    for g in fleet.merit:
        if fleet.kind[g] == UNIT:
            _run_on(fleet, made, on, g, on_before[g], since[g])
            _fill_gaps(fleet, made, on, price, g, on_before[g])


@compiled
def in_time(fleet: Fleet, made: Bounds, on: Bools, price: Floats, on_before: Bools, since: Floats) -> None:
    """Make a commitment found elsewhere keep minimum times, and start no unit that it would pay to keep on."""
    _rest_down(fleet, made, on_before, since)
    for h in range(on.shape[0]):
        for g in range(on.shape[1]):
            on[h, g] = on[h, g] and made.may[h, g]
    _smooth(fleet, made, on, price, on_before, since)


@inlined
def _run_on(fleet: Fleet, made: Bounds, on: Bools, g: int, was_on: bool, since: float) -> None:
    """A run that is too short goes on as long as the unit is available."""
    length = since if was_on else 0.0
    for h in range(on.shape[0]):
        if on[h, g]:
            length = length + 1.0 if was_on else 1.0
            was_on = True
        elif was_on and length < fleet.min_up_h[g] and made.may[h, g]:
            on[h, g] = True
            length += 1.0
        else:
            was_on = False


@inlined
def _fill_gaps(fleet: Fleet, made: Bounds, on: Bools, price: Floats, g: int, was_on: bool) -> None:
    """Stay on between two needed runs when the gap is under the minimum down time or cheaper than a start.

    An hour kept on costs n + m max(0, c - price) (MODEL_SPEC 6.13 ii).
    """
    is_open, begin, cost = was_on, 0, 0.0
    for h in range(on.shape[0]):
        if on[h, g]:
            if is_open and h > begin and (h - begin < fleet.min_down_h[g] or cost < fleet.start[g]):
                on[begin:h, g] = True
            is_open, begin, cost = True, h + 1, 0.0
        elif not made.may[h, g]:
            is_open = False
        else:
            cost += fleet.no_load[g] + made.least[h, g] * max(0.0, fleet.cost[g] - price[h])


@inlined
def _add_reserve(
    fleet: Fleet, made: Bounds, on: Bools, load: Floats, reserve: Floats, price: Floats, short: Floats, order: Ints,
    rank: Floats,
) -> bool:
    """Hours short of spare capacity add units by (n + m max(0, c - price)) / (1 - m), cheapest first (6.13 iii)."""
    worst = 0.0
    for h in range(load.size):
        short[h] = load[h] + reserve[h]
        for g in range(fleet.kind.size - 1):
            if fleet.kind[g] != UNIT or on[h, g]:
                short[h] -= made.high[h, g]
        worst = max(worst, short[h])
    if worst <= 0.0:
        return False
    for g in order[: _by_idle_cost(fleet, price, order, rank)]:
        for h in range(load.size):
            if short[h] > 0.0 and made.may[h, g] and not on[h, g]:
                on[h, g] = True
                short[h] -= made.high[h, g]
    return True


@inlined
def _by_idle_cost(fleet: Fleet, price: Floats, order: Ints, rank: Floats) -> int:
    """Units by what it costs to have a MW of them ready at the mean price, into `order`; their number."""
    mean, n = 0.0, 0
    for h in range(price.size):
        mean += price[h] / price.size
    for g in fleet.merit:
        if fleet.kind[g] == UNIT and fleet.capacity_mw[g] > 0.0:
            idle = fleet.no_load[g] / fleet.capacity_mw[g] + fleet.min_share[g] * max(0.0, fleet.cost[g] - mean)
            cost, at = idle / max(1.0 - fleet.min_share[g], 1e-9), n
            while at > 0 and rank[at - 1] > cost:
                order[at], rank[at] = order[at - 1], rank[at - 1]
                at -= 1
            order[at], rank[at] = g, cost
            n += 1
    return n

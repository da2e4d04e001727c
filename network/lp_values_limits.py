"""Numbers of energy limits in a window's programme: what they allow at its readings, and what going beyond costs."""

from __future__ import annotations

import numpy as np

from dafeng.network.fleet import is_budget
from dafeng.network.grid import Limit
from dafeng.network.lp_facts import FAR, Facts, Values
from dafeng.network.lp_shape import Block, Shape

AFTER_LOAD = 2.0
"""Price of what a cap is broken by, in that of load: at the same one a unit that costs nothing would break it."""


def hold_limits(shape: Shape, facts: Facts, made: Values) -> None:
    """What limits allow at the readings at which they end, and the plan's part of it at the window's end."""
    task, grid, meters = facts.task, facts.task.frame.grid, shape.meters
    readings, step, first, last = shape.reading.width, meters.step_h, facts.first, task.window.stop
    low, high = np.full(shape.reading.things * readings, -FAR), np.full(shape.reading.things * readings, FAR)
    used = np.zeros(len(low))
    cap = 0.999 * grid.market.price_cap_cny_per_mwh
    for family, rows in enumerate(meters.limits):
        for row in rows:
            limit = grid.limits[row]
            if limit.last_hour <= task.window.start or limit.first_hour >= last:
                continue
            begin = max(0, (limit.first_hour - first) // step)
            end = min(readings, -(-(limit.last_hour - first) // step))
            at = family * readings
            used[at + begin] = task.start.used[row]
            made.is_linked[family, begin] = False
            bounds = (limit.at_least, limit.at_most)
            if facts.used is not None:
                bounds = _spent(limit, float(facts.used[row]), last)
            elif limit.last_hour > last:
                bounds = _until(limit, facts)
            low[at + end - 1], high[at + end - 1] = bounds
        of = [grid.limits[row] for row in rows]
        made.price(_row(shape.under, family), _dear(grid.voll_cny_per_mwh, cap, of))
        made.price(_row(shape.over, family), _dear(AFTER_LOAD * grid.voll_cny_per_mwh, cap, of))
        made.bound(_row(shape.over, family), 0.0, FAR if any(grid.limits[row].gives_way for row in rows) else 0.0)
    shaped = low.reshape(-1, readings), high.reshape(-1, readings)
    made.bound(shape.reading, *shaped)
    made.bound(shape.under, 0.0, FAR)
    made.require(shape.readings, used.reshape(-1, readings), used.reshape(-1, readings))


def _spent(limit: Limit, used: float, last: int) -> tuple[float, float]:
    """Where the merit order has spent so much by the end: a budget all the same, a cap no more, or what it has left.

    What a cap's last hours leave of it nobody else can spend.
    """
    if is_budget(limit):
        return used, used
    if limit.last_hour > last:
        return -FAR, used
    return max(-FAR, min(limit.at_least, used)), min(FAR, max(limit.at_most, used))


def _until(limit: Limit, facts: Facts) -> tuple[float, float]:
    """A limit that goes on after the window: of a budget what the plan spends until then, of a cap a part by hours."""
    if not is_budget(limit):
        hours_in = facts.task.window.stop - limit.first_hour
        return -FAR, limit.at_most * hours_in / (limit.last_hour - limit.first_hour)
    hours = slice(limit.first_hour, facts.task.window.stop)
    spent = float(limit.per_mwh @ facts.scheduled_mw[:, hours].sum(axis=1))
    return spent, spent


def _dear(voll: float, cap: float, limits: list[Limit]) -> float:
    """CNY for each unit beyond a limit: budgets give way at `cap` (if at all), just before load does, others at `voll`.

    Caps do so only after load; a floor before anything is made to be spilled.
    """
    per_mwh = limits[0].per_mwh
    counted = per_mwh[per_mwh > 0.0]
    if not counted.size:
        return voll
    is_cap = any(limit.at_least != limit.at_most for limit in limits)
    return voll / float(counted.min()) if is_cap else cap / float(counted.max())


def _row(block: Block, thing: int) -> Block:
    """One thing of a block."""
    return Block(block.first + thing * block.width, 1, block.width)

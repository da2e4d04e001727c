"""The plan of a year: energy budgets, expected commitment, water values and prices, all on expected availability."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import WEEK_H, Floats, Ints
from dafeng.network.budgets import budget_rows, schedule
from dafeng.network.caps import shadow_prices
from dafeng.network.curve import Curve, marginals
from dafeng.network.fleet import FREE
from dafeng.network.frame import Frame, frame_of
from dafeng.network.gather import Gathered, beginning, gather
from dafeng.network.grid import Grid, Plan, State
from dafeng.network.prices import market_price
from dafeng.network.store import most_pieces
from dafeng.network.tanks import CHARGE, DISCHARGE, Ends, Marks, place
from dafeng.network.window import Task, curve_of, demand_of, supply_of, uncommitted


@dataclass(frozen=True)
class Foresight(Plan):
    """A plan with what the fast engine keeps of it for its windows."""

    frame: Frame
    rate_mw: Floats
    """(generators, hours) scheduled output per unit of availability."""
    planned_mw: Floats
    """(hours,) net output of stores and flexible loads against their usual draw."""


def fast_plan(grid: Grid, expected: Floats, scheduled: Floats | None = None) -> Foresight:
    """Plan a year on expected availability (rows, hours), with outputs (generators, hours) of budgets where given.

    Two passes: stores on the curve of all units without their minima, then commitment and stores knowing the first.
    The year ends as it began: worth of energy at its end is that at its beginning in the first pass.
    """
    free = frame_of(grid, np.zeros(len(grid.limits)))
    if scheduled is None:
        scheduled = schedule(grid, expected, _residual(free, expected), free.owed_mw)
    rate = per_share(grid, scheduled, expected)
    prices = shadow_prices(free, expected, rate)
    frame = free.priced(prices)
    n = len(frame.tank_order)
    task = Task(
        frame, expected, rate, np.zeros(grid.hours), range(grid.hours), State.empty(grid),
        Ends(np.zeros((n, 1)), np.zeros((n, 1))),
    )
    demand = demand_of(task)
    made = uncommitted(task, demand)
    curve = curve_of(frame, made, demand - made.low.sum(axis=1))
    first = _pass(task, curve, np.zeros(grid.hours), np.zeros(1, dtype=np.int64), None)
    task = replace(task, planned_mw=first.planned_mw, ends=first.ends_at(0))
    supply = supply_of(task, made, demand)
    curve, idle = supply.curve, supply.idle_mw
    del supply, made  # the bounds of a year are a good part of what a plan takes
    second = _pass(task, curve, idle, _week_ends(grid.hours), first)
    price = market_price(frame, expected, task.window, second.marginal, second.shortage_mw)
    worth, width = second.values()
    return Foresight(
        _half_level(worth, width)[: len(grid.stores.key)], worth, width, prices, scheduled, price, frame, rate,
        second.planned_mw,
    )


@dataclass(frozen=True)
class Pass:
    """One placing of all stores over the year."""

    gathered: Gathered
    marks: Marks
    out: Floats
    planned_mw: Floats
    marginal: Floats
    shortage_mw: Floats

    def values(self) -> tuple[Floats, Floats]:
        """(stores + flexible, marks, pieces) worth and width of stored energy, asset by asset."""
        pieces = max(1, int((self.marks.width > 0.0).sum(axis=2).max(initial=0)))
        group, part = self.gathered.group, self.gathered.part
        return self.marks.worth[group, :, :pieces], self.marks.width[group, :, :pieces] * part[:, None, None]

    def ends_at(self, mark: int) -> Ends:
        """The values at a mark as those of a window's end."""
        worth, width = self.values()
        return Ends(np.ascontiguousarray(worth[:, mark]), np.ascontiguousarray(width[:, mark]))


def _pass(task: Task, curve: Curve, idle: Floats, marks: Ints, before: Pass | None) -> Pass:
    """Place all stores on a curve; a second pass begins where the first one ended."""
    frame = task.frame
    if before is None:
        gathered = gather(frame, task.share, task.window, task.start, task.ends)
        out = beginning(gathered.tanks)
    else:
        gathered, out = before.gathered.with_ends(task.ends), before.out.copy()
    usual = frame.usual_mw.sum(axis=0)
    curve.need_mw[:] -= _net(out) + usual
    kept = _marks_for(curve, gathered, marks)
    given = frame.grid.shortage_mw
    shortage = np.zeros(frame.grid.hours) if given is None else given.astype(np.float64)
    ceiling = np.full(frame.grid.hours, np.inf)
    place(curve, gathered.tanks, gathered.ends, kept, frame.phi, idle, shortage, ceiling, out)
    return Pass(gathered, kept, out, _net(out) + usual, marginals(curve), shortage)


def _net(out: Floats) -> Floats:
    """(hours,) what all tanks give less what they draw."""
    net: Floats = (out[:, DISCHARGE] - out[:, CHARGE]).sum(axis=0)
    return net


def _marks_for(curve: Curve, gathered: Gathered, at: Ints) -> Marks:
    """Memory for the values at some hours."""
    most = most_pieces(len(curve.cost), gathered.ends.worth.shape[1])
    shape = (len(gathered.tanks.start_mwh), len(at), most)
    return Marks(at, np.zeros(shape), np.zeros(shape))


def _week_ends(hours: int) -> Ints:
    """Last hours of weeks; the last week ends with the year."""
    return np.minimum(np.arange(WEEK_H, hours + WEEK_H, WEEK_H), hours)


def _residual(frame: Frame, share: Floats) -> Floats:
    """(hours,) load that free rows leave."""
    grid = frame.grid
    free_mw = np.where(frame.fleet.kind[: frame.fleet.n_generators] == FREE, grid.generators.capacity_mw, 0.0)
    residual: Floats = frame.demand_mw + frame.usual_mw.sum(axis=0) - free_mw @ share[grid.rows.generators]
    return residual


def per_share(grid: Grid, scheduled: Floats, expected: Floats) -> Floats:
    """Scheduled output over expected availability."""
    share, rate = expected[grid.rows.generators], np.zeros(scheduled.shape)
    for row in budget_rows(grid).tolist():  # the others are never written, so they take no memory
        np.divide(scheduled[row], share[row], out=rate[row], where=share[row] > 0.0)
    return rate


def _half_level(worth: Floats, width: Floats) -> Floats:
    """(n, marks) worth of a MWh at half level."""
    until = np.cumsum(width, axis=2)
    half = 0.5 * until[:, :, -1:]
    at = np.minimum((until < half).sum(axis=2), worth.shape[2] - 1)
    return np.asarray(np.take_along_axis(worth, at[:, :, None], axis=2)[:, :, 0])

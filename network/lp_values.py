"""The numbers of one window: costs, bounds and right-hand sides of its programme.

A window may begin inside its layout: hours before it are at rest, with all columns at 0 and stores at their level.
So a surprise in mid-week is the same programme as the week, with the hours already lived put to rest.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.fleet import BUDGET, FREE, UNIT
from dafeng.network.lp_facts import FAR, Facts, Values
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_values_limits import hold_limits
from dafeng.network.lp_values_response import call_response
from dafeng.network.lp_values_tanks import hold_tanks

LOCAL_CNY_PER_MWH = 0.01
"""What makes shedding in one place dearer than sharing it over the city, where both would do."""


def values_of(shape: Shape, facts: Facts) -> Values:
    """All numbers of a window."""
    frame = facts.task.frame
    made = Values(
        np.zeros(shape.columns), np.zeros(shape.columns), np.zeros(shape.columns), np.zeros(shape.rows),
        np.zeros(shape.rows), np.zeros((len(frame.grid.buses), shape.hours)),
        np.ones((len(shape.meters.limits), shape.reading.width), dtype=np.bool_),
    )
    _supply(shape, facts, made)
    _switching(shape, facts, made)
    _free(shape, facts, made)
    hold_tanks(shape, facts, made)
    call_response(shape, facts, made)
    _shortage(shape, facts, made)
    hold_limits(shape, facts, made)
    made.bound(shape.bought, 0.0, frame.buyers_mw[:, facts.task.hours], facts.rest)
    made.price(shape.bought, -frame.grid.buyers.price_cny_per_mwh[:, None])
    made.given_mw[:, facts.rest :] -= frame.bus_load_mw[:, facts.task.hours]
    owed = -made.given_mw.sum(axis=0)
    made.require(shape.balance, owed, owed)
    return made


def _supply(shape: Shape, facts: Facts, made: Values) -> None:
    """Output of units, blocks and budgets."""
    task, fleet, rows = facts.task, facts.task.frame.fleet, shape.powered
    low, high = facts.made.low[:, rows].T.copy(), facts.made.high[:, rows].T.copy()
    kind = fleet.kind[rows]
    if shape.commitment is not Commitment.FIXED:
        is_unit = (kind == UNIT)[:, None]
        may, must = facts.made.may[:, rows].T, facts.made.must[:, rows].T
        must_mw = np.minimum(high, np.maximum(low, facts.made.least[:, rows].T))
        low = np.where(is_unit, np.where(must & may, must_mw, 0.0), low)
        high = np.where(is_unit & ~may, 0.0, high)
    budget = np.flatnonzero(kind == BUDGET)
    stable = fleet.min_share[rows[budget]] * task.frame.grid.generators.is_block[rows[budget]]
    owed = np.maximum(stable[:, None] * high[budget], task.frame.owed_mw[rows[budget], task.hours])
    low[budget] = np.minimum(low[budget], owed)
    made.bound(shape.power, low, high, facts.rest)
    made.price(shape.power, facts.cost[rows][:, None])


def on_before(facts: Facts, rows: Ints) -> Floats:
    """(rows,) part in which units of some rows were on before the window.

    In the relaxed programme one that gave less than its minimum was on in part: it can neither be held to all of itself
    nor rise from there at once.
    """
    start, fleet = facts.task.start, facts.task.frame.fleet
    before = start.committed[rows].astype(np.float64)
    if facts.options.commitment is Commitment.RELAXED and start.output_mw.size:
        least = fleet.min_share[rows] * fleet.capacity_mw[rows]
        part = np.divide(start.output_mw[rows], least, out=np.ones(len(rows)), where=least > 0.0)
        before *= np.clip(part, 0.0, 1.0)
    return before


def _switching(shape: Shape, facts: Facts, made: Values) -> None:
    """Commitment: what must and may be on, and the state before the window."""
    fleet, rows = facts.task.frame.fleet, shape.powered[shape.switched]
    if not rows.size:
        return
    may, must, high = facts.made.may[:, rows].T, facts.made.must[:, rows].T, facts.made.high[:, rows].T
    before, rest = on_before(facts, rows), facts.rest
    made.bound(shape.on, before[:, None], before[:, None])
    made.bound(shape.on, np.asarray(must & may, dtype=np.float64), may.astype(np.float64), rest)
    made.bound(shape.start, 0.0, 1.0, rest)
    made.price(shape.on, fleet.no_load[rows][:, None])
    made.price(shape.start, fleet.start[rows[shape.starting]][:, None])
    made.require(shape.most, 0.0, FAR)
    able = may & ~must & (high >= (fleet.min_share * fleet.capacity_mw)[rows][:, None])
    held = np.concatenate([np.zeros((len(rows), rest), dtype=np.bool_), able], axis=1)
    made.require(shape.least, np.where(held, 0.0, -FAR), FAR)
    made.require(shape.starts, 0.0, FAR)
    made.row_lower[shape.starts.at()[:, 0]] = -before[shape.starting]
    _times(shape, facts, made)


def _times(shape: Shape, facts: Facts, made: Values) -> None:
    """Minimum times begun before the window are bounds; what a unit owes, or cannot give, goes before them (6.5)."""
    fleet, rows, task = facts.task.frame.fleet, shape.powered[shape.switched], facts.task
    made.require(shape.stays_up, -FAR, 0.0)
    made.require(shape.stays_down, -FAR, 1.0)
    lower, upper, before = shape.on.of(made.lower), shape.on.of(made.upper), on_before(facts, rows)
    for unit, row in enumerate(rows.tolist()):
        may, must = facts.made.may[:, row], facts.made.must[:, row]
        since, was_on = float(task.start.hours_on[row]), bool(task.start.committed[row])
        least = fleet.min_up_h[row] if was_on else fleet.min_down_h[row]
        left = slice(facts.rest, facts.rest + max(0, int(np.ceil(least - since))))
        if was_on and may.all():
            lower[unit, left] = before[unit]
        elif not was_on and not must.any():
            upper[unit, left] = 0.0
        if not shape.stays_up.things:
            continue
        down = min(max(1, int(np.ceil(fleet.min_down_h[row]))), shape.hours)
        made.row_upper[shape.stays_down.at()[unit, :down]] = 1.0 - was_on
        if not may.all():
            made.row_upper[shape.stays_up.at()[unit]] = FAR
        if must.any():
            made.row_upper[shape.stays_down.at()[unit]] = FAR


def _free(shape: Shape, facts: Facts, made: Values) -> None:
    """Free rows feed what they have; what is curtailed is taken back (6.12)."""
    frame, n = facts.task.frame, facts.task.frame.fleet.n_generators
    rows = np.flatnonzero(frame.fleet.kind[:n] == FREE)
    available = facts.made.high[:, rows].T
    np.add.at(made.given_mw[:, facts.rest :], frame.grid.generators.bus[rows], available)
    most = np.zeros((shape.curtail.things, available.shape[1]))
    np.add.at(most, shape.free_group[rows], available * (1.0 - frame.fleet.min_share[rows])[:, None])
    made.bound(shape.curtail, 0.0, most, facts.rest)
    made.price(shape.curtail, (frame.grid.market.curtailment_cny_per_mwh - shape.free_cost)[:, None])


def _shortage(shape: Shape, facts: Facts, made: Values) -> None:
    """Load that goes unserved, at the price cap in the province and at VOLL elsewhere, and output that is lost."""
    task, frame, rest = facts.task, facts.task.frame, facts.rest
    grid, load = frame.grid, frame.bus_load_mw[:, task.hours]
    served = np.maximum(load, 0.0)
    flexible = grid.flexible.power_mw[:, task.hours]
    np.add.at(served, grid.flexible.bus, flexible)
    made.bound(shape.unserved, 0.0, served[shape.shed_bus], rest)
    price = np.full(len(grid.buses), grid.voll_cny_per_mwh)
    price += LOCAL_CNY_PER_MWH * (shape.city_weight > 0.0)
    if frame.sites.province >= 0:
        price[frame.sites.province] = min(grid.market.price_cap_cny_per_mwh, grid.voll_cny_per_mwh)
    made.price(shape.unserved, price[shape.shed_bus][:, None])
    if shape.shared.things:
        buses = np.flatnonzero(shape.city_weight)
        most = (np.maximum(load[buses], 0.0) / shape.city_weight[buses][:, None]).min(axis=0)
        made.bound(shape.shared, 0.0, most, rest)
        made.price(shape.shared, grid.voll_cny_per_mwh)
    made.bound(shape.spill, 0.0, FAR, rest)
    made.price(shape.spill, grid.voll_cny_per_mwh)



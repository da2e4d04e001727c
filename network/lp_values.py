"""The numbers of one window: costs, bounds and right-hand sides of its programme.

A window may begin inside its layout: hours before it are at rest, with all columns at 0 and stores at their level.
So a surprise in mid-week is the same programme as the week, with the hours already lived put to rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.fleet import BUDGET, FREE, UNIT, is_budget
from dafeng.network.gather import level_bounds
from dafeng.network.grid import Limit
from dafeng.network.lp_options import Commitment, Exactly
from dafeng.network.lp_shape import Block, Shape
from dafeng.network.lp_tanks import Shared
from dafeng.network.response import called_before, called_of, coming_back
from dafeng.network.tanks import Ends
from dafeng.network.window import Task

FAR = np.inf
AFTER_LOAD = 2.0
"""Price of what a cap is broken by, in that of load: at the same one a unit that costs nothing would break it."""
LOCAL_CNY_PER_MWH = 0.01
"""What makes shedding in one place dearer than sharing it over the city, where both would do."""


@dataclass(frozen=True)
class Facts:
    """What a window's numbers are made from."""

    task: Task
    tanks: Shared
    options: Exactly
    made: Bounds
    """(hours, rows) after what a surprise and equal hours ask for; after commitment where it is fixed."""
    cost: Floats
    """(rows,) CNY/MWh, with shadow prices of caps that are not counted."""
    scheduled_mw: Floats
    """(generators, year) what the plan spends of energy budgets."""
    first: int
    """Hour of the year at which the layout begins."""
    on: Bools | None = None
    """(hours, rows) commitment where it is fixed."""
    pins_mwh: Floats | None = None
    """(stores + flexible,) levels at the window's end, NaN where their worth decides."""
    used: Floats | None = None
    """(limits,) use of limits by the window's end where it is fixed."""
    shed_mw: Floats | None = None
    """(offers, hours) net response where it is fixed."""

    @property
    def rest(self) -> int:
        """Hours of the layout before the window."""
        return self.task.window.start - self.first


@dataclass
class Values:
    """Numbers of all columns and rows."""

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    given_mw: Floats
    """(buses, hours) net feed that no column moves."""
    is_linked: Bools
    """(families, readings) whether a reading goes on from the one before."""
    lived: Floats | None = None
    """(columns,) where hours before the window keep their place: the solution in which they were."""
    lived_cny: float = 0.0
    """What they cost there, beyond what they would cost at rest."""

    def bound(self, block: Block, lower: Floats | float, upper: Floats | float, rest: int = 0) -> None:
        """Bounds of a block of columns from hour `rest` on; before it they stay 0."""
        for values, given in ((self.lower, lower), (self.upper, upper)):
            values[block.span].reshape(block.things, block.width)[:, rest:] = given

    def price(self, block: Block, cost: Floats | float) -> None:
        """Costs of a block of columns."""
        self.cost[block.span].reshape(block.things, block.width)[:] = cost

    def require(self, block: Block, lower: Floats | float, upper: Floats | float) -> None:
        """Bounds of a block of rows."""
        self.row_lower[block.span].reshape(block.things, block.width)[:] = lower
        self.row_upper[block.span].reshape(block.things, block.width)[:] = upper


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
    _tanks(shape, facts, made)
    _offers(shape, facts, made)
    _shortage(shape, facts, made)
    _meters(shape, facts, made)
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


def _tanks(shape: Shape, facts: Facts, made: Values) -> None:
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
    made.row_lower[shape.levels.at()[:, 0]] = made.row_upper[shape.levels.at()[:, 0]] = begun
    if facts.pins_mwh is not None:
        worth, width = np.zeros((len(low), shape.piece.width)), np.zeros((len(low), shape.piece.width))
    else:
        worth, width = _end_pieces(task.ends, high[:, -1] - low[:, -1], shape.piece.width)
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


def _offers(shape: Shape, facts: Facts, made: Values) -> None:
    """Response (5.5): full events a window at the pace of the year, more of them only where supply runs out."""
    task, offers, rest = facts.task, facts.task.frame.grid.offers, facts.rest
    if not offers.key:
        return
    if facts.shed_mw is not None:
        np.add.at(made.given_mw[:, rest:], offers.bus, facts.shed_mw)
        return
    power, hours = offers.power_mw[:, task.hours], facts.task.frame.grid.hours
    stands, back = running_response(facts)
    low = np.where(np.isnan(stands), 0.0, np.minimum(stands, power))
    high = np.where(np.isnan(stands), power, low)
    np.add.at(made.given_mw[:, rest:], offers.bus, -back)
    made.bound(shape.shed, low, high, rest)
    made.price(shape.shed, offers.price_cny_per_mwh[:, None])
    size = offers.power_mw.max(axis=1, initial=0.0) * np.maximum(offers.hours_per_event, 1.0)
    made.require(shape.per_day, -FAR, size[:, None])
    left = np.maximum(offers.events_per_year - task.start.events, 0.0)
    pace = np.maximum(offers.events_per_year * task.window.stop / hours - task.start.events, 0.0)
    made.require(shape.per_window, -FAR, np.minimum(left, pace)[:, None])
    made.bound(shape.extra, 0.0, (left - np.minimum(left, pace))[:, None])
    made.price(shape.extra, (size * facts.task.frame.grid.market.price_cap_cny_per_mwh)[:, None])


def running_response(facts: Facts) -> tuple[Floats, Floats]:
    """(offers, hours) response of the running plan that stands, NaN where free, and load that comes back anyway."""
    task, offers = facts.task, facts.task.frame.grid.offers
    shape = len(offers.key), len(task.window)
    before = called_before(task.start.called_mw, shape[0])
    stands, back = np.full(shape, np.nan), coming_back(before, offers.rebound_share, shape[1])
    if task.firm is None:
        return stands, back
    now = task.window.start - task.firm.first_hour
    coming = called_of(task.firm.shed_mw[:, now : now + shape[1]], before, offers.rebound_share)
    is_near = np.arange(coming.shape[1]) < np.ceil(offers.notice_h)[:, None]
    stands[:, : coming.shape[1]] = np.where(is_near, coming, np.nan)
    return stands, back


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


def _meters(shape: Shape, facts: Facts, made: Values) -> None:
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
                bounds = (float(facts.used[row]), float(facts.used[row]))
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

"""A year's hours as the fast engine lives them: each window decides ahead, only what is lived of it is carried out.

What a window decides (commitment, stores, response) needs its hours ahead; merit order, nodes and flows of an hour do
not. They are worked out once it is known how many hours are lived before a surprise, and go straight to the year's
arrays. Prices, costs and starts follow once, when the year is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import compiled
from dafeng.network.fleet import FREE, UNIT
from dafeng.network.frame import Frame
from dafeng.network.grid import Hours, Relief, State
from dafeng.network.lived import Lived, events_begun
from dafeng.network.lp_relief import operate_relieved, relieved_h
from dafeng.network.operate import Carried, bought_mw, carry_out
from dafeng.network.prices import generation_cost, price_of, room_mw, starts_in_hours, used_of_limits
from dafeng.network.relief import overloads
from dafeng.network.tanks import CHARGE, DISCHARGE, LEVEL
from dafeng.network.window import Decided, Task, decide


@dataclass(frozen=True)
class Running(Decided):
    """A window's decisions with what was known of its hours, as the truth may move before they are lived."""

    store_share: Floats
    """(stores, hours) availability."""
    branch_share: Floats
    """(branches, hours)."""
    room_mw: Floats
    """(hours,) all available capacity and storage power."""
    done: Carried | None = None
    """Its hours, if they had to be carried out to see whether lines are overloaded."""


class Pages(NamedTuple):
    """(rows, year) arrays that hours are written into; what is 0 is not written, so it takes no memory."""

    generation_mw: Floats
    committed: Bools
    curtailed_mw: Floats
    charge_mw: Floats
    discharge_mw: Floats
    stored_mwh: Floats
    unserved_mw: Floats
    reserve_short_mw: Floats
    """(year,)."""


class YearBook:
    """The hours of a year as they are lived."""

    def __init__(self, frame: Frame, start: State, relieve: Relief = Relief.NONE) -> None:
        grid, self.relieve = frame.grid, relieve
        n, stores, year = len(grid.generators.key), len(grid.stores.key), grid.hours
        self.frame, self.start, self.state, self.lived_h = frame, start, start, 0
        self.pages = Pages(
            np.zeros((n, year)), np.zeros((n, year), dtype=np.bool_), np.zeros((n, year)), np.zeros((stores, year)),
            np.zeros((stores, year)), np.zeros((stores, year)), np.zeros((len(grid.buses), year)), np.zeros(year),
        )
        self.flexible, self.shed = np.zeros((len(grid.flexible.key), year)), np.zeros((len(grid.offers.key), year))
        self.bought, self.flow = np.zeros((len(grid.buyers.key), year)), np.zeros((len(grid.branches.key), year))
        self.room, self.marginal, self.shortage, self.missing = (np.zeros(year) for _ in range(4))
        self.asked, self.way, self.price = self.flow, np.zeros(year, dtype=np.int64), np.full(year, np.nan)

    def decide(self, task: Task) -> Running | Lived:
        """Decide a window that begins with the next hour to be lived; whole hours where lines must be relieved."""
        made, rows, hours = decide(task), self.frame.rows, task.hours
        running = Running(
            **vars(made), store_share=task.share[rows.stores, hours].copy(),
            branch_share=task.share[rows.branches, hours].copy(), room_mw=room_mw(self.frame, task.share, task.window),
        )
        return running if self.relieve is Relief.NONE else self._relieved(running)

    def _relieved(self, running: Running) -> Running | Lived:
        """The window carried out, anew with lines relieved if any is overloaded in the hours that count."""
        hours = relieved_h(running.task.window)
        share = np.ascontiguousarray(running.branch_share[:, :hours])
        done = carry_out(running, share, hours)
        if not overloads(self.frame, share, done.flow_mw).any():
            return replace(running, done=done)
        used = self.start.used + used_of_limits(self.frame, self.pages.generation_mw, self.lived_h)
        task = replace(running.task, start=replace(self.state, used=used))
        return operate_relieved(replace(running, task=task), self.relieve)

    def live(self, running: Running | Lived, hours: int) -> State:
        """Carry out the first hours of a window; the state after them, whose use of limits is that of the start."""
        if isinstance(running, Lived):
            self._copy(running.until(hours))
        else:
            self._carry_out(running, hours)
        return self.state

    def _copy(self, part: Hours) -> None:
        """Write hours that are whole already."""
        span = slice(self.lived_h, self.lived_h + len(part.way))
        if self.asked is self.flow:
            self.asked = self.flow.copy()
        for name in Pages._fields:
            getattr(self.pages, name)[..., span] = getattr(part, name)
        self.flexible[:, span], self.shed[:, span] = part.flexible_mw, part.shed_mw
        self.bought[:, span], self.flow[:, span], self.asked[:, span] = part.bought_mw, part.flow_mw, part.asked_mw
        self.shortage[span], self.way[span], self.price[span] = part.shortage_mw, part.way, part.price_cny_per_mwh
        self.lived_h, self.state = span.stop, replace(part.end, used=self.start.used)

    def _carry_out(self, running: Running, hours: int) -> None:
        """Carry out the first hours of a window and write them."""
        at, span = self.lived_h, slice(self.lived_h, self.lived_h + hours)
        if running.done is not None:
            done = running.done.first_hours(hours)
        else:
            done = carry_out(running, np.ascontiguousarray(running.branch_share[:, :hours]), hours)
        stores = len(self.frame.grid.stores.key)
        _write(
            self.pages, at, self.frame.fleet.kind, done.made, running.supply.on, done.output_mw, done.tanks_out,
            done.nodes.unserved_mw,
        )
        _spare(
            self.pages.reserve_short_mw, at, done.made, running.supply.reserve_mw, done.output_mw, done.tanks_out,
            running.store_share, self.frame.grid.stores.discharge_mw, self.frame.grid.stores.efficiency_out,
        )
        self.flow[:, span] = self.asked[:, span] = done.flow_mw
        self.flexible[:, span] = done.tanks_out[stores:, CHARGE]
        self.shed[:, span] = running.shed_mw[:, :hours]
        self.bought[:, span] = bought_mw(self.frame, at, done.output_mw)
        self.room[span], self.marginal[span] = running.room_mw[:hours], done.marginal
        self.shortage[span], self.missing[span] = running.placed.shortage_mw[:hours], done.missing_mw
        self.lived_h += hours
        self.state = self._after(done, at)

    def _after(self, done: Carried, at: int) -> State:
        """The state after hours that began at an hour."""
        before, pages, stores = self.state, self.pages, len(self.frame.grid.stores.key)
        return State(
            stored_mwh=done.tanks_out[:stores, LEVEL, -1].copy(),
            committed=pages.committed[:, self.lived_h - 1].copy(),
            hours_on=_hours_since(before.committed, before.hours_on, pages.committed[:, at : self.lived_h]),
            used=before.used,
            drawn_mwh=before.drawn_mwh + done.tanks_out[stores:, CHARGE].sum(axis=1),
            events=before.events + events_begun(self.shed[:, at : self.lived_h]),
        )

    def read(self) -> Hours:
        """The year, when all its hours are lived."""
        frame, grid, pages, start = self.frame, self.frame.grid, self.pages, self.start
        assert self.lived_h == grid.hours
        load = grid.load_mw.sum(axis=0)
        started = starts_in_hours(frame, start.committed, pages.committed)
        price = price_of(frame, self.room, load, self.marginal, self.shortage + self.missing)
        used = start.used + used_of_limits(frame, pages.generation_mw, grid.hours)
        return Hours(
            first_hour=0, generation_mw=pages.generation_mw, committed=pages.committed, charge_mw=pages.charge_mw,
            discharge_mw=pages.discharge_mw, stored_mwh=pages.stored_mwh, flexible_mw=self.flexible, shed_mw=self.shed,
            bought_mw=self.bought, flow_mw=self.flow,
            asked_mw=self.asked, price_cny_per_mwh=np.where(np.isnan(self.price), price, self.price),
            unserved_mw=pages.unserved_mw,
            shortage_mw=self.shortage, curtailed_mw=pages.curtailed_mw, reserve_short_mw=pages.reserve_short_mw,
            cost_cny=self._cost_cny(started), starts=started.sum(axis=1).astype(np.float64),
            way=self.way, lost_mw=np.zeros((0, grid.hours)),
            end=replace(self.state, used=used),
        )

    def _cost_cny(self, started: Bools) -> float:
        """Cost of the year, as a window counts it."""
        frame, grid, pages = self.frame, self.frame.grid, self.pages
        cost = generation_cost(frame, range(grid.hours), pages.generation_mw, pages.committed, started).sum()
        cost += grid.stores.wear_cny_per_mwh @ pages.discharge_mw.sum(axis=1)
        cost += grid.flexible.cost_cny_per_mwh @ self.flexible.sum(axis=1)
        cost += grid.offers.price_cny_per_mwh @ np.maximum(self.shed, 0.0).sum(axis=1)
        cost -= grid.buyers.price_cny_per_mwh @ self.bought.sum(axis=1)
        cost += grid.market.curtailment_cny_per_mwh * pages.curtailed_mw.sum()
        return float(cost + grid.voll_cny_per_mwh * pages.unserved_mw[frame.sites.is_city].sum())


@compiled
def _write(
    pages: Pages, at: int, kind: Ints, made: Bounds, on: Bools, output: Floats, tanks_out: Floats, unserved: Floats
) -> None:
    """Write hours, hour first or asset first, into the pages of the year; what free rows do not give is curtailed."""
    hours = output.shape[0]
    for g in range(pages.generation_mw.shape[0]):
        for h in range(hours):
            given = output[h, g]
            if given != 0.0:
                pages.generation_mw[g, at + h] = given
            if (kind[g] == UNIT and on[h, g]) or (kind[g] != UNIT and given > 0.0):
                pages.committed[g, at + h] = True
            if kind[g] == FREE and made.high[h, g] > given:
                pages.curtailed_mw[g, at + h] = made.high[h, g] - given
    for s in range(pages.charge_mw.shape[0]):
        for h in range(hours):
            if tanks_out[s, CHARGE, h] != 0.0:
                pages.charge_mw[s, at + h] = tanks_out[s, CHARGE, h]
            if tanks_out[s, DISCHARGE, h] != 0.0:
                pages.discharge_mw[s, at + h] = tanks_out[s, DISCHARGE, h]
            pages.stored_mwh[s, at + h] = tanks_out[s, LEVEL, h]
    for b in range(unserved.shape[0]):
        for h in range(hours):
            if unserved[b, h] != 0.0:
                pages.unserved_mw[b, at + h] = unserved[b, h]


@compiled
def _spare(
    short: Floats, at: int, made: Bounds, wanted: Floats, output: Floats, tanks_out: Floats, share: Floats,
    discharge_mw: Floats, efficiency_out: Floats,
) -> None:
    """Reserve that is short: wanted less what rows and stores could still give (MODEL_SPEC 6.10)."""
    rows = output.shape[1]
    for h in range(output.shape[0]):
        spare = 0.0
        for g in range(rows - 1):
            spare += made.high[h, g] - output[h, g]
        spare -= output[h, rows - 1]
        for s in range(discharge_mw.size):
            power = discharge_mw[s] * share[s, h] - tanks_out[s, DISCHARGE, h] + tanks_out[s, CHARGE, h]
            spare += min(power, tanks_out[s, LEVEL, h] * efficiency_out[s])
        short[at + h] = max(0.0, wanted[h] - spare)


@compiled
def _hours_since(committed: Bools, hours_on: Floats, now: Bools) -> Floats:
    """(generators,) hours since each last went on or off, after hours (generators, hours) in a state."""
    since, hours = np.empty(hours_on.size), now.shape[1]
    for g in range(since.size):
        h = hours - 1
        while h >= 0 and now[g, h] == (now[g, h - 1] if h > 0 else committed[g]):
            h -= 1
        since[g] = hours - h if h >= 0 else hours_on[g] + hours
    return since

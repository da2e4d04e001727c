"""A year's hours as the fast engine lives them: each window decides ahead, only what is lived of it is carried out.

What a window decides (commitment, stores, response) needs its hours ahead; merit order, nodes and flows of an hour do
not. They are worked out once it is known how many hours are lived before a surprise, and go straight to the year's
arrays. Prices, costs and starts follow once, when the year is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.frame import Frame
from dafeng.network.grid import Hours, Relief, State
from dafeng.network.lived import Lived, called_after, events_begun
from dafeng.network.lp_relief import operate_relieved, relieved_h
from dafeng.network.lp_scarce import WORSE_MWH, lost_mwh
from dafeng.network.operate import Carried, bought_mw, carry_out, strain_of
from dafeng.network.pages import Pages, hours_since, write, write_short_reserve
from dafeng.network.prices import generation_cost, price_of, room_mw, scarce_mw, starts_in_hours, used_of_limits
from dafeng.network.relief import is_overloaded
from dafeng.network.response import called_before, called_of
from dafeng.network.tanks import CHARGE, LEVEL
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
        self.untaken = np.zeros((len(grid.buses) if frame.may_overflow else 0, year))
        self.room, self.marginal, self.shortage, self.missing = (np.zeros(year) for _ in range(4))
        self._used_up: dict[int, float] = {}
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
        """The window carried out, anew if lines are overloaded, ramps strained or load lost in the hours that count."""
        hours = relieved_h(running.task.window)
        share = np.ascontiguousarray(running.branch_share[:, :hours])
        done = carry_out(running, share, hours)
        is_over = is_overloaded(self.frame, running.task.window[:hours], share, done.flow_mw)
        is_lost = lost_mwh(self.frame, done.nodes.unserved_mw, done.untaken_mw) > WORSE_MWH
        if not is_over and not is_lost and not strain_of(running, done).hours().size:
            return replace(running, done=done)
        used = self.start.used + used_of_limits(self.frame, self.pages.generation_mw, self.lived_h, self._used_up)
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
        self.untaken[:, span] = part.untaken_mw
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
        write(
            self.pages, at, self.frame.fleet.kind, done.made, running.supply.on, done.output_mw, done.tanks_out,
            done.nodes.unserved_mw,
        )
        write_short_reserve(
            self.pages.reserve_short_mw, at, done.made, running.supply.reserve_mw, done.output_mw, done.tanks_out,
            running.store_share, self.frame.grid.stores.discharge_mw, self.frame.grid.stores.efficiency_out,
        )
        self.flow[:, span] = self.asked[:, span] = done.flow_mw
        self.untaken[:, span] = done.untaken_mw
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
        net, share = self.shed[:, at : self.lived_h], self.frame.grid.offers.rebound_share
        called = called_of(net, called_before(before.called_mw, len(net)), share)
        return State(
            stored_mwh=done.tanks_out[:stores, LEVEL, -1].copy(),
            committed=pages.committed[:, self.lived_h - 1].copy(),
            hours_on=hours_since(before.committed, before.hours_on, pages.committed[:, at : self.lived_h]),
            used=before.used,
            drawn_mwh=before.drawn_mwh + done.tanks_out[stores:, CHARGE].sum(axis=1),
            events=before.events + events_begun(self.shed[:, at : self.lived_h]).sum(axis=1),
            output_mw=pages.generation_mw[:, self.lived_h - 1].copy(),
            called_mw=called_after(before, called),
        )

    def read(self) -> Hours:
        """The year, when all its hours are lived."""
        frame, grid, pages, start = self.frame, self.frame.grid, self.pages, self.start
        assert self.lived_h == grid.hours
        load = grid.load_mw.sum(axis=0)
        started = starts_in_hours(frame, start.committed, pages.committed)
        price = price_of(frame, self.room, load, self.marginal, scarce_mw(frame, self.shortage, self.missing))
        used = start.used + used_of_limits(frame, pages.generation_mw, grid.hours)
        return Hours(
            first_hour=0, generation_mw=pages.generation_mw, committed=pages.committed, charge_mw=pages.charge_mw,
            discharge_mw=pages.discharge_mw, stored_mwh=pages.stored_mwh, flexible_mw=self.flexible, shed_mw=self.shed,
            bought_mw=self.bought, flow_mw=self.flow,
            asked_mw=self.asked, price_cny_per_mwh=np.where(np.isnan(self.price), price, self.price),
            unserved_mw=pages.unserved_mw,
            shortage_mw=self.shortage, curtailed_mw=pages.curtailed_mw, reserve_short_mw=pages.reserve_short_mw,
            cost_cny=self._cost_cny(started), starts=started.sum(axis=1).astype(np.float64),
            way=self.way, lost_mw=np.zeros((0, grid.hours)), untaken_mw=self.untaken,
            end=replace(self.state, used=used),
        )

    def _cost_cny(self, started: Bools) -> float:
        """Cost of the year, as a window counts it."""
        frame, grid, pages = self.frame, self.frame.grid, self.pages
        cost = generation_cost(frame, range(grid.hours), pages.generation_mw, pages.committed, started).sum()
        cost += grid.stores.wear_cny_per_mwh @ pages.discharge_mw.sum(axis=1)
        cost += grid.flexible.cost_cny_per_mwh @ self.flexible.sum(axis=1)
        called = called_of(self.shed, called_before(self.start.called_mw, len(self.shed)), grid.offers.rebound_share)
        cost += grid.offers.price_cny_per_mwh @ called.sum(axis=1)
        cost -= grid.buyers.price_cny_per_mwh @ self.bought.sum(axis=1)
        cost += grid.market.curtailment_cny_per_mwh * pages.curtailed_mw.sum()
        lost = float(pages.unserved_mw[frame.sites.is_city].sum() + self.untaken.sum())
        return float(cost + grid.voll_cny_per_mwh * lost)

"""One window of hours by the fast engine: commitment, stores, response, merit order, nodes (MODEL_SPEC 6.13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.bounds import Bounds, bounds_of, rest_units
from dafeng.network.commitment import commit, hold_back, idle_mw
from dafeng.network.curve import Curve, curve_tops
from dafeng.network.equal_hours import share_hours
from dafeng.network.frame import Frame
from dafeng.network.gather import Gathered, beginning, gather
from dafeng.network.grid import State
from dafeng.network.lived import Firm
from dafeng.network.prices import reserve_mw
from dafeng.network.response import Calls, call_offers, called_before, called_of
from dafeng.network.tanks import CHARGE, Ends, Marks, place


@dataclass(frozen=True)
class Task:
    """What a window is dispatched on."""

    frame: Frame
    share: Floats
    """(rows, year) availability."""
    rate: Floats
    """(generators, year) scheduled output of energy-limited rows per unit of availability."""
    planned_mw: Floats
    """(year,) net output of stores and flexible loads in the plan, against their usual draw."""
    window: range
    start: State
    ends: Ends
    firm: Firm | None = None

    @property
    def hours(self) -> slice:
        """Hours of the year."""
        return slice(self.window.start, self.window.stop)


@dataclass(frozen=True)
class Supply:
    """Bounds after commitment, the load they must serve and the curve above them."""

    made: Bounds
    on: Bools
    demand_mw: Floats
    """(hours,) load with the usual draw of flexible loads, stores at rest."""
    reserve_mw: Floats
    idle_mw: Floats
    """(hours,) what units could give that are off because they are not needed."""
    owed_mw: Floats
    """(hours,) must-take output."""
    curve: Curve


def demand_of(task: Task) -> Floats:
    """(hours,) load with the usual draw of flexible loads, stores at rest."""
    demand: Floats = task.frame.demand_mw[task.hours] + task.frame.usual_mw[:, task.hours].sum(axis=0)
    return demand


def uncommitted(task: Task, demand: Floats) -> Bounds:
    """Bounds of a window before commitment, with what a surprise holds back and what equal hours ask for."""
    frame, fleet, first, n = task.frame, task.frame.fleet, task.window.start, len(task.window)
    made = bounds_of(fleet, task.share, task.rate, frame.buyers_mw, frame.grid.heat_mw, first, n)
    if frame.firm_rows.size:
        held = (made.high[:, frame.firm_rows] - made.low[:, frame.firm_rows]).sum(axis=1)
        made.high[:, -1] = np.maximum(made.high[:, -1] - held, 0.0)
    on_before = padded(frame, task.start.committed)
    if task.firm is not None:
        on_firm = np.ascontiguousarray(task.firm.committed[:, first - task.firm.first_hour :].T)
        hold_back(fleet, made, on_firm, on_before)
    share_hours(fleet, made, demand, frame.grid.market.equal_hours_share, first, on_before)
    return made


def supply_of(task: Task, made: Bounds, demand: Floats) -> Supply:
    """Commit the units of a window and lay out its supply curve."""
    frame, fleet = task.frame, task.frame.fleet
    on_before, since = padded(frame, task.start.committed), padded(frame, task.start.hours_on)
    reserve = reserve_mw(frame, task.window, made.low, demand)
    planned = task.planned_mw[task.hours]
    wanted = np.maximum(reserve - _headroom(task, planned), 0.0)
    on = commit(fleet, made, demand - planned, wanted, on_before, since)
    idle = idle_mw(made, on)
    rest_units(fleet, made, on)
    owed = made.low.sum(axis=1)
    return Supply(made, on, demand, reserve, idle, owed, curve_of(frame, made, demand - owed))


def curve_of(frame: Frame, made: Bounds, need: Floats) -> Curve:
    """The supply curve above must-take; the city's bound lies at its end until a shortage is known.

    `need` (hours,) is the load less must-take output.
    """
    order = frame.fleet.merit
    tops = curve_tops(order, made.low, made.high, np.full(len(need), np.inf))
    cost = np.maximum(frame.fleet.cost[order], 0.0)
    cap = max(frame.grid.market.price_cap_cny_per_mwh, float(cost.max(initial=0.0)))
    voll = max(cap, frame.grid.voll_cny_per_mwh)
    return Curve(tops, cost, need, tops[:, -1].copy(), cap, voll)


@dataclass(frozen=True)
class Placed:
    """What stores and flexible loads do, and the shortage the city's own measures meet."""

    gathered: Gathered
    tanks_out: Floats
    """(tanks, 3, hours) charge, discharge, level."""
    shortage_mw: Floats
    ceiling_mw: Floats

    def out(self, hours: int) -> Floats:
        """(stores + flexible, 3, hours) what each asset does in the first hours."""
        return self.gathered.spread(self.tanks_out[:, :, :hours])


def place_tanks(task: Task, supply: Supply) -> Placed:
    """Place all stores and flexible loads on the curve, whose need moves with them."""
    frame, curve, n = task.frame, supply.curve, len(task.window)
    gathered = gather(frame, task.share, task.window, task.start, task.ends, task.firm)
    out = beginning(gathered.tanks)
    given = frame.grid.shortage_mw
    shortage = np.zeros(n) if given is None else given[task.hours].astype(np.float64)
    ceiling = np.full(n, np.inf)
    place(curve, gathered.tanks, gathered.ends, no_marks(gathered), frame.phi, supply.idle_mw, shortage, ceiling, out)
    return Placed(gathered, out, shortage, ceiling)


def no_marks(gathered: Gathered) -> Marks:
    """Keep no values on the way."""
    empty = np.zeros((len(gathered.tanks.start_mwh), 0, 1))
    return Marks(np.zeros(0, dtype=np.int64), empty, empty)


def called(task: Task, curve: Curve) -> Floats:
    """(offers, hours) response, called minus returning MW."""
    offers, n = task.frame.grid.offers, len(task.window)
    shed = np.zeros((len(offers.key), n))
    if not offers.key:
        return shed
    before, firm = called_before(task.start.called_mw, len(offers.key)), np.zeros((len(offers.key), 0))
    if task.firm is not None:
        now = task.window.start - task.firm.first_hour
        firm = np.ascontiguousarray(called_of(task.firm.shed_mw[:, now:], before, offers.rebound_share))
    calls = Calls(
        offers.power_mw, offers.price_cny_per_mwh, offers.notice_h, offers.hours_per_event,
        offers.events_per_year - task.start.events, offers.events_per_year, offers.rebound_share,
        np.argsort(offers.price_cny_per_mwh, kind="stable"), before, firm,
    )
    call_offers(curve, calls, task.window.start, shed)
    return shed


@dataclass(frozen=True)
class Decided:
    """What a window decides on all that it looks ahead at: commitment, stores and response."""

    task: Task
    supply: Supply
    placed: Placed
    shed_mw: Floats
    """(offers, hours) response, called minus returning MW."""

    @property
    def first_hour(self) -> int:
        """Hour of the year with which the window begins."""
        return self.task.window.start

    @property
    def committed(self) -> Bools:
        """(generators, hours) units that are on; False for what needs no commitment."""
        on: Bools = self.supply.on[:, : self.task.frame.fleet.n_generators].T
        return on

    @property
    def flexible_mw(self) -> Floats:
        """(flexible, hours) draw."""
        placed, n = self.placed, len(self.task.frame.grid.stores.key)
        each: Floats = placed.tanks_out[placed.gathered.group[n:], CHARGE]
        return each * placed.gathered.part[n:, None]


def decide(task: Task) -> Decided:
    """Commit units, place stores and flexible loads, call response."""
    demand = demand_of(task)
    supply = supply_of(task, uncommitted(task, demand), demand)
    placed = place_tanks(task, supply)
    return Decided(task, supply, placed, called(task, supply.curve))


def _headroom(task: Task, planned: Floats) -> Floats:
    """(hours,) power of stores beyond what the plan uses."""
    grid = task.frame.grid
    power = grid.stores.discharge_mw @ task.share[task.frame.rows.stores, task.hours]
    return np.maximum(power - np.maximum(planned, 0.0), 0.0)


def padded(frame: Frame, values: Any) -> Any:
    """(rows,) of values of generators; the extra rows are 0."""
    return np.concatenate([values, np.zeros(len(frame.fleet.kind) - len(values), dtype=values.dtype)])

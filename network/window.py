"""One window of hours by the fast engine: commitment, stores, response, merit order, nodes (MODEL_SPEC 6.13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds, bounds_of, rest_units
from dafeng.network.buses import nodes_of, serve
from dafeng.network.commitment import commit, hold_back, idle_mw
from dafeng.network.curve import Curve, curve_tops
from dafeng.network.equal_hours import share_hours
from dafeng.network.fleet import UNIT
from dafeng.network.frame import Frame
from dafeng.network.gather import Gathered, beginning, gather
from dafeng.network.grid import Hours, State
from dafeng.network.isolated import isolate
from dafeng.network.lived import Lived, end_state
from dafeng.network.merit import fill, release
from dafeng.network.prices import (
    curtailed_mw,
    generation_cost,
    market_price,
    reserve_mw,
    starts_in_hours,
)
from dafeng.network.relief import flows, relieve_hours
from dafeng.network.relief_hours import Dispatched
from dafeng.network.response import REBOUND_H, Calls, call_offers
from dafeng.network.tanks import CHARGE, DISCHARGE, LEVEL, Ends, Marks, place


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
    firm: Hours | None = None

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
    curve: Curve


def demand_of(task: Task) -> Floats:
    """(hours,) load with the usual draw of flexible loads, stores at rest."""
    demand: Floats = task.frame.demand_mw[task.hours] + task.frame.usual_mw[:, task.hours].sum(axis=0)
    return demand


def uncommitted(task: Task, demand: Floats) -> Bounds:
    """Bounds of a window before commitment, with what a surprise holds back and what equal hours ask for."""
    frame, fleet, first, n = task.frame, task.frame.fleet, task.window.start, len(task.window)
    made = bounds_of(fleet, task.share, task.rate, frame.buyers_mw, frame.grid.heat_mw, first, n)
    on_before = _padded(frame, task.start.committed)
    if task.firm is not None:
        on_firm = np.ascontiguousarray(task.firm.committed[:, first - task.firm.first_hour :].T)
        hold_back(fleet, made, on_firm, on_before)
    share_hours(fleet, made, demand, frame.grid.market.equal_hours_share, first, on_before)
    return made


def supply_of(task: Task, made: Bounds, demand: Floats) -> Supply:
    """Commit the units of a window and lay out its supply curve."""
    frame, fleet = task.frame, task.frame.fleet
    on_before, since = _padded(frame, task.start.committed), _padded(frame, task.start.hours_on)
    reserve = reserve_mw(frame, task.window, made.low, demand)
    planned = task.planned_mw[task.hours]
    wanted = np.maximum(reserve - _headroom(task, planned), 0.0)
    on = commit(fleet, made, demand - planned, wanted, on_before, since)
    idle = idle_mw(made, on)
    rest_units(fleet, made, on)
    return Supply(made, on, demand, reserve, idle, curve_of(frame, made, demand))


def curve_of(frame: Frame, made: Bounds, demand: Floats) -> Curve:
    """The supply curve above must-take; the city's bound lies at its end until a shortage is known."""
    order = frame.fleet.merit
    tops = curve_tops(order, made.low, made.high, np.full(len(demand), np.inf))
    cost = np.maximum(frame.fleet.cost[order], 0.0)
    cap = max(frame.grid.market.price_cap_cny_per_mwh, float(cost.max(initial=0.0)))
    voll = max(cap, frame.grid.voll_cny_per_mwh)
    return Curve(tops, cost, demand - made.low.sum(axis=1), tops[:, -1].copy(), cap, voll)


@dataclass(frozen=True)
class Placed:
    """What stores and flexible loads do, and the shortage the city's own measures meet."""

    out: Floats
    """(stores + flexible, 3, hours) charge, discharge, level."""
    shortage_mw: Floats
    ceiling_mw: Floats


def place_tanks(task: Task, supply: Supply) -> Placed:
    """Place all stores and flexible loads on the curve, whose need moves with them."""
    frame, curve, n = task.frame, supply.curve, len(task.window)
    gathered = gather(frame, task.share, task.window, task.start, task.ends, task.firm)
    out = beginning(gathered.tanks)
    given = frame.grid.shortage_mw
    shortage = np.zeros(n) if given is None else given[task.hours].astype(np.float64)
    ceiling = np.full(n, np.inf)
    place(curve, gathered.tanks, gathered.ends, no_marks(gathered), frame.phi, supply.idle_mw, shortage, ceiling, out)
    return Placed(gathered.spread(out), shortage, ceiling)


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
    before, firm = np.zeros((len(offers.key), REBOUND_H)), np.zeros((len(offers.key), 0))
    if task.firm is not None:
        now = task.window.start - task.firm.first_hour
        past = task.firm.shed_mw[:, max(0, now - REBOUND_H) : now]
        before[:, REBOUND_H - past.shape[1] :] = past
        firm = np.ascontiguousarray(task.firm.shed_mw[:, now:])
    calls = Calls(
        offers.power_mw, offers.price_cny_per_mwh, offers.notice_h, offers.hours_per_event,
        offers.events_per_year - task.start.events, offers.events_per_year, offers.rebound_share,
        np.argsort(offers.price_cny_per_mwh, kind="stable"), before, firm,
    )
    call_offers(curve, calls, task.window.start, shed)
    return shed


def operate_window(task: Task) -> Lived:
    """Dispatch one window."""
    return operated(task)[0]


def operated(task: Task, relieved_h: int = 0) -> tuple[Lived, Supply]:
    """One window as dispatched, and the supply it was dispatched on; lines are relieved in its first hours."""
    frame, first = task.frame, task.window.start
    demand = demand_of(task)
    supply = supply_of(task, uncommitted(task, demand), demand)
    placed = place_tanks(task, supply)
    shed = called(task, supply.curve)
    load = supply.curve.need_mw + supply.made.low.sum(axis=1)
    filled = fill(frame.fleet, supply.made, supply.on, load, placed.ceiling_mw)
    release(frame.fleet, supply.made, filled.output_mw)
    city, province = _split(frame, filled.short_mw, placed.shortage_mw)
    n = frame.fleet.n_generators
    bought = frame.buyers_mw[:, task.hours] - filled.output_mw[:, n:-1].T
    nodes = nodes_of(frame.sites, frame.bus_load_mw, first, filled.output_mw, bought, placed.out, shed)
    branch_share = task.share[frame.rows.branches]
    serve(frame.fleet, frame.sites, branch_share, first, supply.made.low, city, province, filled.output_mw, nodes)
    isolate(frame, branch_share[:, task.hours], supply.made, filled.output_mw, nodes)
    flow = flows(frame, branch_share[:, task.hours], nodes.net_mw)
    asked, way = flow, np.zeros(len(task.window), dtype=np.int64)
    if relieved_h:
        asked = flow.copy()
        done = Dispatched(filled.output_mw, nodes.net_mw, flow, np.zeros(nodes.net_mw.shape), filled.marginal)
        way = relieve_hours(frame, task.window, branch_share[:, task.hours], supply.made, supply.on, done, relieved_h)
        bought = frame.buyers_mw[:, task.hours] - filled.output_mw[:, n:-1].T
    price = market_price(frame, task.share, task.window, filled.marginal, placed.shortage_mw + filled.short_mw)
    lived = _record(task, supply, placed, shed, filled.output_mw, bought, nodes.unserved_mw, price, flow, asked, way)
    return lived, supply


def _split(frame: Frame, short: Floats, shortage: Floats) -> tuple[Floats, Floats]:
    """(hours,) what the city and what the province goes without: the province bears up to (1 - phi) of a shortage."""
    province = np.minimum(short, (1.0 - frame.phi) * np.maximum(shortage, short))
    return short - province, province


def _record(
    task: Task, supply: Supply, placed: Placed, shed: Floats, output: Floats, bought: Floats, unserved: Floats,
    price: Floats, flow: Floats, asked: Floats, way: Ints,
) -> Lived:
    """The window's result, asset first."""
    frame, grid, n, stores = task.frame, task.frame.grid, task.frame.fleet.n_generators, len(task.frame.grid.stores.key)
    generation = np.ascontiguousarray(output[:, :n].T)
    committed = np.where((frame.fleet.kind[:n] == UNIT)[:, None], supply.on[:, :n].T, generation > 0.0)
    started = starts_in_hours(frame, task.start.committed, committed)
    curtailed = curtailed_mw(frame, task.share, task.window, generation)
    charge, discharge = placed.out[:stores, CHARGE], placed.out[:stores, DISCHARGE]
    stored, flexible = placed.out[:stores, LEVEL], placed.out[stores:, CHARGE]
    cost = generation_cost(frame, task.window, generation, committed, started)
    cost += grid.stores.wear_cny_per_mwh @ discharge + grid.flexible.cost_cny_per_mwh @ flexible
    cost += grid.offers.price_cny_per_mwh @ np.maximum(shed, 0.0) - grid.buyers.price_cny_per_mwh @ bought
    cost += grid.market.curtailment_cny_per_mwh * curtailed.sum(axis=0)
    cost += grid.voll_cny_per_mwh * unserved[frame.sites.is_city].sum(axis=0)
    used = used_in_hours(frame, task.window, generation)
    spare = supply.made.high[:, :-1].sum(axis=1) - output.sum(axis=1) + _storage_spare(task, discharge, charge, stored)
    return Lived(
        first_hour=task.window.start, generation_mw=generation, committed=committed, charge_mw=charge,
        discharge_mw=discharge, stored_mwh=stored, flexible_mw=flexible, shed_mw=shed, bought_mw=bought, flow_mw=flow,
        asked_mw=asked,
        price_cny_per_mwh=price, unserved_mw=unserved, shortage_mw=placed.shortage_mw, curtailed_mw=curtailed,
        reserve_short_mw=np.maximum(supply.reserve_mw - spare, 0.0), cost_cny=float(cost.sum()),
        starts=started.sum(axis=1).astype(np.float64), way=way, lost_mw=np.zeros((0, len(way))),
        end=end_state(task.start, committed, stored, flexible, shed, used), before=task.start, cost_by_hour_cny=cost,
        start_in_hour=started, used_in_hour=used,
    )


def used_in_hours(frame: Frame, window: range, generation: Floats) -> Floats:
    """(limits, hours) what counts against each limit."""
    first, last = frame.limit_hours
    used = np.zeros((len(first), len(window)))
    rows = np.flatnonzero((first < window.stop) & (last > window.start))
    hours = np.arange(window.start, window.stop)
    is_counted = (hours >= first[rows, None]) & (hours < last[rows, None])
    used[rows] = (frame.limit_weights[rows] @ generation) * is_counted
    return used


def _storage_spare(task: Task, discharge: Floats, charge: Floats, stored: Floats) -> Floats:
    """(hours,) what stores could give beyond what they do, within what they hold (MODEL_SPEC 6.10)."""
    stores = task.frame.grid.stores
    power = stores.discharge_mw[:, None] * task.share[task.frame.rows.stores, task.hours]
    spare: Floats = np.minimum(power - discharge + charge, stored * stores.efficiency_out[:, None]).sum(axis=0)
    return spare


def _headroom(task: Task, planned: Floats) -> Floats:
    """(hours,) power of stores beyond what the plan uses."""
    grid = task.frame.grid
    power = grid.stores.discharge_mw @ task.share[task.frame.rows.stores, task.hours]
    return np.maximum(power - np.maximum(planned, 0.0), 0.0)


def _padded(frame: Frame, values: Any) -> Any:
    """(rows,) of values of generators; the extra rows are 0."""
    return np.concatenate([values, np.zeros(len(frame.fleet.kind) - len(values), dtype=values.dtype)])

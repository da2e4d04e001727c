"""A window carried out as decided: merit order, nodes, islands and flows, and the record of it (MODEL_SPEC 6.13)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.buses import DUST_MW, Nodes, nodes_of, serve
from dafeng.network.fleet import UNIT
from dafeng.network.frame import Frame
from dafeng.network.isolated import isolate
from dafeng.network.lived import Lived, end_state, events_begun
from dafeng.network.merit import fill, last_mw, release
from dafeng.network.prices import (
    curtailed_mw,
    generation_cost,
    market_price,
    scarce_mw,
    starts_in_hours,
    used_in_hours,
)
from dafeng.network.ramps import Strain, strain
from dafeng.network.relief import flows, relieve_hours
from dafeng.network.relief_hours import Dispatched
from dafeng.network.response import called_before, called_of
from dafeng.network.tanks import CHARGE, DISCHARGE, LEVEL
from dafeng.network.untaken import leave_untaken
from dafeng.network.window import Decided, Supply, Task, decide


@dataclass(frozen=True)
class Carried:
    """First hours of a window carried out."""

    made: Bounds
    output_mw: Floats
    """(hours, rows)."""
    tanks_out: Floats
    """(stores + flexible, 3, hours)."""
    nodes: Nodes
    marginal: Floats
    """(hours,) cost of the last MW."""
    missing_mw: Floats
    """(hours,) what supply, stores and response did not meet."""
    flow_mw: Floats
    """(branches, hours)."""
    untaken_mw: Floats
    """(buses, hours); no rows where all output may give way."""

    def first_hours(self, hours: int) -> Carried:
        """Those of the first hours only."""
        net, served, unserved = self.nodes
        return Carried(
            self.made.first_hours(hours), self.output_mw[:hours], np.ascontiguousarray(self.tanks_out[:, :, :hours]),
            Nodes(net[:, :hours], served[:, :hours], np.ascontiguousarray(unserved[:, :hours])), self.marginal[:hours],
            self.missing_mw[:hours], self.flow_mw[:, :hours], self.untaken_mw[:, :hours],
        )


def carry_out(decided: Decided, branch_share: Floats, hours: int) -> Carried:
    """Carry out the first hours; `branch_share` (branches, hours) is what is in service in them, C order."""
    task, supply, placed = decided.task, decided.supply, decided.placed
    frame, first = task.frame, task.window.start
    made = supply.made.first_hours(hours)
    load = supply.curve.need_mw[:hours] + supply.owed_mw[:hours]
    before = last_mw(frame.fleet, task.start)
    filled = fill(frame.fleet, made, supply.on[:hours], load, placed.ceiling_mw[:hours], before)
    release(frame.fleet, _lending(frame, made), filled.output_mw)
    city, province = _split(frame, filled.short_mw, placed.shortage_mw[:hours])
    bought, out = bought_mw(frame, first, filled.output_mw), placed.out(hours)
    shed = np.ascontiguousarray(decided.shed_mw[:, :hours])
    nodes = nodes_of(frame.sites, frame.bus_load_mw, first, filled.output_mw, bought, out, shed)
    serve(frame.fleet, frame.sites, branch_share, 0, made.low, city, province, filled.output_mw, nodes)
    isolate(frame, branch_share, made, filled.output_mw, nodes)
    untaken = leave_untaken(frame, branch_share, first, filled.output_mw, nodes.net_mw)
    flow = flows(frame, branch_share, nodes.net_mw)
    return Carried(made, filled.output_mw, out, nodes, filled.marginal, filled.short_mw, flow, untaken)


def _lending(frame: Frame, made: Bounds) -> Bounds:
    """Bounds in which budgets that never give way hold nothing back."""
    if not frame.firm_rows.size:
        return made
    high = made.high.copy()
    high[:, frame.firm_rows] = made.low[:, frame.firm_rows]
    return made._replace(high=high)


def bought_mw(frame: Frame, first: int, output: Floats) -> Floats:
    """(buyers, hours) what buyers take when their rows give so much of an output (hours, rows) from hour `first` on."""
    bought: Floats = frame.buyers_mw[:, first : first + len(output)] - output[:, frame.fleet.n_generators : -1].T
    return bought


def _split(frame: Frame, short: Floats, shortage: Floats) -> tuple[Floats, Floats]:
    """(hours,) what the city and what the province goes without: the province bears up to (1 - phi) of a shortage."""
    province = np.minimum(short, (1.0 - frame.phi) * np.maximum(shortage, short))
    city = short - province
    return np.where(city > DUST_MW, city, 0.0), np.where(province > DUST_MW, province, 0.0)


def operate_window(task: Task) -> Lived:
    """Dispatch one window."""
    return operated(decide(task))[0]


def operated(decided: Decided, relieved_h: int = 0) -> tuple[Lived, Supply, Strain]:
    """A window as dispatched, its supply, and what ramps do to it; lines of its first hours are relieved."""
    task, supply = decided.task, decided.supply
    frame, n = task.frame, len(task.window)
    branch_share = np.ascontiguousarray(task.share[frame.rows.branches, task.hours])
    done = carry_out(decided, branch_share, n)
    flow = done.flow_mw
    asked, way, strained = flow, np.zeros(n, dtype=np.int64), strain_of(decided, done)
    if relieved_h:
        asked, net = flow.copy(), done.nodes.net_mw
        moved = Dispatched(done.output_mw, net, flow, np.zeros(net.shape), done.marginal)
        way = relieve_hours(frame, task.window, branch_share, supply.made, supply.on, moved, relieved_h)
        if way.any():
            strained = strained._replace(broken=strain_of(decided, done).broken)
    shortage = scarce_mw(frame, decided.placed.shortage_mw, done.missing_mw)
    price = market_price(frame, task.share, task.window, done.marginal, shortage)
    return _record(decided, done, price, flow, asked, way), supply, strained


def strain_of(decided: Decided, done: Carried) -> Strain:
    """What ramps do to hours carried out."""
    task, hours = decided.task, len(done.output_mw)
    before, short = last_mw(task.frame.fleet, task.start), done.nodes.unserved_mw.sum(axis=0)
    return strain(task.frame, done.made, decided.supply.on[:hours], before, done.output_mw, short)


def _record(decided: Decided, done: Carried, price: Floats, flow: Floats, asked: Floats, way: Ints) -> Lived:
    """The window's result, asset first."""
    task, supply, shed, output = decided.task, decided.supply, decided.shed_mw, done.output_mw
    frame, grid, n, stores = task.frame, task.frame.grid, task.frame.fleet.n_generators, len(task.frame.grid.stores.key)
    generation = np.ascontiguousarray(output[:, :n].T)
    committed = np.where((frame.fleet.kind[:n] == UNIT)[:, None], supply.on[:, :n].T, generation > 0.0)
    started = starts_in_hours(frame, task.start.committed, committed)
    curtailed = curtailed_mw(frame, task.share, task.window, generation)
    charge, discharge = done.tanks_out[:stores, CHARGE], done.tanks_out[:stores, DISCHARGE]
    stored, flexible = done.tanks_out[:stores, LEVEL], done.tanks_out[stores:, CHARGE]
    bought, unserved = bought_mw(frame, task.window.start, output), done.nodes.unserved_mw
    cost = generation_cost(frame, task.window, generation, committed, started)
    cost += grid.stores.wear_cny_per_mwh @ discharge + grid.flexible.cost_cny_per_mwh @ flexible
    begun = events_begun(shed)
    called = called_of(shed, called_before(task.start.called_mw, len(shed)), grid.offers.rebound_share)
    cost += grid.offers.price_cny_per_mwh @ called - grid.buyers.price_cny_per_mwh @ bought
    cost += grid.market.curtailment_cny_per_mwh * curtailed.sum(axis=0)
    cost += grid.voll_cny_per_mwh * (unserved[frame.sites.is_city].sum(axis=0) + done.untaken_mw.sum(axis=0))
    used = used_in_hours(frame, task.window, generation)
    spare = supply.made.high[:, :-1].sum(axis=1) - output.sum(axis=1) + _storage_spare(task, discharge, charge, stored)
    return Lived(
        first_hour=task.window.start, generation_mw=generation, committed=committed, charge_mw=charge,
        discharge_mw=discharge, stored_mwh=stored, flexible_mw=flexible, shed_mw=shed, bought_mw=bought, flow_mw=flow,
        asked_mw=asked,
        price_cny_per_mwh=price, unserved_mw=unserved, shortage_mw=decided.placed.shortage_mw, curtailed_mw=curtailed,
        reserve_short_mw=np.maximum(supply.reserve_mw - spare, 0.0), cost_cny=float(cost.sum()),
        starts=started.sum(axis=1).astype(np.float64), way=way, lost_mw=np.zeros((0, len(way))),
        untaken_mw=done.untaken_mw,
        end=end_state(task.start, committed, stored, flexible, begun, used, generation, called),
        before=task.start, cost_by_hour_cny=cost, start_in_hour=started, used_in_hour=used, called_mw=called,
        event_in_hour=begun,
    )


def _storage_spare(task: Task, discharge: Floats, charge: Floats, stored: Floats) -> Floats:
    """(hours,) what stores could give beyond what they do, within what they hold (MODEL_SPEC 6.10)."""
    stores = task.frame.grid.stores
    power = stores.discharge_mw[:, None] * task.share[task.frame.rows.stores, task.hours]
    spare: Floats = np.minimum(power - discharge + charge, stored * stores.efficiency_out[:, None]).sum(axis=0)
    return spare

"""The result of a solved window, as both engines give it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.buses import DUST_MW
from dafeng.network.fleet import FREE, UNIT
from dafeng.network.frame import Frame
from dafeng.network.lived import Lived, end_state
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_lines import Lines
from dafeng.network.lp_nets import curtailed_of, net_mw
from dafeng.network.lp_prices import nodal_prices
from dafeng.network.lp_reserve import reserve_short
from dafeng.network.lp_shape import Block, Shape
from dafeng.network.lp_shortage import shortage_mw
from dafeng.network.lp_solver import Solution, Solver
from dafeng.network.lp_values_response import full_event_mwh, running_response
from dafeng.network.prices import (
    curtailed_mw,
    generation_cost,
    market_marginal,
    market_price,
    starts_in_hours,
    used_in_hours,
)
from dafeng.network.response import REBOUND_H, called_before, called_of

EXACT = 2
"""`way` of hours that the exact engine solved."""
TINY_MWH = 1e-12
ON_SHARE = 1e-6
"""A unit on in less than this part of itself is off."""


@dataclass(frozen=True)
class Solved(Lived):
    """Hours of the exact engine: with nodal prices and the part in which each unit runs."""

    nodal_cny_per_mwh: Floats
    """(buses, hours) what one more MWh at a bus would cost."""
    on_share: Floats
    """(generators, hours) u of MODEL_SPEC 6.4; between 0 and 1 in the linear programme."""
    objective_cny: float
    iterations: int


def record(
    solver: Solver, facts: Facts, values: Values, lines: Lines, solution: Solution, tells_untaken: bool = True
) -> Solved:
    """The window's result; hours at rest are left out. Without rows for what is not taken, output gives way to it."""
    task, shape, rest = facts.task, solver.shape, facts.rest
    frame, grid, stores = task.frame, task.frame.grid, len(task.frame.grid.stores.key)
    x = solution.columns

    def of(name: str) -> Floats:
        block: Block = getattr(shape, name)
        return np.asarray(np.maximum(block.of(x)[:, rest:], 0.0))

    net = net_mw(solver, facts, values, x)
    flow, unserved = lines.flow_mw(net)[:, rest:], _unserved(frame, shape, of("unserved"), of("shared"))
    generation, untaken = _generation(facts, shape, of("power"), of("curtail"), of("spill"), tells_untaken)
    share = _on_share(facts, shape, generation, of("on"))
    committed = np.asarray(share > ON_SHARE)
    started = starts_in_hours(frame, task.start.committed, committed)
    called = of("shed") if facts.shed_mw is None else _called(facts)
    shed = _net_response(facts, called) if facts.shed_mw is None else facts.shed_mw
    charge, discharge, level = (facts.tanks.spread(of(name)) for name in ("charge", "discharge", "level"))
    events = called / np.maximum(full_event_mwh(grid.offers), TINY_MWH)[:, None]
    bought = of("bought")
    curtailed = curtailed_mw(frame, task.share, task.window, generation)
    starts = _starts(facts, share)
    if shape.starting.size:
        starts[shape.powered[shape.switched][shape.starting]] = of("start")  # a ramp may ask for more than u moves
    cost = generation_cost(frame, task.window, generation, share, starts)
    cost += grid.stores.wear_cny_per_mwh @ discharge + grid.flexible.cost_cny_per_mwh @ charge[stores:]
    cost += grid.offers.price_cny_per_mwh @ called - grid.buyers.price_cny_per_mwh @ bought
    cost += grid.market.curtailment_cny_per_mwh * curtailed.sum(axis=0)
    cost += grid.voll_cny_per_mwh * (unserved[frame.sites.is_city].sum(axis=0) + untaken.sum(axis=0))
    used = used_in_hours(frame, task.window, generation)
    nodal = nodal_prices(solver, lines)[:, rest:]
    shortage = shortages(solver, facts, x)
    marginal = market_marginal(frame, task.hours, nodal)
    return Solved(
        first_hour=task.window.start, generation_mw=generation, committed=committed, charge_mw=charge[:stores],
        discharge_mw=discharge, stored_mwh=level[:stores], flexible_mw=charge[stores:], shed_mw=shed,
        bought_mw=bought, flow_mw=flow, asked_mw=flow, unserved_mw=unserved, shortage_mw=shortage,
        curtailed_mw=curtailed,
        price_cny_per_mwh=market_price(frame, task.share, task.window, marginal, shortage),
        reserve_short_mw=reserve_short(
            facts, generation, share, discharge, charge[:stores], level[:stores], called
        ),
        cost_cny=float(cost.sum()), starts=started.sum(axis=1).astype(np.float64),
        way=np.full(len(task.window), EXACT), lost_mw=np.zeros((0, len(task.window))),
        untaken_mw=untaken,
        end=end_state(task.start, committed, level[:stores], charge[stores:], events, used, generation, called),
        before=task.start, cost_by_hour_cny=cost, start_in_hour=started, used_in_hour=used, called_mw=called,
        event_in_hour=events,
        nodal_cny_per_mwh=nodal,
        on_share=share, objective_cny=solution.objective - values.lived_cny, iterations=solution.iterations,
    )


def shortages(solver: Solver, facts: Facts, columns: Floats) -> Floats:
    """(hours,) the shortage before the city's own measures, as the window was shared out by it."""
    found = shortage_mw(solver, facts, columns)
    for hour, short in solver.written.shortage.items():
        found[hour] = short
    return found


def _unserved(frame: Frame, shape: Shape, local: Floats, shared: Floats) -> Floats:
    """(buses, hours) load that goes unserved; what the solver leaves over is none."""
    made = np.zeros((len(frame.grid.buses), local.shape[1]))
    made[shape.shed_bus] = local
    made += shape.city_weight[:, None] * shared.sum(axis=0)
    return np.where(made > DUST_MW, made, 0.0)


def _generation(
    facts: Facts, shape: Shape, power: Floats, curtailed: Floats, spilled: Floats, tells_untaken: bool
) -> tuple[Floats, Floats]:
    """(generators, hours) output: what is curtailed at a bus, or lost there by free rows, they bear in proportion.

    And (buses, hours) what is lost beyond it: a programme pays for it where nothing else can be lowered (ramps,
    minima, load below 0), so output stays. Where that has no rows, all rows of a bus bear it.
    """
    frame, n = facts.task.frame, facts.task.frame.fleet.n_generators
    out = np.zeros((n, power.shape[1]))
    out[shape.powered] = power
    free = np.flatnonzero(frame.fleet.kind[:n] == FREE)
    out[free] = facts.made.high[:, free].T - curtailed_of(shape, facts, curtailed)
    lost = np.zeros((len(frame.grid.buses), power.shape[1]))
    if spilled.any():
        total, bears = np.zeros_like(lost), ((frame.fleet.kind[:n] == FREE) | (not tells_untaken))[:, None]
        np.add.at(total, frame.grid.generators.bus, out * bears)
        lost[shape.spill_bus] = spilled
        part = np.clip(np.divide(lost, total, out=np.zeros_like(total), where=total > 0.0), 0.0, 1.0)
        out *= 1.0 - part[frame.grid.generators.bus] * bears
        lost -= np.minimum(lost, total)
    return out, np.where(lost > DUST_MW, lost, 0.0) if tells_untaken else lost[:0]


def _on_share(facts: Facts, shape: Shape, generation: Floats, on: Floats) -> Floats:
    """(generators, hours) part in which each runs: u of units with commitment, all of what gives anything."""
    fleet, n = facts.task.frame.fleet, facts.task.frame.fleet.n_generators
    share = np.asarray(generation > ON_SHARE, dtype=np.float64)
    if facts.on is not None:
        unit = fleet.kind[:n] == UNIT
        share[unit] = facts.on[:, :n].T[unit]
    share[shape.powered[shape.switched]] = np.minimum(on, 1.0)
    return share


def _starts(facts: Facts, share: Floats) -> Floats:
    """(generators, hours) starts, in parts where units run in parts."""
    units = facts.task.frame.grid.generators
    before = np.concatenate([facts.task.start.committed[:, None].astype(np.float64), share[:, :-1]], axis=1)
    return np.asarray(np.maximum(share - before, 0.0) * ~(units.is_block | units.is_free)[:, None])


def _called(facts: Facts) -> Floats:
    """(offers, hours) response called where called less returning is given."""
    assert facts.shed_mw is not None
    before = called_before(facts.task.start.called_mw, len(facts.shed_mw))
    return called_of(facts.shed_mw, before, facts.task.frame.grid.offers.rebound_share)


def _net_response(facts: Facts, shed: Floats) -> Floats:
    """(offers, hours) called minus returning MW, of what was called before the window as well."""
    net, back = shed - running_response(facts)[1], facts.task.frame.grid.offers.rebound_share[:, None] / REBOUND_H
    for age in range(1, min(REBOUND_H, shed.shape[1] - 1) + 1):
        net[:, age:] -= back * shed[:, :-age]
    return net

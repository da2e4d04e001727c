"""DC optimal power flow of one instant: the cheapest output that meets every load within the limits of branches.

Quadratic costs are met from below by tangents, added where the last solution lies until the total lies within a
ten-billionth of the cost: HiGHS solves each round from the basis of the one before. (Its own solver of quadratic
programs, version 1.16, goes in circles or fails on MATPOWER's 118 buses and on some of PGLib's cases.)
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import highspy
import networkx as nx
import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.case import Case, Susceptance
from dafeng.network.lp_quiet import Quiet
from dafeng.network.opf_model import Branching, Layout, branching, is_binding, layout, lines, program

VOLL = 10_000.0
"""Currency a MWh of load not served (MODEL_SPEC 6.12), counted only where not all load can be met."""
BINDING_RAD = 1e-7
GAP = 1e-10
"""Part of the cost by which tangents may stay below it."""
LOSS_MW = 1e-6
"""What losses of a branch may be told short by."""
EXCESS_MW = 1e-3
"""Losses above r F^2 that are no losses: the programme bounds them from below only."""
SLACK_MW = 1e-6
"""Unserved or untaken MW that are told."""
MOST_ROUNDS = 100
"""Rounds of tangents; about twenty are needed, since each one quarters the gap."""
FEASIBLE = 1e-9
"""What HiGHS may miss a row by; the gap of a curve cannot be known better."""


class Status(StrEnum):
    """How a snapshot ended."""

    OPTIMAL = "optimal"
    SHORTAGE = "shortage"
    """Load not served, at VOLL: the limits leave no other way; output may be left over elsewhere too."""
    SURPLUS = "surplus"
    """Output that nothing takes: at VOLL where limits leave no other way, or for nothing as losses above the flows'."""


@dataclass(frozen=True)
class Snapshot:
    """An operated instant; prices are the cost of one more MW at a bus."""

    status: Status
    objective: float
    """Currency an hour; with a shortage it holds VOLL for each MW not served or not taken."""
    generation_mw: Floats
    angle_rad: Floats
    flow_mw: Floats
    price: Floats
    unserved_mw: Floats
    untaken_mw: Floats
    loss_mw: Floats
    """(branches,) 0 where losses were not asked for."""
    is_binding: Bools
    """(branches,) at a limit of flow or angle."""
    iterations: int
    cpu_s: float
    priced_mw: float = 0.0
    """Not served or not taken, for which the objective holds VOLL."""


def dc_opf(
    case: Case, convention: Susceptance = Susceptance.MATPOWER, voll: float = VOLL, *, has_losses: bool = False
) -> Snapshot:
    """Solve a case; what cannot be met is a result (shortage), a case that contradicts itself is an InputError.

    With losses a branch draws r F^2 (per unit, voltages 1), half at each end, met by tangents like the costs; they are
    tight where power has a price above 0.
    """
    if not case.generators.cost:
        raise InputError([Problem(Place(case.told_as, 0, "mpc.gencost"), "is missing; costs are needed to dispatch")])
    started = time.process_time()
    branches, fixed = branching(case, convention), references(case)
    for has_slack in (False, True):
        where = layout(case, branches, has_losses, has_slack)
        solver, iterations = _solved(case, branches, where, fixed, voll)
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            return _snapshot(case, branches, where, solver, iterations, time.process_time() - started)
    says = "no output meets the limits, even with all load shed: look at angle limits, phase shifts and negative loads"
    raise InputError([Problem(Place(case.told_as), says)])


def dc_flow(case: Case, convention: Susceptance = Susceptance.MATPOWER) -> tuple[Floats, Floats]:
    """Flows (MW) and angles (rad) for the outputs the file gives; each island balances at its reference bus."""
    branches, fixed = branching(case, convention), references(case)
    susceptance = branches.difference.T @ (branches.susceptance_mw[:, None] * branches.difference.toarray())
    free = np.setdiff1d(np.arange(len(case.buses.number)), fixed)
    angle = np.zeros(len(case.buses.number))
    wanted = net_mw(case) + branches.difference.T @ (branches.susceptance_mw * branches.shift_rad)
    angle[free] = np.linalg.solve(susceptance[np.ix_(free, free)], wanted[free])
    return branches.flow_mw(angle), angle


def net_mw(case: Case) -> Floats:
    """(buses,) output in service less load and shunts."""
    made = -np.where(case.buses.is_on, case.buses.load_mw + case.buses.shunt_mw, 0.0)
    np.add.at(made, case.generators.bus, np.where(case.generators.is_on, case.generators.output_mw, 0.0))
    return made


def references(case: Case) -> Ints:
    """One bus an island whose angle is 0: the reference where it is, else the first."""
    b = case.branches
    made: nx.Graph[int] = nx.Graph()
    made.add_nodes_from(range(len(case.buses.number)))
    made.add_edges_from(zip(b.from_bus[b.is_on].tolist(), b.to_bus[b.is_on].tolist(), strict=True))
    is_reference = case.buses.is_reference
    found = [max(sorted(group), key=lambda bus: bool(is_reference[bus])) for group in nx.connected_components(made)]
    return np.array(sorted(found), dtype=np.int64)


def _solved(case: Case, branches: Branching, where: Layout, fixed: Ints, voll: float) -> tuple[highspy.Highs, int]:
    """HiGHS after the last round, and the iterations of all rounds."""
    solver = Quiet()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        solver.setOptionValue(option, value)
    solver.setOptionValue("primal_feasibility_tolerance", FEASIBLE)
    solver.passModel(program(case, branches, where, fixed, voll))
    iterations = 0
    for left in range(MOST_ROUNDS - 1, -1, -1):
        solver.run()
        iterations += max(0, solver.getInfo().simplex_iteration_count)
        is_optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if not is_optimal or not left or not _tighten(case, branches, where, solver):
            break
    return solver, iterations


def _tighten(case: Case, branches: Branching, where: Layout, solver: highspy.Highs) -> bool:
    """Add tangents where costs and losses lie above their lines; whether that is worth another round."""
    values = np.array(solver.getSolution().col_value)
    objective = max(1.0, abs(solver.getInfo().objective_function_value))
    rows = [*_cost_tangents(case, where, values, objective), *_loss_tangents(case, branches, where, values)]
    if not rows:
        return False
    least = np.array([row.least for row in rows])
    starts = np.cumsum([0, *(len(row.columns) for row in rows[:-1])], dtype=np.int32)
    columns = np.concatenate([row.columns for row in rows]).astype(np.int32)
    entries = np.concatenate([row.values for row in rows])
    solver.addRows(len(rows), least, np.full(len(rows), highspy.kHighsInf), len(entries), starts, columns, entries)
    return True


class Tangent(NamedTuple):
    """values @ columns >= least."""

    columns: Ints
    values: Floats
    least: float


def _cost_tangents(case: Case, where: Layout, values: Floats, objective: float) -> Iterator[Tangent]:
    """Tangents at the outputs of generators that cost more than their lines say."""
    output, paid = values[where.output], values[where.first_curve : where.first_loss]
    true = np.array([case.generators.cost[g].at(output[g]) for g in where.curves])
    gap = np.maximum(true - paid, 0.0)
    allowed = GAP * objective + 2.0 * FEASIBLE * len(gap)
    if gap.sum() <= allowed:
        return
    for at in np.flatnonzero(gap > 0.1 * allowed / len(gap)).tolist():
        unit = int(where.curves[at])
        for slope, intercept in lines(case.generators.cost[unit], [output[unit]]):
            columns = np.array([where.first_curve + at, where.buses + unit])
            yield Tangent(columns, np.array([1.0, -slope]), intercept)


def _loss_tangents(case: Case, branches: Branching, where: Layout, values: Floats) -> Iterator[Tangent]:
    """Tangents at the flows of branches that lose more than their lines say: loss >= k F0 (2 F - F0), k = r / base."""
    b, base, lossy = case.branches, case.base_mva, where.lossy
    flow = branches.flow_mw(values[: where.buses] / base)
    factor = b.r_pu / base
    gap = factor[lossy] * flow[lossy] ** 2 - values[where.first_loss : where.first_slack]
    for at in np.flatnonzero(gap > LOSS_MW).tolist():
        row = int(lossy[at])
        slope, per_angle = 2.0 * factor[row] * flow[row], branches.susceptance_mw[row] / base
        columns = np.array([where.first_loss + at, b.from_bus[row], b.to_bus[row]])
        shifted = slope * branches.susceptance_mw[row] * branches.shift_rad[row]
        yield Tangent(
            columns, np.array([1.0, -slope * per_angle, slope * per_angle]), -factor[row] * flow[row] ** 2 - shifted
        )


def _snapshot(
    case: Case, branches: Branching, where: Layout, solver: highspy.Highs, iterations: int, cpu_s: float
) -> Snapshot:
    """The solution in the terms of the case."""
    solution = solver.getSolution()
    values, duals = np.array(solution.col_value), np.array(solution.row_dual)
    n = where.buses
    slack = values[where.first_slack :].reshape(2, n) if where.has_slack else np.zeros((2, n))
    angle, output = values[:n] / case.base_mva, values[where.output]
    loss = np.zeros(len(branches.susceptance_mw))
    loss[where.lossy] = values[where.first_loss : where.first_slack]
    flow = branches.flow_mw(angle)
    excess = np.maximum(loss - case.branches.r_pu / case.base_mva * flow**2, 0.0) * (loss > 0.0)
    excess[excess <= EXCESS_MW] = 0.0
    untaken = slack[1] + 0.5 * (abs(branches.difference).T @ excess)
    is_over = excess.any() or slack[1].sum() > SLACK_MW
    status = Status.SHORTAGE if slack[0].sum() > SLACK_MW else Status.SURPLUS if is_over else Status.OPTIMAL
    return Snapshot(
        status, float(solver.getInfo().objective_function_value),
        output, angle, flow, duals[:n], slack[0], untaken, loss - excess,
        is_binding(branches, angle, BINDING_RAD), iterations, cpu_s, float(slack.sum()),
    )

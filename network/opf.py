"""DC optimal power flow of one instant: the cheapest output that meets every load within the limits of branches.

Quadratic costs are met from below by tangents, added where the last solution lies until the total lies within a
ten-billionth of the cost: HiGHS solves each round from the basis of the one before. (Its own solver of quadratic
programs, version 1.16, goes in circles or fails on MATPOWER's 118 buses and on some of PGLib's cases.)
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import highspy
import networkx as nx
import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.case import Case, Susceptance
from dafeng.network.lp_solver import Quiet
from dafeng.network.opf_model import Branching, Layout, branching, is_binding, layout, lines, program

VOLL = 10_000.0
"""Currency a MWh of load not served (MODEL_SPEC 6.12), counted only where not all load can be met."""
BINDING_RAD = 1e-7
GAP = 1e-10
"""Part of the cost by which tangents may stay below it."""
MOST_ROUNDS = 100
"""Rounds of tangents; about twenty are needed, since each one quarters the gap."""
FEASIBLE = 1e-9
"""What HiGHS may miss a row by; the gap of a curve cannot be known better."""


class Status(StrEnum):
    """How a snapshot ended."""

    OPTIMAL = "optimal"
    SHORTAGE = "shortage"
    """Load not served or output not taken, at VOLL: the limits leave no other way."""


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
    is_binding: Bools
    """(branches,) at a limit of flow or angle."""
    iterations: int
    cpu_s: float


def dc_opf(case: Case, convention: Susceptance = Susceptance.MATPOWER, voll: float = VOLL) -> Snapshot:
    """Solve a case; what cannot be met is a result (shortage), a case that contradicts itself is an InputError."""
    if not case.generators.cost:
        raise InputError([Problem(Place(case.name, 0, "mpc.gencost"), "is missing; costs are needed to dispatch")])
    started = time.process_time()
    branches, fixed = branching(case, convention), references(case)
    for has_slack in (False, True):
        where = layout(case, branches, has_slack)
        solver, iterations = _solved(case, branches, where, fixed, voll)
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            return _snapshot(case, branches, where, solver, iterations, time.process_time() - started)
    says = "no output meets the limits, even with all load shed: look at angle limits, phase shifts and negative loads"
    raise InputError([Problem(Place(case.name), says)])


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
        if not is_optimal or not left or not _tighten(case, where, solver):
            break
    return solver, iterations


def _tighten(case: Case, where: Layout, solver: highspy.Highs) -> bool:
    """Add tangents where the cost lies above its lines; whether that is worth another round."""
    values = np.array(solver.getSolution().col_value)
    output, paid = values[where.output], values[where.first_curve : where.first_slack]
    true = np.array([case.generators.cost[g].at(output[g]) for g in where.curves])
    gap = np.maximum(true - paid, 0.0)
    allowed = GAP * max(1.0, abs(solver.getInfo().objective_function_value)) + 2.0 * FEASIBLE * len(gap)
    if gap.sum() <= allowed:
        return False
    for at in np.flatnonzero(gap > 0.1 * allowed / len(gap)).tolist():
        unit = int(where.curves[at])
        for slope, intercept in lines(case.generators.cost[unit], [output[unit]]):
            columns = np.array([where.first_curve + at, where.buses + unit], dtype=np.int32)
            solver.addRow(intercept, highspy.kHighsInf, 2, columns, np.array([1.0, -slope]))
    return True


def _snapshot(
    case: Case, branches: Branching, where: Layout, solver: highspy.Highs, iterations: int, cpu_s: float
) -> Snapshot:
    """The solution in the terms of the case."""
    solution = solver.getSolution()
    values, duals = np.array(solution.col_value), np.array(solution.row_dual)
    n = where.buses
    slack = values[where.first_slack :].reshape(2, n) if where.has_slack else np.zeros((2, n))
    angle, output = values[:n] / case.base_mva, values[where.output]
    return Snapshot(
        Status.SHORTAGE if where.has_slack else Status.OPTIMAL, float(solver.getInfo().objective_function_value),
        output, angle, branches.flow_mw(angle), duals[:n], slack[0], slack[1],
        is_binding(branches, angle, BINDING_RAD), iterations, cpu_s,
    )

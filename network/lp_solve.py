"""A window's programme solved: what a solution violates is added until nothing is violated."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Ints
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_lines import Lines, balance_islands, ease, renew, violated, write
from dafeng.network.lp_nets import net_mw
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_ramps import renew_ramps, write_ramps
from dafeng.network.lp_reserve import write_reserve
from dafeng.network.lp_shortage import bound_shedding, give_shortage, share_shortage
from dafeng.network.lp_solver import Solution, Solver


def solve_window(solver: Solver, facts: Facts, values: Values, lines: Lines) -> Solution:
    """Solve, add what is violated, and solve again from the same basis until nothing is."""
    renew(solver, lines)
    renew_ramps(solver, facts, values)
    balance_islands(facts.task.frame, solver, facts, values)
    give_shortage(solver, facts)
    if facts.options.all_limits:
        write(solver, solver.shape, lines, *_all(solver, lines))
    if facts.options.commitment is not Commitment.BINARY:
        return _secured(solver, facts, values, lines)
    solver.switch(is_binary=True, gap=facts.options.gap)
    solution = _secured(solver, facts, values, lines)
    solver.switch(is_binary=False)
    on = np.round(solution.columns[solver.shape.on.span])
    solver.bound(solver.shape.on.at().ravel(), on, on)
    return _settled(solver, facts, values, lines)


def _secured(solver: Solver, facts: Facts, values: Values, lines: Lines) -> Solution:
    """The optimum that keeps N-1 wherever that sheds no load of the city and loses no output that must be taken.

    Elsewhere it keeps what lines carry.
    """
    solution = _settled(solver, facts, values, lines)
    shape = solver.shape
    local = shape.unserved.of(solution.columns)[facts.task.frame.sites.is_city[shape.shed_bus]]
    lost = shape.shared.of(solution.columns).sum(axis=0) + shape.spill.of(solution.columns).sum(axis=0)
    if ease(solver, lines, local.sum(axis=0) + lost):
        return _settled(solver, facts, values, lines)
    return solution


def _settled(solver: Solver, facts: Facts, values: Values, lines: Lines) -> Solution:
    """The optimum that violates nothing."""
    while True:
        solution = solver.solve()
        x = solution.columns
        branch, hour = violated(solver, lines, net_mw(solver, facts, values, x))
        write(solver, solver.shape, lines, branch, hour)
        changed = [bool(branch.size), write_ramps(solver, facts, values, x), write_reserve(solver, facts, x),
                   bound_shedding(solver, facts, values, x)]
        if not any(changed) and not share_shortage(solver, facts, x):
            return solution


def _all(solver: Solver, lines: Lines) -> tuple[Ints, Ints]:
    """Every limit not yet written."""
    branch, hour = np.nonzero(np.isfinite(lines.limit_mw))
    fresh = np.array([key not in solver.written.lines for key in zip(branch.tolist(), hour.tolist(), strict=True)],
                     dtype=np.bool_)
    return branch[fresh], hour[fresh]

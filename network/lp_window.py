"""One window of hours by the exact engine: its programme solved, lines and ramps added until none is violated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import DAY_H, WEEK_H, Bools, Floats
from dafeng.network.bounds import Bounds
from dafeng.network.fleet import is_budget
from dafeng.network.grid import Plan
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_lines import Lines, lines_of, violated
from dafeng.network.lp_lived import keep_lived
from dafeng.network.lp_nets import net_mw
from dafeng.network.lp_options import Commitment, Exactly
from dafeng.network.lp_record import Solved, record
from dafeng.network.lp_shape import Shape, counted_limits, meters_of, shape_of
from dafeng.network.lp_solve import solve_window
from dafeng.network.lp_solver import Solution, Solver, solver_of
from dafeng.network.lp_start import begin
from dafeng.network.lp_tanks import Shared, Slots, alike, apart, shared_of, slots_of
from dafeng.network.lp_values import values_of
from dafeng.network.plan import Foresight
from dafeng.network.window import Task, demand_of, supply_of, uncommitted

MOST_ADDED = 3
"""Rows added to a programme, in multiples of its own, at which it is made anew."""
LOST_MW = 1e-6
"""Output lost in a pooled programme beyond which buses are told apart."""
APART_CNY = 1e-6
"""Nodal prices that differ by more say that a line binds."""
Layout = tuple[int, Commitment, bool, int, tuple[bool, ...], bool]


@dataclass
class Memory:
    """Programmes of the layouts met so far, each with the basis of its last window."""

    solvers: dict[Layout, Solver] = field(default_factory=dict)
    is_crowded: bool = False
    """Whether a line bound in the last window in which buses were told apart."""

    def iterations(self) -> int:
        """Steps of the simplex method so far."""
        return sum(solver.iterations for solver in self.solvers.values())


@dataclass(frozen=True)
class ExactForesight(Foresight):
    """A plan with the programmes of its windows."""

    memory: Memory = field(default_factory=Memory, compare=False)


def exactly(task: Task, plan: Plan, options: Exactly, memory: Memory) -> Solved:
    """Dispatch one window exactly: as if there were no lines, and with them unless that keeps their limits."""
    if not memory.is_crowded and _may_be_pooled(task, options):
        found = _solved(task, plan, options, memory, is_pooled=True)
        if found is not None:
            return found
    solved = _solved(task, plan, options, memory, is_pooled=False)
    assert solved is not None
    memory.is_crowded = bool((np.ptp(solved.nodal_cny_per_mwh, axis=0) > APART_CNY).any())
    return solved


def _may_be_pooled(task: Task, options: Exactly) -> bool:
    """Whether a window may be tried without its lines: one of many that repeat, on a network that hangs together."""
    frame = task.frame
    part = task.share[frame.rows.branches, task.hours]
    asked = _together(options) and not options.all_limits and options.commitment is not Commitment.BINARY
    few = task.window == range(frame.grid.hours) or len(part) == 0
    return asked and not few and not any(frame.cut_off(part[:, h]) for h in frame.parted_hours(part))


def _solved(task: Task, plan: Plan, options: Exactly, memory: Memory, *, is_pooled: bool) -> Solved | None:
    """One window with one programme; none if a pooled one would overload a line or lose output."""
    first, hours = _layout(task, options)
    is_whole = task.window == range(task.frame.grid.hours)
    layout = hours, options.commitment, is_whole, first % DAY_H, options.cycles, is_pooled
    solver = memory.solvers.get(layout)
    groups = apart(task.frame)
    if _together(options):
        groups = alike(task, _pins(options, task), is_pooled=is_pooled)
    slots = slots_of(task.frame, groups, None if solver is None else solver.shape.slots)
    if solver is not None and (slots is not solver.shape.slots or _is_full(solver)):
        solver = None
    shape = solver.shape if solver is not None else _shape(task, options, first, hours, is_whole, slots, is_pooled)
    facts = _facts(task, shared_of(task.frame, groups, slots), plan, options, first, is_whole)
    values = values_of(shape, facts)
    if solver is None:
        solver = memory.solvers[layout] = solver_of(task.frame, shape, values)
        solver.close(np.flatnonzero(options.cycles))
    else:
        if solver.first == first:
            keep_lived(solver, facts, values)
        solver.set(values)
    if not any(options.cycles):  # whose levels are no basis: each is the one before it, all around
        begin(solver, facts, values)
    lines = lines_of(task.frame, shape, facts, values)
    try:
        solution = solve_window(solver, facts, values, _no_limits(lines) if is_pooled else lines)
    except DafengError:
        if values.lived is None:
            raise
        del memory.solvers[layout]  # a week as it was solved, to within tolerances, may leave no room: made anew
        return _solved(task, plan, options, memory, is_pooled=is_pooled)
    if is_pooled and not _holds(solver, facts, values, lines, solution):
        return None
    return record(solver, facts, values, lines, solution)


def _together(options: Exactly) -> bool:
    """Whether stores alike run as one."""
    return options.are_alike_together and not any(options.cycles)


def _no_limits(lines: Lines) -> Lines:
    """Lines that carry anything."""
    return replace(lines, limit_mw=np.full_like(lines.limit_mw, np.inf),
                   emergency_mw=np.full_like(lines.limit_mw, np.inf))


def _holds(solver: Solver, facts: Facts, values: Values, lines: Lines, solution: Solution) -> bool:
    """Whether what a pooled programme does is possible on the network: then it is the optimum with lines as well."""
    x = solution.columns
    if solver.shape.spill.of(x).max(initial=0.0) > LOST_MW:
        return False
    return not violated(solver, lines, net_mw(solver, facts, values, x))[0].size


def _is_full(solver: Solver) -> bool:
    """So many rows were added that a new programme is quicker."""
    return solver.extra_rows > MOST_ADDED * solver.shape.rows


def _layout(task: Task, options: Exactly) -> tuple[int, int]:
    """First hour and hours of the layout: the operator's week with its look-ahead, or the window itself."""
    week, year = task.window.start // WEEK_H * WEEK_H, task.frame.grid.hours
    usual = min(week + WEEK_H + DAY_H, year)
    if task.window.stop == usual and options.commitment is not Commitment.BINARY:
        return week, usual - week
    return task.window.start, len(task.window)


def _shape(
    task: Task, options: Exactly, first: int, hours: int, is_whole: bool, slots: Slots, is_pooled: bool
) -> Shape:
    """The layout's columns and rows."""
    meters = meters_of(task.frame, counted_limits(task.frame, is_whole), first)
    return shape_of(task.frame, hours, options.commitment, meters, slots, is_pooled=is_pooled)


def _pins(options: Exactly, task: Task) -> Floats | None:
    """(stores,) levels asked for at the window's end."""
    stores = len(task.frame.grid.stores.key)
    return None if options.pinned_mwh is None else np.array(options.pinned_mwh[:stores], dtype=np.float64)


def _facts(task: Task, tanks: Shared, plan: Plan, options: Exactly, first: int, is_whole: bool) -> Facts:
    """What the window's numbers are made from; limits that are counted need no schedule and no shadow price."""
    frame, n = task.frame, task.frame.fleet.n_generators
    cost = frame.fleet.cost
    if is_whole:
        floors = [limit for limit in frame.grid.limits if limit.at_least > 0.0 and not is_budget(limit)]
        rate = task.rate.copy()
        for limit in floors:
            rate[limit.per_mwh > 0.0] = 0.0
        task = replace(task, rate=rate)
        cost = np.concatenate([frame.grid.generators.cost_cny_per_mwh, frame.fleet.cost[n:]])
    demand = demand_of(task)
    made = uncommitted(task, demand)
    on = _fixed(task, made, demand) if options.commitment is Commitment.FIXED else None
    return Facts(task, tanks, options, made, cost, plan.scheduled_mw, first, on)


def _fixed(task: Task, made: Bounds, demand: Floats) -> Bools:
    """(hours, rows) the fast engine's commitment, which narrows the bounds."""
    return supply_of(task, made, demand).on


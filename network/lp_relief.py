"""Lines relieved in the fast engine: days that hours alone cannot relieve go to a programme (MODEL_SPEC 6.13 v).

Commitment, response and the levels of stores at the day's ends stay as the fast engine has them, and so does what the
day spends of energy budgets. All other days stay as they are. Every programme starts from the basis of the last.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H
from dafeng.network.bounds import Bounds
from dafeng.network.grid import Relief, State
from dafeng.network.lived import Lived, end_state
from dafeng.network.lp_lines import lines_of
from dafeng.network.lp_options import Commitment, Exactly
from dafeng.network.lp_record import Solved, record
from dafeng.network.lp_shape import counted_limits, meters_of, shape_of
from dafeng.network.lp_solve import solve_window
from dafeng.network.lp_solver import Solver, solver_of
from dafeng.network.lp_tanks import apart, shared_of, slots_of
from dafeng.network.lp_values import Facts, values_of
from dafeng.network.operate import operated
from dafeng.network.relief import overloads
from dafeng.network.window import Decided, Supply, Task

BLOCK_H = 24
"""Hours of a programme."""
RELIEVED = 1
"""`way` of hours that a day's programme solved."""
OPTIONS = Exactly(commitment=Commitment.FIXED)
KEPT = {"first_hour", "committed", "shed_mw", "shortage_mw", "cost_cny", "starts", "way", "end", "before",
        "start_in_hour", "asked_mw", "called_mw"}
"""What a day's programme leaves as it was."""


def relieved_h(window: range) -> int:
    """Hours of a window whose lines are relieved: what is only looked ahead at will be dispatched again."""
    return WEEK_H if WEEK_H < len(window) <= WEEK_H + DAY_H else len(window)


def operate_relieved(decided: Decided, relief: Relief) -> Lived:
    """Carry out one window with lines relieved."""
    task, first = decided.task, decided.task.window.start
    stop = first + relieved_h(task.window)
    lived, supply = operated(decided, stop - first if relief is Relief.HOURS else 0)
    days = sorted({(first + h) // BLOCK_H * BLOCK_H for h in overloaded(task, lived) if first + h < stop})
    if days and lived.asked_mw is lived.flow_mw:
        lived = replace(lived, asked_mw=lived.flow_mw.copy())
    for day in days:
        begin, end = max(day, first) - first, min(day + BLOCK_H, len(task.window) + first) - first
        _splice(lived, _relieve(task, supply, lived, begin, end, day), begin, end)
    return _summed(task, lived) if days else lived


def overloaded(task: Task, lived: Lived) -> list[int]:
    """Hours of a window in which a meshed line carries more than its limit."""
    share = task.share[task.frame.rows.branches, task.hours]
    return np.flatnonzero(overloads(task.frame, task.window, share, lived.flow_mw).any(axis=0)).tolist()


def _relieve(task: Task, supply: Supply, lived: Lived, begin: int, end: int, day: int) -> Solved:
    """The programme of hours begin to end of the window."""
    frame, hours = task.frame, slice(begin, end)
    start = task.start if begin == 0 else lived.state_after(begin)
    start = replace(start, output_mw=np.zeros(0))  # a day moves freely against those around it, which stay
    part = replace(task, window=task.window[begin:end], start=start, firm=None)
    groups = apart(frame)
    slots = slots_of(frame, groups)
    facts = Facts(
        part, shared_of(frame, groups, slots), OPTIONS, _cut(supply.made, hours), frame.fleet.cost, np.zeros((0, 0)),
        day, supply.on[hours], _pins(start, lived, begin, end), start.used + lived.used_in_hour[:, hours].sum(axis=1),
        lived.shed_mw[:, hours],
    )
    size = part.window.stop - day
    solver: Solver | None = frame.programmes.get(size)
    if solver is None:
        shape = shape_of(frame, size, Commitment.FIXED, meters_of(frame, counted_limits(frame, False), 0), slots)
        values = values_of(shape, facts)
        solver = frame.programmes[size] = solver_of(frame, shape, values)
    else:
        values = values_of(solver.shape, facts)
        solver.set(values)
    lines = lines_of(frame, solver.shape, facts, values)
    solution = solve_window(solver, facts, values, lines)
    return record(solver, facts, values, lines, solution, frame.may_overflow)


def _cut(made: Bounds, hours: slice) -> Bounds:
    """Bounds of some hours."""
    return Bounds(made.low[hours], made.high[hours], made.least[hours], made.must[hours], made.may[hours])


def _pins(start: State, lived: Lived, begin: int, end: int) -> Any:
    """(stores + flexible,) levels at the end of some hours."""
    drawn = start.drawn_mwh + lived.flexible_mw[:, begin:end].sum(axis=1)
    return np.concatenate([lived.stored_mwh[:, end - 1], drawn])


def _splice(lived: Lived, found: Solved, begin: int, end: int) -> None:
    """Put the hours of a programme in place."""
    for field in fields(Lived):
        if field.name not in KEPT:
            getattr(lived, field.name)[..., begin:end] = getattr(found, field.name)
    lived.way[begin:end] = RELIEVED


def _summed(task: Task, lived: Lived) -> Lived:
    """The window with its cost and end anew."""
    end = end_state(task.start, lived.committed, lived.stored_mwh, lived.flexible_mw, lived.shed_mw, lived.used_in_hour,
                    lived.generation_mw, lived.called_mw)
    return replace(lived, cost_cny=float(lived.cost_by_hour_cny.sum()), end=end)

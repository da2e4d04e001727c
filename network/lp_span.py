"""A span of a window as a programme: what lies before and after it stays (MODEL_SPEC 6.6, 6.13 v)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Bools, Floats
from dafeng.network.bounds import Bounds
from dafeng.network.frame import Frame
from dafeng.network.grid import State
from dafeng.network.lived import Lived
from dafeng.network.lp_facts import Facts
from dafeng.network.lp_lines import lines_of
from dafeng.network.lp_options import Commitment, Exactly
from dafeng.network.lp_record import Solved, record
from dafeng.network.lp_shape import counted_cost, counted_limits, meters_of, shape_of
from dafeng.network.lp_solve import solve_window
from dafeng.network.lp_solver import Solver, solver_of
from dafeng.network.lp_tanks import apart, shared_of, slots_of
from dafeng.network.lp_values import values_of
from dafeng.network.spans import MOST_DAYS, Span
from dafeng.network.window import Supply, Task


def solve_span(
    task: Task, supply: Supply, lived: Lived, span: Span, is_next: bool, commitment: Commitment = Commitment.FIXED,
    *, is_open: bool = False,
) -> Solved:
    """The programme of a span; where the hours after it `is_next` to be solved, they will follow it.

    Units run as in `supply`, or in part within its bounds, which are then those before commitment. Response and levels
    at the end are those of `lived`, or `is_open`: what they are worth decides.
    """
    frame, begin, end = task.frame, span.begin - task.window.start, span.end - task.window.start
    hours, first = slice(begin, end), span.begin // DAY_H * DAY_H
    if span.end - span.begin == len(task.window) > MOST_DAYS * DAY_H:
        first = span.begin // WEEK_H * WEEK_H  # one layout, whatever of the week is over
    start = task.start if begin == 0 else lived.state_after(begin)
    part = replace(task, window=task.window[begin:end], start=start, firm=task.firm if begin == 0 else None)
    groups = apart(frame)
    slots = slots_of(frame, groups)
    made = _cut(supply.made, hours)
    if end < len(task.window) and not is_next:
        made = _towards(frame, made, supply.on[end - 1] & supply.on[end], lived.generation_mw[:, end])
    on, spent = supply.on[hours] if commitment is Commitment.FIXED else None, lived.used_in_hour[:, hours].sum(axis=1)
    facts = Facts(
        part, shared_of(frame, groups, slots), Exactly(commitment=commitment), made, counted_cost(frame),
        np.zeros((0, 0)), first, on, None if is_open else _pins(start, lived, begin, end), start.used + spent,
        None if is_open else lived.shed_mw[:, hours],
    )
    size = part.window.stop - first
    layout = size, commitment
    solver: Solver | None = frame.programmes.get(layout)
    if solver is None:
        shape = shape_of(frame, size, commitment, meters_of(frame, counted_limits(frame, False), 0), slots)
        values = values_of(shape, facts)
        solver = frame.programmes[layout] = solver_of(frame, shape, values)
    else:
        values = values_of(solver.shape, facts)
        solver.set(values)
    lines = lines_of(frame, solver.shape, facts, values)
    solution = solve_window(solver, facts, values, lines)
    return record(solver, facts, values, lines, solution, frame.may_overflow)


def _cut(made: Bounds, hours: slice) -> Bounds:
    """Bounds of some hours."""
    return Bounds(made.low[hours], made.high[hours], made.least[hours], made.must[hours], made.may[hours])


def _towards(frame: Frame, made: Bounds, stays: Bools, after_mw: Floats) -> Bounds:
    """Bounds whose last hour lies within a ramp of an output (generators,) after it, of what `stays` on (rows,)."""
    rows = frame.slow_rows[stays[frame.slow_rows]]
    if not rows.size:
        return made
    ramp, low, high = frame.fleet.ramp_mw_per_h[rows], made.low.copy(), made.high.copy()
    least, most = low[-1, rows], high[-1, rows]
    low[-1, rows] = np.clip(after_mw[rows] - ramp, least, most)
    high[-1, rows] = np.clip(after_mw[rows] + ramp, least, most)
    return made._replace(low=low, high=high)


def _pins(start: State, lived: Lived, begin: int, end: int) -> Any:
    """(stores + flexible,) levels at the end of some hours."""
    drawn = start.drawn_mwh + lived.flexible_mw[:, begin:end].sum(axis=1)
    return np.concatenate([lived.stored_mwh[:, end - 1], drawn])

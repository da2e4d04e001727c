"""Days that hours alone cannot settle go to a programme: overloaded lines, and ramps (MODEL_SPEC 6.6, 6.13 v).

Commitment, response and the levels of stores at the span's ends stay as the fast engine has them, and so does what the
span spends of energy budgets. All other days stay as they are, and ramps hold towards them: where that would leave load
unserved or a line overloaded, the span grows. Every programme starts from the basis of the last.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Bools, Floats
from dafeng.network.bounds import Bounds
from dafeng.network.frame import Frame
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
from dafeng.network.spans import MOST_DAYS, Span, spans_of, widened, with_span
from dafeng.network.window import Decided, Supply, Task

RELIEVED, RAMPED = 1, 3
"""`way` of hours that a programme solved for their lines, or for ramps."""
WORSE_MWH = 1e-3
OPTIONS = Exactly(commitment=Commitment.FIXED)
KEPT = {"first_hour", "committed", "shed_mw", "shortage_mw", "cost_cny", "starts", "way", "end", "before",
        "start_in_hour", "asked_mw", "called_mw"}
"""What a programme leaves as it was."""


def relieved_h(window: range) -> int:
    """Hours of a window whose lines are relieved: what is only looked ahead at will be dispatched again."""
    return WEEK_H if WEEK_H < len(window) <= WEEK_H + DAY_H else len(window)


def operate_relieved(decided: Decided, relief: Relief) -> Lived:
    """Carry out one window with lines relieved and ramps kept."""
    task, window = decided.task, decided.task.window
    kept_h = relieved_h(window)
    lived, supply, strain = operated(decided, kept_h if relief is Relief.HOURS else 0)
    over = [window[h] for h in overloaded(task, lived) if h < kept_h]
    spans = spans_of(window, over, [window[h] for h in strain.hours().tolist()])
    if spans and lived.asked_mw is lived.flow_mw:
        lived = replace(lived, asked_mw=lived.flow_mw.copy())
    is_solved = bool(spans)
    while spans:
        span, spans = spans[0], spans[1:]
        is_next = any(other.begin == span.end for other in spans)
        found = _solved(task, supply, lived, span, is_next)
        if len(window) > span.end - span.begin and _is_worse(task, supply, lived, found):
            spans = with_span(window, spans, widened(window, span))
        else:
            _splice(lived, found, span)
    return _summed(task, lived) if is_solved else lived


def overloaded(task: Task, lived: Lived) -> list[int]:
    """Hours of a window in which a meshed line carries more than its limit."""
    share = task.share[task.frame.rows.branches, task.hours]
    return np.flatnonzero(overloads(task.frame, task.window, share, lived.flow_mw).any(axis=0)).tolist()


def _solved(task: Task, supply: Supply, lived: Lived, span: Span, is_next: bool) -> Solved:
    """The programme of a span; where the hours after it `is_next` to be solved, they will follow it."""
    frame, begin, end = task.frame, span.begin - task.window.start, span.end - task.window.start
    hours, first = slice(begin, end), span.begin // DAY_H * DAY_H
    if span.end - span.begin == len(task.window) > MOST_DAYS * DAY_H:
        first = span.begin // WEEK_H * WEEK_H  # one layout, whatever of the week is over
    start = task.start if begin == 0 else lived.state_after(begin)
    part = replace(task, window=task.window[begin:end], start=start, firm=None)
    groups = apart(frame)
    slots = slots_of(frame, groups)
    made = _cut(supply.made, hours)
    if end < len(task.window) and not is_next:
        made = _towards(frame, made, supply.on[end - 1 : end + 1].all(axis=0), lived.generation_mw[:, end])
    facts = Facts(
        part, shared_of(frame, groups, slots), OPTIONS, made, frame.fleet.cost, np.zeros((0, 0)),
        first, supply.on[hours], _pins(start, lived, begin, end), start.used + lived.used_in_hour[:, hours].sum(axis=1),
        lived.shed_mw[:, hours],
    )
    size = part.window.stop - first
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


def _is_worse(task: Task, supply: Supply, lived: Lived, found: Solved) -> bool:
    """Whether hours solved between others that stay lose more energy than before, or overload a line, with ramps."""
    first, hours, slow = found.first_hour - task.window.start, len(found.way), task.frame.slow_rows
    if not slow.size or not (supply.on[first, slow].any() or supply.on[first + hours - 1, slow].any()):
        return False
    part = slice(first, first + hours)
    before = float(lived.unserved_mw[:, part].sum() + lived.untaken_mw[:, part].sum())
    if float(found.unserved_mw.sum() + found.untaken_mw.sum()) > before + WORSE_MWH:
        return True
    window = task.window[part]
    share = task.share[task.frame.rows.branches, window.start : window.stop]
    return bool(overloads(task.frame, window, share, found.flow_mw).any())


def _pins(start: State, lived: Lived, begin: int, end: int) -> Any:
    """(stores + flexible,) levels at the end of some hours."""
    drawn = start.drawn_mwh + lived.flexible_mw[:, begin:end].sum(axis=1)
    return np.concatenate([lived.stored_mwh[:, end - 1], drawn])


def _splice(lived: Lived, found: Solved, span: Span) -> None:
    """Put the hours of a programme in place."""
    hours = slice(span.begin - lived.first_hour, span.end - lived.first_hour)
    for field in fields(Lived):
        if field.name not in KEPT:
            getattr(lived, field.name)[..., hours] = getattr(found, field.name)
    lived.way[hours] = RAMPED if span.is_ramped else RELIEVED


def _summed(task: Task, lived: Lived) -> Lived:
    """The window with its cost and end anew."""
    end = end_state(task.start, lived.committed, lived.stored_mwh, lived.flexible_mw, lived.shed_mw, lived.used_in_hour,
                    lived.generation_mw, lived.called_mw)
    return replace(lived, cost_cny=float(lived.cost_by_hour_cny.sum()), end=end)

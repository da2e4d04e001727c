"""Days that hours alone cannot settle go to a programme: overloaded lines, and ramps (MODEL_SPEC 6.6, 6.13 v).

Response and the levels of stores at a span's ends stay as the fast engine has them, and so does what the span spends
of energy budgets; commitment too, but where ramps take a whole window, or relief would shed load. All other days stay
as they are, and ramps hold towards them: where that would leave load unserved or a line overloaded, the span grows.
Every programme starts from the basis of the last.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import DAY_H, WEEK_H
from dafeng.network.gather import level_bounds
from dafeng.network.grid import Relief
from dafeng.network.lived import Lived, end_state
from dafeng.network.lp_commit import attempted, recommitted, switching
from dafeng.network.lp_record import Solved
from dafeng.network.lp_scarce import is_scarce, lost_in, running, settled
from dafeng.network.lp_span import solve_span
from dafeng.network.operate import operated
from dafeng.network.relief import overloads
from dafeng.network.spans import Span, spans_of, widened, with_span
from dafeng.network.tanks import worth_cny
from dafeng.network.window import Decided, Supply, Task

RELIEVED, RAMPED = 1, 3
"""`way` of hours that a programme solved for their lines, or for ramps or commitment."""
WORSE_MWH = 1e-3
SHORT_MWH = 1.0
"""What relief may leave unserved, beside what was, before units are committed for it."""
KEPT = {"first_hour", "shed_mw", "shortage_mw", "cost_cny", "starts", "way", "end", "before", "asked_mw", "called_mw",
        "event_in_hour"}
"""What a programme leaves as it was."""


def relieved_h(window: range) -> int:
    """Hours of a window whose lines are relieved: what is only looked ahead at will be dispatched again."""
    return WEEK_H if WEEK_H < len(window) <= WEEK_H + DAY_H else len(window)


def operate_relieved(decided: Decided, relief: Relief) -> Lived:
    """Carry out one window with lines relieved and ramps kept."""
    task, kept_h = decided.task, relieved_h(decided.task.window)
    lived, supply, strain = operated(decided, kept_h if relief is Relief.HOURS else 0)
    lived = _kept(task, supply, lived, strain.hours().tolist(), kept_h)
    if not is_scarce(task, lived, kept_h):
        return lived
    found = settled(task, running(task, supply, lived), lived)
    if found is None:
        return lived
    is_held = lost_in(task, found, kept_h) >= lost_in(task, lived, kept_h)
    is_held = is_held and _net_cny(task, found) >= _net_cny(task, lived)
    return lived if is_held and not overloaded(task, lived) else found


def _net_cny(task: Task, lived: Lived) -> float:
    """Cost of a window less the worth of what stores hold at its end, and flexible loads have drawn and did not owe."""
    owed = level_bounds(task.frame, task.window, task.start, task.firm)[0][len(lived.end.stored_mwh) :, -1]
    return lived.cost_cny - worth_cny(task.ends, np.concatenate([lived.end.stored_mwh, lived.end.drawn_mwh - owed]))


def _kept(task: Task, supply: Supply, lived: Lived, strained: list[int], kept_h: int) -> Lived:
    """The window with lines kept within its first hours, and ramps around strained hours."""
    window = task.window
    over = [window[h] for h in overloaded(task, lived) if h < kept_h]
    spans = spans_of(window, over, [window[h] for h in strained])
    if not spans:
        return lived
    if lived.asked_mw is lived.flow_mw:
        lived = replace(lived, asked_mw=lived.flow_mw.copy())
    lost = lost_in(task, lived, kept_h)
    _solve_all(task, supply, lived, spans, bool(strained))
    can_commit = task.frame.slow_rows.size or switching(task.frame).any()
    if can_commit and lost_in(task, lived, kept_h) > lost + SHORT_MWH:
        _commit_anew(task, supply, lived)
    return _summed(task, lived)


def _solve_all(task: Task, supply: Supply, lived: Lived, spans: list[Span], is_strained: bool) -> None:
    """Solve spans one after another and put them in place; a whole window that ramps strain is committed anew."""
    window = task.window
    while spans:
        span, spans = spans[0], spans[1:]
        is_next, is_whole = any(other.begin == span.end for other in spans), len(window) == span.end - span.begin
        try:
            found = solve_span(task, supply, lived, span, is_next)
        except DafengError:
            if not span.is_ramped:
                raise
            continue  # hours stay as the merit order has them, and the ramps that break are counted
        if not is_whole and _is_worse(task, supply, lived, found):
            spans = with_span(window, spans, widened(window, span))
            continue
        if is_whole and is_strained:
            found = recommitted(task, supply, lived, span, found)
        _splice(lived, found, span)


def _commit_anew(task: Task, supply: Supply, lived: Lived) -> None:
    """Solve the whole window and commit it anew, if it has an optimum with what was before it."""
    whole = Span(task.window.start, task.window.stop, True)
    found = attempted(task, supply, lived, whole)
    if found is not None:
        _splice(lived, recommitted(task, supply, lived, whole, found), whole)


def overloaded(task: Task, lived: Lived) -> list[int]:
    """Hours of a window in which a meshed line carries more than its limit."""
    share = task.share[task.frame.rows.branches, task.hours]
    return np.flatnonzero(overloads(task.frame, task.window, share, lived.flow_mw).any(axis=0)).tolist()


def _is_worse(task: Task, supply: Supply, lived: Lived, found: Solved) -> bool:
    """Whether ramps towards hours that stay make those between lose more energy than before, or overload a line."""
    first, hours = found.first_hour - task.window.start, len(found.way)
    part = slice(first, first + hours)
    if not _is_held(task, supply, lived, found, part):
        return False
    before = float(lived.unserved_mw[:, part].sum() + lived.untaken_mw[:, part].sum())
    if float(found.unserved_mw.sum() + found.untaken_mw.sum()) > before + WORSE_MWH:
        return True
    window = task.window[part]
    share = task.share[task.frame.rows.branches, window.start : window.stop]
    return bool(overloads(task.frame, window, share, found.flow_mw).any())


def _is_held(task: Task, supply: Supply, lived: Lived, found: Solved, part: slice) -> bool:
    """Whether a unit moves by its whole ramp between solved hours and those around them."""
    slow, ramp, on = task.frame.slow_rows, task.frame.fleet.ramp_mw_per_h[task.frame.slow_rows], supply.on
    borders = [(part.start, lived.generation_mw[:, part.start - 1], found.generation_mw[:, 0])] if part.start else []
    if part.stop < len(task.window):
        borders.append((part.stop, found.generation_mw[:, -1], lived.generation_mw[:, part.stop]))
    return any(
        bool((on[h - 1 : h + 1, slow].all(axis=0) & (np.abs(after - before)[slow] > ramp - WORSE_MWH)).any())
        for h, before, after in borders
    )


def _splice(lived: Lived, found: Solved, span: Span) -> None:
    """Put the hours of a programme in place."""
    hours = slice(span.begin - lived.first_hour, span.end - lived.first_hour)
    for field in fields(Lived):
        if field.name not in KEPT:
            getattr(lived, field.name)[..., hours] = getattr(found, field.name)
    lived.way[hours] = RAMPED if span.is_ramped else RELIEVED


def _summed(task: Task, lived: Lived) -> Lived:
    """The window with its cost and end anew."""
    end = end_state(task.start, lived.committed, lived.stored_mwh, lived.flexible_mw, lived.event_in_hour,
                    lived.used_in_hour,
                    lived.generation_mw, lived.called_mw)
    starts = lived.start_in_hour.sum(axis=1).astype(np.float64)
    return replace(lived, cost_cny=float(lived.cost_by_hour_cny.sum()), starts=starts, end=end)

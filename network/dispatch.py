"""The door to the hour: plan a year, dispatch a window, join what was lived (DESIGN 5, MODEL_SPEC 6)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import WEEK_H, Floats
from dafeng.network.compiled import compiled
from dafeng.network.flow import Ptdf, build_ptdf
from dafeng.network.frame import frame_of
from dafeng.network.grid import Engine, Grid, Hours, Plan, Relief, State
from dafeng.network.grid_check import check_grid
from dafeng.network.lived import Firm, Lived, join
from dafeng.network.losses import check_resistance, with_losses
from dafeng.network.lp_options import Commitment, Exactly
from dafeng.network.lp_record import Solved
from dafeng.network.lp_relief import operate_relieved
from dafeng.network.lp_window import ExactForesight, Memory, exactly
from dafeng.network.operate import operate_window
from dafeng.network.plan import Foresight, fast_plan
from dafeng.network.tanks import Ends
from dafeng.network.window import Task, decide

__all__ = ["Commitment", "Exactly", "Lived", "Ptdf", "Solved", "build_ptdf", "dispatch", "join", "plan"]


def plan(grid: Grid, expected: Floats, *, engine: Engine = Engine.FAST) -> Plan:
    """What stored energy is worth and what an hour will cost, once a year on expected availability (rows, hours)."""
    check_grid(grid)
    check_share(grid, expected, range(grid.hours))
    made = fast_plan(grid, np.ascontiguousarray(expected))
    return made if engine is Engine.FAST else ExactForesight(**vars(made))


def dispatch(
    grid: Grid,
    share: Floats,
    window: range,
    start: State,
    plan: Plan,
    *,
    engine: Engine = Engine.FAST,
    firm: Firm | None = None,
    options: Exactly | None = None,
    relieve: Relief = Relief.NONE,
    resistance_pu: Floats | None = None,
) -> Hours:
    """Dispatch a window of hours of the year, clipped at its end, from a state.

    `share` (rows, hours of the year) is the availability as far as it is known. `firm` is the running plan that a
    surprise has overtaken: units off in it need their lead time, response and flexible loads their notice. `options`
    are those of the exact engine, whose result is `Solved`: it has nodal prices as well. `relieve` says what the fast
    engine does about overloaded lines. With `resistance_pu` (branches,) both engines serve losses of flows as well.
    """
    hours = range(window.start, min(window.stop, grid.hours))
    check_share(grid, share, hours)
    foresight = foresight_of(grid, plan)
    task = task_of(foresight, share, hours, start, firm)
    memory = foresight.memory if isinstance(foresight, ExactForesight) else Memory()

    def operate(asked: Task) -> Lived:
        if engine is Engine.EXACT:
            return exactly(asked, foresight, options or Exactly(), memory)
        return operate_window(asked) if relieve is Relief.NONE else operate_relieved(decide(asked), relieve)

    if resistance_pu is None:
        return operate(task)
    check_resistance(grid, resistance_pu)
    return with_losses(task, resistance_pu, operate)


def task_of(foresight: Foresight, share: Floats, hours: range, start: State, firm: Firm | None) -> Task:
    """What a window is dispatched on."""
    return Task(
        foresight.frame, np.ascontiguousarray(share), foresight.rate_mw, foresight.planned_mw, hours, start,
        _ends(foresight, hours.stop, foresight.frame.grid.hours), firm,
    )


def _ends(plan: Plan, stop: int, year: int) -> Ends:
    """Worth of energy at the end of a window: that of the last week's end before it, or of the year's."""
    week = plan.value_width_mwh.shape[1] - 1 if stop == year else max(0, stop // WEEK_H - 1)
    return Ends(np.ascontiguousarray(plan.value_slope[:, week]), np.ascontiguousarray(plan.value_width_mwh[:, week]))


def foresight_of(grid: Grid, plan: Plan) -> Foresight:
    """A plan as the fast engine wants it; the schedule of one made elsewhere holds at full availability."""
    if isinstance(plan, Foresight) and plan.frame.grid is grid:
        return plan
    return Foresight(
        plan.value_cny_per_mwh, plan.value_slope, plan.value_width_mwh, plan.limit_price_cny, plan.scheduled_mw,
        plan.price_cny_per_mwh, frame_of(grid, plan.limit_price_cny), plan.scheduled_mw, np.zeros(grid.hours),
    )


def check_share(grid: Grid, share: Floats, window: range) -> None:
    """An availability has one row an asset, one column an hour, and no number outside 0 to 1 in its window."""
    wanted, place = (grid.rows.total, grid.hours), Place("availability", 0, "share")
    if share.shape != wanted:
        raise InputError([Problem(place, f"has shape {share.shape}; {wanted} is expected")])
    if not is_share(share, window.start, window.stop):
        part = share[:, window.start : window.stop]
        raise InputError([Problem(place, f"lies between {part.min()} and {part.max()}; 0 to 1 is expected")])


@compiled
def is_share(share: Floats, start: int, stop: int) -> bool:
    """Whether all numbers of some hours lie between 0 and 1; one that is none does not."""
    for row in range(share.shape[0]):
        outside = 0
        for h in range(start, stop):
            outside += not 0.0 <= share[row, h] <= 1.0
        if outside:
            return False
    return True

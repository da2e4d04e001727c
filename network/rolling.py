"""A year dispatched as the operator does it: 168 hours at a time, 24 more in view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Bools, Floats
from dafeng.network.dispatch import dispatch
from dafeng.network.grid import Engine, Grid, Hours, Plan, Relief, State
from dafeng.network.lived import Diary, Lived
from dafeng.network.lp_options import Exactly


def roll(
    grid: Grid, share: Floats, plan: Plan, *, engine: Engine, options: Exactly | None = None,
    start: State | None = None, relieve: Relief = Relief.DAYS,
    resistance_pu: Floats | None = None,
) -> Hours:
    """All hours of a grid, without a surprise; stores end at the level at which they began.

    A cap of more than a week, such as one on emissions, is a price here, made of a year without lines: in small
    networks rolled hours may use up to a fifth more or less of it, with both engines. Budgets and caps of weeks are
    counted. `relieve` says what the fast engine does about overloaded lines; with `resistance_pu` (branches,) losses
    of flows are served as well.
    """
    state = State.empty(grid) if start is None else start
    plan, pinned = returning(plan, grid, state), tuple(state.stored_mwh.tolist())
    diary = Diary(grid.hours)
    for now in range(0, grid.hours, WEEK_H):
        stop, kept = min(now + WEEK_H + DAY_H, grid.hours), min(WEEK_H, grid.hours - now)
        asked = options
        if engine is Engine.EXACT:
            asked = replace(options or Exactly(), pinned_mwh=pinned if stop == grid.hours else None)
        found = dispatch(grid, share, range(now, stop), state, plan, engine=engine, options=asked,
                         relieve=relieve, resistance_pu=resistance_pu)
        assert isinstance(found, Lived)
        lived = found.until(kept)
        diary.write(lived)
        state = lived.end
    return diary.read()


def returning(plan: Plan, grid: Grid, start: State, which: Bools | None = None) -> Plan:
    """The same plan, but what stores hold at the year's end is worth just enough to end as they began.

    `which` (stores,) do so; all where it is not given.
    """
    n, dear = len(grid.stores.key), 2.0 * grid.voll_cny_per_mwh
    pieces = max(2, plan.value_slope.shape[2])
    room = ((0, 0), (0, 0), (0, pieces - plan.value_slope.shape[2]))
    worth, width = np.pad(plan.value_slope, room), np.pad(plan.value_width_mwh, room)
    rows = np.arange(n) if which is None else np.flatnonzero(which)
    worth[rows, -1], width[rows, -1] = 0.0, 0.0
    worth[rows, -1, 0], worth[rows, -1, 1] = dear, -dear
    width[rows, -1, 0] = start.stored_mwh[rows]
    width[rows, -1, 1] = (grid.stores.energy_mwh - start.stored_mwh)[rows]
    return replace(plan, value_slope=worth, value_width_mwh=width)

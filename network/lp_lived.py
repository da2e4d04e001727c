"""Hours of a week already lived keep their place in its programme.

Were they put to rest at 0, every column of theirs in the basis would have to leave it, and the week after would begin
from hours that are empty. Instead they stay as the last solution has them: their columns are fixed, their rows as they
were, and rows that reach from them into the window allow for the difference. The optimum of the window is the same.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_solver import Solver


def keep_lived(solver: Solver, facts: Facts, values: Values) -> None:
    """Let the hours before a window stay as they were solved, if there are any."""
    shape, rest, last = solver.shape, facts.rest, solver.last
    if not rest or not last.size or shape.shed.of(last)[:, :rest].any():  # response called comes back in later hours
        return
    _allow(shape, facts, values, last)
    for block in (shape.power, shape.curtail, shape.on, shape.start, shape.charge, shape.discharge, shape.level,
                  shape.shed, shape.bought, shape.shared, shape.unserved, shape.spill):
        lived = block.at()[:, :rest].ravel()
        values.lived_cny += float(values.cost[lived] @ (last[lived] - values.lower[lived]))
        values.lower[lived] = values.upper[lived] = last[lived]
    for block in (shape.balance, shape.levels, shape.most, shape.least, shape.starts):
        lived = block.at()[:, :rest].ravel()
        values.row_lower[lived], values.row_upper[lived] = solver.row_lower[lived], solver.row_upper[lived]
    values.lived = last


def _allow(shape: Shape, facts: Facts, values: Values, last: Floats) -> None:
    """Rows between the hours lived and those of the window: what was is a fact, whatever the columns say."""
    rest = facts.rest
    level = shape.level.at()[:, rest - 1]
    row = shape.levels.at()[:, rest]
    values.row_lower[row] = values.row_upper[row] = values.lower[level] - last[level]
    on = shape.on.at()[shape.starting, rest - 1]
    values.row_lower[shape.starts.at()[:, rest]] = last[on] - values.lower[on]
    step = np.arange(rest) // shape.meters.step_h
    for family, weight in enumerate(shape.meters.weight):
        used = np.bincount(step, weight[shape.powered] @ shape.power.of(last)[:, :rest], shape.readings.width)
        row = shape.readings.at()[family]
        values.row_lower[row] -= used
        values.row_upper[row] -= used

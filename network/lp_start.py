"""The basis with which a week begins: what merit order says of it, since the last week's is far from its optimum.

Energy follows from what tanks do, being on from output, readings from what they count, and in each hour one unit is
marginal. Such a basis is nearly triangular, so that its first steps are cheap; the simplex method finds the rest.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Ints
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_solver import Solver


def begin(solver: Solver, facts: Facts, values: Values) -> None:
    """Begin a window anew, unless it goes on from a surprise or is asked for again."""
    again, solver.first = solver.first == facts.first, facts.first
    if again or facts.rest or facts.options.commitment is Commitment.BINARY:
        return
    shape = solver.shape
    on, most = shape.on.at(), shape.most.at()
    is_free = values.lower[on] < values.upper[on]
    basic = [on[is_free], shape.level.at(), shape.piece.at()[:, :1], shape.reading.at()]
    binding = [most[is_free], shape.levels.at(), shape.ends.at(), shape.readings.at()]
    if shape.power.things:
        basic.append(_marginal(shape, facts, values))
        binding.append(shape.balance.at())
    solver.begin(np.concatenate([b.ravel() for b in basic]), np.concatenate([b.ravel() for b in binding]))


def _marginal(shape: Shape, facts: Facts, values: Values) -> Ints:
    """(hours,) column of the unit in which merit order meets what is owed in each hour."""
    fleet, rows, power = facts.task.frame.fleet, shape.powered, shape.power.at()
    mw = fleet.capacity_mw[rows]
    cost = values.cost[power[:, 0]] + np.divide(fleet.no_load[rows], mw, out=np.zeros(len(rows)), where=mw > 0.0)
    merit = power[np.argsort(cost, kind="stable")]
    low, high = values.lower[merit], values.upper[merit]
    left = values.row_lower[shape.balance.span] - low.sum(axis=0)
    at = (np.cumsum(high - low, axis=0) < left).sum(axis=0)
    return np.asarray(merit[np.minimum(at, len(merit) - 1), np.arange(shape.hours)])

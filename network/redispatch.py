"""The cheapest dispatch of one hour that keeps its lines: a small linear programme by the dual simplex method.

    min c x   with   sum x = total,   lower <= F_l x <= upper for lines l,   low <= x <= high

It begins at the merit order, which is the optimum without lines, and takes lines in one by one, the worst first. A
basis has one column more than lines were taken, so its inverse is kept whole. Columns pass from bound to bound as long
as that brings a line nearer to its limit (the long step of the ratio test), so that a line costs few steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.compiled import bare, compiled, inlined

MOST_LINES = 24
"""Lines that may bind in one hour; more of them are left to the programme of the day."""
MOST_STEPS = 500
NEAR_MW = 1e-7
ROUNDING_MW = 1e-9
"""A column whose whole range is just enough may seem to lack so much."""
WORKING = 4
"""Rows of columns that solving works in."""
SMALL = 1e-7
"""Coefficients under this are noise of the distribution factors."""


class Programme(NamedTuple):
    """Columns are `columns` of supply, then one for the flow of each line taken; rows are the balance, then lines."""

    bus: Ints
    cost: Floats
    low: Floats
    high: Floats
    x: Floats
    factor: Floats
    """(rows, columns)."""
    basis: Ints
    """(rows,) column of each row."""
    is_basic: Bools
    inverse: Floats
    """(rows, rows) of the basis."""
    price: Floats
    """(rows,) duals."""
    room: Floats
    """(WORKING, columns) to work in; no array is made while a programme is solved."""


@compiled
def empty_programme(columns: int) -> Programme:
    """Memory for a programme of at most so many columns of supply."""
    rows, every = MOST_LINES + 1, columns + MOST_LINES
    return Programme(
        np.zeros(every, np.int64), np.zeros(every), np.zeros(every), np.zeros(every), np.zeros(every),
        np.ones((rows, every)), np.zeros(rows, np.int64), np.zeros(every, np.bool_), np.zeros((rows, rows)),
        np.zeros(rows), np.zeros((WORKING, every)),
    )


@bare
def by_merit(p: Programme, columns: int, total: float) -> None:
    """The optimum without lines of columns that are sorted by cost: filled one by one; the last filled is the basis.

    `total` lies within the sum of their bounds, and there is a column at least.
    """
    rest, last = total, 0
    for j in range(columns):
        p.x[j], p.is_basic[j], p.factor[0, j] = p.low[j], False, 1.0
        rest -= p.low[j]
    for j in range(columns):
        step = min(rest, p.high[j] - p.low[j])
        if step > 0.0:
            p.x[j] += step
            rest -= step
            last = j
    p.basis[0], p.is_basic[last], p.inverse[0, 0], p.price[0] = last, True, 1.0, p.cost[last]


@bare
def take_line(p: Programme, columns: int, lines: int, factor: Floats, lower: float, upper: float) -> None:
    """One more line after `lines` of them: F x - flow = 0, with its flow in the basis; `factor` (buses,)."""
    row, flow = lines + 1, columns + lines
    p.cost[flow], p.low[flow], p.high[flow], p.x[flow] = 0.0, lower, upper, 0.0
    for i in range(row):
        p.factor[i, flow] = 0.0
    for j in range(columns):
        p.factor[row, j] = factor[p.bus[j]]
    for j in range(columns, flow):
        p.factor[row, j] = 0.0
    p.factor[row, flow] = -1.0
    for k in range(row):
        total = 0.0
        for i in range(row):
            total += p.factor[row, p.basis[i]] * p.inverse[i, k]
        p.inverse[row, k], p.inverse[k, row] = total, 0.0
    p.inverse[row, row] = -1.0
    p.basis[row], p.is_basic[flow] = flow, True


@bare
def optimise(p: Programme, columns: int, lines: int, total: float) -> bool:
    """From a basis that is optimal but for bounds of its own columns to the optimum; whether there is one."""
    rows, every = lines + 1, columns + lines
    alpha, ratio = p.room[0], p.room[1]
    for _ in range(MOST_STEPS):
        _basic_values(p, rows, every, total)
        leaving, over = _leaving(p, rows)
        _prices(p, rows)
        if leaving < 0:
            return True
        _ratios(p, rows, every, leaving, over, alpha, ratio)
        entering = _entering(p, every, abs(over), alpha, ratio)
        if entering < 0:
            return False
        gone = p.basis[leaving]
        p.x[gone] = p.low[gone] if over < 0.0 else p.high[gone]
        p.is_basic[gone], p.is_basic[entering] = False, True
        _pivot(p, rows, leaving, entering)
    return False


@inlined
def _basic_values(p: Programme, rows: int, every: int, total: float) -> None:
    """Values of basic columns from those at their bounds."""
    x, factor, is_basic = p.x, p.factor, p.is_basic
    left = p.room[2]
    for i in range(rows):
        left[i] = total if i == 0 else 0.0
        for j in range(every):
            if not is_basic[j]:
                left[i] -= factor[i, j] * x[j]
    for i in range(rows):
        value = 0.0
        for k in range(rows):
            value += p.inverse[i, k] * left[k]
        x[p.basis[i]] = value


@inlined
def _prices(p: Programme, rows: int) -> None:
    """Duals of the basis."""
    for k in range(rows):
        price = 0.0
        for i in range(rows):
            price += p.cost[p.basis[i]] * p.inverse[i, k]
        p.price[k] = price


@inlined
def _leaving(p: Programme, rows: int) -> tuple[int, float]:
    """Row of the basic column furthest outside its bounds and by how much, below 0 under the lower one; -1 if none."""
    leaving, over = -1, NEAR_MW
    for i in range(rows):
        j = p.basis[i]
        if p.x[j] - p.high[j] > abs(over):
            leaving, over = i, p.x[j] - p.high[j]
        elif p.low[j] - p.x[j] > abs(over):
            leaving, over = i, p.x[j] - p.low[j]
    return leaving, over


@inlined
def _ratios(p: Programme, rows: int, every: int, leaving: int, over: float, alpha: Floats, ratio: Floats) -> None:
    """What each column at a bound does to the leaving one, and how dear that is; infinite where it cannot help."""
    cost, low, high, x, is_basic = p.cost, p.low, p.high, p.x, p.is_basic
    price, inverse, factor = p.price, p.inverse, p.factor
    for j in range(every):
        ratio[j] = np.inf
        if is_basic[j] or high[j] <= low[j]:
            continue
        saved, moved = cost[j], 0.0
        for k in range(rows):
            saved -= price[k] * factor[k, j]
            moved += inverse[leaving, k] * factor[k, j]
        alpha[j] = moved
        towards = moved if over > 0.0 else -moved
        if x[j] > 0.5 * (low[j] + high[j]):
            towards = -towards
        if towards > SMALL:
            ratio[j] = abs(saved) / towards


@inlined
def _entering(p: Programme, every: int, over: float, alpha: Floats, ratio: Floats) -> int:
    """The column that takes the leaving one's place; those cheaper that do not suffice pass to their other bound."""
    low, high, x = p.low, p.high, p.x
    while True:
        best, least = -1, np.inf
        for j in range(every):
            if ratio[j] < least:
                best, least = j, ratio[j]
        if best < 0:
            return -1
        over -= abs(alpha[best]) * (high[best] - low[best])
        if over <= ROUNDING_MW:
            return best
        x[best] = low[best] if x[best] > 0.5 * (low[best] + high[best]) else high[best]
        ratio[best] = np.inf


@inlined
def _pivot(p: Programme, rows: int, leaving: int, entering: int) -> None:
    """The inverse with one column of the basis exchanged."""
    column = p.room[3]
    for i in range(rows):
        column[i] = 0.0
        for k in range(rows):
            column[i] += p.inverse[i, k] * p.factor[k, entering]
    for k in range(rows):
        p.inverse[leaving, k] /= column[leaving]
        for i in range(rows):
            if i != leaving:
                p.inverse[i, k] -= column[i] * p.inverse[leaving, k]
    p.basis[leaving] = entering

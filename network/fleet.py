"""The supply rows of a grid as plain arrays for the compiled hour: generators, then buyers, then spare budgets.

A buyer is a load that must be met and a unit of the same size that costs what the buyer would pay: when supply is
dearer, that unit runs and nothing is sold. The last row is what energy budgets hold back; only a shortage calls it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from dafeng.configs.units import WEEK_H, Bools, Floats, Ints
from dafeng.network.grid import Grid, Limit

UNIT, BLOCK, FREE, BUDGET = 0, 1, 2, 3
"""How a row is dispatched: committed unit, aggregate without commitment, taken first, or by its energy budget."""
VRE_FUELS = ("wind", "solar")


class Fleet(NamedTuple):
    """(rows,) facts of all supply rows; `merit`, `ladder` and `cycle` are orders of rows."""

    kind: Ints
    capacity_mw: Floats
    min_share: Floats
    ramp_mw_per_h: Floats
    min_up_h: Floats
    min_down_h: Floats
    lead_time_h: Floats
    cost: Floats
    """CNY/MWh, shadow prices of caps included."""
    no_load: Floats
    start: Floats
    back_pressure: Floats
    power_loss: Floats
    heat_row: Ints
    heat_share: Floats
    shares_hours: Bools
    is_vre: Bools
    merit: Ints
    """Units, blocks, buyers and the spare row by marginal cost."""
    ladder: Ints
    """The same rows by full cost, marginal plus no-load over capacity (MODEL_SPEC 6.13 ii)."""
    cycle: Ints
    """Units owed equal hours, in key order."""
    pool: Ints
    """Coal owed equal hours: place of its technology in the pool's merit order, -1 of all other rows."""
    n_generators: int
    minima_hold: bool


def fleet_of(grid: Grid, limit_price: Floats) -> Fleet:
    """The supply rows of a grid; `limit_price` (limits,) is added to the cost of what a cap counts."""
    units, n = grid.generators, len(grid.generators.key)
    extra = len(grid.buyers.key) + 1
    kind = _tail(_kinds(grid), extra, BLOCK)
    cost = _costs(grid, limit_price)
    capacity = _tail(units.capacity_mw, extra, 0.0)
    no_load = _tail(units.no_load_cny_per_h, extra, 0.0)
    full_cost = cost + np.divide(no_load, capacity, out=np.zeros_like(cost), where=capacity > 0.0)
    shares_hours = _tail(units.shares_hours, extra, False)
    return Fleet(
        kind, capacity, _tail(units.min_share, extra, 0.0), _tail(units.ramp_mw_per_h, extra, np.inf),
        _tail(units.min_up_h, extra, 0.0), _tail(units.min_down_h, extra, 0.0), _tail(units.lead_time_h, extra, 0.0),
        cost, no_load, _tail(units.start_cny, extra, 0.0), _tail(units.back_pressure, extra, 0.0),
        _tail(units.power_loss, extra, 0.0), _tail(units.heat_row, extra, -1), _tail(units.heat_share, extra, 0.0),
        shares_hours, _tail(np.isin(units.fuel, VRE_FUELS), extra, False), _ordered(cost, kind),
        _ordered(full_cost, kind), _cycle(grid, kind), _tail(_pool(grid, full_cost[:n]), extra, -1), n,
        grid.minima_hold,
    )


def is_budget(limit: Limit) -> bool:
    """A limit whose energy is spent exactly."""
    return limit.at_least == limit.at_most


def is_cap(limit: Limit) -> bool:
    """A limit that a shadow price keeps."""
    return limit.at_most < np.inf and not is_budget(limit)


def is_weekly_cap(limit: Limit) -> bool:
    """A cap that a window of the exact engine holds as it stands, with nothing owed."""
    return is_cap(limit) and limit.at_least <= 0.0 and limit.last_hour - limit.first_hour <= WEEK_H


def _kinds(grid: Grid) -> Ints:
    """How each generator is dispatched; a budget goes before everything else."""
    units = grid.generators
    kind = np.where(units.is_free, FREE, np.where(units.is_block, BLOCK, UNIT)).astype(np.int64)
    for limit in grid.limits:
        if is_budget(limit):
            kind[limit.per_mwh > 0.0] = BUDGET
    return kind


def _costs(grid: Grid, limit_price: Floats) -> Floats:
    """Marginal cost of each row; the spare row is dearer than all others."""
    priced = grid.generators.cost_cny_per_mwh.copy()
    for price, limit in zip(limit_price, grid.limits, strict=True):
        priced += price * limit.per_mwh
    highest = max(grid.market.price_cap_cny_per_mwh, float(priced.max(initial=0.0)))
    return np.concatenate([priced, grid.buyers.price_cny_per_mwh, [highest]])


def _ordered(cost: Floats, kind: Ints) -> Ints:
    """Rows with a place in the merit order, cheapest first, equal ones by row."""
    rows = np.flatnonzero((kind == UNIT) | (kind == BLOCK))
    return rows[np.argsort(cost[rows], kind="stable")]


def _cycle(grid: Grid, kind: Ints) -> Ints:
    """Rows of units owed equal hours, by key."""
    units = grid.generators
    rows = [row for row in range(len(units.key)) if units.shares_hours[row] and kind[row] == UNIT]
    return np.array(sorted(rows, key=lambda row: units.key[row]), dtype=np.int64)


def _pool(grid: Grid, full_cost: Floats) -> Ints:
    """(generators,) rank of each pooled row's technology by full cost: machines alike are loaded alike.

    A technology counts at the cost of its aggregate block if it has one, else at the mean of its units.
    """
    units = grid.generators
    ranks = np.full(len(units.key), -1)
    rows = np.flatnonzero(units.shares_hours)
    names = sorted({units.technology[row] for row in rows})
    cost = {}
    for name in names:
        alike = [row for row in rows if units.technology[row] == name]
        blocks = [row for row in alike if units.is_block[row]]
        cost[name] = float(np.mean(full_cost[blocks or alike]))
    order = {name: rank for rank, name in enumerate(sorted(names, key=lambda name: (cost[name], name)))}
    for row in rows:
        ranks[row] = order[units.technology[row]]
    return ranks.astype(np.int64)


def _tail(values: Any, extra: int, value: float) -> Any:
    """The values of generators followed by that of the extra rows."""
    return np.concatenate([values, np.full(extra, value, dtype=values.dtype)])

"""Shadow prices of annual caps (coal, carbon): what makes the merit order keep them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dafeng.configs.units import WEEK_H, Floats
from dafeng.network.bounds import bounds_of
from dafeng.network.equal_hours import share_hours
from dafeng.network.fleet import is_cap
from dafeng.network.frame import Frame, frame_of
from dafeng.network.grid import Grid, Limit
from dafeng.network.merit import fill

if TYPE_CHECKING:
    from dafeng.network.plan import Foresight

LEAST_MWH = 1e-6
HALVINGS = 20
"""Bisections of a shadow price: a millionth of the price at which nothing runs that the cap counts."""


def shadow_prices(frame: Frame, share: Floats, rate: Floats) -> Floats:
    """(limits,) price of each cap in CNY per unit of it, 0 where it does not bind.

    The year is dispatched by merit without minimum outputs and stores; caps are priced one after another, each with
    the prices found before. What equal hours and contracts force to run, no price can avoid.
    """
    price = np.zeros(len(frame.grid.limits))
    for row, limit in enumerate(frame.grid.limits):
        if is_cap(limit) and _use(frame, share, rate, price, limit) > limit.at_most:
            price[row] = _priced(frame, share, rate, price, row)
    return price


def _priced(frame: Frame, share: Floats, rate: Floats, price: Floats, row: int) -> float:
    """The lowest price of one cap that keeps it, the highest tried if none does."""
    grid, limit = frame.grid, frame.grid.limits[row]
    tried = price.copy()
    low, high = 0.0, _highest(grid, limit)
    for _ in range(HALVINGS):
        tried[row] = 0.5 * (low + high)
        if _use(frame, share, rate, tried, limit) > limit.at_most:
            low = tried[row]
        else:
            high = tried[row]
    return high


def weekly_amounts(grid: Grid, share: Floats, plan: Foresight) -> Grid:
    """The grid with caps that a price alone would miss as weekly budgets of the rows that the price displaces.

    At the lowest price that keeps a cap its use jumps from above it to below it. The mixture of both dispatches that
    just spends the cap is the optimum of the merit order; each week then spends what it does in that mixture. Caps on
    units with commitment stay prices.
    """
    price, free = plan.limit_price_cny, frame_of(grid, np.zeros(len(grid.limits)))
    kept, spent = list(grid.limits), list[Limit]()
    for row, limit in enumerate(grid.limits):
        if not is_cap(limit) or price[row] <= 0.0:
            continue
        tried = price.copy()
        tried[row] -= 2.0 * _highest(grid, limit) / 2**HALVINGS
        most, least = _output(free, share, plan.rate_mw, tried), _output(free, share, plan.rate_mw, price)
        hours = slice(limit.first_hour, limit.last_hour)
        over, under = (float(limit.per_mwh @ out[:, hours].sum(axis=1)) for out in (most, least))
        part = (limit.at_most - under) / (over - under) if over > under else 0.0
        rows = np.flatnonzero((limit.per_mwh > 0.0) & ((most - least)[:, hours].sum(axis=1) > LEAST_MWH))
        can = grid.generators.is_block[rows] | grid.generators.is_free[rows]
        if rows.size and can.all() and 0.0 < part < 1.0:
            kept.remove(limit)
            spent += _weekly(limit, rows.tolist(), part * most + (1.0 - part) * least, grid)
    return replace(grid, limits=(*kept, *spent)) if spent else grid


def _weekly(limit: Limit, rows: list[int], output: Floats, grid: Grid) -> list[Limit]:
    """Budgets of rows, week by week, of a year's output (generators, hours)."""
    made = []
    for row in rows:
        alone = np.zeros(len(grid.generators.key))
        alone[row] = 1.0
        for first in range(limit.first_hour, limit.last_hour, WEEK_H):
            last = min(first + WEEK_H, limit.last_hour)
            mwh = float(output[row, first:last].sum())
            made.append(Limit(f"{limit.key} {grid.generators.key[row]} {first}", alone, mwh, mwh, first, last))
    return made


def _highest(grid: Grid, limit: Limit) -> float:
    """The price of a cap at which nothing runs that it counts."""
    return grid.voll_cny_per_mwh / float(limit.per_mwh[limit.per_mwh > 0.0].min())


def _use(free: Frame, share: Floats, rate: Floats, price: Floats, limit: Limit) -> float:
    """What counts against a limit in a year of pure merit order."""
    output = _output(free, share, rate, price)
    return float(output[:, limit.first_hour : limit.last_hour].sum(axis=1) @ limit.per_mwh)


def _output(free: Frame, share: Floats, rate: Floats, price: Floats) -> Floats:
    """(generators, hours) output in a year of pure merit order."""
    frame, grid = free.priced(price), free.grid
    made = bounds_of(frame.fleet, share, rate, frame.buyers_mw, grid.heat_mw, 0, grid.hours)
    demand = frame.demand_mw + frame.usual_mw.sum(axis=0)
    off = np.zeros(len(frame.fleet.kind), dtype=np.bool_)
    share_hours(frame.fleet, made, demand, grid.market.equal_hours_share, 0, off)
    on = np.zeros(made.may.shape, dtype=np.bool_)
    output = fill(frame.fleet, made, on, demand, np.full(grid.hours, np.inf), np.full(off.size, np.nan)).output_mw
    return np.asarray(output[:, : frame.fleet.n_generators].T)

"""Shadow prices of annual caps (coal, carbon): what makes the merit order keep them."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.bounds import bounds_of
from dafeng.network.equal_hours import share_hours
from dafeng.network.fleet import is_cap
from dafeng.network.frame import Frame
from dafeng.network.grid import Grid, Limit
from dafeng.network.merit import fill

KEPT = 1e-9
"""Part of a cap by which a sum of outputs may miss it."""
MOST_PRICED = 30
"""Prices found for several caps at most, in whole passes over all of them."""
HALVINGS = 20
"""Bisections of a shadow price: a millionth of the price at which nothing runs that the cap counts."""


def shadow_prices(frame: Frame, share: Floats, rate: Floats) -> Floats:
    """(limits,) price of each cap in CNY per unit of it, 0 where it does not bind.

    The year is dispatched by merit without minimum outputs and stores; several caps are priced one after another, each
    with the prices of all others found before, until none changes. What equal hours and contracts force to run, no
    price can avoid.
    """
    limits = frame.grid.limits
    price, caps = np.zeros(len(limits)), [row for row, limit in enumerate(limits) if is_cap(limit)]
    for _ in range(max(1, MOST_PRICED // len(caps)) if len(caps) > 1 else 1):
        before = price.copy()
        for row in caps:
            price[row] = 0.0
            if _use(frame, share, rate, price, limits[row]) > limits[row].at_most * (1.0 + KEPT):
                price[row] = _priced(frame, share, rate, price, row)
        if np.array_equal(price, before):
            break
    return price


def _priced(frame: Frame, share: Floats, rate: Floats, price: Floats, row: int) -> float:
    """The lowest price of one cap that keeps it, the highest tried if none does."""
    grid, limit = frame.grid, frame.grid.limits[row]
    tried = price.copy()
    low, high = 0.0, highest_price(grid, limit)
    for _ in range(HALVINGS):
        tried[row] = 0.5 * (low + high)
        if _use(frame, share, rate, tried, limit) > limit.at_most * (1.0 + KEPT):
            low = tried[row]
        else:
            high = tried[row]
    return high


def highest_price(grid: Grid, limit: Limit) -> float:
    """The price of a cap at which load goes unserved before anything runs that the cap counts."""
    return grid.voll_cny_per_mwh / float(limit.per_mwh[limit.per_mwh > 0.0].min())


def _use(free: Frame, share: Floats, rate: Floats, price: Floats, limit: Limit) -> float:
    """What counts against a limit in a year of pure merit order."""
    output = year_output(free, share, rate, price)
    return float(output[:, limit.first_hour : limit.last_hour].sum(axis=1) @ limit.per_mwh)


def year_output(free: Frame, share: Floats, rate: Floats, price: Floats) -> Floats:
    """(generators, hours) output in a year of pure merit order at a price of each cap."""
    frame, grid = free.priced(price), free.grid
    made = bounds_of(frame.fleet, share, rate, frame.buyers_mw, grid.heat_mw, 0, grid.hours)
    demand = frame.demand_mw + frame.usual_mw.sum(axis=0)
    off = np.zeros(len(frame.fleet.kind), dtype=np.bool_)
    share_hours(frame.fleet, made, demand, grid.market.equal_hours_share, 0, off)
    on = np.zeros(made.may.shape, dtype=np.bool_)
    output = fill(frame.fleet, made, on, demand, np.full(grid.hours, np.inf), np.full(off.size, np.nan)).output_mw
    return np.asarray(output[:, : frame.fleet.n_generators].T)

"""Shadow prices of annual caps (coal, carbon): what makes the merit order keep them."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.bounds import bounds_of
from dafeng.network.equal_hours import share_hours
from dafeng.network.fleet import is_cap
from dafeng.network.frame import Frame
from dafeng.network.grid import Limit
from dafeng.network.merit import fill

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
    counted = limit.per_mwh[limit.per_mwh > 0.0]
    low, high = 0.0, grid.voll_cny_per_mwh / float(counted.min())
    for _ in range(HALVINGS):
        tried[row] = 0.5 * (low + high)
        if _use(frame, share, rate, tried, limit) > limit.at_most:
            low = tried[row]
        else:
            high = tried[row]
    return high


def _use(free: Frame, share: Floats, rate: Floats, price: Floats, limit: Limit) -> float:
    """What counts against a limit in a year of pure merit order."""
    frame, grid = free.priced(price), free.grid
    made = bounds_of(frame.fleet, share, rate, frame.buyers_mw, grid.heat_mw, 0, grid.hours)
    demand = frame.demand_mw + frame.usual_mw.sum(axis=0)
    off = np.zeros(len(frame.fleet.kind), dtype=np.bool_)
    share_hours(frame.fleet, made, demand, grid.market.equal_hours_share, 0, off)
    on = np.zeros(made.may.shape, dtype=np.bool_)
    output = fill(frame.fleet, made, on, demand, np.full(grid.hours, np.inf), np.full(off.size, np.nan)).output_mw
    n = frame.fleet.n_generators
    return float(output[limit.first_hour : limit.last_hour, :n].sum(axis=0) @ limit.per_mwh)

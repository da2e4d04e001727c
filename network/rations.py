"""What units under energy limits may give hour by hour, as a programme of all hours has them give: for merit order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.fleet import is_budget
from dafeng.network.grid import Grid, Hours

LEAST_MW, LEAST_MWH = 1e-9, 1e-6


def rationed(grid: Grid, share: Floats, output: Floats, counted: Bools) -> Floats:
    """(rows, hours) availability at which counted generators give no more than an `output` (generators, hours).

    A unit that is on in part there may give its minimum.
    """
    units, made, rows = grid.generators, share.copy(), grid.rows.generators
    size, stable = units.capacity_mw[:, None], np.where(is_switched(grid), units.min_share, 0.0)[:, None]
    part = np.divide(output, size, out=np.zeros_like(output), where=size > 0.0)
    part = np.clip(np.where(output > LEAST_MW, np.maximum(part, stable), 0.0), 0.0, share[rows])
    made[rows] = np.where(counted[:, None], part, share[rows])
    return made


def whole_hours(grid: Grid, share: Floats, output: Floats, worth: Floats, counted: Bools) -> Floats:
    """(rows, hours) availability of counted units on or off, with the energy that an `output` has on in part.

    They are there in the hours of most `worth` (generators, hours), in runs as long as they must stay on, as many as
    their energy allows with their minimum at least.
    """
    units, made = grid.generators, share.copy()
    for row in np.flatnonzero(counted).tolist():
        stable = float(units.min_share[row] * units.capacity_mw[row])
        order = np.argsort(-_in_runs(worth[row], float(units.min_up_h[row])), kind="stable")
        spent = np.cumsum(np.maximum(output[row], stable)[order])
        made[row, order[spent > float(output[row].sum()) + LEAST_MWH]] = 0.0
    return made


def without_caps(grid: Grid, caps: int) -> Grid:
    """The grid without the caps among its first limits; budgets and floors stay, whose energy is scheduled."""
    owed = [limit for limit in grid.limits[:caps] if is_budget(limit) or limit.at_least > 0.0]
    kept = [limit if is_budget(limit) else replace(limit, at_most=np.inf) for limit in owed]
    return replace(grid, limits=(*kept, *grid.limits[caps:]))


def is_switched(grid: Grid) -> Bools:
    """(generators,) units with a minimum output or a time that they must stay on."""
    units = grid.generators
    return ~units.is_block & ~units.is_free & ((units.min_share > 0.0) | (units.min_up_h > 1.0))


def with_stores_as(grid: Grid, guide: Hours) -> Grid:
    """The grid whose stores rest, with what they do in some hours as load of their buses."""
    load, none = grid.load_mw.copy(), np.zeros(len(grid.stores.key))
    np.add.at(load, grid.stores.bus, guide.charge_mw - guide.discharge_mw)
    load[np.abs(load) < LEAST_MW] = 0.0
    return replace(grid, load_mw=load, stores=replace(grid.stores, charge_mw=none, discharge_mw=none))


def with_stores_of(hours: Hours, guide: Hours, grid: Grid) -> Hours:
    """Hours of such a grid, with its stores as they were."""
    wear = float(grid.stores.wear_cny_per_mwh @ guide.discharge_mw.sum(axis=1))
    return replace(
        hours, charge_mw=guide.charge_mw, discharge_mw=guide.discharge_mw, stored_mwh=guide.stored_mwh,
        cost_cny=hours.cost_cny + wear, end=replace(hours.end, stored_mwh=guide.end.stored_mwh),
    )


def _in_runs(worth: Floats, least_h: float) -> Floats:
    """(hours,) the worth of the best run of so many hours in which an hour stands.

    >>> _in_runs(np.array([1.0, 5.0, 2.0, 0.0]), 2.0).tolist()
    [1.0, 5.0, 5.0, 2.0]
    """
    made = worth.copy()
    for back in range(1, min(int(np.ceil(least_h)), worth.size)):
        made[back:] = np.maximum(made[back:], worth[:-back])
    return made

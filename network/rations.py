"""What units under energy limits may give hour by hour, as a programme of all hours has them give: for merit order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.fleet import UNIT, is_budget
from dafeng.network.frame import frame_of
from dafeng.network.grid import Grid, Hours

HALVINGS = 40
LEAST_MW = 1e-9


def rationed(grid: Grid, share: Floats, output: Floats, counted: Bools) -> Floats:
    """(rows, hours) availability at which counted generators give no more than an `output` (generators, hours).

    A unit that must be switched may be on in part there. It keeps the hours in which it gives most, in runs as long as
    it must stay on, with its minimum at least, as many as its energy allows; in the others it has nothing.
    """
    fleet, made = frame_of(grid, np.zeros(len(grid.limits))).fleet, share.copy()
    rows = np.flatnonzero(counted)
    size, ramp = fleet.capacity_mw[rows], fleet.ramp_mw_per_h[rows]
    can = size[:, None] * share[rows]
    stable = np.where(fleet.kind[rows] == UNIT, fleet.min_share[rows], 0.0) * size
    wanted = np.clip(output[rows], 0.0, can)
    for at in np.flatnonzero(is_switched(grid)[rows]).tolist():
        hours = float(fleet.min_up_h[rows[at]])
        wanted[at] = _whole(wanted[at], can[at], float(stable[at]), hours, float(ramp[at]))
    part = np.divide(wanted, size[:, None], out=np.zeros_like(wanted), where=size[:, None] > 0.0)
    made[rows] = np.minimum(np.clip(part, 0.0, 1.0), share[rows])
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


def _whole(wanted: Floats, can: Floats, stable: float, up_h: float, ramp: float) -> Floats:
    """(hours,) bounds of one unit that is on or off, with the energy that it has on in part."""
    energy, above = float(wanted.sum()), np.minimum(np.where(wanted > LEAST_MW, np.maximum(wanted, stable), 0.0), can)
    worth = _in_runs(wanted, up_h)
    above = np.where(worth > LEAST_MW, np.maximum(above, np.minimum(stable, can)), 0.0)

    def allowed(line: float) -> Floats:
        return _up_to_ramps(np.where(worth >= line, above, 0.0), ramp, can)

    low, high = LEAST_MW, 1.0 + float(worth.max(initial=0.0))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float(allowed(middle).sum()) > energy else (low, middle)
    made, rest = allowed(high), energy - float(allowed(high).sum())
    for h in np.flatnonzero((worth >= low) & (made < above)).tolist():
        if above[h] - made[h] <= rest and above[h] >= stable:
            rest -= above[h] - made[h]
            made[h] = above[h]
    return _up_to_ramps(made, ramp, can)


def _in_runs(worth: Floats, least_h: float) -> Floats:
    """(hours,) the worth of the best run of so many hours in which an hour stands.

    >>> _in_runs(np.array([1.0, 5.0, 2.0, 0.0]), 2.0).tolist()
    [1.0, 5.0, 5.0, 2.0]
    """
    made = worth.copy()
    for back in range(1, min(int(np.ceil(least_h)), worth.size)):
        made[back:] = np.maximum(made[back:], worth[:-back])
    return made


def _up_to_ramps(kept: Floats, ramp: float, can: Floats) -> Floats:
    """(hours,) bounds raised until none rises or falls by more than a ramp, as far as they can be."""
    made = kept.copy()
    if ramp < can.max(initial=0.0):
        for h in range(1, made.size):
            made[h] = max(made[h], made[h - 1] - ramp)
        for h in range(made.size - 2, -1, -1):
            made[h] = max(made[h], made[h + 1] - ramp)
    return np.minimum(made, can)

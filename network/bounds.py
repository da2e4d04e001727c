"""What every supply row must and can give in each hour, before commitment (MODEL_SPEC 1.6, 6.4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import WEEK_H, Bools, Floats
from dafeng.network.compiled import bare, inlined
from dafeng.network.fleet import BLOCK, BUDGET, FREE, UNIT, Fleet


class Bounds(NamedTuple):
    """(hours, rows) of a window, hour first: the compiled hour looks at all rows of one hour."""

    low: Floats
    """Must-take MW; of a unit, only what it owes when on."""
    high: Floats
    """Most it can give (of a unit: when on)."""
    least: Floats
    """Minimum stable output of a unit that is on."""
    must: Bools
    """A unit that heat, a contract or equal hours keep on."""
    may: Bools
    """A unit that can be on."""

    def first_hours(self, hours: int) -> Bounds:
        """Those of the first hours only."""
        return Bounds(self.low[:hours], self.high[:hours], self.least[:hours], self.must[:hours], self.may[:hours])


def bounds_of(
    fleet: Fleet, share: Floats, rate: Floats, buyers_mw: Floats, heat_mw: Floats, first: int, hours: int
) -> Bounds:
    """Bounds of all rows from hour `first` of the year on.

    `share` (rows, year) is the availability, `rate` (generators, year) the scheduled output of energy-limited rows per
    unit of availability.
    """
    shape = (hours, fleet.kind.size)
    must, may = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    made = Bounds(np.zeros(shape), np.zeros(shape), np.zeros(shape), must, may)
    _bound_all(fleet, share, rate, buyers_mw, heat_mw, np.zeros(WEEK_H), first, made)
    return made


@bare
def _bound_all(
    fleet: Fleet, share: Floats, rate: Floats, buyers_mw: Floats, heat_mw: Floats, cold: Floats, first: int,
    made: Bounds,
) -> None:
    """Fill the bounds week by week; their memory comes from numpy, which asks for large pages.

    `cold` is a week without heat.
    """
    hours = made.low.shape[0]
    for start in range(0, hours, WEEK_H):
        part = slice(start, min(start + WEEK_H, hours))
        week = Bounds(made.low[part], made.high[part], made.least[part], made.must[part], made.may[part])
        _bound(fleet, share, rate, buyers_mw, heat_mw, cold, first + start, week)


@bare
def _bound(
    fleet: Fleet, share: Floats, rate: Floats, buyers_mw: Floats, heat_mw: Floats, cold: Floats, first: int,
    made: Bounds,
) -> None:
    """Fill the bounds of a few hours: row by row, as the facts lie, so few that what is written stays at hand."""
    hours, rows = made.low.shape
    year = slice(first, first + hours)
    for g in range(fleet.n_generators):
        heat = heat_mw[fleet.heat_row[g], year] if fleet.heat_row[g] >= 0 else cold[:hours]
        _row(fleet, g, share[g, year], rate[g, year], heat, made.low[:, g], made.high[:, g], made.high[:, rows - 1])
        if fleet.kind[g] == UNIT:
            _stable(fleet, g, made.low[:, g], made.high[:, g], heat, made.least[:, g], made.must[:, g], made.may[:, g])
    for b in range(buyers_mw.shape[0]):
        for h in range(hours):
            made.high[h, fleet.n_generators + b] = buyers_mw[b, first + h]


@bare
def _row(
    fleet: Fleet, g: int, share: Floats, rate: Floats, heat: Floats, low: Floats, high: Floats, spare: Floats
) -> None:
    """(hours,) bounds of a row, before those of a unit that is on; a budget's `spare` is called in a shortage only.

    Heat takes from an extraction unit's output, and a block gives at least what its heat asks for (MODEL_SPEC 1.6).
    """
    kind, capacity, part = fleet.kind[g], fleet.capacity_mw[g], fleet.heat_share[g]
    loss, pressure = fleet.power_loss[g], fleet.back_pressure[g]
    for h in range(share.size):
        available = share[h] * capacity
        owed = min(rate[h] * share[h], available)
        if kind == FREE:
            low[h] = high[h] = available
        elif kind == BUDGET:
            low[h], high[h] = owed, available
            spare[h] += available - owed
        else:
            high[h] = max(0.0, available - loss * (heat[h] * part))
            low[h] = min(high[h], max(owed, pressure * (heat[h] * part) if kind == BLOCK else 0.0))


@bare
def _stable(
    fleet: Fleet, g: int, owed: Floats, high: Floats, heat: Floats, least: Floats, must: Bools, may: Bools
) -> None:
    """(hours,) minimum of a unit: p >= c_b q, m P <= p + c_v q <= P (MODEL_SPEC 1.6); q = 0 leaves m P to P.

    A unit that only ramps is on wherever it can be: switching it would save nothing and only hide its ramp.
    """
    stable, part = fleet.min_share[g] * fleet.capacity_mw[g], fleet.heat_share[g]
    loss, pressure, is_steady = fleet.power_loss[g], fleet.back_pressure[g], only_ramps(fleet, g)
    for h in range(heat.size):
        taken = heat[h] * part
        least[h] = min(high[h], max(stable - loss * taken, pressure * taken))
        may[h] = high[h] > 0.0
        must[h] = high[h] > 0.0 and (is_steady or taken > 0.0 or owed[h] > 0.0)


@inlined
def only_ramps(fleet: Fleet, g: int) -> bool:
    """Whether a unit is one for its ramp alone: on or off, it costs the same and may give nothing."""
    switches = max(fleet.min_share[g], fleet.no_load[g], fleet.start[g], fleet.min_up_h[g], fleet.min_down_h[g])
    return bool(switches <= 0.0 and fleet.ramp_mw_per_h[g] < fleet.capacity_mw[g])


@bare
def rest_units(fleet: Fleet, made: Bounds, on: Bools) -> None:
    """Bounds after commitment: a unit that is on gives its minimum at least, one that is off nothing."""
    for h in range(on.shape[0]):
        for g in fleet.merit:
            if fleet.kind[g] != UNIT:
                continue
            if on[h, g]:
                made.low[h, g] = min(made.high[h, g], max(made.low[h, g], made.least[h, g]))
            else:
                made.low[h, g] = made.high[h, g] = 0.0

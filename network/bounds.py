"""What every supply row must and can give in each hour, before commitment (MODEL_SPEC 1.6, 6.4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.compiled import compiled
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


@compiled
def bounds_of(
    fleet: Fleet, share: Floats, rate: Floats, buyers_mw: Floats, heat_mw: Floats, first: int, hours: int
) -> Bounds:
    """Bounds of all rows from hour `first` of the year on.

    `share` (rows, year) is the availability, `rate` (generators, year) the scheduled output of energy-limited rows per
    unit of availability.
    """
    rows = fleet.kind.size
    shape = (hours, rows)
    must, may = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    made = Bounds(np.zeros(shape), np.zeros(shape), np.zeros(shape), must, may)
    for g in range(fleet.n_generators):  # row by row: the year's arrays lie row first
        for h in range(hours):
            available = share[g, first + h] * fleet.capacity_mw[g]
            owed = min(rate[g, first + h] * share[g, first + h], available)
            if fleet.kind[g] == FREE:
                made.low[h, g] = made.high[h, g] = available
            elif fleet.kind[g] == BUDGET:
                made.low[h, g], made.high[h, g] = owed, available
                made.high[h, rows - 1] += available - owed
            else:
                _thermal(fleet, g, h, available, owed, _heat(fleet, heat_mw, g, first + h), made)
    for b in range(buyers_mw.shape[0]):
        for h in range(hours):
            made.high[h, fleet.n_generators + b] = buyers_mw[b, first + h]
    return made


@compiled
def _heat(fleet: Fleet, heat_mw: Floats, g: int, hour: int) -> float:
    """Heat a unit carries in an hour of the year."""
    return heat_mw[fleet.heat_row[g], hour] * fleet.heat_share[g] if fleet.heat_row[g] >= 0 else 0.0


@compiled
def _thermal(fleet: Fleet, g: int, h: int, available: float, owed: float, heat: float, made: Bounds) -> None:
    """The region of an extraction unit: p >= c_b q, m P <= p + c_v q <= P (MODEL_SPEC 1.6); q = 0 leaves m P to P."""
    high = max(0.0, available - fleet.power_loss[g] * heat)
    made.high[h, g] = high
    made.low[h, g] = min(high, max(owed, fleet.back_pressure[g] * heat if fleet.kind[g] == BLOCK else 0.0))
    if fleet.kind[g] == UNIT:
        stable = fleet.min_share[g] * fleet.capacity_mw[g] - fleet.power_loss[g] * heat
        made.least[h, g] = min(high, max(stable, fleet.back_pressure[g] * heat))
        made.may[h, g] = high > 0.0
        made.must[h, g] = high > 0.0 and (heat > 0.0 or owed > 0.0)


@compiled
def rest_units(fleet: Fleet, made: Bounds, on: Bools) -> None:
    """Bounds after commitment: a unit that is on gives its minimum at least, one that is off nothing."""
    for h in range(on.shape[0]):
        for g in range(fleet.n_generators):
            if fleet.kind[g] != UNIT:
                continue
            if on[h, g]:
                made.low[h, g] = min(made.high[h, g], max(made.low[h, g], made.least[h, g]))
            else:
                made.low[h, g] = made.high[h, g] = 0.0

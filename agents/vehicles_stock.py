"""Who owns a vehicle and how old it is: rows that never move, scrappage by age, growth (MODEL_SPEC 4.4).

A row is an owner's place. Rows of a county are one block, with room for all the vehicles that the county will ever
own. What is scrapped this year frees its row for the same owner; growth takes the next free rows. Neither depends on
the powertrain, so every policy sees the same buyers in the same rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dafeng.agents.adoption_draws import spread, uniform, whole
from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled

Bytes = NDArray[np.uint8]
Shorts = NDArray[np.int16]

POWERTRAINS = ("none", "ice", "bev", "phev", "lng", "h2")
NONE, ICE, BEV, PHEV, LNG, H2 = range(6)
ELECTRIC = (BEV, PHEV)
CLEAN = (BEV, PHEV, H2)
"""Powertrains that count towards a fleet mandate."""
OLDEST = 60
"""Years after which nothing is left of any class (survival of private cars at 60 years is below 1e-200)."""


def survival(age_y: Floats, mean_life_y: float, shape: float) -> Floats:
    """Share still on the road at an age: S(a) = exp(-(a/T)^k), T = mean life / Gamma(1 + 1/k) (MODEL_SPEC 4.4)."""
    scale = mean_life_y / math.gamma(1.0 + 1.0 / shape)
    return np.asarray(np.exp(-((age_y / scale) ** shape)), dtype=np.float64)


def hazards(mean_life_y: float, shape: float) -> Floats:
    """Chance of being scrapped in the year after the birthday year, by age; vehicles are bought at mid-year on average.

    A vehicle with (year - 1 - birth year) = a is between a + 0.5 and a + 1.5 years old during the year.
    """
    left = survival(np.arange(OLDEST + 2, dtype=np.float64) + 0.5, mean_life_y, shape)
    gone = np.ones(OLDEST + 1)
    known = left[:-1] > 0.0
    gone[known] = 1.0 - left[1:][known] / left[:-1][known]
    return gone


def age_weights(mean_life_y: float, shape: float, mean_age_y: float) -> Floats:
    """Age distribution of a growing stock: survival x exp(-g age), with g such that the mean age is the observed."""
    ages = np.arange(OLDEST + 1, dtype=np.float64)
    alive = survival(ages + 0.5, mean_life_y, shape)

    def weights(growth: float) -> Floats:
        tilted = alive * np.exp(-growth * ages)
        return np.asarray(tilted / tilted.sum(), dtype=np.float64)

    low, high = -1.0, 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        older = float((weights(middle) * (ages + 0.5)).sum()) > mean_age_y
        low, high = (middle, high) if older else (low, middle)
    return weights(0.5 * (low + high))


def share_by_age(weights: Floats, national_share: Floats, electric_share: float) -> Floats:
    """Electric share by age: 1 - exp(-l s(birth year)), with l such that the whole stock has the observed share."""
    if electric_share <= 0.0:
        return np.zeros_like(weights)
    low, high = 0.0, 1e6
    for _ in range(80):
        middle = 0.5 * (low + high)
        enough = float((weights * (1.0 - np.exp(-middle * national_share))).sum()) > electric_share
        low, high = (low, middle) if enough else (middle, high)
    return np.asarray(1.0 - np.exp(-high * national_share), dtype=np.float64)


@dataclass
class Stock:
    """All vehicles of one class as rows."""

    first: Ints
    """(counties + 1,) first row of each county's block."""
    powertrain: Bytes
    born: Shorts

    def block(self, county: int) -> slice:
        """Rows of a county."""
        return slice(int(self.first[county]), int(self.first[county + 1]))

    def counts(self) -> Ints:
        """(counties, powertrains) vehicles."""
        width = len(POWERTRAINS)
        blocks = [np.bincount(self.powertrain[self.block(c)], minlength=width) for c in range(len(self.first) - 1)]
        found = np.array(blocks, dtype=np.int64)
        found[:, NONE] = 0
        return found


def observed(vehicles: Ints, room: Ints, by_kind: Floats, year: int) -> Stock:
    """The stock of the first year: `by_kind` (ages, powertrains) are shares, `vehicles` and `room` are by county."""
    first = np.concatenate(([0], np.cumsum(np.maximum(room, vehicles))))
    powertrain, born = np.zeros(first[-1], dtype=np.uint8), np.zeros(first[-1], dtype=np.int16)
    width = by_kind.shape[1]
    totals = by_kind.sum(axis=0)
    for county, n in enumerate(vehicles):
        per_kind = whole(totals, int(n))
        cells: Ints = np.zeros(by_kind.shape, dtype=np.int64)
        for kind in np.flatnonzero(per_kind):
            cells[:, kind] = whole(by_kind[:, kind], int(per_kind[kind]))
        filled = spread(np.arange(cells.size), cells.ravel())
        here = slice(int(first[county]), int(first[county]) + int(n))
        powertrain[here] = filled % width
        born[here] = year - filled // width
    return Stock(first, powertrain, born)


@compiled
def scrapped(
    key: np.uint64, hazard: Floats, year: int, first: int, last: int, powertrain: Bytes, born: Shorts, out: Ints
) -> int:
    """Rows of a block whose vehicle ends this year, into `out`; gives how many. One draw a row.

    Each row is written and counted only if it ends: what cannot be foreseen is no branch.
    """
    n = 0
    oldest = len(hazard) - 1
    for row in range(first, last):
        age = min(max(year - 1 - born[row], 0), oldest)
        out[n] = row
        n += (powertrain[row] != 0) & (uniform(key, row) < hazard[age])
    return n


@compiled
def buyers(gone: Ints, powertrain: Bytes, first: int, last: int, wanted: int, out: Ints) -> int:
    """Rows that buy, into `out`: those whose vehicle ended, evenly thinned when the stock shrinks, then free rows."""
    n = len(gone)
    if wanted < n:
        found = 0
        for i in range(n):
            if ((i + 1) * wanted) // n > (i * wanted) // n:
                out[found] = gone[i]
                found += 1
        return found
    out[:n] = gone
    found, row = n, first
    while found < wanted and row < last:
        if powertrain[row] == 0:
            out[found] = row
            found += 1
        row += 1
    return found


@compiled
def electric_at_home(first: Ints, powertrain: Bytes, key: np.uint64, parking: Floats) -> Floats:
    """(counties,) electric vehicles whose owner parks at home (`uniform(key, row) < parking`)."""
    found = np.zeros(len(parking))
    for county in range(len(parking)):
        share, cars = parking[county], 0
        for row in range(first[county], first[county + 1]):
            kind = powertrain[row]
            cars += ((kind == BEV) | (kind == PHEV)) & (uniform(key, row) < share)
        found[county] = cars
    return found

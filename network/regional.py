"""Adequacy of a regional system by sequential Monte Carlo: samples, batches, indices, and when to stop (MODEL_SPEC 7).

Sample n of a machine is a function of its key of luck and n: results are equal for any number of threads and any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.regional_arrays import SystemArrays, arrays_of
from dafeng.network.regional_dc import UNSOLVED, check_dc, dc_for, fill_dc, told_hours
from dafeng.network.regional_hour import desk_for
from dafeng.network.regional_indices import Years, indices_of
from dafeng.network.regional_response import calls_for
from dafeng.network.regional_sampling import drawn_for
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.regional_year import AMOUNTS, MW_STEPS, fill_many, fill_single, walk_for

CHUNK = 1000
"""Sample years done at a time: twenty batches of fifty."""
TARGET = 0.05
"""Coefficient of variation of the unserved energy at which sampling stops (MODEL_SPEC 7.4)."""
MOST_YEARS = 20_000


@dataclass(frozen=True)
class Assessment:
    """What a system's sample years say."""

    system: str
    sample_years: int
    converged: bool
    """The error of the unserved energy is at most the target share of it."""
    coefficient_of_variation: float
    indices: Mapping[str, Estimate]
    by_region: Mapping[str, Mapping[str, Estimate]]
    short_share: Floats
    """(steps,) share of sample years in which the step is short in any region."""
    gain: Mapping[str, float]
    """How many times as many plain sample years the control variate is worth, by index; empty without it."""
    hours: Mapping[str, int]
    """Sample steps by how they were treated (`regional_dc.HOURS`, and `all`); empty in the transport model."""
    pair_gain: float = 1.0
    """How many times as many plain sample years those in antithetic pairs are worth; 1 without pairs."""


@dataclass(frozen=True)
class Ways:
    """How sample years are drawn."""

    is_antithetic: bool = False
    """Years in pairs, each draw of the second the mirror image of the first's."""
    has_control: bool = False
    """The same outages in one node without stores and borders, whose exact indices are known, as control variate."""
    has_instants: bool = True
    """Whether events are also counted in continuous time, where that can be said: one region on its units alone."""
    threads: int = 1
    is_dc: bool = False
    """Whether flows between regions follow reactances in the hours that matter, or a transport model always."""


def assess(system: RegionalSystem, luck: Luck, *, sample_years: int = MOST_YEARS, target: float = 0.0,
           ways: Ways = Ways()) -> Assessment:
    """Indices from at most so many sample years; fewer when the target coefficient of variation is met before."""
    if ways.is_dc:
        check_dc(system)
    arrays, tally = arrays_of(system, luck), np.zeros(UNSOLVED + 1, np.int64)
    years = Years(system, ways.is_antithetic, ways.has_control, counts_instants(system, ways))
    done, is_enough = 0, False
    while done < sample_years and not is_enough:
        count = min(CHUNK * max(1, ways.threads), sample_years - done)
        for amount, short, treated in _chunks(system, arrays, done, count, ways, years.has_instants):
            years.add(amount, short)
            tally += treated
            done += len(amount)
            is_enough = target > 0.0 and years.variation() <= target
            if is_enough:
                break  # chunks of other threads beyond it are dropped: no result depends on their number
    found = indices_of(years)
    variation = years.variation()
    return Assessment(system.key, done, variation <= (target or TARGET), variation, found.total, found.by_region,
                      years.short_steps / done, found.gain,
                      told_hours(tally, done * system.steps) if ways.is_dc else {}, found.pair_gain)


def yearly_mwh(system: RegionalSystem, luck: Luck, sample_years: int, ways: Ways = Ways()) -> Floats:
    """(sample years,) unserved MWh of each, in all regions together."""
    arrays, most = arrays_of(system, luck), CHUNK * max(1, ways.threads)
    found, tally = [], np.zeros(UNSOLVED + 1, np.int64)
    for first in range(0, sample_years, most):
        for amount, _, treated in _chunks(system, arrays, first, min(most, sample_years - first), ways, False):
            found.append(amount[:, -1, MW_STEPS] * system.step_h)
            tally += treated
    told_hours(tally, sample_years * system.steps)
    return np.concatenate(found)


def counts_instants(system: RegionalSystem, ways: Ways) -> bool:
    """Whether events in continuous time are known: not where stores, response or borders balance hour by hour."""
    is_steady = not np.isfinite(system.varying.mttf_h).any()
    is_bare = len(system.regions) == 1 and not system.stores.keys and system.offers is None
    return ways.has_instants and is_steady and is_bare


Chunk = tuple[Floats, Ints, Ints]
"""What sample years amount to, in how many each step is short, and how steps were treated."""


def _chunks(system: RegionalSystem, arrays: SystemArrays, first: int, count: int, ways: Ways, has_instants: bool
            ) -> list[Chunk]:
    """Chunks of sample years, in their order whatever thread made them."""
    starts = range(first, first + count, CHUNK)

    def one(start: int) -> Chunk:
        return _chunk(system, arrays, start, min(CHUNK, first + count - start), ways, has_instants)

    if ways.threads <= 1 or len(starts) == 1:
        return [one(start) for start in starts]
    with ThreadPoolExecutor(ways.threads) as pool:
        return list(pool.map(one, starts))


def _chunk(system: RegionalSystem, arrays: SystemArrays, first: int, count: int, ways: Ways, has_instants: bool
           ) -> Chunk:
    regions, steps = arrays.margin_mw.shape
    amount, short = np.zeros((count, regions + 1, AMOUNTS)), np.zeros(steps, dtype=np.int64)
    drawn, walk, tally = drawn_for(arrays, has_instants), walk_for(arrays), np.zeros(UNSOLVED + 1, dtype=np.int64)
    way = (first, ways.is_antithetic, ways.has_control, drawn, walk)
    if arrays.is_single:
        fill_single(arrays, *way, amount, short)
        return amount, short, tally
    desk, calls = desk_for(arrays), calls_for(arrays.offers, regions)
    if ways.is_dc:
        fill_dc(arrays, *way, desk, calls, dc_for(system), amount, short, tally)
    else:
        fill_many(arrays, *way, desk, calls, amount, short)
    return amount, short, tally

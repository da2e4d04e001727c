"""From sample years to indices with their errors (MODEL_SPEC 7.3, 7.4)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.sampling import Machines

RULE_OF_THREE = 3.0
"""With no event in N years, fewer than 3/N events a year at 95 % confidence."""
TAIL = 0.05
"""CVaR95: the mean of the worst 5 % of sample years."""
COEFFICIENT_OF_VARIATION = 0.05
"""An index has converged when its error is at most this share of it (MODEL_SPEC 7.4)."""
DOUBLINGS, SECANTS = 14, 12
CLOSE = 0.05
"""A crossing is found when the logarithm of the ratio to the standard is below this: a fraction of its own error."""
BEYOND = 1.5
"""How far past the place where a crossing is expected the search for its other side steps."""
LEAST_STEP = 0.25
"""First step of the search for a crossing, in multiples of its scale."""


def mean_of(values: Floats, case: Ints, probability: Floats | None = None) -> Estimate:
    """Mean over sample years with its standard error, cases being strata.

    Each case seen weighs its probability, not how often it was drawn: a rare state that bears most of the shortage
    is drawn once or thrice in a hundred years. Without probabilities it weighs its share of the years.

    >>> mean_of(np.array([0.0, 0.0, 0.0, 8.0]), np.array([0, 0, 0, 1]), np.array([0.9, 0.1])).value
    0.8
    """
    if not values.any():
        return Estimate(0.0, 0.0)
    mean, variance, spread = 0.0, 0.0, float(np.var(values, ddof=1)) if len(values) > 1 else 0.0
    for one, weight in weights_of(np.bincount(case), probability).items():
        part = values[case == one]
        mean += weight * float(part.mean())
        variance += weight**2 * (float(np.var(part, ddof=1)) if len(part) > 1 else spread) / len(part)
    return Estimate(mean, float(np.sqrt(variance)))


def weights_of(count: Ints, probability: Floats | None = None) -> dict[int, float]:
    """Weight of each case that was drawn, in all 1: its probability, or its share of the (cases,) `count` of years."""
    seen = np.flatnonzero(count)
    level = count[seen] if probability is None else probability[seen]
    return dict(zip(seen.tolist(), (level / level.sum()).tolist(), strict=True))


def tail_mean(values: Floats) -> Estimate:
    """Mean of the worst 5 % of sample years, and its error by the influence function of the tail mean.

    >>> tail_mean(np.arange(100.0)).value
    97.0
    """
    start = float(np.quantile(values, 1.0 - TAIL, method="higher"))
    excess = np.maximum(values - start, 0.0) / TAIL
    error = float(excess.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    return Estimate(start + float(excess.mean()), error)


def bounded(estimate: Estimate, sample_years: int, of_one_event: float = 1.0) -> Estimate:
    """The estimate, or 0 with the rule-of-three bound as its error when no event was seen.

    `of_one_event` is what one long event would count (`long_event`): three outages of a week are no three hours.
    """
    if estimate.value > 0.0:
        return estimate
    return Estimate(0.0, RULE_OF_THREE / sample_years * of_one_event)


class LongEvent(NamedTuple):
    """What an event counts that lasts as long as the longest mean repair."""

    days: float
    hours: float
    mwh: float


def long_event(machines: Iterable[Machines], peak_mw: float, hours: float) -> LongEvent:
    """The long event of a system whose machines these are, at its peak load, within a year of so many hours.

    An outage of n hours touches (n + 23) / 24 days on average. The system holds but for one machine: what is cut is
    what it gives, for its own mean repair, or all load for an hour where that is more.

    >>> long_event([], 50.0, 8760.0)
    LongEvent(days=1.0, hours=1.0, mwh=50.0)
    """
    longest, mwh = 1.0, peak_mw
    for one in machines:
        repair_h = np.where(one.derated_rate > 0.0, np.maximum(one.mttr_h, one.derated_mttr_h), one.mttr_h)
        repair_h = np.minimum(np.where(np.isfinite(one.mttf_h), repair_h, 1.0), hours)
        longest = max(longest, float(repair_h.max(initial=1.0)))
        mwh = max(mwh, float((repair_h * np.minimum(one.mw, peak_mw)).max(initial=0.0)))
    return LongEvent((longest + DAY_H - 1.0) / DAY_H, longest, mwh)


def has_converged(energy: Estimate) -> bool:
    """Whether the unserved energy is known to 5 %; never when nothing was seen."""
    return energy.value > 0.0 and energy.se <= COEFFICIENT_OF_VARIATION * energy.value


def crossing(
    rising: Callable[[float], Estimate], standard: float, scale: float, floor: float, start: float = 0.0
) -> Estimate:
    """Where a rising, sampled function crosses a standard, with the error that its own error there makes.

    The search goes out from `start`; the function is taken to grow by about a factor e every `scale`; zeros count as
    `floor`. Infinite when the search does not come upon the standard.

    >>> round(crossing(lambda x: Estimate(np.exp(x), 0.1), 20.0, 2.0, 1e-3).value, 1)
    3.0
    """
    goal, seen = np.log(standard), dict[float, Estimate]()

    def height(at: float) -> float:
        seen[at] = rising(at)
        return float(np.log(max(seen[at].value, floor)) - goal)

    near, near_height = start, height(start)
    step = scale * max(abs(near_height), LEAST_STEP) * (-1.0 if near_height > 0.0 else 1.0)
    for _ in range(DOUBLINGS):
        far = near + step
        far_height = height(far)
        if far_height * near_height <= 0.0:
            break
        step = _further(step, near_height, far_height, np.log(floor) - goal, scale)
        near, near_height = far, far_height
    else:
        return Estimate(math.copysign(math.inf, step), 0.0)
    at, slope = _between(height, near, near_height, far, far_height)
    slope = min(slope, 1.0 / scale) if slope > 0.0 else slope  # across a jump the error is no smaller than elsewhere
    return Estimate(at, seen[at].se / (slope * standard))


def _further(step: float, near_height: float, far_height: float, lowest: float, scale: float) -> float:
    """The next step outwards: doubled, but not far beyond where the growth seen leads, once there is any."""
    if min(near_height, far_height) <= lowest:
        wanted = scale * abs(far_height) if far_height > lowest else np.inf
    else:
        growth = abs(far_height - near_height) / abs(step)
        wanted = abs(far_height) / growth if growth > 0.0 else np.inf
    return math.copysign(min(2.0 * abs(step), max(BEYOND * wanted, LEAST_STEP * scale)), step)


def _between(height: Callable[[float], float], near: float, near_height: float, far: float, far_height: float
             ) -> tuple[float, float]:
    """Where a height crosses zero between two ends of opposite sign, with the slope there: secants (Illinois)."""
    at, slope = near, (far_height - near_height) / (far - near)
    for _ in range(SECANTS):
        at = near + (far - near) * near_height / (near_height - far_height)
        at_height = height(at)
        if abs(at_height) < CLOSE:
            break
        if at_height * near_height > 0.0:
            slope = (far_height - at_height) / (far - at)
            near, near_height, far_height = at, at_height, 0.5 * far_height
        else:
            slope = (at_height - near_height) / (at - near)
            far, far_height, near_height = at, at_height, 0.5 * near_height
    return at, slope


def by_county(counties: tuple[str, ...], mwh: Floats, hours: Floats, case: Ints, probability: Floats
              ) -> Mapping[str, Mapping[str, Estimate]]:
    """Unserved energy and hours of each county."""
    return {
        county: {"eue_mwh": mean_of(mwh[:, row], case, probability),
                 "lolh_h": mean_of(hours[:, row], case, probability)}
        for row, county in enumerate(counties)
    }

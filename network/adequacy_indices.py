"""From sample years to indices with their errors (MODEL_SPEC 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_samples import ByCounty
from dafeng.network.sampling import Machines

RULE_OF_THREE = 3.0
"""With no event in N years, fewer than 3/N events a year at 95 % confidence."""
UPPER, NORMAL = 0.975, 1.96
"""The quantile that ends a 95 % interval, and how many errors of a normal estimate lie below it."""
TAIL = 0.05
"""CVaR95: the mean of the worst 5 % of sample years."""
COUNTED = 1e-6
"""What rounding may take of a whole number of years."""
COEFFICIENT_OF_VARIATION = 0.05
"""An index has converged when its error is at most this share of it (MODEL_SPEC 7.4)."""


def mean_of(values: Floats, case: Ints, probability: Floats | None = None) -> Estimate:
    """Mean over sample years with its standard error, cases being strata.

    Each case seen weighs its probability, not how often it was drawn: a rare state that bears most of the shortage
    is drawn once or thrice in a hundred years. Without probabilities it weighs its share of the years.

    >>> mean_of(np.array([0.0, 0.0, 0.0, 8.0]), np.array([0, 0, 0, 1]), np.array([0.9, 0.1])).value
    0.8
    """
    mean, variance, _ = _over_strata(values, case, probability)
    return Estimate(mean, float(np.sqrt(variance)))


def widened(values: Floats, case: Ints, probability: Floats | None = None) -> Estimate:
    """The same mean with an error of which 1.96 are the half of a 95 % interval, though years are few.

    Student's t with the degrees of freedom of Welch and Satterthwaite; a year that stands for its case counts as one.

    >>> widened(np.array([0.0, 2.0, 4.0]), np.zeros(3, np.int64)).se > 2.0 * mean_of(np.array([0.0, 2.0, 4.0]),
    ...     np.zeros(3, np.int64)).se
    True
    """
    mean, variance, doubt = _over_strata(values, case, probability)
    if not variance > 0.0:
        return Estimate(mean, 0.0)
    return Estimate(mean, float(np.sqrt(variance) * stdtrit(variance**2 / doubt, UPPER)) / NORMAL)


def widening(count: int) -> float:
    """How much wider than by a normal a 95 % interval is about a mean of so few alike: Student's t over 1.96.

    >>> [round(widening(count), 2) for count in (2, 3, 10, 100)]
    [6.48, 2.2, 1.15, 1.01]
    """
    return float(stdtrit(count - 1, UPPER)) / NORMAL


def _over_strata(values: Floats, case: Ints, probability: Floats | None) -> tuple[float, float, float]:
    """The mean, its variance, and the sum of the strata's squared variances over their degrees of freedom."""
    if not values.any():
        return 0.0, 0.0, 0.0
    mean, variance, doubt, spread = 0.0, 0.0, 0.0, float(np.var(values, ddof=1)) if len(values) > 1 else 0.0
    for one, weight in weights_of(np.bincount(case), probability).items():
        part = values[case == one]
        mean += weight * float(part.mean())
        of = weight**2 * (float(np.var(part, ddof=1)) if len(part) > 1 else spread) / len(part)
        variance += of
        doubt += of**2 / max(1, len(part) - 1)
    return mean, variance, doubt


def weights_of(count: Ints, probability: Floats | None = None) -> dict[int, float]:
    """Weight of each case that was drawn, in all 1: its probability, or its share of the (cases,) `count` of years."""
    seen = np.flatnonzero(count)
    level = count[seen] if probability is None else probability[seen]
    return dict(zip(seen.tolist(), (level / level.sum()).tolist(), strict=True))


def tail_mean(values: Floats, case: Ints | None = None, weight: Floats | None = None) -> Estimate:
    """Mean of the worst 5 % of sample years, and its error by the influence function of the tail mean.

    Years are alike, or have a (sample years,) weight, in all 1, the same for the years of a case. Of the error 1.96 are
    the half of a 95 % interval, by Student's t for the years that the tail holds; with fewer than two it is NaN.

    >>> tail_mean(np.arange(100.0)).value, tail_mean(np.arange(39.0)).se
    (97.0, nan)
    >>> tail_mean(np.array([0.0, 9.0, 9.0]), np.array([0, 1, 1]), np.array([0.98, 0.01, 0.01])).value
    3.6
    """
    if case is None or weight is None:
        start = float(np.quantile(values, 1.0 - TAIL, method="inverted_cdf"))
        excess = np.maximum(values - start, 0.0) / TAIL
        error = float(excess.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
        return Estimate(start + float(excess.mean()), _of_few(error, np.full(len(values), 1.0 / len(values))))
    order = np.argsort(values, kind="stable")
    at = min(int(np.searchsorted(np.cumsum(weight[order]), 1.0 - TAIL)), len(values) - 1)
    start = float(values[order[at]])
    share: Floats = np.bincount(case, weights=weight).astype(np.float64)
    over = mean_of(np.maximum(values - start, 0.0) / TAIL, case, share)
    return Estimate(start + over.value, _of_few(over.se, weight[order]))


def _of_few(error: float, weight: Floats) -> float:
    """The error of a tail mean, widened for the few years that it rests on; NaN with fewer than two.

    Years of these weights, in all 1, stand from the best to the worst; unlike ones count as Kish's number of like ones.
    """
    worse = np.cumsum(weight[::-1])
    part = np.clip(TAIL - (worse - weight[::-1]), 0.0, weight[::-1])
    count = int(float(part.sum()) ** 2 / float((part**2).sum()) + COUNTED)
    return error * widening(count) if count > 1 else float("nan")


def tail_over(energies: Sequence[Floats], weights: Sequence[Floats], eue: Estimate) -> Estimate:
    """Mean of the worst 5 % of the sample years of several weather years, which weigh alike; error between these.

    It is not the mean of their tails: the worst years may all be of one weather. Of the error 1.96 are the half of a
    95 % interval, by Student's t.

    >>> hot, mild = np.full(100, 20.0), np.zeros(100)
    >>> tail_over([hot, *[mild] * 9], [np.full(100, 0.01)] * 10, Estimate(2.0, 2.0)).value
    20.0
    """
    values, weight = np.concatenate(energies), np.concatenate(weights) / len(energies)
    order = np.argsort(values, kind="stable")
    at = min(int(np.searchsorted(np.cumsum(weight[order]), 1.0 - TAIL)), len(values) - 1)
    start = float(values[order[at]])
    over = [float(np.maximum(energy - start, 0.0) @ of) / TAIL for energy, of in zip(energies, weights, strict=True)]
    error = widening(len(over)) * float(np.std(over, ddof=1) / np.sqrt(len(over)))
    return tail_bounded(Estimate(start + float(np.mean(over)), error), eue)


def tail_bounded(tail: Estimate, eue: Estimate) -> Estimate:
    """The tail mean, or 0 with its bound where nothing was seen: all of the bound of EUE falls into the tail.

    >>> tail_bounded(Estimate(0.0, 0.0), Estimate(0.0, 5.0)).se
    100.0
    """
    return tail if eue.value > 0.0 else Estimate(0.0, eue.se / TAIL)


def bounded(estimate: Estimate, sample_years: float, of_one_event: float = 1.0) -> Estimate:
    """The estimate, or 0 with the rule-of-three bound as its error when no event was seen.

    `of_one_event` is what one long event would count (`long_event`): three outages of a week are no three hours.
    """
    if estimate.value > 0.0:
        return estimate
    return Estimate(0.0, RULE_OF_THREE / sample_years * of_one_event)


LONGEST_H = 730.0
"""No event is taken to last longer: load falls with the season, whatever is out for a year."""


class LongEvent(NamedTuple):
    """What an event counts that lasts as long as the longest mean repair, a month at most."""

    days: float
    hours: float
    mwh: float


def long_event(machines: Iterable[Machines], peak_mw: float, hours: float) -> LongEvent:
    """The long event of a system whose machines these are, at its peak load, within a year of so many hours.

    An outage of n hours touches (n + 23) / 24 days on average. The system holds but for one machine: what is cut is
    what it gives, for its own mean repair, or all load for an hour where that is more. None lasts beyond a month.

    >>> long_event([], 50.0, 8760.0)
    LongEvent(days=1.0, hours=1.0, mwh=50.0)
    """
    longest, mwh = 1.0, peak_mw
    for one in machines:
        repair_h = np.where(one.derated_rate > 0.0, np.maximum(one.mttr_h, one.derated_mttr_h), one.mttr_h)
        repair_h = np.minimum(np.where(np.isfinite(one.mttf_h), repair_h, 1.0), min(hours, LONGEST_H))
        longest = max(longest, float(repair_h.max(initial=1.0)))
        mwh = max(mwh, float((repair_h * np.minimum(one.mw, peak_mw)).max(initial=0.0)))
    return LongEvent((longest + DAY_H - 1.0) / DAY_H, longest, mwh)


def has_converged(energy: Estimate) -> bool:
    """Whether the unserved energy is known to 5 %; never when nothing was seen."""
    return energy.value > 0.0 and energy.se <= COEFFICIENT_OF_VARIATION * energy.value


def by_county(counties: tuple[str, ...], of: ByCounty, case: Ints, probability: Floats, telling: float,
              events: Sequence[LongEvent]) -> Mapping[str, Mapping[str, Estimate]]:
    """Unserved energy and hours of each county, hours out and interruptions of its average customer, or their bounds.

    The bounds are by the county's own long event, in which every customer is out from its begin to its end.
    """
    return {
        county: {name: bounded(mean_of(values[:, row], case, probability), telling, of_one_event)
                 for name, values, of_one_event in (
                     ("eue_mwh", of.mwh, events[row].mwh), ("lolh_h", of.hours, events[row].hours),
                     ("out_h", of.out_h, events[row].hours), ("times", of.times, 1.0))}
        for row, county in enumerate(counties)
    }

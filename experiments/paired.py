"""Differences between bundles that share their chance: mean, interval, agreement of signs."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, nan, sqrt

import numpy as np

from dafeng.configs.units import Floats

CONFIDENCE = 0.95
ROUNDING = 1e-9
"""Differences below this share of their level come from the order of sums, not from a policy."""


@dataclass(frozen=True)
class Interval:
    """A mean over replications with its 95 % interval; without spread or sampling error the interval is NaN."""

    mean: float
    half: float
    same_sign: float
    """Share of replications whose value has the sign of the mean."""
    n: int
    bound: float = nan
    """Upper bound of a mean that is zero, or of either sign of a difference, because nothing was seen in a sample."""

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half


def interval(values: Floats, sampling_se: float = 0.0) -> Interval:
    """Mean and Student interval of replications; with one of them, the normal interval of its own sampling error.

    Several replications differ by their sampling error too, so their spread already holds it.

    >>> found = interval(np.array([-1.0, -2.0, -3.0]))
    >>> found.mean, round(found.half, 3), found.same_sign, found.n
    (-2.0, 2.484, 1.0, 3)
    """
    known = values[np.isfinite(values)]
    if known.size == 0:
        return Interval(nan, nan, nan, 0)
    mean = float(known.mean())
    same = float((np.sign(known) == np.sign(mean)).mean())
    if known.size > 1:
        half = student(known.size - 1) * float(known.std(ddof=1)) / sqrt(known.size)
    else:
        half = student(10**9) * sampling_se if sampling_se > 0 else nan
    return Interval(mean, half, same, known.size)


def paired(ours: Floats, theirs: Floats, our_se: float = 0.0, their_se: float = 0.0) -> Interval:
    """The difference of values that stand pair by pair: same replication, same chance.

    >>> paired(np.array([14.0]), np.array([14.0]), 20.0, 20.0).half
    nan
    >>> paired(np.array([9.0, 8.0]), np.array([10.0, 10.0])).mean
    -1.5
    """
    difference = ours - theirs
    noise = ROUNDING * np.maximum(np.abs(ours), np.abs(theirs))
    difference = np.where(np.abs(difference) <= noise, 0.0, difference)
    # equal values on the same draws differ by no sampling error
    return interval(difference, hypot(our_se, their_se) if difference.any() else 0.0)


def is_rounding(mean: float, half: float, level: float) -> bool:
    """Whether a difference and its interval lie below what the order of sums makes of the level.

    >>> is_rounding(3e-10, float("nan"), 5.0), is_rounding(0.0, 0.1, 5.0), is_rounding(0.0, float("nan"), 0.0)
    (True, False, True)
    """
    noise = ROUNDING * abs(level)
    return abs(mean) <= noise and not half > noise


def ratio(tops: Floats, bottoms: Floats) -> Interval:
    """Ratio of two mean differences with its jackknife interval; NaN where the bottom is not clear of zero.

    >>> ratio(np.array([1.0, 1.0, 1.0]), np.array([2.0, 2.0, 2.0])).mean
    0.5
    """
    below = interval(bottoms)
    if below.n == 0 or below.mean == 0.0 or abs(below.mean) <= below.half:
        return Interval(nan, nan, nan, below.n)
    whole, n = float(tops.mean() / bottoms.mean()), below.n
    if n < 3:
        return Interval(whole, nan, 1.0, n)
    left_out = (tops.sum() - tops) / (bottoms.sum() - bottoms)
    spread = sqrt((n - 1) / n * float(((left_out - left_out.mean()) ** 2).sum()))
    return Interval(whole, student(n - 1) * spread, float((np.sign(left_out) == np.sign(whole)).mean()), n)


def student(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's t.

    >>> round(student(3), 3)
    3.182
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))

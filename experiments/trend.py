"""Whether a short series rises or falls: the Mann-Kendall test, and Sen's slope (MODEL_SPEC 8.11).

Mann 1945 and Kendall 1975; exact for up to eight values, else normal with Hamed and Rao's correction of 1998. A trend
that begins at a maximum chosen from the data has a distribution of its own, see `since_maximum`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from dafeng.configs.units import Floats

EXACT_UP_TO = 8
ROUNDING = 1e-9
CLEAR = 1.959963984540054
"""Autocorrelations count when they are clear at 5 %: beyond this over the root of n."""


@dataclass(frozen=True)
class Trend:
    """S, its variance (autocorrelation corrected), the two-sided p, and Sen's slope a step over the mean."""

    s: int
    variance: float
    p: float
    slope: float
    n: int


def mann_kendall(values: Floats) -> Trend:
    """The trend of (n,) values at equal steps; fewer than two have none and p is 1.

    >>> mann_kendall(np.array([5.0, 4.0, 3.0, 2.0, 1.0])).s
    -10
    >>> round(mann_kendall(np.array([5.0, 4.0, 3.0, 2.0, 1.0])).p, 4)
    0.0167
    """
    n, s = len(values), statistic(values)
    if n <= EXACT_UP_TO:
        return Trend(s, variance(values), exact_p(values, s), sen_slope(values), n)
    spread = variance(values) * correction(values)
    z = max(abs(s) - 1.0, 0.0) / sqrt(spread) if spread > 0.0 else 0.0
    return Trend(s, spread, erfc(z / sqrt(2.0)), sen_slope(values), n)


def since_maximum(values: Floats) -> Trend:
    """The trend of (n,) values that begin at their maximum, chosen because it is the maximum.

    Where order is chance and the first value is the highest, all n - 1 pairs with it fall, whatever the rest does, and
    the rest is in any order with equal chance. So S is the rest's S less n - 1, and as rare as the rest's own S is
    among all orders of n - 1 values: the test is that of the rest. Its slope is told as well, since the step down from
    a maximum of noise is no trend.

    >>> since_maximum(np.array([6.0, 5.0, 4.0, 3.0, 2.0, 1.0])).s, mann_kendall(np.array([5.0, 4.0, 3.0, 2.0, 1.0])).s
    (-10, -10)
    """
    return mann_kendall(values[1:])


def statistic(values: Floats) -> int:
    """S: pairs that rise less pairs that fall."""
    later, earlier = np.tril_indices(len(values), -1)
    return int(np.sign(values[later] - values[earlier]).sum())


def variance(values: Floats) -> float:
    """Variance of S where order is chance: n(n-1)(2n+5)/18, less the same of every group of equal values.

    >>> variance(np.array([1.0, 2.0, 3.0, 4.0])), variance(np.array([1.0, 1.0, 2.0, 3.0]))
    (8.666666666666666, 7.666666666666667)
    """
    groups = np.unique(values, return_counts=True)[1]
    return float(_weight(len(values)) - sum(_weight(int(count)) for count in groups)) / 18.0


def _weight(n: int) -> int:
    return n * (n - 1) * (2 * n + 5)


def exact_p(values: Floats, s: int) -> float:
    """Chance of an |S| as large among all orders of the values, ties included.

    S is the number of untied pairs less twice the inversions, and the inversions of orders of a multiset are counted
    by the q-multinomial coefficient.
    """
    groups = np.unique(values, return_counts=True)[1].tolist()
    ways, pairs = _inversions(groups), _pairs(len(values)) - sum(map(_pairs, groups))
    found = np.abs(pairs - 2 * np.arange(len(ways)))
    return float(ways[found >= abs(s)].sum() / ways.sum())


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def _inversions(groups: list[int]) -> Floats:
    """Orders of a multiset by their number of inversions: [n]! / product of [t]! in q."""
    whole = _factorial(sum(groups))
    for count in groups:
        whole = np.rint(np.polydiv(whole, _factorial(count))[0])
    return np.asarray(whole)


def _factorial(n: int) -> Floats:
    """Coefficients of [n]! in q: the product of 1 + q + … + q^(k-1)."""
    found = np.ones(1)
    for k in range(2, n + 1):
        found = np.convolve(found, np.ones(k))
    return found


def sen_slope(values: Floats) -> float:
    """Median of the slopes of all pairs, over the mean of the values.

    >>> sen_slope(np.array([12.0, 11.0, 10.0, 9.0, 8.0]))
    -0.1
    """
    later, earlier = np.tril_indices(len(values), -1)
    if not len(later) or not values.mean():
        return 0.0
    return float(np.median((values[later] - values[earlier]) / (later - earlier)) / values.mean())


def correction(values: Floats) -> float:
    """By what autocorrelation widens the variance of S (Hamed and Rao 1998), on ranks of the values less their trend.

    Below one it would make a trend clearer than its years allow; it is then left out.
    """
    n = len(values)
    flat = values - sen_slope(values) * values.mean() * np.arange(n)
    if float(np.ptp(flat)) <= ROUNDING * float(np.abs(values).max()):
        return 1.0  # a straight line: what is left is rounding
    ranks = np.searchsorted(np.sort(flat), flat, side="left") + np.searchsorted(np.sort(flat), flat, side="right")
    centred = ranks - ranks.mean()
    power = float(centred @ centred)
    if power == 0.0:
        return 1.0
    lags = np.arange(1, n)
    rho = np.array([float(centred[lag:] @ centred[:-lag]) / power for lag in lags])
    counted = np.where(np.abs(rho) > CLEAR / sqrt(n), rho, 0.0)
    weight = (n - lags) * (n - lags - 1) * (n - lags - 2)
    return max(1.0, 1.0 + 2.0 * float(weight @ counted) / (n * (n - 1) * (n - 2)))

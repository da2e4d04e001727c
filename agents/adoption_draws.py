"""Chance of the many: the draw of a row is a function of a key and the row, whatever else happens.

`luck.key(purpose, whose, year)` gives the key; SplitMix64 (Steele, Lea and Flood 2014) mixes it with the row. Row i has
the same draw under every policy, in any order, and 1.6 million of them cost about 5 ms.
"""

from __future__ import annotations

import math

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled, inlined

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
ONE = np.uint64(1)
SHIFT_A, SHIFT_B, SHIFT_C, SHIFT_TOP = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
STEP = 2.0**-53
HALF_STEP = 2.0**-54
LOWER_TAIL = 0.02425
"""Where Acklam's approximation of the normal quantile changes its form."""

POPULATION = Luck(0)
"""Facts of the synthetic population (who parks at home, whose roof is whose) are the same in every replication."""


@compiled
def uniform(key: np.uint64, row: int) -> float:
    """The draw of a row, strictly between 0 and 1."""
    z = key + (np.uint64(row) + ONE) * GOLDEN
    z = (z ^ (z >> SHIFT_A)) * FIRST
    z = (z ^ (z >> SHIFT_B)) * SECOND
    z = z ^ (z >> SHIFT_C)
    return float(z >> SHIFT_TOP) * STEP + HALF_STEP


@compiled
def uniforms(key: np.uint64, rows: Ints) -> Floats:
    """The draws of several rows."""
    drawn = np.empty(len(rows))
    for i in range(len(rows)):
        drawn[i] = uniform(key, rows[i])
    return drawn


@inlined
def normal_quantile(p: float) -> float:
    """The standard normal value below which a share p lies (Acklam's rational approximation, relative error 1.2e-9)."""
    if p < LOWER_TAIL:
        return _tail(math.sqrt(-2.0 * math.log(p)))
    if p > 1.0 - LOWER_TAIL:
        return -_tail(math.sqrt(-2.0 * math.log(1.0 - p)))
    q = p - 0.5
    r = q * q
    top = -3.969683028665376e01 * r + 2.209460984245205e02
    top = (top * r - 2.759285104469687e02) * r + 1.383577518672690e02
    top = (top * r - 3.066479806614716e01) * r + 2.506628277459239e00
    low = -5.447609879822406e01 * r + 1.615858368580409e02
    low = (low * r - 1.556989798598866e02) * r + 6.680131188771972e01
    low = (low * r - 1.328068155288572e01) * r + 1.0
    return top * q / low


@compiled
def _tail(q: float) -> float:
    top = -7.784894002430293e-03 * q - 3.223964580411365e-01
    top = (top * q - 2.400758277161838e00) * q - 2.549732539343734e00
    top = (top * q + 4.374664141464968e00) * q + 2.938163982698783e00
    low = 7.784695709041462e-03 * q + 3.224671290700398e-01
    low = (low * q + 2.445134137142996e00) * q + 3.754408661907416e00
    return top / (low * q + 1.0)


def logit(share: float) -> float:
    """Log-odds of a share.

    >>> logit(0.5)
    0.0
    """
    return math.log(share / (1.0 - share))


@compiled
def logistic(x: float) -> float:
    """The share with these log-odds."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    return 1.0 - 1.0 / (1.0 + math.exp(x))


def spread(values: Ints, counts: Ints) -> Ints:
    """Each value as often as its count, scattered evenly over the rows by a golden stride; no chance.

    >>> spread(np.array([1, 2]), np.array([2, 2])).tolist()
    [1, 2, 2, 1]
    """
    listed: Ints = np.repeat(values, counts)
    n = len(listed)
    if n == 0:
        return listed
    stride = max(1, round(n * 0.6180339887498949))
    while math.gcd(stride, n) > 1:
        stride += 1
    scattered: Ints = listed[(np.arange(n) * stride) % n]
    return scattered


def whole(shares: Floats, total: int) -> Ints:
    """Whole numbers in proportion to shares that add up to the total (largest remainders).

    >>> whole(np.array([1.0, 1.0, 1.0]), 10).tolist()
    [4, 3, 3]
    """
    exact = shares / shares.sum() * total
    counts: Ints = np.asarray(np.floor(exact), dtype=np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts

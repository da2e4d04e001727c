"""What output an hour of a month can have: beta distributions as quantile tables over a normal score.

A beta distribution on [0, top] has the mean and standard deviation of the month and hour; for wind the top is where
the beta distributions reproduce the measured 5th and 95th percentiles best (wakes and scattered sites keep a whole
province from reaching 1). A single place has the same mean and a larger spread, as far as the mean leaves room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import betaincinv, ndtr

from dafeng.configs.schema import Row
from dafeng.configs.units import Floats

SCORE_LIMIT = 4.0
"""Scores beyond +-4 take the outermost quantile: one hour in 16,000."""
SCORES = np.linspace(-SCORE_LIMIT, SCORE_LIMIT, 65)
ROOM = 0.9
"""Largest share of the variance that a bounded variable with a given mean can have."""
_TOPS = np.linspace(1.0, 0.8, 21)


def quantiles(mean: Floats, sd: Floats, top: float = 1.0) -> Floats:
    """(..., 65) quantiles at SCORES of beta distributions on [0, top]; zeros where the mean is zero.

    >>> middle = quantiles(np.array([0.5]), np.array([0.1]))[0, 32]
    >>> round(float(middle), 3)
    0.5
    """
    share = mean / top
    safe = np.where(share > 0, share, 0.5)
    variance = np.minimum((sd / top) ** 2, ROOM * safe * (1 - safe))
    variance = np.where(variance > 0, variance, 1e-9)
    size = safe * (1 - safe) / variance - 1
    table = top * betaincinv((safe * size)[..., None], ((1 - safe) * size)[..., None], ndtr(SCORES))
    filled: Floats = np.where((share > 0)[..., None], table, 0.0)
    return np.ascontiguousarray(filled)


def best_top(moments: Sequence[Row]) -> float:
    """The upper end of the beta distributions that fits the monthly 5th and 95th percentiles best."""
    mean, sd = (np.array([row[name] for row in moments], dtype=np.float64) for name in ("mean", "sd_all"))
    seen = np.array([[row["p05"], row["p95"]] for row in moments], dtype=np.float64)
    tops = [top for top in _TOPS.tolist() if top > float(mean.max())]
    misses = [float(((_tails(mean, sd, top) - seen) ** 2).sum()) for top in tops]
    return float(tops[int(np.argmin(misses))])


def margins(profile: Floats, moments: Sequence[Row], place_sd_ratio: float, is_wind: bool) -> Floats:
    """(2, 12, 24, 65) quantiles of the province and of one place, from (2, 12, 24) mean and standard deviation."""
    top = best_top(moments) if is_wind else 1.0
    mean, sd = profile
    return np.stack([quantiles(mean, ratio * sd, top) for ratio in (1.0, place_sd_ratio)])


def linearity(table: Floats) -> Floats:
    """(12,) correlation between output and its normal score, pooled over the hours of a month.

    A correlation between two outputs is that of their scores times the linearity of both, to first order.
    """
    weight = np.exp(-(SCORES**2) / 2)
    weight = weight / weight.sum()
    mean = table @ weight
    sd = np.sqrt(np.maximum(table**2 @ weight - mean**2, 0.0))
    along = table @ (weight * SCORES)
    found: Floats = along.sum(axis=1) / np.maximum(sd.sum(axis=1), 1e-12)
    return found


def of_variable(rows: Sequence[Row], variable: str) -> tuple[Row, ...]:
    """The twelve rows of one variable, January first."""
    chosen: Mapping[int, Row] = {int(row["month"]): row for row in rows if row["variable"] == variable}
    return tuple(chosen[month] for month in sorted(chosen))


def _tails(mean: Floats, sd: Floats, top: float) -> Floats:
    share = mean / top
    size = share * (1 - share) / np.minimum((sd / top) ** 2, ROOM * share * (1 - share)) - 1
    tails = top * betaincinv((share * size)[:, None], ((1 - share) * size)[:, None], np.array([0.05, 0.95]))
    return np.asarray(tails, dtype=np.float64)

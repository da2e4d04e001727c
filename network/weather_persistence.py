"""How long weather lasts: from measured moments to the persistence of an hourly process.

Each variable is a Gaussian process in normal space, x_h = slow x_{h-1} + shock, z_h = fast z_{h-1} + gain x_h: two
AR(1) filters in a row. The second makes neighbouring hours alike, as wind fields are, while days may forget quickly;
with fast = 0 it is a plain AR(1). The measured series is a sum of hours with unequal spread (night sun has none), so
daily means are weighted by the spread of each hour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import DAY_H, Floats, Ints

_SLOW = 1.0 - np.geomspace(0.2, 2e-3, 60)
"""Hourly persistences tried: decorrelation from 5 hours to 20 days."""
_FAST = np.concatenate([[0.0], 1.0 - np.geomspace(0.8, 0.02, 40)])
_HOURS = np.arange(DAY_H)
_SAME_DAY = np.abs(np.subtract.outer(_HOURS, _HOURS))
_NEXT_DAY = DAY_H + np.subtract.outer(_HOURS, _HOURS)
_MEMORY_H = 40 * DAY_H
HOUR_WEIGHT = 4.0
"""An error in the correlation of neighbouring hours counts as this many in that of days: it is closer to 1."""


@dataclass(frozen=True)
class Persistence:
    """Persistence of one variable and month: of its two filters, from hour to hour."""

    slow: float
    fast: float = 0.0

    def autocorrelation(self, lags: Ints) -> Floats:
        """At lags in hours."""
        return _autocorrelation(np.array(self.slow), np.array(self.fast), lags)

    def daily_spread(self, spread: Floats) -> float:
        """Standard deviation of daily means for hours of a given standard deviation (24,)."""
        return float(np.sqrt(self._pooled(_SAME_DAY, spread))) / DAY_H

    def daily_autocorrelation(self, spread: Floats, lag_d: int = 1) -> float:
        """Autocorrelation of daily means at a lag of days."""
        return self._pooled(_NEXT_DAY + (lag_d - 1) * DAY_H, spread) / self._pooled(_SAME_DAY, spread)

    def memory(self, spread: Floats) -> Floats:
        """What one shock leaves in a day's mean, by the hours from the shock to the day, -23 at first."""
        age = np.arange(_MEMORY_H)
        left = (self.slow ** (age + 1) - self.fast ** (age + 1)) / (self.slow - self.fast)
        daily: Floats = np.convolve(left, spread[::-1])
        return daily

    def _pooled(self, lags: Ints, spread: Floats) -> float:
        """Sum over pairs of hours of spread x spread x autocorrelation."""
        return float((np.outer(spread, spread) * self.autocorrelation(lags)).sum())


def persistence(
    spread: Floats, daily_sd: float, daily_autocorrelation: float, hourly_autocorrelation: float
) -> Persistence:
    """Two filters that come closest to the measured spread and autocorrelation of days and that of hours.

    What never varies (a profile of zeros) is given the shortest memory.

    >>> wind = persistence(np.ones(24), 0.9, 0.6, 0.985)
    >>> round(wind.daily_autocorrelation(np.ones(24)), 1), round(wind.daily_spread(np.ones(24)), 1)
    (0.6, 0.9)
    """
    if not spread.any():
        return Persistence(float(_SLOW[0]))
    slow, fast = (grid.ravel() for grid in np.meshgrid(_SLOW, _FAST, indexing="ij"))
    ordered = fast < slow
    slow, fast = slow[ordered, None], fast[ordered, None]
    now, later = (_pooled(slow, fast, lags, spread) for lags in (_SAME_DAY, _NEXT_DAY))
    neighbours = float((spread * np.roll(spread, 1)).sum() / (spread**2).sum())
    next_hour = neighbours * _autocorrelation(slow, fast, np.ones(1))[:, 0]
    miss = (later / now - daily_autocorrelation) ** 2
    miss += (np.sqrt(now) / DAY_H / daily_sd - 1) ** 2
    miss += (HOUR_WEIGHT * (next_hour - hourly_autocorrelation)) ** 2
    best = int(miss.argmin())
    return Persistence(float(slow[best, 0]), float(fast[best, 0]))


def steady(daily_autocorrelation: float) -> Persistence:
    """The AR(1) whose daily means, all hours alike, have an autocorrelation.

    >>> round(steady(0.78).daily_autocorrelation(np.ones(24)), 2)
    0.78
    """
    flat = np.ones(DAY_H)
    made = [Persistence(slow).daily_autocorrelation(flat) for slow in _SLOW.tolist()]
    return Persistence(float(np.interp(daily_autocorrelation, made, _SLOW)))


def unbiased(autocorrelation: float, days: int) -> float:
    """A lag-1 autocorrelation as it would come out of a long series, from one month of days (Kendall 1954).

    >>> round(unbiased(0.57, 31), 2)
    0.67
    """
    return (autocorrelation + 1 / days) / (1 - 3 / days)


def _autocorrelation(slow: Floats, fast: Floats, lags: Floats | Ints) -> Floats:
    """Of the two filters in a row, at lags in hours; slow and fast differ."""
    top = (1 - fast**2) * slow ** (lags + 1) - (1 - slow**2) * fast ** (lags + 1)
    found: Floats = top / ((slow - fast) * (1 + slow * fast))
    return found


def _pooled(slow: Floats, fast: Floats, lags: Ints, spread: Floats) -> Floats:
    """Sum over pairs of hours of spread x spread x autocorrelation, for each pair of filters."""
    weight = np.bincount(lags.ravel(), weights=np.outer(spread, spread).ravel())
    found: Floats = _autocorrelation(slow, fast, np.arange(len(weight))[None, :]) @ weight
    return found

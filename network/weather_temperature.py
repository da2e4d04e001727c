"""The temperature of a normal year, its spread, and what load makes of it (MODEL_SPEC 5.3).

Daily means swing around a smooth yearly course as a persistent Gaussian process. In a hot spell (starts at random in
May to September, geometric length) they stand at least a fixed anomaly above it; the course and the spread of the
Gaussian part are lowered by what spells contribute, so that the mean and the standard deviation of the climatology
hold with spells in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.schema import City, Row
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, Floats
from dafeng.network.calendar import days
from dafeng.network.weather_once import once
from dafeng.network.weather_persistence import Persistence, steady

MONTH_OF_DAY = days(2021).month
"""(365,) the same in every year, 29 February being dropped."""
IS_SUMMER = (MONTH_OF_DAY >= 5) & (MONTH_OF_DAY <= 9)
"""May to September: the season of hot spells and of the hot state of the province."""
LAGS = 3
"""Days that count for the weighted temperature: today and the two before."""
RECORD_SCORE = 3.3
"""Normal score of a monthly record: a day in two thousand, once in 65 Januaries."""
MOST_BEND = 0.12
"""Up to here warm days stay warmer than less warm ones for scores up to 4."""
QUADRATURE = 61
"""Points of the Gauss-Hermite rule for expectations of a normal year."""
_FLAT = np.ones(DAY_H)


@dataclass(frozen=True)
class Climatology:
    """A normal year's temperature by day, without warming."""

    mean_c: Floats
    """(365,) mean of daily means, spells included."""
    range_c: Floats
    """(365,) warmest less coldest hour."""
    base_c: Floats
    """(365,) mean on days without a spell."""
    daily_sd_c: Floats
    """(365,) spread of daily means without spells."""
    hourly_sd_c: Floats
    """(365,) spread of the hourly process that gives it."""
    bend: Floats
    """(365,) how much cold days stand out more than warm ones, see `bent`."""
    persistence: tuple[Persistence, ...]
    """By month."""
    spell_start: float
    """Chance that a spell starts on a day of summer."""
    spell_stop: float
    """Chance that a spell ends with a day."""
    spell_c: float
    spell_share: Floats
    """(365,) chance to be within a spell."""


@once
def climatology(city: City) -> Climatology:
    """The climatology of a city from its monthly means, spreads and hot spells."""
    rows = sorted(city.profiles.temperature, key=lambda row: float(row["month"]))
    mean, sd, swing = (smooth(monthly(rows, name)) for name in ("mean_c", "sd_daily_mean_c", "diurnal_range_c"))
    start = city.value("temperature.heat_spell_rate") / float(IS_SUMMER.sum())
    stop = 1 / city.value("temperature.heat_spell_days")
    anomaly = city.value("temperature.heat_spell_anomaly")
    share = spell_share(start, stop)
    variance = sd**2 / (1 - share) - share * anomaly**2
    if (variance <= 0).any():
        says = f"is {anomaly:g} K; hot spells alone would spread daily means more than the climatology does"
        raise InputError([Problem(Place(f"city {city.key}", 0, "temperature.heat_spell_anomaly"), says)])
    lasting = tuple(steady(float(row["autocorr_daily"])) for row in rows)
    gain = np.array([one.daily_spread(_FLAT) for one in lasting])[MONTH_OF_DAY - 1]
    daily = np.sqrt(variance)
    base = mean - share * anomaly
    highest = (smooth(monthly(rows, "record_max_c")) - swing / 2 - base) / daily
    return Climatology(mean, swing, base, daily, daily / gain, bend(highest), lasting, start, stop, anomaly, share)


def bend(highest: Floats) -> Floats:
    """The bend that lets a daily anomaly reach `highest` (in standard deviations) at the record score, 0 or more.

    >>> c = bend(np.array([2.6]))
    >>> bool(abs(bent(np.array([RECORD_SCORE]), c)[0] - 2.6) < 1e-3)
    True
    """
    tried = np.linspace(0.0, MOST_BEND, 1001)
    reached = bent(np.full_like(tried, RECORD_SCORE), tried)
    found: Floats = np.interp(-highest, -reached, tried)
    return found


def bent(score: Floats, bend: Floats) -> Floats:
    """A normal score with a longer cold than warm tail, of mean 0 and variance 1."""
    found: Floats = (score - bend * (score**2 - 1)) / np.sqrt(1 + 2 * bend**2)
    return found


def monthly(rows: Sequence[Row], name: str) -> Floats:
    """(12,) one column of monthly rows."""
    return np.array([row[name] for row in rows], dtype=np.float64)


def smooth(values: Floats) -> Floats:
    """(365,) a course through the year, linear between mid-months, whose monthly means are the given ones.

    >>> course = smooth(np.arange(12.0))
    >>> bool(abs(course[:31].mean() - 0.0) < 1e-9)
    True
    """
    middle = np.array([np.flatnonzero(month == MONTH_OF_DAY).mean() for month in range(1, 13)])
    around = np.concatenate([[middle[-1] - DAYS_A_YEAR], middle, [middle[0] + DAYS_A_YEAR]])
    knots = np.eye(12)[np.arange(-1, 13) % 12]
    course = np.column_stack([np.interp(np.arange(DAYS_A_YEAR), around, knots[:, month]) for month in range(12)])
    means = np.stack([course[month == MONTH_OF_DAY].mean(axis=0) for month in range(1, 13)])
    found: Floats = course @ np.linalg.solve(means, values)
    return found


def spell_share(start: float, stop: float) -> Floats:
    """(365,) chance that a day lies in a spell, if spells start with a given chance on summer days."""
    free = np.ones(DAYS_A_YEAR)
    alive = 1.0
    for age in range(DAYS_A_YEAR):
        started = np.zeros(DAYS_A_YEAR)
        started[age:] = start * alive * IS_SUMMER[: DAYS_A_YEAR - age]
        free *= 1 - started
        alive *= 1 - stop
        if alive < 1e-6:
            break
    found: Floats = 1 - free
    return found


def spells(climate: Climatology, starts: Floats, lengths: Floats) -> Floats:
    """(365,) 1 on days of hot spells, from one uniform a day for the start and one for the length."""
    hot = np.zeros(DAYS_A_YEAR)
    for day in np.flatnonzero(IS_SUMMER & (starts < climate.spell_start)).tolist():
        length = 1 + int(np.log(1 - lengths[day]) / np.log(1 - climate.spell_stop))
        hot[day : day + length] = 1.0
    return hot


def lag_weights(city: City) -> Floats:
    """(3,) weights of today, yesterday and the day before in the temperature that load feels."""
    return np.array([city.value(f"load_temperature.lag_weight_{lag}") for lag in range(LAGS)])


def weighted_daily(daily_c: Floats, weights: Floats) -> Floats:
    """(n - 2,) weighted daily temperature from (n,) daily means that begin two days earlier.

    >>> weighted_daily(np.array([20.0, 20.0, 30.0]), np.array([0.6, 0.3, 0.1])).round(6)
    array([26.])
    """
    found: Floats = np.convolve(daily_c, weights, mode="valid")
    return found


def normal_expectation(city: City, of: Callable[[Floats], Floats]) -> Floats:
    """(365,) expectation in a normal year of a function of the weighted temperature, (365, n) in, (365, n) out.

    By Gauss-Hermite quadrature over the score of the weighted temperature; a spell is taken to have lasted for all
    the days that count.
    """
    climate, weights = climatology(city), lag_weights(city)
    base = weighted_daily(np.concatenate([climate.base_c[-(LAGS - 1) :], climate.base_c]), weights)[:, None]
    score, weight = np.polynomial.hermite_e.hermegauss(QUADRATURE)
    anomaly = (climate.daily_sd_c * _weighted_spread(climate, weights))[:, None] * bent(score, climate.bend[:, None])
    cool = of(base + anomaly) @ weight
    hot = of(base + np.maximum(anomaly, climate.spell_c)) @ weight
    found: Floats = ((1 - climate.spell_share) * cool + climate.spell_share * hot) / weight.sum()
    return found


def by_month(values: Floats) -> Floats:
    """(365,) each day's monthly mean of daily values."""
    months = MONTH_OF_DAY - 1
    found: Floats = (np.bincount(months, weights=values) / np.bincount(months))[months]
    return found


def _weighted_spread(climate: Climatology, weights: Floats) -> Floats:
    """(365,) spread of the weighted temperature over that of a daily mean."""
    lag = np.abs(np.subtract.outer(np.arange(LAGS), np.arange(LAGS)))
    spread = []
    for lasting in climate.persistence:
        alike = np.array([1.0, *(lasting.daily_autocorrelation(_FLAT, lag_d) for lag_d in range(1, LAGS))])
        spread.append(float(np.sqrt(weights @ alike[lag] @ weights)))
    return np.array(spread)[MONTH_OF_DAY - 1]

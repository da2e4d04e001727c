"""What an owner expects of a price or a cost some years ahead (MODEL_SPEC 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.network.weather_once import once


class Foresight(StrEnum):
    """How an owner looks ahead."""

    MYOPIC = "myopic"
    """What is now will stay."""
    ADAPTIVE = "adaptive"
    """The last change goes on in part."""
    TREND = "trend"
    """The growth of the last years goes on."""
    ANNOUNCED = "announced"
    """What is announced is believed in part, the trend for the rest."""
    PERFECT = "perfect"
    """What will be is known."""


@dataclass(frozen=True)
class Habits:
    """How owners of a city form expectations: years looked back, share of a change carried on, belief in plans."""

    lookback_y: int
    adaptive_g: float
    credibility: float

    @classmethod
    @once
    def of(cls, city: City) -> Habits:
        """The habits in a city's data."""
        return cls(
            int(city.value("investment.lookback_years")),
            city.value("extra.adaptive_g"),
            city.value("extra.announced_credibility_w"),
        )


def trend(history: Mapping[int, float], year: int, lookback_y: int) -> float:
    """A series in a later year: least squares of ln x = i + j t over its last years; one point stays as it is.

    >>> round(trend({2020: 100.0, 2021: 110.0, 2022: 121.0}, 2024, 5), 6)
    146.41
    >>> trend({2020: 100.0}, 2030, 5)
    100.0
    """
    years = np.array(sorted(history)[-lookback_y:], dtype=np.float64)
    values = np.array([history[int(y)] for y in years])
    if len(years) < 2 or values.min() <= 0.0:
        return float(values[-1])
    t, x = years - years.mean(), np.log(values)
    slope = float(t @ x / (t @ t))
    return float(np.exp(x.mean() + slope * (year - years.mean())))


def adaptive(history: Mapping[int, float], g: float) -> float:
    """The last value plus a share of the last change.

    >>> adaptive({2020: 100.0, 2021: 110.0}, 0.4)
    114.0
    """
    years = sorted(history)
    last = history[years[-1]]
    return last + g * (last - history[years[-2]]) if len(years) > 1 else last


def expected(foresight: Foresight, history: Mapping[int, float], year: int, known: float, habits: Habits) -> float:
    """A series in a later year as an owner of some foresight expects it; `known` is what will be or is announced.

    >>> habits = Habits(5, 0.4, 0.6)
    >>> expected(Foresight.ANNOUNCED, {2020: 100.0}, 2025, 200.0, habits)
    160.0
    """
    if foresight is Foresight.PERFECT or not history:
        return known
    if foresight is Foresight.MYOPIC:
        return history[max(history)]
    if foresight is Foresight.ADAPTIVE:
        return adaptive(history, habits.adaptive_g)
    followed = trend(history, year, habits.lookback_y)
    if foresight is Foresight.ANNOUNCED:
        return habits.credibility * known + (1.0 - habits.credibility) * followed
    return followed


def forecast_error(luck: Luck, owner: str, sd: float) -> float:
    """An owner's own lasting error of expected prices: a factor 1 + e, e normal, never below zero."""
    return max(0.0, 1.0 + sd * float(luck("forecast", owner).standard_normal()))

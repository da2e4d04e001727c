"""The province's load without holidays, and what it says of its sectors and of its response to heat.

The profile of month, day type and hour was measured in one year and holds that year's holidays. They are taken out
here and put back on the days of any other year. What is left also tells, without further data, which mix of sector
shapes makes the province's mild days, and how the response to temperature is spread over the hours of a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dafeng.configs.schema import City, Profiles, Row
from dafeng.configs.units import Bools, Floats
from dafeng.network.calendar import Days, days, holiday_factor
from dafeng.network.weather_once import once

PROFILE_YEAR = "2018"
"""Year in which the province's profile and holiday ratios were measured, unless the city's `load_profile_year` says
otherwise."""
MILD_MONTHS = 4
"""The months of least load show the sectors with the least response to temperature."""
WORKING, OFF = 0, 1
WORKDAY_WEIGHT = np.array([5.0, 2.0]) / 7
ROUNDS = 4
"""Rounds after which taking holidays out and putting them back changes nothing more."""
FESTIVAL_MONTH = 2
"""All its days stand in the festival's shadow when the festival falls in its middle, as in the year of the profile."""


@dataclass(frozen=True, eq=False)
class NormalLoad:
    """The province's load on days without holiday, by month, working or not, and hour."""

    pu: Floats
    """(12, 2, 24) per unit of the annual mean of the year of the profile."""
    festival_pu: float
    """Mean of a normal working day in March and April, to which the dip around the lunar new year was related."""

    def on(self, days: Days, rows: Iterable[Row]) -> Floats:
        """(365, 24) load per unit on the days of a year, holidays lowered but nothing else."""
        month = days.month - 1
        kind = np.where(days.is_working, WORKING, OFF)
        own = self.pu[month, kind]
        return own * self._lowered(days, rows, own.mean(axis=1))[:, None]

    def _lowered(self, days: Days, rows: Iterable[Row], own: Floats) -> Floats:
        """(365,) what holidays leave of a day's own mean: never more than all of it."""
        factor = holiday_factor(rows, days)
        reference = np.where(is_festive(days), self.festival_pu, self.pu[days.month - 1, WORKING].mean(axis=1))
        found: Floats = np.where(factor < 1, np.minimum(factor * reference / own, 1.0), 1.0)
        return found


def is_festive(days: Days) -> Bools:
    """(365,) days nearer to the lunar new year than to 1 May."""
    found: Bools = np.abs(days.festival) < np.abs(days.labour)
    return found


@once
def normal_load(city: City) -> NormalLoad:
    """The province's load with the holidays of the measured year taken out.

    The normal load is sought whose mean over the weekdays and weekends of that year, holidays put back, is the profile.
    """
    profile, rows = city.profiles.load_pu, city.profiles.holidays
    seen = days(int(city.setting("load_profile_year", PROFILE_YEAR)))
    normal = _without_festival(profile)
    for _ in range(ROUNDS):
        made = _by_day_of_week(NormalLoad(normal, _festival_pu(normal)).on(seen, rows).mean(axis=1), seen)
        normal = _without_festival(normal * (profile.mean(axis=2) / made)[:, :, None])
    return NormalLoad(normal, _festival_pu(normal))


def _by_day_of_week(daily: Floats, seen: Days) -> Floats:
    """(12, 2) means over Mondays to Fridays and over weekends, holidays or not, as the profile was made."""
    is_weekend = np.array([day.weekday() >= 5 for day in seen.dates])
    kinds = (~is_weekend, is_weekend)
    return np.array([[daily[(seen.month == month) & kind].mean() for kind in kinds] for month in range(1, 13)])


def _without_festival(pu: Floats) -> Floats:
    """The month of the festival as the mean of its neighbours."""
    found = pu.copy()
    found[FESTIVAL_MONTH - 1] = 0.5 * (pu[FESTIVAL_MONTH - 2] + pu[FESTIVAL_MONTH])
    return found


def _festival_pu(pu: Floats) -> float:
    return float(pu[2:4, WORKING].mean())


@once
def daily_pattern(city: City) -> Floats:
    """(2, 24) how the response to temperature is spread over working days and days off; its mean over a week is 1.

    By regression of the months' load in each hour on their load as a whole, in which summer stands out.
    """
    pu = normal_load(city).pu
    month = np.tensordot(WORKDAY_WEIGHT, pu.mean(axis=2), axes=(0, 1))
    apart = month - month.mean()
    slope = np.einsum("m,mdh->dh", apart, pu) / float(apart @ apart)
    found: Floats = slope / float(WORKDAY_WEIGHT @ slope.mean(axis=1))
    return found


@once
def sector_mix(profiles: Profiles) -> dict[str, float]:
    """Share of each sector shape in the province's load on mild days; sums to 1.

    By non-negative least squares on the 48 hours of a working day and a day off.
    """
    daily = np.tensordot(WORKDAY_WEIGHT, profiles.load_pu.mean(axis=2), axes=(0, 1))
    mild = np.sort(np.argsort(daily)[:MILD_MONTHS])
    wanted = profiles.load_pu[mild].mean(axis=0)
    names = sorted(profiles.sector_shapes)
    shapes = np.column_stack([weekly(profiles.sector_shapes[name]).ravel() for name in names])
    weights = non_negative_fit(shapes, wanted.ravel())
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


def non_negative_fit(columns: Floats, wanted: Floats) -> Floats:
    """Weights, none below 0, of a few columns (rows, n) that come nearest to `wanted` (rows,) in least squares.

    The optimum leaves out some columns and is the plain fit of the others: with so few, each choice is tried. SciPy's
    solver would hold 25 MB in every process for it.
    """
    best, miss = np.zeros(columns.shape[1]), float(wanted @ wanted)
    for size in range(1, columns.shape[1] + 1):
        for chosen in combinations(range(columns.shape[1]), size):
            fit = np.linalg.lstsq(columns[:, chosen], wanted)[0]
            left = wanted - columns[:, chosen] @ fit
            if fit.min() >= 0.0 and float(left @ left) < miss:
                best, miss = np.zeros(columns.shape[1]), float(left @ left)
                best[list(chosen)] = fit
    return best


def weekly(shape: Floats) -> Floats:
    """A (2, 24) shape with a weekly mean of 1."""
    found: Floats = shape / float(WORKDAY_WEIGHT @ shape.mean(axis=1))
    return found

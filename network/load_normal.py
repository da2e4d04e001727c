"""The province's load without holidays, and what it says of its sectors and of its response to heat.

The profile of month, day type and hour was measured in one year and holds that year's holidays. They are taken out
here and put back on the days of any other year. What is left also tells, without further data, which mix of sector
shapes makes the province's mild days, and how the response to temperature is spread over the hours of a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from dafeng.configs.schema import City, Profiles, Row
from dafeng.configs.units import DAYS_A_YEAR, Floats, Ints
from dafeng.network.calendar import Days, days, holiday_factor
from dafeng.network.weather_once import once
from dafeng.network.weather_temperature import MONTH_OF_DAY

PROFILE_YEAR = "2018"
"""Year in which the province's profile and holiday ratios were measured, unless the city's `load_profile_year` says
otherwise."""
MILD_MONTHS = 4
"""The months of least load show the sectors with the least response to temperature."""
WORKING, OFF = 0, 1
WORKDAY_WEIGHT = np.array([5.0, 2.0]) / 7
FESTIVAL_MONTH = 2
"""All its days stand in the festival's shadow when the festival falls in its middle, as in the year of the profile."""


@dataclass(frozen=True, eq=False)
class NormalLoad:
    """The province's load on days without holiday, by month, working or not, and hour."""

    pu: Floats
    """(12, 2, 24) per unit of the annual mean of the year of the profile."""
    festival_pu: float
    """Mean of a normal working day in March and April, to which the dip around the lunar new year was related."""

    @property
    def weekend_ratio(self) -> Floats:
        """(12,) mean of a day off over that of a working day."""
        daily = self.pu.mean(axis=2)
        found: Floats = daily[:, OFF] / daily[:, WORKING]
        return found

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


def is_festive(days: Days) -> Floats:
    """(365,) days nearer to the lunar new year than to the other holidays."""
    found: Floats = days.month <= 4
    return found


@once
def normal_load(city: City) -> NormalLoad:
    """The province's load with the holidays of the measured year taken out."""
    profile, rows = city.profiles.load_pu, city.profiles.holidays
    seen = days(int(city.setting("load_profile_year", PROFILE_YEAR)))
    guess = _without_festival(profile)
    for _ in range(3):
        lowered = NormalLoad(guess, _festival_pu(guess)).on(seen, rows)
        guess = _without_festival(profile * guess_ratio(guess, lowered, seen))
    return NormalLoad(guess, _festival_pu(guess))


def guess_ratio(guess: Floats, lowered: Floats, seen: Days) -> Floats:
    """(12, 2, 1) load without over load with holidays, of the weekdays and weekends of the year of the profile."""
    is_weekend = np.array([day.weekday() >= 5 for day in seen.dates])
    ratio = np.ones((12, 2, 1))
    for month in range(12):
        for kind, chosen in ((WORKING, ~is_weekend), (OFF, is_weekend)):
            at = chosen & (seen.month == month + 1)
            ratio[month, kind, 0] = guess[month, kind].mean() / lowered[at].mean()
    return ratio


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
    weights, _ = nnls(shapes, wanted.ravel())
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


def weekly(shape: Floats) -> Floats:
    """A (2, 24) shape with a weekly mean of 1."""
    found: Floats = shape / float(WORKDAY_WEIGHT @ shape.mean(axis=1))
    return found


def by_month(values: Floats) -> Floats:
    """(365,) each day's monthly mean of daily values."""
    months: Ints = MONTH_OF_DAY - 1
    means = np.bincount(months, weights=values) / np.bincount(months)
    found: Floats = means[months]
    assert len(found) == DAYS_A_YEAR
    return found

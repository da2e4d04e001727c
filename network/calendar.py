"""The days of a simulated year: real weekdays, moving holidays, make-up workdays, no 29 February (MODEL_SPEC 0).

Public holidays come from the `holidays` package, which knows the published arrangements of past years (exchanged
weekends included) and computes the dates of later years, the lunar ones too; for years whose exchange of weekends is
not published yet only the seven-day break of National Day is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from holidays import country_holidays

from dafeng.configs.schema import Row
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, Bools, Floats, Ints

SPRING_FESTIVAL = "spring_festival"
LABOUR_DAY = "labour_day"
NATIONAL_DAY = "national_day"
NATIONAL_DAY_BREAK_D = 7
"""Days off from 1 October on, every year since 1999."""
_NEW_YEAR_NAME = "Chinese New Year (Spring Festival)"


@dataclass(frozen=True, eq=False)
class Days:
    """The 365 days of one year; day 0 is 1 January, hour 0 its first hour."""

    year: int
    dates: tuple[date, ...]
    month: Ints
    """(365,) 1 to 12."""
    weekday: Floats
    """(365,) 1 on working days (make-up Saturdays too), 0 on weekends and holidays."""
    festival: Ints
    """(365,) days since the lunar new year's day, negative before it."""
    labour: Ints
    """(365,) days since 1 May."""
    national: Ints
    """(365,) days since 1 October."""

    @cached_property
    def hour_month(self) -> Ints:
        """(8760,) month of each hour."""
        return np.repeat(self.month, DAY_H)

    @cached_property
    def hour_weekday(self) -> Floats:
        """(8760,) 1 in the hours of working days."""
        return np.repeat(self.weekday, DAY_H)

    @cached_property
    def hour_of_day(self) -> Ints:
        """(8760,) 0 to 23."""
        return np.tile(np.arange(DAY_H), DAYS_A_YEAR)

    @property
    def is_working(self) -> Bools:
        """(365,) working days."""
        return self.weekday > 0


@lru_cache(maxsize=128)
def days(year: int) -> Days:
    """The days of a year.

    >>> known = days(2024)
    >>> known.dates[59].isoformat(), len(known.dates)
    ('2024-03-01', 365)
    """
    dates = year_dates(year)
    month = np.array([day.month for day in dates], dtype=np.int64)
    new_year, working = _public(dates)
    national = _since(dates, date(year, 10, 1))
    working[(national >= 0) & (national < NATIONAL_DAY_BREAK_D)] = False
    return Days(
        year=year,
        dates=dates,
        month=month,
        weekday=working.astype(np.float64),
        festival=_since(dates, new_year),
        labour=_since(dates, date(year, 5, 1)),
        national=national,
    )


def year_dates(year: int) -> tuple[date, ...]:
    """The dates of a year without 29 February."""
    first = date(year, 1, 1)
    every = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return tuple(day for day in every if (day.month, day.day) != (2, 29))


def holiday_factor(rows: Iterable[Row], days: Days) -> Floats:
    """(365,) load of a day over that of a normal weekday as far as a holiday lowers it; 1 on all other days.

    The rows give the ratio by day offset. The dip around the lunar new year moves with it; it only deepens towards
    the festival and only fills after it, so that the weekends of the year in which it was seen do not travel with
    it. The other breaks lower days off only, and count alike before and after the day.
    """
    dips = _by_holiday(rows)
    factor = np.ones(DAYS_A_YEAR)
    if SPRING_FESTIVAL in dips:
        offsets, ratio = _envelope(dips[SPRING_FESTIVAL])
        factor = np.minimum(factor, np.interp(days.festival, offsets, ratio, left=1.0, right=1.0))
    for name, offset in ((LABOUR_DAY, np.abs(days.labour)), (NATIONAL_DAY, days.national)):
        for at, ratio_at in dips.get(name, {}).items():
            hit = (offset == abs(at)) & ~days.is_working
            factor[hit] = np.minimum(factor[hit], ratio_at)
    return factor


def _by_holiday(rows: Iterable[Row]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        found.setdefault(row["holiday"], {})[int(row["day_offset"])] = float(row["ratio_to_normal_weekday"])
    return found


def _envelope(dip: dict[int, float]) -> tuple[Ints, Floats]:
    """A dip that falls to its trough and rises from it, by offset."""
    offsets = np.array(sorted(dip), dtype=np.int64)
    ratio = np.array([dip[offset] for offset in offsets.tolist()])
    trough = int(ratio.argmin())
    before = np.maximum.accumulate(ratio[trough::-1])[::-1]
    after = np.maximum.accumulate(ratio[trough:])
    return offsets, np.concatenate([before, after[1:]])


def _public(dates: tuple[date, ...]) -> tuple[date, Bools]:
    """The lunar new year's day, and which days are worked."""
    known = country_holidays("CN", years=dates[0].year, language="en_US")
    named = [day for day, name in known.items() if _NEW_YEAR_NAME in name and day.year == dates[0].year]
    off, made_up = set(known), known.weekend_workdays
    working = [day in made_up if day.weekday() in known.weekend else day not in off for day in dates]
    return min(named), np.array(working, dtype=np.bool_)


def _since(dates: tuple[date, ...], day: date) -> Ints:
    return np.array([(other - day).days for other in dates], dtype=np.int64)

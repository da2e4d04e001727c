"""Days of a year: real weekdays, moving holidays, no 29 February."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.network.calendar import days, holiday_factor


@pytest.mark.parametrize("year", [2018, 2020, 2024, 2030, 2040])
def test_every_year_has_365_days_without_29_february(year: int) -> None:
    made = days(year)
    assert len(made.dates) == len(set(made.dates)) == 365
    assert date(2024, 2, 29) not in made.dates
    assert np.bincount(made.month, minlength=13)[1:].tolist() == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.mark.parametrize(
    ("year", "new_year"),
    [
        (2018, "2018-02-16"),
        (2020, "2020-01-25"),
        (2025, "2025-01-29"),
        (2030, "2030-02-03"),
        (2033, "2033-01-31"),
        (2040, "2040-02-12"),
    ],
)
def test_the_lunar_new_year_is_on_its_published_day(year: int, new_year: str) -> None:
    made = days(year)
    assert made.dates[int(np.flatnonzero(made.festival == 0)[0])].isoformat() == new_year


def test_published_make_up_days_are_worked_and_exchanged_days_are_off() -> None:
    made = days(2024)
    at = {day.isoformat(): made.weekday[n] for n, day in enumerate(made.dates)}
    assert at["2024-02-04"] == at["2024-02-18"] == at["2024-10-12"] == 1
    assert at["2024-02-15"] == at["2024-02-16"] == at["2024-10-07"] == 0


def test_an_ordinary_week_has_five_working_days() -> None:
    made = days(2023)
    week = [n for n, day in enumerate(made.dates) if date(2023, 3, 13) <= day <= date(2023, 3, 19)]
    assert made.weekday[week].tolist() == [1, 1, 1, 1, 1, 0, 0]


def test_later_years_keep_the_seven_days_of_national_day() -> None:
    made = days(2035)
    assert not made.weekday[(made.national >= 0) & (made.national < 7)].any()
    assert 240 <= made.weekday.sum() <= 252


def test_hours_follow_their_days() -> None:
    made = days(2026)
    assert made.hour_month.shape == made.hour_weekday.shape == made.hour_of_day.shape == (8760,)
    assert made.hour_month[31 * 24 - 1] == 1
    assert made.hour_month[31 * 24] == 2
    assert made.hour_of_day[25] == 1


def test_the_same_year_is_the_same_object() -> None:
    assert days(2029) is days(2029)


def test_the_dip_moves_with_the_festival_and_only_deepens_towards_it() -> None:
    rows = load.city("jiangmen").profiles.holidays
    festival = [row for row in rows if row["holiday"] == "spring_festival"]
    seen = {int(row["day_offset"]): row["ratio_to_normal_weekday"] for row in festival}
    for year in (2018, 2025, 2030, 2039):
        made = days(year)
        factor = holiday_factor(rows, made)
        by_offset = {int(made.festival[n]): factor[n] for n in range(120)}
        trough = min(seen, key=lambda offset: seen[offset])
        assert by_offset[trough] == pytest.approx(seen[trough])
        before = [by_offset[offset] for offset in range(-14, trough + 1)]
        after = [by_offset[offset] for offset in range(trough, 21)]
        assert before == sorted(before, reverse=True)
        assert after == sorted(after)
        assert by_offset[-20] == 1


def test_days_without_holiday_are_not_lowered_and_days_off_around_labour_day_are() -> None:
    rows = load.city("jiangmen").profiles.holidays
    made = days(2024)
    at = dict(zip((day.isoformat() for day in made.dates), holiday_factor(rows, made), strict=True))
    assert at["2024-06-18"] == at["2024-08-10"] == at["2024-04-30"] == 1
    assert (at["2024-05-01"], at["2024-05-02"], at["2024-10-01"]) == (0.8, 0.82, 0.7)


def test_a_city_without_holiday_rows_has_no_dip() -> None:
    assert (holiday_factor((), days(2021)) == 1).all()

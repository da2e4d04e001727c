"""Dated facts of units in years already lived: what a unit could give instead of what chance would give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import ceil

from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, HOURS_A_YEAR
from dafeng.sim.assembly import Assembly
from dafeng.sim.availability import Window
from dafeng.sim.trips import Outage


def history_windows(city: City, year: int, assembly: Assembly) -> list[Window]:
    """Windows of `unit_history` that fall into the year; the share is of net capacity."""
    windows = []
    for fact in city.table("unit_history"):
        row = assembly.row_of(str(fact["unit"]))
        if fact["share"] is None or fact["to_date"] is None or row < 0:
            continue
        start, end = hour_of(str(fact["from_date"]), year), hour_of(str(fact["to_date"]), year) + DAY_H
        start, end = max(start, 0), min(end, HOURS_A_YEAR)
        if start < end:
            windows.append(Window(row, start, end, float(fact["share"]), 0, "history"))
    return windows


def without_dated(outages: Sequence[Outage], dated: Sequence[Window]) -> list[Outage]:
    """Outages as the dated hours of their rows leave them: what begins in those does not happen, what lasts into them
    ends there. Before and after, chance is what it is for every unit.

    >>> fact = Window(0, 10, 20, 0.5, 0, "history")
    >>> drawn = [Outage(0, "u", 5.0, 12.0), Outage(0, "u", 11.0, 30.0), Outage(0, "u", 20.5, 30.0)]
    >>> [(outage.start_h, outage.end_h) for outage in without_dated(drawn, [fact])]
    [(5.0, 10.0), (20.5, 30.0)]
    """
    kept = list(outages)
    for fact in dated:
        other = [outage for outage in kept if outage.row != fact.row]
        begun = [(outage, ceil(outage.start_h)) for outage in kept if outage.row == fact.row]
        begins = float(fact.start)
        before = [replace(outage, end_h=min(outage.end_h, begins)) for outage, at in begun if at < begins]
        kept = [*other, *before, *(outage for outage, at in begun if at >= fact.end)]
    return kept


def hour_of(day: str, year: int) -> int:
    """First hour of a date counted from the year's first; 29 February counts as 1 March.

    >>> hour_of("2020-03-01", 2020), hour_of("2022-08-15", 2021)
    (1416, 14184)
    """
    at = date.fromisoformat(day)
    of_year = (date(2021, at.month, 28 if (at.month, at.day) == (2, 29) else at.day) - date(2021, 1, 1)).days
    return (at.year - year) * HOURS_A_YEAR + of_year * DAY_H

"""Dated values: what holds from its year on, what ramps between years, what was observed in years."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

Line: TypeAlias = tuple[list[int], list[float]]
"""Years in order and their values."""


def line(points: Mapping[int, float]) -> Line:
    """Dated values in the order of their years."""
    years = sorted(points)
    return years, [points[year] for year in years]


def between(years: list[int], values: list[float], year: float) -> float:
    """The value in a year, linear between dated ones and flat outside; asked thousands of times a year, so no arrays.

    >>> between([2020, 2030], [10.0, 20.0], 2025), between([2020, 2030], [10.0, 20.0], 2041)
    (15.0, 20.0)
    """
    at = bisect_right(years, year) - 1
    if at < 0 or at == len(years) - 1:
        return float(values[at if at > 0 else 0])
    slope = (values[at + 1] - values[at]) / (years[at + 1] - years[at])
    return float(slope * (year - years[at]) + values[at])


@dataclass(frozen=True)
class Schedule:
    """A dated value of a lever; before its first year it is None and asks nothing.

    >>> cap = Schedule({2025: 9.0, 2030: 7.5})
    >>> cap.at(2024), cap.at(2029), cap.at(2030)
    (None, 9.0, 7.5)
    >>> Schedule({2025: 0.0, 2030: 7000.0}, ramp=True).at(2026)
    1400.0
    """

    points: Mapping[int, float]
    ramp: bool = False

    def at(self, year: int) -> float | None:
        """The value in a year; the last one holds for ever."""
        years, values = self._line
        if not years or year < years[0]:
            return None
        return between(years, values, year) if self.ramp else values[bisect_right(years, year) - 1]

    def final(self) -> float | None:
        """The last value that will hold."""
        return self.points[max(self.points)] if self.points else None

    @cached_property
    def _line(self) -> Line:
        return line(self.points)


@dataclass(frozen=True)
class Path:
    """A series of the world, linear between its years and flat outside them.

    >>> Path({2020: 10.0, 2030: 20.0}, "CNY/GJ").at(2025)
    15.0
    """

    points: Mapping[int, float]
    unit: str = ""
    grade: str = "C"
    source: str = ""
    low: Mapping[int, float] = field(default_factory=dict)
    high: Mapping[int, float] = field(default_factory=dict)

    def at(self, year: float) -> float:
        """The value in a year."""
        return between(*self._line, year)

    @cached_property
    def _line(self) -> Line:
        return line(self.points)

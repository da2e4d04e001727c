"""Dated values: what holds from its year on, what ramps between years, what was observed in years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


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
        years = sorted(self.points)
        if not years or year < years[0]:
            return None
        if self.ramp:
            return float(np.interp(year, years, [self.points[y] for y in years]))
        return self.points[max(y for y in years if y <= year)]

    def final(self) -> float | None:
        """The last value that will hold."""
        return self.points[max(self.points)] if self.points else None


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
        years = sorted(self.points)
        return float(np.interp(year, years, [self.points[y] for y in years]))

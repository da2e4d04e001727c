"""Numbers that know where they come from, and numbers that know their error."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

ROUNDING = 1e-9
"""An error below this share of its value comes from the order of sums, not from chance."""


@dataclass(frozen=True)
class Parameter:
    """A number from the world: value, unit, range, grade (A read, B derived, C recalled) and source."""

    value: float
    unit: str
    low: float | None
    high: float | None
    grade: str
    source: str


@dataclass(frozen=True)
class Estimate:
    """A sampled number with its standard error.

    >>> str(Estimate(1.8321, 0.213))
    '1.83 ± 0.21'
    >>> str(Estimate(1138721.490999999689, 1e-11))
    '1.13872e+06'
    """

    value: float
    se: float

    def __str__(self) -> str:
        if self.se < ROUNDING * abs(self.value):
            return f"{self.value:g}"
        if not 0.0 < self.se < inf:
            return f"{self.value:g}" if self.se <= 0 else f"{self.value:g} ± unknown"
        digits = max(0, 1 - int(f"{self.se:e}".split("e")[1]))
        return f"{self.value:z.{digits}f} ± {self.se:.{digits}f}"

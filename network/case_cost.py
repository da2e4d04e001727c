"""What an hour at some output costs a generator of a published test case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quadratic:
    """square * p^2 + linear * p + fixed, p in MW, currency an hour.

    >>> Quadratic(0.1, 5.0, 150.0).at(10.0)
    210.0
    """

    square: float
    linear: float
    fixed: float

    def at(self, mw: float) -> float:
        """Cost of an hour at an output."""
        return (self.square * mw + self.linear) * mw + self.fixed


@dataclass(frozen=True)
class Segments:
    """Straight lines between points (MW, currency an hour), continued beyond the first and the last.

    >>> Segments((0.0, 10.0, 20.0), (0.0, 100.0, 400.0)).at(15.0)
    250.0
    """

    mw: tuple[float, ...]
    cost: tuple[float, ...]

    @property
    def slopes(self) -> tuple[float, ...]:
        """Cost of a MWh on each segment."""
        pairs = zip(self.mw, self.mw[1:], self.cost, self.cost[1:], strict=False)
        return tuple((after - before) / (right - left) for left, right, before, after in pairs)

    def at(self, mw: float) -> float:
        """Cost of an hour at an output; of a convex curve the highest of its lines."""
        points = zip(self.slopes, self.mw, self.cost, strict=False)
        return max(cost + slope * (mw - left) for slope, left, cost in points)


Cost = Quadratic | Segments

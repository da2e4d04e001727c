"""Output: what a producer makes this year, by its sector's growth, its own shock, entry and what energy costs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, pdtr, pdtrik

from dafeng.agents.output_lines import Lines
from dafeng.agents.view import View
from dafeng.configs.units import Floats, Ints

REFERENCE_GROWTH = 0.03
"""Growth at which `extra.entry_rate_per_100_sites` is quoted (its unit says so)."""
PER_HUNDRED = 100.0


@dataclass(frozen=True)
class Growth:
    """(lines,) how a year's growth is shared between those who stand and those who come."""

    standing: Floats
    """Growth of standing producers, as a share."""
    entry: Floats
    """Expected newcomers per standing producer."""


def growth_of(lines: Lines, view: View, *, with_entry: bool) -> Growth:
    """The year's growth by line; newcomers take their part, so that the expected total follows the sector's path."""
    total = lines.growth(view.city, view.year)
    if not with_entry:
        return Growth(total, np.zeros(lines.count))
    rate = view.value("extra.entry_rate_per_100_sites") / PER_HUNDRED * np.maximum(total, 0.0) / REFERENCE_GROWTH
    return Growth(total - rate, rate)


def shocked(output: Floats, growth: Floats, uniform: Floats, log_sd: float) -> Floats:
    """Output after growth and a shock e: Q (1 + g + e), e normal by inverse transform (MODEL_SPEC 3.1).

    >>> shocked(np.array([100.0]), np.array([0.05]), np.array([0.5]), 0.04).round(6)
    array([105.])
    """
    return np.asarray(output * np.maximum(0.0, 1.0 + growth + log_sd * ndtri(uniform)))


def responded(output: Floats, unit_cost: Floats, before: Floats, elasticity: float) -> Floats:
    """Output after its response to the unit cost: Q (1 - sigma dUC/UC) (MODEL_SPEC 3.1).

    >>> responded(np.array([100.0]), np.array([1.1]), np.array([1.0]), 0.3).round(6)
    array([97.])
    """
    change = np.divide(unit_cost - before, before, out=np.zeros_like(before), where=before > 0)
    return np.asarray(output * np.maximum(0.0, 1.0 - elasticity * change))


def newcomers(expected: Floats, uniform: Floats) -> Ints:
    """How many enter each line: Poisson by inverse transform, one uniform a line.

    >>> newcomers(np.array([2.0, 2.0, 0.0]), np.array([0.1, 0.9, 0.99])).tolist()
    [0, 4, 0]
    """
    drawn = np.zeros(len(expected), dtype=np.int64)
    some = (expected > 0) & (uniform > pdtr(0.0, expected))
    drawn[some] = np.ceil(pdtrik(uniform[some], expected[some])).astype(np.int64)
    return drawn

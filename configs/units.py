"""Units, converted once at the border; inside: MW, MWh, GJ, t, CNY of 2020, hours."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

HOURS_A_YEAR = 8760
"""Hours of every simulated year: 29 February is dropped."""
DAYS_A_YEAR = 365
WEEK_H = 168
DAY_H = 24
GJ_PER_MWH = 3.6
GJ_PER_TCE = 29.3076
"""Energy of a tonne of coal equivalent (GB/T 2589)."""
MWH_PER_TWH = 1e6
BASE_MVA = 100.0
GCE_AT_FULL_EFFICIENCY = 122.9
"""Grams of coal equivalent a kWh would cost at efficiency 1: rate = 122.9 / efficiency (MODEL_SPEC 1.4)."""


def efficiency_from_coal_rate(gce_per_kwh: float) -> float:
    """Net efficiency of a unit from its net coal rate in gce/kWh.

    >>> round(efficiency_from_coal_rate(285.0), 4)
    0.4312
    """
    return GCE_AT_FULL_EFFICIENCY / gce_per_kwh

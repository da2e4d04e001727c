"""Emissions of units as PyPSA says them: by the primary energy of a carrier, over the efficiency of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import GJ_PER_MWH, Floats
from dafeng.network.grid import Generators


@dataclass(frozen=True)
class Carbon:
    """Carriers and efficiencies of units, of which PyPSA computes their emissions a MWh of output."""

    carrier: tuple[str, ...]
    efficiency: Floats
    t_per_mwh: Mapping[str, float]
    """Of primary energy, by carrier that emits."""


def carbon(units: Generators) -> Carbon:
    """Emissions of a carrier over the efficiency are those of the unit, at any output above the first MW.

    A fuel's factor is the median over its units, or the highest emissions of output where no fuel is counted. A unit
    without emissions that burns what emits elsewhere has a carrier of its own.
    """
    emitted, primary = units.emissions_t_per_mwh, units.fuel_gj_per_mwh / GJ_PER_MWH
    fuels, factors = np.array(units.fuel, dtype=object), dict[str, float]()
    for fuel in dict.fromkeys(units.fuel):
        rows = np.flatnonzero((fuels == fuel) & (emitted > 0.0))
        burning = rows[primary[rows] > 0.0]
        if len(rows):
            burnt = emitted[burning] / primary[burning]
            factors[fuel] = float(np.median(burnt) if len(burning) else emitted[rows].max())
    factor = np.array([factors.get(fuel, 0.0) for fuel in units.fuel])
    is_clean = (emitted <= 0.0) & (factor > 0.0)
    carrier = tuple(
        f"{fuel} without emissions" if clean else fuel
        for fuel, clean in zip(units.fuel, is_clean.tolist(), strict=True)
    )
    efficiency = np.divide(factor, emitted, out=np.ones(len(factor)), where=emitted > 0.0)
    return Carbon(carrier, efficiency, factors)

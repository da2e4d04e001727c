"""Producers as rows: one line of arrays for each firm or site, and what they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from dafeng.configs.units import GJ_PER_MWH, Bools, Floats, Ints

ELECTRIC_FUELS = (3, 4)
"""Positions in boilers.FUELS that draw on the grid."""


@dataclass
class Rows:
    """(n,) producers, those that may yet come included; nothing but arrays, so that a run can stop and resume."""

    line: Ints
    alive: Bools
    output: Floats
    wanted: Floats
    """Output that growth and shocks ask for, before the limit of capacity."""
    capacity: Floats
    """Output a year at most; infinite for firms."""
    heat: Floats
    """Useful heat in GJ per unit of output."""
    electric: Floats
    """Electricity in MWh per unit of output, without heat."""
    waste_gj: Floats
    """Waste burnt per unit of output."""
    share: Floats
    """(n, fuels) share of useful heat."""
    main: Ints
    """Fuel of the main boiler, the one that is replaced."""
    age: Floats
    """Years of the main boiler."""
    other_cost: Floats
    """CNY per unit apart from energy: value added of the base year."""
    unit_cost: Floats
    """CNY per unit last year."""
    size: Floats
    """Size of a newcomer relative to its line's mean."""
    heat_class: Floats
    """Uniform of a newcomer's place between best practice and the base year's intensity."""
    fuel_potential: Floats
    """(n, fuels) uniform: the fuel is possible where it lies below the option's highest share."""
    patience: Floats
    """(n, m) annuity factor at the producer's own hurdle rate."""
    heat_saving: Floats
    """(n, m) share of heat that each measure saves."""
    electric_saving: Floats
    fuel_saving_gj: Floats
    """(n, m) fuel per unit of output that waste replaces; 0 for other measures."""
    possible: Bools
    """(n, m) the measure fits and is within its highest share."""
    adopted: Bools
    adopting: Bools
    """(n, m) decided, not yet at work."""
    reservation: Floats
    """CNY/MWh below which the producer does not shed."""
    enrolled: Bools
    watched: Bools
    """Sampled for the decision log."""

    @property
    def count(self) -> int:
        """Number of rows, newcomers' places included."""
        return len(self.line)

    def as_mapping(self) -> dict[str, Any]:
        """All arrays by name, as copies."""
        return {f.name: getattr(self, f.name).copy() for f in fields(self)}

    @staticmethod
    def of(arrays: Mapping[str, Any]) -> Rows:
        """Rows from arrays by name, as copies."""
        return Rows(**{name: np.array(values) for name, values in arrays.items()})

    def only(self, keep: Bools) -> Rows:
        """Some of the rows."""
        return Rows(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})

    def fuel_gj(self, efficiency: Floats) -> Floats:
        """(n, fuels) energy bought for heat in the year."""
        return np.asarray((self.output * self.heat)[:, None] * self.share / efficiency)

    def electric_mwh(self, efficiency: Floats) -> Floats:
        """(n,) electricity of the year, electric heat included."""
        heat = self.fuel_gj(efficiency)[:, list(ELECTRIC_FUELS)].sum(axis=1)
        return np.asarray(self.output * self.electric + heat / GJ_PER_MWH)

    def commission(self, done: Bools, rebound: float) -> None:
        """Measures come to work: intensities fall by their savings less the rebound (MODEL_SPEC 3.2, 3.5)."""
        for m in np.flatnonzero(done.any(axis=0)):
            now = done[:, m]
            self.heat[now] *= 1.0 - self.heat_saving[now, m] * (1.0 - rebound)
            self.electric[now] *= 1.0 - self.electric_saving[now, m] * (1.0 - rebound)
            self.waste_gj[now] += self.fuel_saving_gj[now, m] * (1.0 - rebound)
        self.adopted |= done
        self.adopting &= ~done

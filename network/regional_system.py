"""A system to be assessed: regions, machines, stores and interfaces against hourly loads (MODEL_SPEC 7.2).

The general case beside `adequacy_system`, which is one city in its province. Time runs in steps of `step_h` hours; a
sample year is the whole span of the loads.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.regional_response import RegionalOffers
from dafeng.network.sampling import Machines


@dataclass(frozen=True)
class RegionalStores:
    """(n,) stores: grid side MW, inside MWh, full at the start; all rows fail like machines of one."""

    keys: tuple[str, ...]
    region: Ints
    charge_mw: Floats
    """Most that goes in, from the grid and the inflow together."""
    discharge_mw: Floats
    energy_mwh: Floats
    efficiency_in: Floats
    efficiency_out: Floats
    carryover: Floats
    """Share of the content that is left after a step."""
    mttf_h: Floats
    mttr_h: Floats
    inflow_mw: Floats
    """(n, steps) what a river or the sun brings in; zero for a battery."""
    grid_in_mw: Floats
    """Most that is taken from the grid; infinite where `charge_mw` alone limits."""
    grid_out_mw: Floats
    """Most that is given to the grid, inflow passed on and discharge together."""

    @staticmethod
    def none(steps: int) -> RegionalStores:
        """No store."""
        nothing = np.zeros(0)
        return RegionalStores((), np.zeros(0, np.int64), nothing, nothing, nothing, nothing, nothing, nothing, nothing,
                              nothing, np.zeros((0, steps)), nothing, nothing)

    @staticmethod
    def batteries(keys: tuple[str, ...], region: Ints, charge_mw: Floats, discharge_mw: Floats, energy_mwh: Floats,
                  efficiency_in: Floats, steps: int) -> RegionalStores:
        """Stores that never fail, lose on charging only and have no inflow."""
        n = len(keys)
        never, ones = np.full(n, np.inf), np.ones(n)
        return RegionalStores(keys, region, charge_mw, discharge_mw, energy_mwh, efficiency_in, ones, ones, never, ones,
                              np.zeros((n, steps)), never, never)


@dataclass(frozen=True)
class Interfaces:
    """(n,) borders between two regions that power can cross."""

    from_region: Ints
    to_region: Ints
    forward_mw: Floats
    """(n, steps)."""
    backward_mw: Floats
    reactance: Floats | None = None
    """(n,) in any one unit, as only ratios matter, for the DC network; None where only the transport model is known."""

    @staticmethod
    def none(steps: int) -> Interfaces:
        """No border at all."""
        return Interfaces(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, steps)), np.zeros((0, steps)))


@dataclass(frozen=True)
class Lines:
    """(n,) lines that fail; the lines in service limit their interface besides its own limit."""

    keys: tuple[str, ...]
    interface: Ints
    forward_mw: Floats
    """(n, steps)."""
    backward_mw: Floats
    mttf_h: Floats
    mttr_h: Floats

    @staticmethod
    def none(steps: int) -> Lines:
        """No line."""
        nothing = np.zeros(0)
        return Lines((), np.zeros(0, np.int64), np.zeros((0, steps)), np.zeros((0, steps)), nothing, nothing)


@dataclass(frozen=True)
class RegionalSystem:
    """A system ready to be sampled."""

    key: str
    regions: tuple[str, ...]
    load_mw: Floats
    """(regions, steps)."""
    units: Machines
    """Machines of constant capacity; `group` is the region."""
    varying: Machines
    """Machines whose capacity follows the hours; `mw` is 1 and `group` is the region."""
    varying_mw: Floats
    """(varying machines, steps) MW when in service."""
    stores: RegionalStores
    interfaces: Interfaces
    lines: Lines
    step_h: float = 1.0
    starts_full: bool = True
    """Whether stores are full at the start of a sample year, or empty."""
    offers: RegionalOffers | None = None
    """Load that is shed on call."""
    nameplate_mw: Floats | None = None
    """(varying machines,) capacity that a credit is told against; None where only the hours are known."""
    notes: tuple[str, ...] = field(default=())
    """What a reader of the system should know about how it was read."""

    @property
    def steps(self) -> int:
        """Steps of a sample year."""
        return int(self.load_mw.shape[1])

    @property
    def steps_a_day(self) -> int:
        """Steps of a day, over which days of shortage are counted."""
        return min(self.steps, round(DAY_H / self.step_h))

    @property
    def yearly_mwh(self) -> Floats:
        """(regions,) energy wanted in a sample year."""
        energy: Floats = self.load_mw.sum(axis=1) * self.step_h
        return energy

    @property
    def firm_mw(self) -> Floats:
        """(regions, steps) what is there with every machine in service."""
        there = np.zeros_like(self.load_mw) + self.units.group_mw(len(self.regions))[:, None]
        for row, region in enumerate(self.varying.group):
            there[region] += self.varying_mw[row] * self.varying.count[row]
        return there

    def scaled(self, load_factor: float) -> RegionalSystem:
        """The same system with every load so many times as high."""
        return replace(self, load_mw=self.load_mw * load_factor)

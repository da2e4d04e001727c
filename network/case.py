"""A power system at one instant, as published test cases give it: buses, generators with costs, branches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.case_cost import Cost


class Susceptance(StrEnum):
    """What a branch's angle difference drives through it in the DC approximation."""

    MATPOWER = "matpower"
    """b = 1 / (x * tap), less the phase shift (MATPOWER User's Manual, eq. 3.21 to 3.29)."""
    POWERMODELS = "powermodels"
    """b = x / (r^2 + x^2); taps and phase shifts are left out (PowerModels' DCPPowerModel)."""


@dataclass(frozen=True)
class CaseBuses:
    """(n,) buses; `number` is the name the file gives them."""

    number: Ints
    load_mw: Floats
    shunt_mw: Floats
    """Drawn by the shunt conductance at a voltage of 1 p.u."""
    is_reference: Bools
    is_on: Bools


@dataclass(frozen=True)
class CaseGenerators:
    """(n,) generators; `bus` are rows of the buses."""

    bus: Ints
    least_mw: Floats
    most_mw: Floats
    output_mw: Floats
    """As given by the file, for a power flow."""
    is_on: Bools
    fuel: tuple[str, ...]
    cost: tuple[Cost, ...]
    """An hour at some output; empty where the file gives no costs."""


@dataclass(frozen=True)
class CaseBranches:
    """(n,) lines and transformers; parallel circuits stay rows of their own."""

    from_bus: Ints
    to_bus: Ints
    r_pu: Floats
    x_pu: Floats
    tap: Floats
    """1 where the file says 0."""
    shift_rad: Floats
    limit_mw: Floats
    """Infinite where the file's rating is 0."""
    least_rad: Floats
    most_rad: Floats
    """Bounds of the angle difference; infinite where there are none."""
    is_on: Bools


@dataclass(frozen=True)
class Case:
    """One test case; what is out of service keeps its row, and everything at a bus out of service is out too."""

    name: str
    base_mva: float
    buses: CaseBuses
    generators: CaseGenerators
    branches: CaseBranches
    file: str = ""
    """Where it was read; empty for one that was made."""

    @property
    def told_as(self) -> str:
        """How problems call it: its file, or its name."""
        return self.file or self.name

    def susceptance_mw(self, convention: Susceptance) -> Floats:
        """(branches,) MW a radian; 0 for what is out of service."""
        b = self.branches
        if convention is Susceptance.MATPOWER:
            top, bottom = np.ones(len(b.x_pu)), b.x_pu * b.tap
        else:
            top, bottom = b.x_pu, b.r_pu**2 + b.x_pu**2
        return self.base_mva * np.divide(top, bottom, out=np.zeros(len(b.x_pu)), where=b.is_on)

    def shift_rad(self, convention: Susceptance) -> Floats:
        """(branches,) phase shifts that count."""
        is_counted = convention is Susceptance.MATPOWER
        return self.branches.shift_rad * is_counted

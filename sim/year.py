"""What happened in one simulated year, frozen; metrics are pure functions of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.agents.view import Decision
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.configs.values import Estimate
from dafeng.network.adequacy import Adequacy, Support
from dafeng.network.grid import Grid, Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.credit_shares import Credits
from dafeng.sim.ledger import Ledger

MEGAWATTS = ("import cut", "build", "retrofit", "extend", "retire", "connect", "adopt", "switch")
"""Kinds of events that count MW: what a hot spell takes of imports, and works that are done; the others count hours."""


@dataclass(frozen=True)
class Event:
    """Something that happened: hour of the run, what, who, how much."""

    hour: float
    kind: str
    agent: str
    amount: float = 0.0

    @property
    def unit(self) -> str:
        """Unit of the amount.

        >>> Event(12.0, "trip", "001", 40.0).unit, Event(12.0, "build", "W07", 90.0).unit
        ('h', 'MW')
        """
        return "MW" if self.kind in MEGAWATTS else "h"


@dataclass(frozen=True)
class Year:
    """Lives in the worker for one year; only ledgers and tables outlast it."""

    year: int
    city: City
    rules: Mapping[str, Rules]
    assembly: Assembly
    hours: Hours
    adequacy: Mapping[Support, Adequacy]
    ledger: Ledger
    """Everything that the agents and the accounts booked."""
    events: tuple[Event, ...] = ()
    decisions: tuple[Decision, ...] = ()
    first: Mapping[str, float] = field(default_factory=dict)
    """Metrics of the first year, for targets against a base year."""

    gdp_mcny: float = 0.0
    """Million CNY of 2020."""
    overload: Mapping[str, float] = field(default_factory=dict)
    """Hours in which a branch exceeds its limit, by key."""
    redispatched: Mapping[str, float] = field(default_factory=dict)
    """Hours in which redispatch kept a branch at its limit, by key."""
    peaks: Mapping[str, float] = field(default_factory=dict)
    """Highest use over limit, by branch key."""
    credit: Credits = field(default_factory=Credits)
    """Capacity credit by technology, as last computed."""
    credit_curves: Mapping[tuple[str, float], Estimate] = field(default_factory=dict)
    """(kind, MW) -> capacity credit, in years whose curves were asked for."""

    @property
    def grid(self) -> Grid:
        """The power system of the year."""
        return self.assembly.grid

    def book(self, variable: str) -> Ledger:
        """The rows of one variable."""
        return self.ledger.where(variable=variable)

    @property
    def generation_mwh(self) -> Ledger:
        """Net generation by county, technology, fuel; sector power or province."""
        return self.book("generation_mwh")

    @property
    def fuel_gj(self) -> Ledger:
        """Fuel burnt by county, sector, technology, fuel."""
        return self.book("fuel_gj")

    @property
    def emissions_tco2(self) -> Ledger:
        """CO2 by county, sector, technology, fuel and basis (boundary)."""
        return self.book("emissions_tco2")

    def city_load_mw(self) -> Floats:
        """(hours,) load of the city with charging, after shifting and before shedding."""
        in_city = [county not in {"province", "external"} for county in self.grid.counties]
        return np.asarray(self.grid.load_mw[in_city].sum(axis=0) + self.hours.flexible_mw.sum(axis=0))

"""What adequacy samples: a pool of machines against an hourly need, the city's own measures, and its offtakes.

A pool is one balance, either the whole province with the city in it or the city as an island. Its `cases` are states
of the year crossed with weather years; each sample year draws one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.adequacy_gales import Gales
from dafeng.network.adequacy_mesh import Mesh
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines

TINY = 1e-12
ROUNDING = 12
"""Decimals to which two groups must agree to be one."""


class Reservoirs(NamedTuple):
    """(n,) stores as the sampler sees them: grid side MW, inside MWh; full at the start of a year."""

    charge_mw: Floats
    discharge_mw: Floats
    energy_mwh: Floats
    efficiency_in: Floats
    efficiency_out: Floats


def no_stores() -> Reservoirs:
    """No store at all."""
    return Reservoirs(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0))


class Measures(NamedTuple):
    """What the city can do against a gap, in this order: move charging within the day, discharge, shed by contract or
    by order."""

    shift_mw: Floats
    """(hours,) load that can leave the hour and come back in a quiet hour of the same day."""
    stores: Reservoirs
    offer_mw: Floats
    """(offers, hours)."""
    hours_per_event: Floats
    """(offers,) hours of a call, one run a day, the last of them in part where they are not whole."""
    events_per_year: Floats
    """(offers,) days of a call in a year."""
    is_ordered: Bools
    """(offers,) cuts by order of the operator, told apart from unserved energy."""
    rebound_share: Floats
    """(offers,) share of what is shed that comes back as load within six hours (MODEL_SPEC 5.6)."""
    store_share: Floats
    """(stores, hours) share of each store that is there, of power and energy; (0, hours): all of them, always."""


def no_measures(hours: int) -> Measures:
    """A city that can do nothing against a gap."""
    return Measures(np.zeros(hours), no_stores(), np.zeros((0, hours)), np.zeros(0), np.zeros(0),
                    np.zeros(0, np.bool_), np.zeros(0), np.zeros((0, hours)))


@dataclass(frozen=True)
class Pool:
    """One balance: available = factor x share x machines in service, against the need."""

    machines: Machines
    share: Floats
    """(groups, hours) share of a group's MW that can run when in service: maintenance, season."""
    factor: Floats
    """(cases, groups) multiplier of that share in a state: fuel, dry west."""
    need_mw: Floats
    """(cases, hours) load less everything that does not fail machine by machine: wind, sun, hydro, small units."""
    stores: Reservoirs
    """Stores that serve the whole pool before a shortage reaches the city."""
    spreads: bool = False
    """Whether the cuts of a short day are planned ahead and spread flat over its hours, as a province does; else
    stores give all they have as soon as it is wanted. Both lose the same energy."""
    gales: Gales = field(default_factory=Gales)
    """Storms, each of which takes from several groups at once."""

    def merged(self) -> Pool:
        """The same pool with groups that always move in proportion made one; machines are scaled instead."""
        level = np.maximum(self.share.max(axis=1), TINY)
        start = np.maximum(self.factor[0], TINY)
        shape = np.hstack([self.share / level[:, None], self.factor.T / start[:, None]]).round(ROUNDING)
        seen: dict[bytes, int] = {}
        group = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in shape], dtype=np.int64)
        first = np.array([int(np.argmax(group == new)) for new in range(len(seen))], dtype=np.int64)
        scale = (level * start) / (level * start)[first[group]]
        machines = replace(self.machines, mw=self.machines.mw * scale[self.machines.group],
                           group=group[self.machines.group])
        return replace(self, machines=machines, share=np.ascontiguousarray(self.share[first]),
                       factor=np.ascontiguousarray(self.factor[:, first]), gales=self.gales.merged(group, scale))

    @property
    def firm_margin_mw(self) -> Floats:
        """(cases, hours) what would be spare with every machine in service."""
        full = (self.factor * self.machines.group_mw(self.share.shape[0])) @ self.share
        margin: Floats = full - self.need_mw
        return margin


@dataclass(frozen=True)
class Offtakes:
    """Nodes behind radial transformers and lines: what exceeds the limit of a node is unserved there."""

    county: Ints
    """(nodes,) row of System.counties, ascending."""
    net_load_mw: Floats
    """(nodes, hours) load less what is fed in behind the limit."""
    parts: Machines
    """Each row one bottleneck of a node: `count` circuits or transformers alike, `group` the node; `mw` is unused."""
    limit_mw: Floats
    """(rows,) what the bottleneck carries with all of it in service."""
    keeps_spare: bool = False
    """Load is shed so that the loss of one more circuit would overload nothing (N-1), not only when it is lost."""


@dataclass(frozen=True)
class System:
    """One year's system, ready to be sampled."""

    year: int
    counties: tuple[str, ...]
    county_load_mw: Floats
    """(counties, hours); how a shortage of the city spreads over its counties."""
    probability: Floats
    """(cases,)."""
    province: Pool | None
    island: Pool | None
    measures: Measures
    offtakes: Offtakes | None = None
    mesh: Mesh | None = None
    """The lines before the offtakes; without it they carry anything."""
    city_share: float = 1.0
    """phi: share of a provincial shortage that the city must shed (MODEL_SPEC 7.8)."""
    contract_mw: float = 0.0
    """Firm block of the island view, sized once by `contract_block_mw`."""
    lolh_standard_h: float = 2.4
    """Hours a year up to which load may be added for `margin_mw`: `extra.lolh_standard`."""
    case_names: tuple[str, ...] = field(default=())

    @property
    def hours(self) -> int:
        """Hours of the year."""
        return int(self.county_load_mw.shape[1])


def single_node(machines: list[tuple[str, float, Process]], load_mw: Floats, stores: Reservoirs | None = None,
                year: int = 0) -> System:
    """A system of one node, machines of constant capacity and one load: what the island view samples."""
    rows = Machines.of([Machine(key, mw, process) for key, mw, process in machines])
    hours = len(load_mw)
    pool = Pool(rows, np.ones((1, hours)), np.ones((1, 1)), load_mw[None, :].copy(), no_stores())
    measures = no_measures(hours)._replace(stores=stores or no_stores())
    return System(year, ("all",), load_mw[None, :].copy(), np.ones(1), None, pool, measures)

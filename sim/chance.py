"""The year's forced outages of units, links, lines and transformers, from streams that belong to each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dafeng.agents.assets import Unit
from dafeng.configs.luck import Luck
from dafeng.configs.schema import Branch, City
from dafeng.network.outages import Process, processes_of, up_and_down
from dafeng.network.outages_pace import NO_PACES, Paces
from dafeng.network.outages_states import Behaviour, outages_of
from dafeng.network.outages_wires import (
    BOTH,
    EXTRA_HIGH_KV,
    POLES,
    bipole_process,
    line_process,
    pole_process,
    transformer_process,
)
from dafeng.sim import wires
from dafeng.sim.assembly import OUTSIDE, Assembly
from dafeng.sim.availability import Circuits
from dafeng.sim.failing import behaviours, is_link, plain
from dafeng.sim.merge import BATTERY
from dafeng.sim.trips import Outage

LARGE_MW = 300.0
"""Units from this size trip as events; smaller ones are known from the start (DESIGN 3)."""


@dataclass(frozen=True)
class Draws:
    """The draws of one year: each process goes on from where the year before left it."""

    city: City
    luck: Luck
    year: int
    out_until_h: Mapping[str, float]
    """Process -> hour of this year at which its outage of last year ends, 0 for none; unknown ones are new."""
    paces: Paces = NO_PACES
    """How fast the year's weather wears machines."""
    left: Mapping[str, float] = field(default_factory=dict)
    """Process -> output that its outage of last year leaves."""
    drawn: list[str] = field(default_factory=list)

    def states(self, row: int, key: str, number: int, behaviour: Behaviour) -> list[Outage]:
        """Outages of one cause in a unit, whole or partial."""
        name = f"{key}#{number}"
        self.drawn.append(name)
        of = (key, number, self.year) if number else (key, self.year)
        drawn = outages_of(
            behaviour, self.luck("outage", *of), self.luck("derated", *of),
            out_until_h=self.out_until_h.get(name), left=self.left.get(name, 0.0),
        )
        return [
            Outage(row, key, start, end, left, name, "derating" if left > 0.0 else "trip")
            for start, end, left in drawn.tolist()
        ]

    def outages(self, row: int, key: str, number: int, process: Process, circuits: int) -> list[Outage]:
        """Outages of one process, each of so many circuits of the row."""
        name = f"{key}#{number}"
        self.drawn.append(name)
        rng = self.luck("outage", key, number, self.year) if number else self.luck("outage", key, self.year)
        pairs = up_and_down(process.mttf_h, process.mttr_h, rng, out_until_h=self.out_until_h.get(name))
        return [Outage(row, key, start, end, 0.0, name, circuits=circuits) for start, end in pairs.tolist()]


def unit_outages(draws: Draws, assembly: Assembly) -> list[Outage]:
    """Outages of single machines; aggregates, batteries and blocks have theirs in their availability."""
    found = []
    for row, unit in enumerate(assembly.units):
        if unit.is_block or not unit.outage_class or unit.typical_unit_mw > 0:
            continue
        for number, behaviour in enumerate(behaviours(draws.city, unit, draws.paces)):
            found += draws.states(row, unit.key, number, behaviour)
    first = assembly.grid.rows.stores.start
    for row, store in enumerate(assembly.stores):
        if store.outage_class and store.technology != BATTERY:
            for number, process in enumerate(processes_of(draws.city, store.outage_class)):
                clock = None if number else draws.paces.clock(store.outage_class)
                found += draws.states(first + row, store.key, number, replace(plain(draws.city, process), clock=clock))
    return found


def links(assembly: Assembly) -> dict[int, Unit]:
    """Row -> direct-current link that lands in the city; those of the province are a block."""
    return {row: unit for row, unit in enumerate(assembly.units) if is_link(unit) and unit.county not in OUTSIDE}


def link_outages(draws: Draws, assembly: Assembly) -> list[Outage]:
    """Outages of each pole of a link and of both together; poles out at once add up, and no more than all are out."""
    found = []
    for row, unit in links(assembly).items():
        causes = {str(pole): (plain(draws.city, pole_process(draws.city)), 1) for pole in range(POLES)}
        causes[BOTH] = (plain(draws.city, bipole_process(draws.city)), POLES)
        for name, (behaviour, poles) in causes.items():
            drawn = draws.states(row, f"{unit.key}/{name}", 0, behaviour)
            found += [replace(one, key=unit.key, circuits=poles) for one in drawn]
    return found


def wire_outages(draws: Draws, assembly: Assembly) -> list[Outage]:
    """Lasting outages of circuits and transformers, each by itself; those out at once add up, as in adequacy."""
    found = []
    facts = {branch.key: branch for branch in draws.city.branches}
    branches, first = assembly.grid.branches, assembly.grid.rows.branches.start
    for row, key in enumerate(branches.key):
        process = wire_process(draws.city, facts[key])
        if process is None:
            continue
        for circuit in range(int(branches.circuits[row])):
            found += draws.outages(first + row, f"{key}/{circuit}", 0, process, circuits=1)
    return found


def circuits_of(city: City, assembly: Assembly) -> dict[int, Circuits]:
    """Row of the assembly -> the circuits of each branch, and whether one is kept spare; of a link its poles."""
    branches, first = assembly.grid.branches, assembly.grid.rows.branches.start
    spare = wires.keeps_spare(city)
    of_branches = {first + row: Circuits(max(1, int(branches.circuits[row])), spare and bool(branches.is_radial[row]))
                   for row in range(len(branches.key))}
    return {**dict.fromkeys(links(assembly), Circuits(POLES, keeps_spare=False)), **of_branches}


def wire_process(city: City, branch: Branch) -> Process | None:
    """What takes one circuit or transformer of a branch out for long; links stand for the province's own grid."""
    if branch.kind == "line":
        process = line_process(city, branch.kv, branch.length_km)
        if branch.kv < EXTRA_HIGH_KV:
            return process  # the source counts permanent outages; of 500 kV lines it counts trips
        return Process(process.mttf_h / (1.0 - city.value("outage.line_transient_share")), process.mttr_h)
    return transformer_process(city) if branch.kind in ("transformer", "offtake") else None


def large_rows(assembly: Assembly) -> frozenset[int]:
    """Rows whose outages are events: units and stores of 300 MW and more."""
    stores = assembly.grid.rows.stores.start
    units = [row for row, unit in enumerate(assembly.units) if unit.capacity_mw >= LARGE_MW]
    return frozenset(
        [*units, *(stores + row for row, store in enumerate(assembly.stores) if store.power_mw >= LARGE_MW)]
    )


def by_loss(outages: Sequence[Outage], assembly: Assembly) -> tuple[list[Outage], list[Outage]]:
    """Outages that take 300 MW and more, and those that take less: a derating of 200 MW is no surprise either."""
    first = assembly.grid.rows.stores.start
    large: list[Outage] = []
    small: list[Outage] = []
    for outage in outages:
        is_store = outage.row >= first
        mw = assembly.stores[outage.row - first].power_mw if is_store else assembly.units[outage.row].capacity_mw
        whole = outage.share <= 0.0 or mw * (1.0 - outage.share) >= LARGE_MW
        (large if whole else small).append(outage)
    return large, small

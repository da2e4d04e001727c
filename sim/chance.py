"""The year's forced outages of units, links and lines, sampled from streams that belong to each of them."""

from __future__ import annotations

from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.network.outages import Process, processes_of, up_and_down
from dafeng.network.outages_wires import line_process
from dafeng.sim.assembly import Assembly
from dafeng.sim.merge import BATTERY
from dafeng.sim.trips import Outage

LARGE_MW = 300.0
"""Units from this size trip as events; smaller ones are known from the start (DESIGN 3)."""


def unit_outages(city: City, luck: Luck, year: int, assembly: Assembly) -> list[Outage]:
    """Outages of single machines; aggregates, batteries and blocks have theirs in their availability."""
    found = []
    for row, unit in enumerate(assembly.units):
        if unit.is_block or not unit.outage_class or unit.typical_unit_mw > 0:
            continue
        processes = processes_of(city, unit.outage_class, unit.technology, unit.forced_outage_multiplier)
        for number, process in enumerate(processes):
            found += _outages(luck, year, row, unit.key, number, process, 0.0)
    first = assembly.grid.rows.stores.start
    for row, store in enumerate(assembly.stores):
        if store.outage_class and store.technology != BATTERY:
            for number, process in enumerate(processes_of(city, store.outage_class)):
                found += _outages(luck, year, first + row, store.key, number, process, 0.0)
    return found


def line_outages(city: City, luck: Luck, year: int, assembly: Assembly) -> list[Outage]:
    """Lasting outages of one circuit; what is left is the share of the other circuits."""
    found = []
    lines = {branch.key: branch for branch in city.branches if branch.kind == "line"}
    first = assembly.grid.rows.branches.start
    lasting = 1.0 - city.value("outage.line_transient_share")
    for row, key in enumerate(assembly.grid.branches.key):
        if key not in lines:
            continue
        line = lines[key]
        process = line_process(city, line.kv, line.length_km)
        lasting_process = Process(process.mttf_h / lasting, process.mttr_h)
        for circuit in range(line.circuits):
            left = (line.circuits - 1) / line.circuits
            found += _outages(luck, year, first + row, f"{key}/{circuit}", 0, lasting_process, left)
    return found


def _outages(luck: Luck, year: int, row: int, key: str, number: int, process: Process, share: float) -> list[Outage]:
    rng = luck("outage", key, number, year) if number else luck("outage", key, year)
    return [
        Outage(row, key, float(start), float(end), share)
        for start, end in up_and_down(process.mttf_h, process.mttr_h, rng)
    ]


def large_rows(assembly: Assembly) -> frozenset[int]:
    """Rows whose outages are events: units and stores of 300 MW and more."""
    stores = assembly.grid.rows.stores.start
    units = [row for row, unit in enumerate(assembly.units) if unit.capacity_mw >= LARGE_MW]
    return frozenset(
        [*units, *(stores + row for row, store in enumerate(assembly.stores) if store.power_mw >= LARGE_MW)]
    )

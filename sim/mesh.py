"""From the year's grid to the lines that adequacy samples in front of the city's offtakes (MODEL_SPEC 7.8 b)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from dafeng.configs.schema import City
from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_mesh import Feed, Mesh
from dafeng.network.adequacy_storms import Season
from dafeng.network.flow import build_ptdf
from dafeng.network.grid import Grid, Hours
from dafeng.network.hanging import main_bus
from dafeng.network.sampling import Machine, Machines
from dafeng.network.storms import coastal, has_storms, trip_probability
from dafeng.sim import wires
from dafeng.sim.assembly import Assembly
from dafeng.sim.availability import Availability
from dafeng.sim.chance import wire_process

UNLIMITED = "no"
"""Value of the switch `delivery_lines` for lines that carry anything and never fail."""


def mesh_of(city: City, assembly: Assembly, availability: Availability, hours: Hours, offtakes: Sequence[int]
            ) -> Mesh | None:
    """Every branch but the offtakes (their rows in the order that adequacy has them); None where there is none."""
    grid, branches = assembly.grid, assembly.grid.branches
    rows = np.flatnonzero(~branches.is_radial)
    if not len(rows) or city.setting("delivery_lines", "yes") == UNLIMITED:
        return None
    first, behind = main_bus(grid), set(branches.to_bus[branches.is_radial].tolist())
    buses = np.array([first, *(bus for bus in range(len(grid.buses)) if bus != first and bus not in behind)])
    node = np.full(len(grid.buses), -1, dtype=np.int64)
    node[buses] = np.arange(len(buses))
    at = {county.key: i for i, county in enumerate(city.counties)}
    every = build_ptdf(grid).matrix[np.ix_(rows, buses)]
    carry = branches.carry_mw[rows]
    return Mesh(
        from_node=node[branches.from_bus[rows]], to_node=node[branches.to_bus[rows]], reactance=branches.x_pu[rows],
        circuits=np.maximum(branches.circuits[rows], 1),
        limit_mw=branches.limit_mw[rows] if wires.keeps_spare(city) else carry, carry_mw=carry,
        parts=_parts(city, grid, rows), factor=every,
        flow_mw=_whole_flow(grid, availability, hours, rows, buses, every),
        county=np.array([at.get(grid.counties[bus], -1) for bus in buses], dtype=np.int64),
        offtake_node=node[branches.from_bus[list(offtakes)]],
        makes_feed=partial(feed_of, grid, availability, hours, rows, buses), season=_season(city, grid, rows),
    )


def _season(city: City, grid: Grid, rows: Ints) -> Season:
    """The storms of `network.storms` and what they do to these branches."""
    if not has_storms(city):
        return Season.none()
    facts, coast = {branch.key: branch for branch in city.branches}, coastal(city)
    hit = [facts[grid.branches.key[row]] for row in rows]
    severe = [trip_probability(city, one.kv, coast & {one.from_bus, one.to_bus}) if one.kind == "line" else 0.0
              for one in hit]
    return Season.of(city, tuple(one.key for one in hit), np.array(severe))


def _parts(city: City, grid: Grid, rows: Ints) -> Machines:
    """Circuits and transformers as machines, with the outages that the operated year draws too."""
    facts, found = {branch.key: branch for branch in city.branches}, []
    for number, row in enumerate(rows.tolist()):
        key = grid.branches.key[row]
        process = wire_process(city, facts[key])
        if process is not None:
            found.append(Machine(key, 0.0, process, number, int(max(grid.branches.circuits[row], 1))))
    return Machines.of(found)


def _whole_flow(grid: Grid, availability: Availability, hours: Hours, rows: Ints, buses: Ints, factor: Floats
                ) -> Floats:
    """(hours, rows) flows as operated; those of hours with something out, or load cut, are made anew."""
    found: Floats = np.ascontiguousarray(hours.flow_mw[rows].T)
    other = (availability.actual(grid.rows.branches) < 1.0)[rows].any(axis=0)
    other |= hours.unserved_mw[buses[1:]].any(axis=0) | hours.unserved_mw[grid.branches.to_bus].any(axis=0)
    wanted = np.flatnonzero(other)
    if len(wanted):
        found[wanted] = (factor @ -_taken(grid, hours, buses, wanted)).T
    return found


def _taken(grid: Grid, hours: Hours, buses: Ints, wanted: Ints) -> Floats:
    """(nodes, hours wanted) MW taken from each node with what stands behind its offtakes, shed load included."""
    branches, flow = grid.branches, hours.flow_mw[:, wanted]
    net = hours.unserved_mw[:, wanted].copy()
    for row in range(len(branches.key)):
        net[branches.to_bus[row]] += flow[row]
        if branches.is_radial[row]:
            net[branches.from_bus[row]] += hours.unserved_mw[branches.to_bus[row], wanted]
        else:
            net[branches.from_bus[row]] -= flow[row]
    made: Floats = net[buses]
    return made


def feed_of(grid: Grid, availability: Availability, hours: Hours, rows: Ints, buses: Ints) -> Feed:
    """What each node takes besides its offtakes and its units, and what its units can give."""
    branches, generators = grid.branches, grid.generators
    need = hours.unserved_mw.copy()
    for row in rows.tolist():
        need[branches.to_bus[row]] += hours.flow_mw[row]
        need[branches.from_bus[row]] -= hours.flow_mw[row]
    for row in np.flatnonzero(branches.is_radial).tolist():
        need[branches.from_bus[row]] -= hours.flow_mw[row]
    supply, share = np.zeros_like(need), availability.actual(grid.rows.generators)
    for row, bus in enumerate(generators.bus.tolist()):
        supply[bus] += generators.capacity_mw[row] * share[row]
        need[bus] += hours.generation_mw[row]
    return Feed(np.ascontiguousarray(need[buses]), np.ascontiguousarray(supply[buses]))

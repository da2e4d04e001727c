"""PyPSA's lines and transformers as branches, and links that a flow cannot pass by.

A link can be steered, which no branch of the grid can. But where a link is the only way between two parts of the
network, what flows over it is the balance of a part, whatever its reactance: such a link is a branch.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from dafeng.configs.units import BASE_MVA, Floats, Ints
from dafeng.network.grid import Branches, stack
from dafeng.network.pypsa_reader import Reader
from dafeng.network.pypsa_tables import Component

UNLIMITED_MW = 1e9


def branches(read: Reader, link_rows: Ints) -> Branches:
    """Lines, transformers and those of the links (rows) that are no part of a storage."""
    wired = stack(Branches, [_lines(read), _transformers(read)])
    links = _links(read, link_rows)
    _check_steered(read, wired, links, link_rows)
    return stack(Branches, [wired, links])


def resistances(read: Reader, links: int) -> Floats:
    """(branches,) resistance per unit of the base power, in the order of `branches`; so many links have none."""
    lines, made = read.live("lines"), read.live("transformers")
    size = read.size(made, "s_nom")
    ohm = read.fixed(lines, "r") / _voltage(read, read.bus(lines, "bus0")) ** 2
    own = np.divide(read.fixed(made, "r") * read.fixed(made, "tap_ratio"), size, out=np.zeros(len(size)),
                    where=size > 0.0)
    return BASE_MVA * np.concatenate([ohm, own, np.zeros(links)])


def _voltage(read: Reader, bus: Ints) -> Floats:
    """Voltage of some buses; what is not above 0 was complained of and is 1."""
    level = read.fixed(read.tables.of("buses"), "v_nom")
    return np.where(level > 0.0, level, 1.0)[bus]


def _lines(read: Reader) -> Branches:
    """Lines: x in ohm at the voltage of the first bus; between direct-current buses r takes its place."""
    lines, buses = read.live("lines"), read.tables.of("buses")
    ends = read.bus(lines, "bus0"), read.bus(lines, "bus1")
    level = read.fixed(buses, "v_nom")
    for row in np.flatnonzero(~(level > 0.0)).tolist():
        read.complain(buses, row, "v_nom", f"is {level[row]:g}; more than 0 is expected")
    voltage = _voltage(read, ends[0])
    is_direct = np.array([word == "DC" for word in read.words(buses, "carrier")], dtype=np.bool_)
    ohm = np.where(is_direct[ends[0]], read.fixed(lines, "r"), read.fixed(lines, "x"))
    _check_reactance(read, lines, ohm)
    return _branches(read, lines, ends, BASE_MVA * ohm / voltage**2)


def _transformers(read: Reader) -> Branches:
    """Transformers: x per unit of their own size, times the tap ratio."""
    made = read.live("transformers")
    size, x = read.size(made, "s_nom"), read.fixed(made, "x")
    _check_reactance(read, made, x)
    x_pu = BASE_MVA * np.divide(x * read.fixed(made, "tap_ratio"), size, out=np.ones(len(size)), where=size > 0.0)
    return _branches(read, made, (read.bus(made, "bus0"), read.bus(made, "bus1")), x_pu)


def _check_reactance(read: Reader, component: Component, x: Floats) -> None:
    """A flow needs a reactance; those of types are computed by PyPSA when the network is solved or exported."""
    types = component.static.get("type")
    for row in np.flatnonzero(~(x > 0.0)).tolist():
        says = f"is {x[row]:g}; more than 0 is expected"
        if types is not None and types[row]:
            says += f" (it comes from the type '{types[row]}': call calculate_dependent_values before exporting)"
        read.complain(component, row, "x", says)


def _branches(read: Reader, component: Component, ends: tuple[Ints, Ints], x_pu: Floats) -> Branches:
    """Branches with their limits."""
    limit = np.minimum(read.size(component, "s_nom"), UNLIMITED_MW) * read.fixed(component, "s_max_pu")
    for row in np.flatnonzero(limit < 0.0).tolist():
        read.complain(component, row, "s_max_pu", "is below 0; 0 or more is expected")
    return _meshed(component.keys, ends, np.where(x_pu > 0.0, x_pu, 1.0), limit)


def _meshed(keys: tuple[str, ...], ends: tuple[Ints, Ints], x_pu: Floats, limit_mw: Floats) -> Branches:
    """Branches of one circuit each, none of them an offtake."""
    none, limit = np.zeros(len(keys), dtype=np.bool_), np.minimum(limit_mw, UNLIMITED_MW)
    return Branches(keys, *ends, x_pu, limit, none, none, limit, np.ones(len(keys), dtype=np.int64))


def _links(read: Reader, rows: Ints) -> Branches:
    """Links without losses, costs and a direction of their own."""
    links = read.live("links")
    size = read.size(links, "p_nom")
    most, least = size * read.fixed(links, "p_max_pu"), size * read.fixed(links, "p_min_pu")
    efficiency, cost = read.fixed(links, "efficiency"), read.fixed(links, "marginal_cost")
    for row in rows.tolist():
        if efficiency[row] != 1.0:
            read.complain(links, row, "efficiency", f"is {efficiency[row]:g}; a branch of the grid has no losses (1)")
        if cost[row] != 0.0:
            read.complain(links, row, "marginal_cost", f"is {cost[row]:g}; a branch of the grid costs nothing (0)")
        if least[row] != -most[row]:
            says = f"lets {-least[row]:g} MW back and {most[row]:g} MW forth; a branch of the grid has one limit"
            read.complain(links, row, "p_min_pu", says)
    ends = read.bus(links, "bus0")[rows], read.bus(links, "bus1")[rows]
    return _meshed(tuple(links.keys[row] for row in rows), ends, np.ones(len(rows)), most[rows])


def _check_steered(read: Reader, wired: Branches, links: Branches, rows: Ints) -> None:
    """Every link is a bridge of the network."""
    made: nx.MultiGraph[int] = nx.MultiGraph()
    for kind, part in enumerate((wired, links)):
        for row, (a, b) in enumerate(zip(part.from_bus.tolist(), part.to_bus.tolist(), strict=True)):
            made.add_edge(a, b, key=(kind, row))
    simple: nx.Graph[int] = nx.Graph()
    simple.add_edges_from(made.edges())
    pairs: Any = nx.bridges(simple)
    bridges = {frozenset(pair) for pair in pairs}
    for at, row in enumerate(rows.tolist()):
        pair = int(links.from_bus[at]), int(links.to_bus[at])
        if frozenset(pair) not in bridges or made.number_of_edges(*pair) > 1:
            says = "can be steered beside other paths; the grid has no such branch"
            read.complain(read.live("links"), row, "bus1", says)

"""PyPSA's lines and transformers as branches, and links that a flow cannot pass by.

A link can be steered, which no branch of the grid can. But where a link is the only way between two parts of the
network, what flows over it is the balance of a part, whatever its reactance: such a link is a branch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from dafeng.configs.units import BASE_MVA, Floats, Ints
from dafeng.network.grid import Branches, stack
from dafeng.network.pypsa_kinds import USED
from dafeng.network.pypsa_reader import ROUNDING, Reader
from dafeng.network.pypsa_tables import Component, told_apart

UNLIMITED_MW = 1e9
BRIDGE = "a link not of a store must be the only way between two parts of the network"


def branches(read: Reader, link_rows: Ints) -> Branches:
    """Lines, transformers and those of the links (rows) that are no part of a storage."""
    wired = stack(Branches, [_lines(read), _transformers(read)])
    links = _links(read, link_rows)
    _check_steered(read, wired, links, link_rows)
    named = {kind: read.live(kind).keys for kind in ("lines", "transformers")}
    return replace(stack(Branches, [wired, links]), key=told_apart({**named, "links": links.key}))


def _most_pu(read: Reader, component: Component) -> Floats:
    """(n,) the highest part of its size that a line or transformer may carry in any hour."""
    most: Floats = read.hourly(component, "s_max_pu").max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(most), most, 0.0)


def line_parts(read: Reader, links: int) -> Floats | None:
    """(branches, hours) part of its limit that each may carry, in the order of `branches`; none where it is all."""
    made = []
    for kind in ("lines", "transformers"):
        component = read.live(kind)
        most = _most_pu(read, component)[:, None]
        pu = read.hourly(component, "s_max_pu")
        made.append(np.divide(pu, most, out=np.ones_like(pu), where=most > 0.0))
    part = np.concatenate([*made, np.ones((links, read.hours))])
    return None if bool((part >= 1.0 - ROUNDING).all()) else np.clip(part, 0.0, 1.0)


def resistances(read: Reader, links: int) -> Floats:
    """(branches,) resistance per unit of the base power, in the order of `branches`; so many links have none."""
    lines, made = read.live("lines"), _made(read)
    ohm = _ohm(read)[1] / _voltage(read, read.bus(lines, "bus0")) ** 2
    own = np.divide(made.r * made.tap, made.size, out=np.zeros(len(made.size)), where=made.size > 0.0)
    return BASE_MVA * np.concatenate([ohm, own, np.zeros(links)])


def _types(read: Reader, component: Component, kind: str) -> Ints:
    """(n,) rows of the types of lines or transformers, -1 for those of none; one that is not there is a problem."""
    at = {name: row for row, name in enumerate(read.tables.of(kind).keys)}
    words = read.words(component, "type")
    for row, word in enumerate(words):
        if word and word not in at:
            says = f"is '{word}', from which PyPSA computes x and r, and the network has no such row of {kind}"
            told = "export with export_standard_types=True, or without the type where x and r are right"
            read.complain(component, row, "type", f"{says}: {told}")
    parallel = read.fixed(component, "num_parallel")
    for row, word in enumerate(words):
        if word and not parallel[row] > 0.0:
            read.complain(component, row, "num_parallel", f"is {parallel[row]:g}; more than 0 is expected")
    return np.array([at.get(word, -1) for word in words], dtype=np.int64)


def _ohm(read: Reader) -> tuple[Floats, Floats]:
    """(lines,) x and r in ohm; those of a type are its ohms a km, as in PyPSA."""
    lines, types = read.live("lines"), read.tables.of("line_types")
    row = _types(read, lines, "line_types")
    parallel = read.fixed(lines, "num_parallel")
    length = np.divide(read.fixed(lines, "length"), parallel, out=np.ones(len(row)), where=parallel > 0.0)
    x, r = (
        np.where(row >= 0, np.r_[read.fixed(types, f"{name}_per_length"), 0.0][row] * length, read.fixed(lines, name))
        for name in ("x", "r")
    )
    return x, r


class Made(NamedTuple):
    """(transformers,) x and r per unit of their size in MVA, and the tap ratio."""

    x: Floats
    r: Floats
    size: Floats
    tap: Floats


def _made(read: Reader) -> Made:
    """Transformers; what stands in their type goes before what stands beside it, as in PyPSA."""
    made, types = read.live("transformers"), read.tables.of("transformer_types")
    own = Made(read.fixed(made, "x"), read.fixed(made, "r"), read.size(made, "s_nom"), read.fixed(made, "tap_ratio"))
    row = _types(read, made, "transformer_types")
    if not (row >= 0).any():
        return own
    of = {name: np.r_[read.fixed(types, name), 0.0][row] for name in USED["transformer_types"]}
    for at in np.flatnonzero((row >= 0) & (of["phase_shift"] != 0.0)).tolist():
        says = f"has a phase_shift of {of['phase_shift'][at]:g}; the grid has no word for it"
        read.complain(made, at, "type", says)
    parallel = np.where(read.fixed(made, "num_parallel") > 0.0, read.fixed(made, "num_parallel"), 1.0)
    r = of["vscr"] / 100.0
    x = np.sqrt(np.maximum((of["vsc"] / 100.0) ** 2 - r**2, 0.0))
    tap = 1.0 + (read.fixed(made, "tap_position") - of["tap_neutral"]) * of["tap_step"] / 100.0
    typed = (x / parallel, r / parallel, of["s_nom"], tap)
    return Made(*(np.where(row >= 0, theirs, ours) for theirs, ours in zip(typed, own, strict=True)))


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
    x, r = _ohm(read)
    ohm = np.where(is_direct[ends[0]], r, x)
    _check_reactance(read, lines, ohm)
    return _branches(read, lines, ends, BASE_MVA * ohm / voltage**2, read.size(lines, "s_nom"))


def _transformers(read: Reader) -> Branches:
    """Transformers: x per unit of their own size, times the tap ratio."""
    made, facts = read.live("transformers"), _made(read)
    _check_reactance(read, made, facts.x)
    x_pu = BASE_MVA * np.divide(
        facts.x * facts.tap, facts.size, out=np.ones(len(facts.size)), where=facts.size > 0.0
    )
    return _branches(read, made, (read.bus(made, "bus0"), read.bus(made, "bus1")), x_pu, facts.size)


def _check_reactance(read: Reader, component: Component, x: Floats) -> None:
    """A flow needs a reactance; a type that is not there was complained of."""
    types = read.words(component, "type")
    for row in np.flatnonzero(~(x > 0.0)).tolist():
        if not types[row]:
            read.complain(component, row, "x", f"is {x[row]:g}; more than 0 is expected")
        elif types[row] in read.tables.of("line_types").keys + read.tables.of("transformer_types").keys:
            read.complain(component, row, "type", f"gives a reactance of {x[row]:g}; more than 0 is expected")


def _branches(
    read: Reader, component: Component, ends: tuple[Ints, Ints], x_pu: Floats, size_mva: Floats
) -> Branches:
    """Branches with their limits."""
    limit = np.minimum(size_mva, UNLIMITED_MW) * _most_pu(read, component)
    for row in np.flatnonzero((read.hourly(component, "s_max_pu") < 0.0).any(axis=1)).tolist():
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
            read.complain(links, row, "efficiency", f"is {efficiency[row]:g}; {BRIDGE}, with efficiency 1")
        if cost[row] != 0.0:
            read.complain(links, row, "marginal_cost", f"is {cost[row]:g}; {BRIDGE}, with marginal_cost 0")
        if least[row] != -most[row]:
            says = f"lets {0.0 - least[row]:g} MW back and {most[row]:g} MW forth; {BRIDGE}, with p_min_pu = -p_max_pu"
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
            says = "is reached on lines or other links too, so the link's flow could be chosen (HVDC beside AC)"
            says += f", for which there is no word here; {BRIDGE}"
            read.complain(read.live("links"), row, "bus1", says)

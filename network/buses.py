"""Where power is fed in and taken out: from rows of assets to nodes, and what an offtake cannot carry (MODEL_SPEC 6.3).

The hour is dispatched on one copperplate and checked on the network after. A radial offtake is a hard limit: load
behind it above what it carries is shed there, and supply elsewhere gives way, dearest first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.fleet import FREE, Fleet
from dafeng.network.tanks import CHARGE, DISCHARGE


class Sites(NamedTuple):
    """The bus of every asset, and which buses belong to the city."""

    generator: Ints
    tank: Ints
    offer: Ints
    buyer: Ints
    is_city: Bools
    """(buses,)."""
    province: int
    """Bus that takes the province's part of a shortage, -1 without one."""
    offtake: Ints
    """Rows of radial branches."""
    leaf: Ints
    """Buses behind offtakes, offtake by offtake."""
    leaf_from: Ints
    """(offtakes + 1,) where each offtake's buses begin in `leaf`."""
    is_behind: Bools
    """(buses,) behind any offtake."""
    limit_mw: Floats
    """(offtakes,) what an offtake carries with all its circuits in service."""


DUST_MW = 1e-10
"""What sums of thousands of megawatts leave over; a year of it stays below a watt-hour."""


class Nodes(NamedTuple):
    """(buses, hours) of a window."""

    net_mw: Floats
    """Fed in less taken out."""
    served_mw: Floats
    """Load and charging less response: what may still go unserved."""
    unserved_mw: Floats


@compiled
def nodes_of(
    sites: Sites, load: Floats, first: int, output: Floats, bought: Floats, tanks_out: Floats, shed: Floats
) -> Nodes:
    """Net injections before any load goes unserved."""
    shape = (load.shape[0], output.shape[0])
    nodes = Nodes(np.empty(shape), np.empty(shape), np.zeros(shape))
    _feed(sites, load, first, output, bought, tanks_out, shed, nodes.net_mw, nodes.served_mw)
    return nodes


@bare
def _feed(
    sites: Sites, load: Floats, first: int, output: Floats, bought: Floats, tanks_out: Floats, shed: Floats,
    net: Floats, served: Floats,
) -> None:
    """The same, into (buses, hours) arrays."""
    hours = output.shape[0]
    for b in range(load.shape[0]):
        for h in range(hours):
            net[b, h] = -load[b, first + h]
            served[b, h] = max(0.0, load[b, first + h])
    for g in range(sites.generator.size):
        for h in range(hours):
            net[sites.generator[g], h] += output[h, g]
    for s in range(sites.tank.size):
        for h in range(hours):
            net[sites.tank[s], h] += tanks_out[s, DISCHARGE, h] - tanks_out[s, CHARGE, h]
            served[sites.tank[s], h] += tanks_out[s, CHARGE, h]
    for o in range(sites.offer.size):
        for h in range(hours):
            net[sites.offer[o], h] += shed[o, h]
            served[sites.offer[o], h] = max(0.0, served[sites.offer[o], h] - shed[o, h])
    for b in range(sites.buyer.size):
        for h in range(hours):
            net[sites.buyer[b], h] -= bought[b, h]


@compiled
def serve(
    fleet: Fleet, sites: Sites, share: Floats, first: int, low: Floats, city: Floats, province: Floats,
    output: Floats, nodes: Nodes,
) -> None:
    """Say where load goes unserved: behind offtakes that are too weak, at the province, then over the city by load.

    `city` and `province` (hours,) are what supply did not meet; `share` (branches, year) is the availability.
    """
    _serve(fleet, sites, share, first, low, city, province, output, nodes, np.zeros(sites.is_behind.size, np.bool_))


@bare
def _serve(
    fleet: Fleet, sites: Sites, share: Floats, first: int, low: Floats, city: Floats, province: Floats,
    output: Floats, nodes: Nodes, anywhere: Bools,
) -> None:
    """The same; `anywhere` (buses,) bars none."""
    for h in range(city.size):
        cut = 0.0
        for r in range(sites.offtake.size):
            over = -sites.limit_mw[r] * share[sites.offtake[r], first + h]
            for i in range(sites.leaf_from[r], sites.leaf_from[r + 1]):
                over -= nodes.net_mw[sites.leaf[i], h]
            if over > DUST_MW:
                cut += _shed_behind(sites, h, r, over, nodes)
        if province[h] > 0.0:
            _shed(nodes, sites.province, h, province[h])
        if city[h] > cut:
            shed_at(nodes, h, city[h] - cut, sites.is_city)
        elif cut > city[h]:
            left = turn_down(fleet, sites, h, cut - city[h], low, output, nodes, sites.is_behind)
            turn_down(fleet, sites, h, left, low, output, nodes, anywhere)


@bare
def _shed(nodes: Nodes, bus: int, h: int, amount: float) -> None:
    """Leave an amount unserved at a bus."""
    nodes.unserved_mw[bus, h] += amount
    nodes.served_mw[bus, h] -= amount
    nodes.net_mw[bus, h] += amount


@inlined
def _shed_behind(sites: Sites, h: int, r: int, over: float, nodes: Nodes) -> float:
    """Shed what an offtake cannot carry, in proportion to the load behind it; MW shed."""
    served = 0.0
    for i in range(sites.leaf_from[r], sites.leaf_from[r + 1]):
        served += nodes.served_mw[sites.leaf[i], h]
    cut = min(over, served)
    if cut <= 0.0:
        return 0.0
    part = cut / served
    for i in range(sites.leaf_from[r], sites.leaf_from[r + 1]):
        _shed(nodes, sites.leaf[i], h, part * nodes.served_mw[sites.leaf[i], h])
    return cut


@bare
def turn_down(
    fleet: Fleet, sites: Sites, h: int, cut: float, low: Floats, output: Floats, nodes: Nodes, barred: Bools
) -> float:
    """Supply gives way, dearest first, then free rows, then whatever runs; not at barred buses. What remains."""
    for i in range(fleet.merit.size):
        g = fleet.merit[fleet.merit.size - 1 - i]
        if g < fleet.n_generators:
            cut = _lower(sites, h, g, cut, low[h, g], output, nodes, barred)
    for g in range(fleet.n_generators):
        if fleet.kind[g] == FREE:
            cut = _lower(sites, h, g, cut, 0.0, output, nodes, barred)
    for g in range(fleet.n_generators):
        cut = _lower(sites, h, g, cut, 0.0, output, nodes, barred)
    return cut


@bare
def _lower(
    sites: Sites, h: int, g: int, cut: float, floor: float, output: Floats, nodes: Nodes, barred: Bools
) -> float:
    """Lower one row unless its bus is barred; what remains to be cut."""
    bus = sites.generator[g]
    if cut <= 0.0 or barred[bus]:
        return cut
    part: float = min(cut, max(0.0, output[h, g] - floor))
    output[h, g] -= part
    nodes.net_mw[bus, h] -= part
    return cut - part


@bare
def turn_up(
    fleet: Fleet, sites: Sites, h: int, want: float, high: Floats, output: Floats, nodes: Nodes, barred: Bools
) -> float:
    """Supply rises by merit within its bounds, not at barred buses; what remains wanted."""
    for g in fleet.merit:
        if g < fleet.n_generators and want > 0.0 and not barred[sites.generator[g]]:
            part = min(want, max(0.0, high[h, g] - output[h, g]))
            output[h, g] += part
            nodes.net_mw[sites.generator[g], h] += part
            want -= part
    return want


@bare
def shed_at(nodes: Nodes, h: int, amount: float, where: Bools) -> float:
    """Leave an amount unserved at some buses, by the load they still have; MW shed; dust is nothing."""
    if amount <= DUST_MW:
        return 0.0
    total = 0.0
    for b in range(where.size):
        total += nodes.served_mw[b, h] if where[b] else 0.0
    part = min(1.0, amount / total) if total > 0.0 else 0.0
    for b in range(where.size):
        if where[b]:
            _shed(nodes, b, h, part * nodes.served_mw[b, h])
    return part * total

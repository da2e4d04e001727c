"""Where power is fed in and taken out: from rows of assets to nodes, and what an offtake cannot carry (MODEL_SPEC 6.3).

The hour is dispatched on one copperplate and checked on the network after. A radial offtake is a hard limit: load
behind it above what it carries is shed there, and supply elsewhere gives way, dearest first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.compiled import compiled
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
    """(offtakes,)."""


class Nodes(NamedTuple):
    """(buses, hours) of a window."""

    net_mw: Floats
    """Fed in less taken out."""
    served_mw: Floats
    """Load that may still be shed."""
    unserved_mw: Floats


@compiled
def nodes_of(
    sites: Sites, load: Floats, first: int, output: Floats, bought: Floats, tanks_out: Floats, shed: Floats
) -> Nodes:
    """Net injections before any load goes unserved."""
    hours = output.shape[0]
    net = -load[:, first : first + hours]
    for h in range(hours):
        for g in range(sites.generator.size):
            net[sites.generator[g], h] += output[h, g]
    for s in range(sites.tank.size):
        net[sites.tank[s]] += tanks_out[s, DISCHARGE] - tanks_out[s, CHARGE]
    for o in range(sites.offer.size):
        net[sites.offer[o]] += shed[o]
    for b in range(sites.buyer.size):
        net[sites.buyer[b]] -= bought[b]
    return Nodes(net, np.maximum(load[:, first : first + hours], 0.0), np.zeros(net.shape))


@compiled
def serve(
    fleet: Fleet, sites: Sites, share: Floats, first: int, low: Floats, city: Floats, province: Floats,
    output: Floats, nodes: Nodes,
) -> None:
    """Say where load goes unserved: behind offtakes that are too weak, at the province, then over the city by load.

    `city` and `province` (hours,) are what supply did not meet; `share` (branches, year) is the availability.
    """
    for h in range(city.size):
        cut = 0.0
        for r in range(sites.offtake.size):
            cut += _shed_behind(sites, h, r, sites.limit_mw[r] * share[sites.offtake[r], first + h], nodes)
        if province[h] > 0.0:
            _shed(nodes, sites.province, h, province[h])
        if city[h] > cut:
            _shed_city(sites, h, city[h] - cut, nodes)
        elif cut > city[h]:
            _turn_down(fleet, sites, h, cut - city[h], low, output, nodes)


@compiled
def _shed(nodes: Nodes, bus: int, h: int, amount: float) -> None:
    """Leave an amount unserved at a bus."""
    nodes.unserved_mw[bus, h] += amount
    nodes.served_mw[bus, h] -= amount
    nodes.net_mw[bus, h] += amount


@compiled
def _shed_behind(sites: Sites, h: int, r: int, limit: float, nodes: Nodes) -> float:
    """Shed what an offtake cannot carry, in proportion to the load behind it; MW shed."""
    over, served = -limit, 0.0
    leaves = sites.leaf[sites.leaf_from[r] : sites.leaf_from[r + 1]]
    for b in leaves:
        over -= nodes.net_mw[b, h]
        served += nodes.served_mw[b, h]
    cut = min(over, served)
    if cut <= 0.0:
        return 0.0
    part = cut / served
    for b in leaves:
        _shed(nodes, b, h, part * nodes.served_mw[b, h])
    return cut


@compiled
def _shed_city(sites: Sites, h: int, amount: float, nodes: Nodes) -> None:
    """Spread unserved load over the city's buses by the load they still have."""
    total = 0.0
    for b in range(sites.is_city.size):
        total += nodes.served_mw[b, h] if sites.is_city[b] else 0.0
    part = amount / total if total > 0.0 else 0.0
    for b in range(sites.is_city.size):
        if sites.is_city[b]:
            _shed(nodes, b, h, part * nodes.served_mw[b, h])


@compiled
def _turn_down(
    fleet: Fleet, sites: Sites, h: int, cut: float, low: Floats, output: Floats, nodes: Nodes
) -> None:
    """Supply gives way to load that was shed: dearest first, then free rows, then whatever runs."""
    for i in range(fleet.merit.size):
        g = fleet.merit[fleet.merit.size - 1 - i]
        if g < fleet.n_generators:
            cut = _lower(sites, h, g, cut, low[h, g], output, nodes)
    for g in range(fleet.n_generators):
        if fleet.kind[g] == FREE:
            cut = _lower(sites, h, g, cut, 0.0, output, nodes)
    for g in range(fleet.n_generators):
        cut = _lower(sites, h, g, cut, 0.0, output, nodes)


@compiled
def _lower(sites: Sites, h: int, g: int, cut: float, floor: float, output: Floats, nodes: Nodes) -> float:
    """Lower a row that stands behind no offtake; what remains to be cut."""
    bus = sites.generator[g]
    if cut <= 0.0 or sites.is_behind[bus]:
        return cut
    part: float = min(cut, max(0.0, output[h, g] - floor))
    output[h, g] -= part
    nodes.net_mw[bus, h] -= part
    return cut - part

"""Power between regions in a transport model: as much as the borders let through, by shortest ways first.

Augmenting paths on the graph of regions (Edmonds and Karp 1972): exact, and quick while regions are few. What was sent
before stays served when more is sent later, so sources come in the order of preference.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.compiled import compiled

NOWHERE = -1


class Network(NamedTuple):
    """Borders in one hour and what flows over them."""

    from_region: Ints
    to_region: Ints
    forward_mw: Floats
    """(interfaces,) limit of the hour."""
    backward_mw: Floats
    flow_mw: Floats
    """Positive from `from_region` to `to_region`."""
    reached_by: Ints
    """(regions,) interface over which a search came, and working space of the search."""
    queue: Ints


def network_for(from_region: Ints, to_region: Ints, regions: int) -> Network:
    """A network without flow."""
    n = len(from_region)
    return Network(from_region, to_region, np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(regions, np.int64),
                   np.zeros(regions, np.int64))


@compiled
def send(network: Network, supply_mw: Floats, demand_mw: Floats) -> None:
    """Lower supply and demand by what can be brought from one to the other; the flows are raised."""
    for region in range(supply_mw.shape[0]):
        at_home = min(supply_mw[region], demand_mw[region])
        supply_mw[region] -= at_home
        demand_mw[region] -= at_home
    if network.flow_mw.shape[0] == 0:
        return
    while is_any(supply_mw) and is_any(demand_mw):
        sink = find_way(network, supply_mw, demand_mw)
        if sink == NOWHERE:
            return
        take_way(network, sink, supply_mw, demand_mw)


@compiled
def is_any(amount_mw: Floats) -> bool:
    """Whether any region has more than a rounding error."""
    found = False
    for region in range(amount_mw.shape[0]):
        found = found or amount_mw[region] > TINY_MW
    return found


@compiled
def find_way(network: Network, supply_mw: Floats, demand_mw: Floats) -> int:
    """The nearest region in need that a region with supply can reach over free borders."""
    network.reached_by[:] = -2
    last = 0
    for region in range(supply_mw.shape[0]):
        if supply_mw[region] > TINY_MW:
            network.reached_by[region] = NOWHERE
            network.queue[last] = region
            last += 1
    first = 0
    while first < last:
        here = network.queue[first]
        first += 1
        for i in range(network.flow_mw.shape[0]):
            there, room = beyond(network, i, here)
            if there == NOWHERE or room <= TINY_MW or network.reached_by[there] != -2:
                continue
            network.reached_by[there] = i
            if demand_mw[there] > TINY_MW:
                return there
            network.queue[last] = there
            last += 1
    return NOWHERE


@compiled
def beyond(network: Network, i: int, here: int) -> tuple[int, float]:
    """The region on the other side of an interface, and the MW that can still go there."""
    if network.from_region[i] == here:
        return network.to_region[i], network.forward_mw[i] - network.flow_mw[i]
    if network.to_region[i] == here:
        return network.from_region[i], network.backward_mw[i] + network.flow_mw[i]
    return NOWHERE, 0.0


@compiled
def before(network: Network, here: int) -> int:
    """The region from which a search came."""
    i = network.reached_by[here]
    return int(network.from_region[i] if network.to_region[i] == here else network.to_region[i])


@compiled
def take_way(network: Network, sink: int, supply_mw: Floats, demand_mw: Floats) -> None:
    """Send as much as the way found lets through."""
    amount, here = demand_mw[sink], sink
    while network.reached_by[here] != NOWHERE:
        there = before(network, here)
        amount = min(amount, beyond(network, network.reached_by[here], there)[1])
        here = there
    amount = min(amount, supply_mw[here])
    supply_mw[here] -= amount
    demand_mw[sink] -= amount
    here = sink
    while network.reached_by[here] != NOWHERE:
        there, i = before(network, here), network.reached_by[here]
        network.flow_mw[i] += amount if network.to_region[i] == here else -amount
        here = there

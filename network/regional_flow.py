"""Power between regions in a transport model: as much as the borders let through, by shortest ways first.

Augmenting paths on the graph of regions (Edmonds and Karp 1972): exact, and quick while regions are few. What was sent
before stays served when more is sent later, so sources come in the order of preference.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.compiled import bare, inlined

NOWHERE, UNSEEN = -1, -2


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


@bare
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


@bare
def is_any(amount_mw: Floats) -> bool:
    """Whether any region has more than a rounding error."""
    found = False
    for region in range(amount_mw.shape[0]):
        found = found or amount_mw[region] > TINY_MW
    return found


@inlined
def find_way(network: Network, supply_mw: Floats, demand_mw: Floats) -> int:
    """The nearest region in need that a region with supply can reach over free borders."""
    reached_by, queue = network.reached_by, network.queue
    from_region, to_region, flow_mw = network.from_region, network.to_region, network.flow_mw
    first, last = 0, 0
    for region in range(supply_mw.shape[0]):
        reached_by[region] = UNSEEN
        if supply_mw[region] > TINY_MW:
            reached_by[region] = NOWHERE
            queue[last] = region
            last += 1
    while first < last:
        here = queue[first]
        first += 1
        for i in range(flow_mw.shape[0]):
            if from_region[i] == here:
                there, room = to_region[i], network.forward_mw[i] - flow_mw[i]
            elif to_region[i] == here:
                there, room = from_region[i], network.backward_mw[i] + flow_mw[i]
            else:
                continue
            if room <= TINY_MW or reached_by[there] != UNSEEN:
                continue
            reached_by[there] = i
            if demand_mw[there] > TINY_MW:
                return int(there)
            queue[last] = there
            last += 1
    return NOWHERE


@inlined
def take_way(network: Network, sink: int, supply_mw: Floats, demand_mw: Floats) -> None:
    """Send as much as the way found lets through."""
    reached_by, flow_mw = network.reached_by, network.flow_mw
    from_region, to_region = network.from_region, network.to_region
    amount, here = demand_mw[sink], sink
    while reached_by[here] != NOWHERE:
        i = reached_by[here]
        is_forward = to_region[i] == here
        room = network.forward_mw[i] - flow_mw[i] if is_forward else network.backward_mw[i] + flow_mw[i]
        amount = min(amount, room)
        here = from_region[i] if is_forward else to_region[i]
    amount = min(amount, supply_mw[here])
    supply_mw[here] -= amount
    demand_mw[sink] -= amount
    here = sink
    while reached_by[here] != NOWHERE:
        i = reached_by[here]
        is_forward = to_region[i] == here
        flow_mw[i] += amount if is_forward else -amount
        here = from_region[i] if is_forward else to_region[i]

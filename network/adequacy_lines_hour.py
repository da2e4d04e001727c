"""Hours of a city in which lines would carry too much: what has to be shed at the nodes, by DC flows.

The programme of `regional_dc_hour`: a node is a region. Units at the nodes give from nothing to all they have, the
first node gives and takes what is left, what stands behind an offtake stays as it was operated; load may be shed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_delivery import Delivery
from dafeng.network.adequacy_lines import screen_base
from dafeng.network.adequacy_lines_state import is_alike, set_limits
from dafeng.network.adequacy_mesh import Feed, Lines, Mesh
from dafeng.network.adequacy_system import no_stores
from dafeng.network.compiled import compiled
from dafeng.network.regional_arrays import StoreArrays
from dafeng.network.regional_dc_hour import DcDesk, dc_desk, set_factors, solve_island
from dafeng.network.regional_flow import network_for
from dafeng.network.regional_hour import Desk

SOLVED = -1


class Room(NamedTuple):
    """What the programme is written on."""

    from_node: Ints
    to_node: Ints
    susceptance: Floats
    """(rows,) of all circuits."""
    stores: StoreArrays
    desk: Desk
    dc: DcDesk
    margin_mw: Floats
    """(nodes,)."""
    no_path: Floats


def room_for(mesh: Mesh) -> Room:
    """A desk for the network: no stores, one step."""
    nodes, nothing, none = len(mesh.county), np.zeros(0), np.zeros(0, np.int64)
    network = network_for(mesh.from_node, mesh.to_node, nodes)
    desk = Desk(network, nothing, nothing, none, nothing, nothing, np.zeros(nodes), np.zeros(nodes), np.zeros(nodes))
    stores = StoreArrays(no_stores(), none, nothing, nothing, nothing, nothing)
    return Room(mesh.from_node, mesh.to_node, 1.0 / mesh.reactance, stores, desk,
                dc_desk(np.zeros((nodes, 1)), mesh.reactance, 0), np.zeros(nodes), np.zeros((0, 1)))


def solve_hours(mesh: Mesh, delivery: Delivery, lines: Lines, found: int, added_mw: float) -> None:
    """Write what the first `found` hours of the list shed to `lines.short_mw`."""
    hour = shed_hours(delivery, lines, mesh.feed, found, added_mw, room_for(mesh))
    if hour != SOLVED:
        raise DafengError(f"hour {hour}: the network found no dispatch of least shedding, though there always is one")


def ready(mesh: Mesh | None, delivery: Delivery, lines: Lines, added_mw: float) -> None:
    """Screen the year with so much added load and every circuit in service, and solve what exceeds a limit then."""
    if mesh is None or lines.added_mw[0] == added_mw:
        return
    found = screen_base(delivery, lines, added_mw)
    if found:
        solve_hours(mesh, delivery, lines, found, added_mw)
        hours = lines.hour[:found]
        lines.base_short_mw[hours] = lines.short_mw[hours]
    lines.added_mw[0] = added_mw


@compiled
def shed_hours(delivery: Delivery, lines: Lines, feed: Feed, found: int, added_mw: float, room: Room) -> int:
    """Solve the first so many hours of the list; returns the first that has no solution, or SOLVED."""
    dc, desk = room.dc, room.desk
    for i in range(found):
        hour = lines.hour[i]
        if i == 0 or not is_alike(lines.out, lines.hour[i - 1], hour):
            set_network(lines, hour, room)
        load_nodes(delivery, lines, feed, hour, added_mw, room)
        dc.is_taken[:] = False
        for first in range(dc.island.shape[0]):
            if dc.island[first] == first and not solve_island(room.stores, first, 0, room.margin_mw, room.no_path, desk,
                                                              dc):
                return int(hour)
        for node in range(dc.island.shape[0]):
            lines.short_mw[hour, node] = desk.demand_mw[node]
    return SOLVED


@compiled
def set_network(lines: Lines, hour: int, room: Room) -> None:
    """Limits, islands and factors of what is in service in an hour."""
    set_limits(lines, hour)
    dc, network = room.dc, room.desk.network
    for row in range(room.susceptance.shape[0]):
        left = 1.0 - lines.out[hour, row] / lines.circuits[row]
        dc.is_open[row] = left <= 0.0
        dc.susceptance[row] = room.susceptance[row] * left
        network.forward_mw[row] = network.backward_mw[row] = lines.now_mw[row]
    set_factors(room.from_node, room.to_node, dc)


@compiled
def load_nodes(delivery: Delivery, lines: Lines, feed: Feed, hour: int, added_mw: float, room: Room) -> None:
    """Load and supply of each node in an hour; the first node may give or take all that there is."""
    load, nodes, every = room.dc.load_mw, room.margin_mw.shape[0], 0.0
    for node in range(nodes):
        need = feed.need_mw[node, hour] if node > 0 else 0.0
        load[node, 0] = max(0.0, need)
        room.margin_mw[node] = (feed.supply_mw[node, hour] if node > 0 else 0.0) + max(0.0, -need)
    for offtake in range(lines.offtake_node.shape[0]):
        node = lines.offtake_node[offtake]
        net = delivery.net_load_mw[offtake, hour] + added_mw * delivery.load_share[offtake]
        load[node, 0] += max(0.0, net - delivery.cut_mw[offtake, hour])
        room.margin_mw[node] += max(0.0, -net)
    for node in range(nodes):
        every += load[node, 0] + room.margin_mw[node]
    room.margin_mw[0] += every + every
    load[0, 0] += every
    for node in range(nodes):
        room.margin_mw[node] -= load[node, 0]

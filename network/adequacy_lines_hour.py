"""Hours of a city in which lines would carry too much: what has to be shed at the nodes, by DC flows.

The programme of `regional_dc_hour`: a node is a region. Units at the nodes give from nothing to all they have, the
first node gives and takes what is left, what stands behind an offtake stays as it was operated; load may be shed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import Bools, Floats
from dafeng.network.adequacy_delivery import Delivery
from dafeng.network.adequacy_lines import screen_base
from dafeng.network.adequacy_lines_state import is_alike, set_limits
from dafeng.network.adequacy_mesh import Lines, Mesh
from dafeng.network.adequacy_system import no_stores
from dafeng.network.regional_arrays import StoreArrays
from dafeng.network.regional_dc_hour import DcDesk, dc_desk, set_factors, solve_island
from dafeng.network.regional_flow import network_for
from dafeng.network.regional_hour import Desk


class Room(NamedTuple):
    """What the programme is written on."""

    stores: StoreArrays
    desk: Desk
    dc: DcDesk
    margin_mw: Floats
    """(nodes,)."""
    none_out: Bools
    """(0, 1) stores out of service."""


def room_for(mesh: Mesh) -> Room:
    """A desk for the network: no stores, one step."""
    nodes, nothing, none = len(mesh.county), np.zeros(0), np.zeros(0, np.int64)
    network = network_for(mesh.from_node, mesh.to_node, nodes)
    desk = Desk(network, nothing, nothing, none, nothing, nothing, np.zeros(nodes), np.zeros(nodes), np.zeros(nodes))
    stores = StoreArrays(no_stores(), none, nothing, nothing, nothing, nothing)
    dc = dc_desk(np.zeros((nodes, 1)), mesh.reactance, 0)
    return Room(stores, desk, dc, np.zeros(nodes), np.zeros((0, 1), np.bool_))


def solve_hours(mesh: Mesh, delivery: Delivery, lines: Lines, found: int, added_mw: float) -> None:
    """Write what the first `found` hours of the list shed to `lines.short_mw`.

    They are few, so their programmes are put up in plain Python: compiling that takes longer than it ever saves.
    """
    room, before = room_for(mesh), -1
    for hour in lines.hour[:found].tolist():
        if before < 0 or not is_alike(lines.out, before, hour):
            set_network(mesh, lines, hour, room)
        before = hour
        load_nodes(mesh, delivery, hour, added_mw, room)
        room.dc.is_taken[:] = False
        for first in np.flatnonzero(room.dc.island == np.arange(len(room.dc.island))).tolist():
            if not solve_island(room.stores, first, 0, room.margin_mw, room.none_out, room.desk, room.dc):
                raise DafengError(f"hour {hour}: the network found no dispatch of least shedding, though there is one")
        lines.short_mw[hour] = room.desk.demand_mw


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


def set_network(mesh: Mesh, lines: Lines, hour: int, room: Room) -> None:
    """Limits, islands and factors of what is in service in an hour."""
    set_limits(lines, hour)
    left = 1.0 - lines.out[hour] / mesh.circuits
    room.dc.is_open[:] = left <= 0.0
    room.dc.susceptance[:] = left / mesh.reactance
    room.desk.network.forward_mw[:] = room.desk.network.backward_mw[:] = lines.now_mw
    set_factors(mesh.from_node, mesh.to_node, room.dc)


def load_nodes(mesh: Mesh, delivery: Delivery, hour: int, added_mw: float, room: Room) -> None:
    """Load and supply of each node in an hour; the first node may give or take all that there is."""
    need = mesh.feed.need_mw[:, hour].copy()
    supply = mesh.feed.supply_mw[:, hour] + np.maximum(-need, 0.0)
    load = np.maximum(need, 0.0)
    load[0] = supply[0] = 0.0
    net = delivery.net_load_mw[:, hour] + added_mw * delivery.load_share
    np.add.at(load, mesh.offtake_node, np.maximum(net - delivery.cut_mw[:, hour], 0.0))
    np.add.at(supply, mesh.offtake_node, np.maximum(-net, 0.0))
    every = float(load.sum() + supply.sum())
    load[0] += every
    supply[0] += 2.0 * every
    room.dc.load_mw[:, 0] = load
    room.margin_mw[:] = supply - load

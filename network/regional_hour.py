"""One hour of a regional system: surplus helps what is short, then inflow, stores, and response; what is left charges.

Stores that last longest give first (Evans, Tindemans and Angeli 2019), those that last shortest are charged first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_system import Reservoirs
from dafeng.network.compiled import bare, inlined
from dafeng.network.regional_arrays import BorderArrays, StoreArrays, SystemArrays
from dafeng.network.regional_flow import Network, is_any, network_for, send
from dafeng.network.regional_response import Calls, OfferArrays, call


class Desk(NamedTuple):
    """What the operator of an hour writes on."""

    network: Network
    level: Floats
    """(stores,) MW-steps inside."""
    lasting: Floats
    order: Ints
    passed_mw: Floats
    """(stores,) inflow passed on to the grid in this hour."""
    given_mw: Floats
    supply_mw: Floats
    demand_mw: Floats
    one_mw: Floats
    """(regions,) of one store or offer at a time."""


def desk_for(system: SystemArrays) -> Desk:
    """An empty desk."""
    regions, stores = system.margin_mw.shape[0], len(system.stores.region)
    network = network_for(system.borders.from_region, system.borders.to_region, regions)
    return Desk(network, np.zeros(stores), np.zeros(stores), np.zeros(stores, np.int64), np.zeros(stores),
                np.zeros(stores), np.zeros(regions), np.zeros(regions), np.zeros(regions))


@inlined
def balance_hour(stores: StoreArrays, borders: BorderArrays, offers: OfferArrays, step: int, margin_mw: Floats,
                 store_out: Bools, line_out: Bools, desk: Desk, calls: Calls) -> bool:
    """Run an hour; the demand left on the desk is unserved. Returns whether any is."""
    is_short = False
    for region in range(margin_mw.shape[0]):
        desk.supply_mw[region] = max(margin_mw[region], 0.0)
        desk.demand_mw[region] = max(-margin_mw[region], 0.0)
        is_short = is_short or desk.demand_mw[region] > TINY_MW
    set_limits(borders, step, line_out, desk.network)
    for s in range(desk.level.shape[0]):
        desk.level[s] *= stores.carryover[s]
        desk.passed_mw[s] = 0.0
        desk.given_mw[s] = 0.0
    if is_short:
        send(desk.network, desk.supply_mw, desk.demand_mw)
        pass_inflow(stores, step, store_out, desk)
        give(stores, step, store_out, desk)
        if offers.region.shape[0] > 0:
            call(offers, step, desk.network, desk.one_mw, desk.demand_mw, calls)
    take(stores, step, store_out, desk)
    is_short = False
    for region in range(margin_mw.shape[0]):
        is_short = is_short or desk.demand_mw[region] > TINY_MW
    return is_short


@inlined
def set_limits(borders: BorderArrays, step: int, line_out: Bools, network: Network) -> None:
    """Limits of each border: its own, and what its lines in service carry."""
    for i in range(network.flow_mw.shape[0]):
        network.flow_mw[i] = 0.0
        network.forward_mw[i] = borders.lines_forward_mw[i, step]
        network.backward_mw[i] = borders.lines_backward_mw[i, step]
    for line in range(line_out.shape[0]):
        if line_out[line, step]:
            i = borders.line_interface[line]
            network.forward_mw[i] -= borders.line_forward_mw[line, step]
            network.backward_mw[i] -= borders.line_backward_mw[line, step]
    for i in range(network.flow_mw.shape[0]):
        network.forward_mw[i] = min(network.forward_mw[i], borders.forward_mw[i, step])
        network.backward_mw[i] = min(network.backward_mw[i], borders.backward_mw[i, step])


@bare
def is_out(store_out: Bools, store: int, step: int) -> bool:
    """Whether a store is out of service."""
    out: bool = store_out[store, step]
    return out


@bare
def offer(desk: Desk, region: int, offered_mw: float) -> float:
    """Send up to so many MW from a region to whoever is still short; returns what was taken."""
    desk.one_mw[:] = 0.0
    desk.one_mw[region] = offered_mw
    send(desk.network, desk.one_mw, desk.demand_mw)
    return offered_mw - float(desk.one_mw[region])


@inlined
def pass_inflow(stores: StoreArrays, step: int, store_out: Bools, desk: Desk) -> None:
    """Inflow goes past the store to the grid before anything is drawn from it."""
    for s in range(desk.level.shape[0]):
        flowing = min(stores.inflow_mw[s, step], stores.grid_out_mw[s])
        if flowing > 0.0 and not is_out(store_out, s, step):
            desk.passed_mw[s] = offer(desk, stores.region[s], flowing)


@bare
def sort_by_lasting(stores: Reservoirs, desk: Desk) -> None:
    """Order of the stores, those that last longest at full power first; equal ones in their order."""
    for s in range(desk.level.shape[0]):
        power = max(stores.discharge_mw[s], TINY_MW)
        desk.lasting[s] = desk.level[s] * stores.efficiency_out[s] / power
        at = s
        while at > 0 and desk.lasting[desk.order[at - 1]] < desk.lasting[s]:
            desk.order[at] = desk.order[at - 1]
            at -= 1
        desk.order[at] = s


@inlined
def give(stores: StoreArrays, step: int, store_out: Bools, desk: Desk) -> None:
    """Discharge against what is still short."""
    plain = stores.plain
    sort_by_lasting(plain, desk)
    for s in desk.order:
        if is_out(store_out, s, step):
            continue
        can = min(plain.discharge_mw[s], desk.level[s] * plain.efficiency_out[s],
                  stores.grid_out_mw[s] - desk.passed_mw[s])
        if can > TINY_MW and is_any(desk.demand_mw):
            desk.given_mw[s] = offer(desk, stores.region[s], can)
            desk.level[s] = max(0.0, desk.level[s] - desk.given_mw[s] / plain.efficiency_out[s])


@inlined
def take(stores: StoreArrays, step: int, store_out: Bools, desk: Desk) -> None:
    """Charge from inflow, then from whatever surplus reaches the store."""
    plain = stores.plain
    sort_by_lasting(plain, desk)
    for position in range(desk.level.shape[0] - 1, -1, -1):
        s = desk.order[position]
        room = (plain.energy_mwh[s] - desk.level[s]) / plain.efficiency_in[s]
        if room <= TINY_MW or is_out(store_out, s, step):
            continue
        kept = min(stores.inflow_mw[s, step] - desk.passed_mw[s], plain.charge_mw[s], room)
        wanted = min(plain.charge_mw[s] - kept, room - kept, stores.grid_in_mw[s])
        if wanted > TINY_MW and desk.given_mw[s] <= TINY_MW:
            desk.one_mw[:] = 0.0
            desk.one_mw[stores.region[s]] = wanted
            send(desk.network, desk.supply_mw, desk.one_mw)
            kept += wanted - desk.one_mw[stores.region[s]]
        desk.level[s] = min(plain.energy_mwh[s], desk.level[s] + kept * plain.efficiency_in[s])


@bare
def can_take_no_more(stores: StoreArrays, level: Floats) -> bool:
    """Whether every store that can be charged is full, and none loses anything over time."""
    plain = stores.plain
    for s in range(level.shape[0]):
        if stores.carryover[s] < 1.0:
            return False
        if plain.charge_mw[s] > 0.0 and level[s] < plain.energy_mwh[s] * (1.0 - 1e-9):
            return False
    return True

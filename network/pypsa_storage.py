"""PyPSA's storage units, and its stores with the links that fill and empty them, as stores of the grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dafeng.configs.units import WEEK_H, Bools, Floats, Ints
from dafeng.network.grid import Limit, Stores, stack
from dafeng.network.pypsa_generators import UNSPECIFIED
from dafeng.network.pypsa_reader import ROUNDING, Reader
from dafeng.network.pypsa_tables import Component, told_apart


@dataclass(frozen=True)
class Storage:
    """Stores, what they hold at the beginning, and which links belong to them."""

    stores: Stores
    stored_mwh: Floats
    used_links: frozenset[int]
    hidden_buses: frozenset[int]
    """Buses that only stand between a store and its links."""
    is_cyclic: Bools
    """(stores,) whether it ends as it begins."""
    share: Floats
    """(stores, hours) of their power that is there."""


def storage(read: Reader) -> Storage:
    """All storage in service."""
    units, held, share = _units(read)
    stores, also_held, links, hidden = _stores(read)
    is_cyclic = np.concatenate([
        read.flags(read.live("storage_units"), "cyclic_state_of_charge")[~has_inflow(read)],
        read.flags(read.live("stores"), "e_cyclic"),
    ])
    both = stack(Stores, [units, stores])
    both = replace(both, key=told_apart({"storage_units": units.key, "stores": stores.key}))
    share = np.concatenate([share, np.ones((len(stores.key), read.hours))])
    return Storage(both, np.concatenate([held, also_held]), links, hidden, is_cyclic, share)


def has_inflow(read: Reader) -> Bools:
    """(storage units,) with water of their own: reservoirs."""
    inflow = read.hourly(read.live("storage_units"), "inflow")
    return np.asarray((inflow != 0.0).any(axis=1))


def _units(read: Reader) -> tuple[Stores, Floats, Floats]:
    """Storage units without inflow, what they hold at the beginning and the share of their power by hour."""
    made = read.live("storage_units")
    size = read.size(made, "p_nom")
    out_pu, in_pu, share = _powers(read, made)
    discharge, charge = size * out_pu, size * in_pu
    for row in np.flatnonzero(charge < 0.0).tolist():
        read.complain(made, row, "p_min_pu", "is above 0: a store that must run; 0 or less is expected")
    energy = size * read.fixed(made, "max_hours")
    into, out = read.fixed(made, "efficiency_store"), read.fixed(made, "efficiency_dispatch")
    into = np.where((charge <= 0.0) & (into == 0.0), 1.0, into)  # what never charges may be said to lose it all
    for name, efficiency in (("efficiency_store", into), ("efficiency_dispatch", out)):
        for row in np.flatnonzero(~((efficiency > 0.0) & (efficiency <= 1.0))).tolist():
            read.complain(made, row, name, f"is {efficiency[row]:g}; more than 0 and at most 1 is expected")
    kept = np.flatnonzero(~has_inflow(read))
    held = _beginning(read, made, "cyclic_state_of_charge", "state_of_charge_initial", energy, ~has_inflow(read))
    whole = _rows(
        made.keys, read.bus(made), read.words(made, "carrier"), charge, discharge, energy, into, out,
        read.fixed(made, "marginal_cost"),
    )
    return _taken(whole, kept), held[kept], share[kept]


def _powers(read: Reader, made: Component) -> tuple[Floats, Floats, Floats]:
    """(n,) most power out and in per unit, and (n, hours) the share of both that is there; it is one for both."""
    out, into = read.hourly(made, "p_max_pu"), -read.hourly(made, "p_min_pu")
    out_most, in_most = out.max(axis=1, initial=0.0), into.max(axis=1, initial=-np.inf)
    by_out = np.divide(out, out_most[:, None], out=np.ones_like(out), where=out_most[:, None] > 0.0)
    by_in = np.divide(into, in_most[:, None], out=np.ones_like(into), where=in_most[:, None] > 0.0)
    share = np.where(out_most[:, None] > 0.0, by_out, by_in)
    is_apart = (in_most > 0.0) & (np.abs(share - by_in) > ROUNDING).any(axis=1)
    for row in np.flatnonzero(is_apart | (in_most < into.max(axis=1, initial=-np.inf))).tolist():
        says = "and p_min_pu change by hour, each in its own way; the grid has one availability of a store"
        read.complain(made, row, "p_max_pu", says)
    return out_most, np.where(np.isfinite(in_most), in_most, 0.0), np.clip(share, 0.0, 1.0)


def _beginning(
    read: Reader, made: Component, cyclic: str, initial: str, energy: Floats, is_store: Bools
) -> Floats:
    """MWh held at the beginning: what is given, or half where the year ends as it begins.

    Reservoirs, which are no stores of the grid, are told of elsewhere, and cyclic stores when they are dispatched.
    """
    is_cyclic = read.flags(made, cyclic)
    given = read.fixed(made, initial)
    for row in np.flatnonzero(is_store & ~is_cyclic & ~((given >= 0.0) & (given <= energy))).tolist():
        held = min(max(given[row], 0.0), energy[row])
        says = f"{initial} of {given[row]:g} MWh is not within 0 and {energy[row]:g}; it begins with {held:g}"
        read.remarks.append(f"{made.kind} {made.keys[row]}: {says}")
    return np.where(is_cyclic, 0.5 * energy, np.clip(given, 0.0, energy))


def _stores(read: Reader) -> tuple[Stores, Floats, frozenset[int], frozenset[int]]:
    """Stores at a bus of their own with a link in and a link out, or at a bus of the network."""
    made, links = read.live("stores"), read.live("links")
    at = read.bus(made)
    energy = read.size(made, "e_nom") * read.fixed(made, "e_max_pu")
    cost = read.fixed(made, "marginal_cost")
    ends = read.bus(links, "bus0"), read.bus(links, "bus1")
    others = _other_buses(read)
    bus, charge, discharge = at.copy(), energy.copy(), energy.copy()
    into, out, wear = np.ones(len(at)), np.ones(len(at)), np.zeros(len(at))
    used, hidden = set[int](), set[int]()
    for row, own in enumerate(at.tolist()):
        if cost[row] != 0.0:
            read.complain(made, row, "marginal_cost", f"is {cost[row]:g}; put it on the link that empties the store")
        if own in others or (at == own).sum() > 1:
            continue
        inward, outward = np.flatnonzero(ends[1] == own), np.flatnonzero(ends[0] == own)
        if len(inward) > 1 or len(outward) > 1 or not len(inward) + len(outward):
            says = f"hangs on {len(inward)} links in and {len(outward)} out; one of each is expected"
            read.complain(made, row, "bus", says)
            continue
        met = _linked(read, links, inward, outward, ends, made, row)
        bus[row], charge[row], discharge[row], into[row], out[row], wear[row] = met
        used |= {*inward.tolist(), *outward.tolist()}
        hidden.add(own)
    rows = _rows(made.keys, bus, read.words(made, "carrier"), charge, discharge, energy, into, out, wear)
    begun = _beginning(read, made, "e_cyclic", "e_initial", energy, np.ones(len(at), np.bool_))
    return rows, begun, frozenset(used), frozenset(hidden)


def _linked(
    read: Reader, links: Component, inward: Ints, outward: Ints, ends: tuple[Ints, Ints], made: Component, row: int
) -> tuple[int, float, float, float, float, float]:
    """Bus, charge and discharge (grid side), efficiencies and wear (a MWh given) of a store behind links."""
    size, efficiency = read.size(links, "p_nom"), read.fixed(links, "efficiency")
    most, least = size * read.fixed(links, "p_max_pu"), size * read.fixed(links, "p_min_pu")
    cost = read.fixed(links, "marginal_cost")
    buses = {int(ends[0][a]) for a in inward} | {int(ends[1][a]) for a in outward}
    if len(buses) != 1:
        read.complain(made, row, "bus", "is filled from one bus and emptied to another; the grid has one bus a store")
    charge = discharge = wear = 0.0
    into = out = 1.0
    for a in inward.tolist():
        charge, into = float(most[a]), float(efficiency[a])
        if cost[a] != 0.0:
            read.complain(links, a, "marginal_cost", "of filling a store; put it on the link that empties it")
        discharge = _both_ways(read, links, a, float(least[a]), into)
    for a in outward.tolist():
        discharge, out = discharge + float(most[a] * efficiency[a]), float(efficiency[a])
        wear = float(cost[a]) / out if out > 0.0 else 0.0
        charge += _both_ways(read, links, a, float(least[a]), out)
    return min(buses), charge, discharge, into, out, wear


def _both_ways(read: Reader, links: Component, row: int, least: float, efficiency: float) -> float:
    """MW that a link lets flow backwards, which only one without losses may; none must carry something."""
    if least > 0.0:
        read.complain(links, row, "p_min_pu", "is above 0: a store that must run; 0 or less is expected")
    if least < 0.0 and efficiency != 1.0:
        read.complain(links, row, "p_min_pu", "lets power back through losses; one link for each way is expected")
    return max(0.0, -least)


def _other_buses(read: Reader) -> set[int]:
    """Buses at which anything but stores and links stands."""
    found = set[int]()
    for kind in ("generators", "loads", "storage_units", "shunt_impedances"):
        found |= set(read.bus(read.live(kind)).tolist())
    for kind in ("lines", "transformers"):
        found |= {*read.bus(read.live(kind), "bus0").tolist(), *read.bus(read.live(kind), "bus1").tolist()}
    return found


def _rows(
    keys: tuple[str, ...], bus: Ints, carriers: Iterable[str], charge: Floats, discharge: Floats, energy: Floats,
    into: Floats, out: Floats, wear: Floats,
) -> Stores:
    """Stores of the grid; all are the network's own."""
    technology = tuple(word or UNSPECIFIED for word in carriers)
    return Stores(
        keys, bus, technology, charge, discharge, energy, into, out, wear, np.ones(len(keys), dtype=np.bool_)
    )


def _taken(whole: Stores, kept: Ints) -> Stores:
    """Some rows."""
    cut: dict[str, Any] = {
        name: tuple(value[row] for row in kept) if isinstance(value, tuple) else value[kept]
        for name, value in vars(whole).items()
    }
    return Stores(**cut)


def weekly_water(output_mwh: Floats, capacity_mw: float, row: int, rows: int, key: str) -> list[Limit]:
    """One budget a week of what flows in, as electricity; what no turbine could take is spilled."""
    per_mwh = np.zeros(rows)
    per_mwh[row] = 1.0
    found = []
    for first in range(0, len(output_mwh), WEEK_H):
        last = min(first + WEEK_H, len(output_mwh))
        water = min(float(output_mwh[first:last].sum()), capacity_mw * (last - first))
        found.append(Limit(f"{key} {first}", per_mwh, water, water, first, last, gives_way=False))
    return found

"""What cannot be delivered: outages of the transformers and lines behind which a node sits (MODEL_SPEC 7.8 b)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Bools, Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_system import Offtakes
from dafeng.network.adequacy_year import Scratch, least
from dafeng.network.compiled import bare
from dafeng.network.outages_pace import STEADY
from dafeng.network.outages_repair import EXPONENTIAL
from dafeng.network.sampling import MachineArrays, Machines, Marks, add_states, stream


class Delivery(NamedTuple):
    """The offtakes as the sampler reads them."""

    county: Ints
    net_load_mw: Floats
    peak_mw: Floats
    """(nodes,) highest net load of the year."""
    day_peak_mw: Floats
    """(nodes, days)."""
    load_share: Floats
    """(nodes,) share of the load of all nodes."""
    parts: MachineArrays
    limit_mw: Floats
    """(parts,) what a part carries with all of it in service."""
    keeps_spare: bool
    change: Floats
    """(hours + 1,) working array, zero between uses."""
    hourly_limit_mw: Floats
    """(hours,) working array."""
    local_mw: Floats
    """(hours,) undelivered in the county at hand, zero between uses."""
    is_local: Bools
    """(days,) something is, False between uses."""
    cut_mw: Floats
    """(nodes, hours) undelivered behind each offtake of the sample year, for the lines before it; no rows without."""


def delivery_of(offtakes: Offtakes | None, luck: Luck, year: int, hours: int, keeps_cuts: bool = False) -> Delivery:
    """The offtakes with their keys of luck; no nodes when there are none."""
    cuts = np.zeros((len(offtakes.county) if offtakes is not None and keeps_cuts else 0, hours))
    working = np.zeros(hours + 1), np.zeros(hours), np.zeros(hours), np.zeros(hours // DAY_H, np.bool_), cuts
    if offtakes is None or not len(offtakes.county):
        parts = Machines.of([]).arrays(luck, "adequacy", year)
        empty = np.zeros(0)
        return Delivery(np.zeros(0, np.int64), np.zeros((0, hours)), empty, np.zeros((0, hours // DAY_H)), empty, parts,
                        empty, False, *working)
    load = offtakes.net_load_mw
    mean = np.maximum(load.mean(axis=1), 0.0)
    day_peak = load.reshape(len(load), -1, DAY_H).max(axis=2)
    return Delivery(offtakes.county, load, load.max(axis=1), day_peak, mean / max(mean.sum(), TINY_MW),
                    offtakes.parts.arrays(luck, "adequacy", year), offtakes.limit_mw, offtakes.keeps_spare,
                    *working)


@bare
def carried_share(count: int, out: float, keeps_spare: bool) -> float:
    """Share of an offtake's limit that is left with `out` of `count` circuits out.

    Where a spare is kept (N-1), the limit is that with one out: load is shed before anything fails. Only the first
    loss is reserved: after it the others are filled, and a second one sheds load when it comes.
    """
    spare = 1.0 if keeps_spare and count > 1 else 0.0
    return max(0.0, count - max(out, spare)) / (count - spare)


@bare
def limit_of_node(delivery: Delivery, node: int, sample: int, peak_mw: float, unmarked: Marks) -> float:
    """The node's lowest limit without outages, and its hourly limits where parts fail and may cut into the peak.

    Returns the limit when it holds all year, or -1 when `hourly_limit_mw` holds the hours, all parts counted.
    """
    parts = delivery.parts
    constant, varies = math.inf, False
    for row in range(parts.key.shape[0]):
        if parts.group[row] != node:
            continue
        outages = 0
        for machine in range(parts.machines[row]):
            outages += add_states(stream(parts.key[row], machine, sample), 1.0, parts.mttf_h[row], parts.mttr_h[row],
                                  0.0, 0.0, 0.0, EXPONENTIAL, STEADY, parts.paces, 0, delivery.change.shape[0] - 1,
                                  delivery.change, 0, unmarked)
        count = parts.machines[row]
        constant = min(constant, delivery.limit_mw[row])
        if outages == 0:
            continue
        worst_mw = delivery.limit_mw[row] * carried_share(count, min(outages, count), delivery.keeps_spare)
        if peak_mw > worst_mw + TINY_MW:
            if not varies:
                delivery.hourly_limit_mw[:] = math.inf
                varies = True
            limit_hours(delivery, row)
        delivery.change[:] = 0.0
    if not varies:
        return constant
    for hour in range(delivery.hourly_limit_mw.shape[0]):
        delivery.hourly_limit_mw[hour] = min(delivery.hourly_limit_mw[hour], constant)
    return -1.0


@bare
def limit_hours(delivery: Delivery, row: int) -> None:
    """Lower the hourly limits to what a part carries with the outages in `change`."""
    out, count = 0.0, delivery.parts.machines[row]
    limit = delivery.limit_mw[row] * carried_share(count, out, delivery.keeps_spare)
    for hour in range(delivery.hourly_limit_mw.shape[0]):
        if delivery.change[hour] != 0.0:
            out += delivery.change[hour]
            limit = delivery.limit_mw[row] * carried_share(count, out, delivery.keeps_spare)
        delivery.hourly_limit_mw[hour] = min(delivery.hourly_limit_mw[hour], limit)


@bare
def deliver(delivery: Delivery, added_mw: float, sample: int, unmarked: Marks, work: Scratch, county_mw: Floats,
            county_h: Floats) -> None:
    """Add what each node cannot get in a sample year to `work.delivery_mw` and to its county's (counties, hours)."""
    nodes = delivery.county.shape[0]
    for node in range(nodes):
        county = delivery.county[node]
        added = added_mw * delivery.load_share[node]
        peak_mw = delivery.peak_mw[node] + added
        limit = limit_of_node(delivery, node, sample, peak_mw, unmarked)
        if limit < 0.0 or peak_mw > limit + TINY_MW:
            cut_node(delivery, node, added, limit, delivery.local_mw, delivery.is_local)
        if node + 1 == nodes or delivery.county[node + 1] != county:
            book_county(delivery.local_mw, delivery.is_local, county, work, county_mw, county_h)


@bare
def cut_node(delivery: Delivery, node: int, added_mw: float, limit_mw: float, local_mw: Floats, is_local: Bools
             ) -> None:
    """Add what exceeds a node's limit, hourly when `limit_mw` is negative; only days whose peak does are walked."""
    varies = limit_mw < 0.0
    for day in range(is_local.shape[0]):
        first, last = day * DAY_H, (day + 1) * DAY_H
        lowest = least(delivery.hourly_limit_mw[first:last]) if varies else limit_mw
        if delivery.day_peak_mw[node, day] + added_mw <= lowest + TINY_MW:
            continue
        is_local[day] = True
        for hour in range(first, last):
            cap = delivery.hourly_limit_mw[hour] if varies else limit_mw
            short = max(0.0, delivery.net_load_mw[node, hour] + added_mw - cap)
            local_mw[hour] += short
            if node < delivery.cut_mw.shape[0]:
                delivery.cut_mw[node, hour] = short if short > TINY_MW else 0.0


@bare
def book_county(local_mw: Floats, is_local: Bools, county: int, work: Scratch, county_mw: Floats, county_h: Floats
                ) -> None:
    """Book a county's undelivered hours and clear them; an hour already short for the pool counts once."""
    for day in range(is_local.shape[0]):
        if not is_local[day]:
            continue
        is_local[day] = False
        for hour in range(day * DAY_H, (day + 1) * DAY_H):
            short = local_mw[hour]
            local_mw[hour] = 0.0
            if short <= TINY_MW:
                continue
            work.delivery_mw[hour] += short
            work.is_unserved[day] = True
            county_mw[county, hour] += short
            if work.unserved_mw[hour] <= TINY_MW:
                county_h[county] += 1.0

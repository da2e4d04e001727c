"""What cannot be delivered: outages of the transformers and lines behind which a node sits (MODEL_SPEC 7.8 b)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_system import Offtakes
from dafeng.network.adequacy_year import Scratch
from dafeng.network.compiled import compiled
from dafeng.network.sampling import MachineArrays, Machines, add_outages, stream


class Delivery(NamedTuple):
    """The offtakes as the sampler reads them."""

    county: Ints
    net_load_mw: Floats
    peak_mw: Floats
    load_share: Floats
    """(nodes,) share of the load of all nodes."""
    parts: MachineArrays
    limit_mw: Floats
    change: Floats
    """(hours + 1,) working array, zero between uses."""
    hourly_limit_mw: Floats
    """(hours,) working array."""


def delivery_of(offtakes: Offtakes | None, luck: Luck, year: int, hours: int) -> Delivery:
    """The offtakes with their keys of luck; no nodes when there are none."""
    if offtakes is None or not len(offtakes.county):
        parts = Machines.of([]).arrays(luck, "adequacy", year)
        empty = np.zeros(0)
        return Delivery(np.zeros(0, np.int64), np.zeros((0, hours)), empty, empty, parts, empty, np.zeros(hours + 1),
                        np.zeros(hours))
    load = offtakes.net_load_mw
    mean = np.maximum(load.mean(axis=1), 0.0)
    return Delivery(offtakes.county, load, load.max(axis=1), mean / max(mean.sum(), TINY_MW),
                    offtakes.parts.arrays(luck, "adequacy", year), offtakes.limit_mw, np.zeros(hours + 1),
                    np.zeros(hours))


@compiled
def secure_share(count: int, out: float) -> float:
    """What is left of a secure limit with `out` of `count` circuits out: the first outage is what it is secure against.

    A single circuit has no security: its limit goes with it.
    """
    if count == 1:
        return 1.0 - min(out, 1.0)
    return max(0.0, count - max(out, 1.0)) / (count - 1.0)


@compiled
def limit_of_node(delivery: Delivery, node: int, sample: int) -> float:
    """The node's lowest limit without outages, and its hourly limits where parts fail.

    Returns the limit when nothing fails, or its negative when `hourly_limit_mw` holds the hours.
    """
    parts, hours = delivery.parts, delivery.hourly_limit_mw.shape[0]
    constant, varies = math.inf, False
    for row in range(parts.key.shape[0]):
        if parts.group[row] != node:
            continue
        outages = 0
        for machine in range(parts.machines[row]):
            outages += add_outages(stream(parts.key[row], machine, sample), 1.0, parts.mttf_h[row], parts.mttr_h[row],
                                   0.0, 0.0, 0.0, delivery.change)
        constant = min(constant, delivery.limit_mw[row])
        if outages == 0:
            continue
        if not varies:
            delivery.hourly_limit_mw[:] = math.inf
            varies = True
        out = 0.0
        for hour in range(hours):
            out += delivery.change[hour]
            limit = delivery.limit_mw[row] * secure_share(parts.machines[row], out)
            delivery.hourly_limit_mw[hour] = min(delivery.hourly_limit_mw[hour], limit)
        delivery.change[:] = 0.0
    return -constant if varies else constant


@compiled
def deliver(delivery: Delivery, added_mw: float, sample: int, work: Scratch, county_mwh: Floats, county_h: Floats
            ) -> None:
    """Add what each node cannot get in a sample year to `work.delivery_mw` and to its county."""
    hours = work.delivery_mw.shape[0]
    nodes = delivery.county.shape[0]
    local_mw = np.zeros(hours)
    for node in range(nodes):
        county = delivery.county[node]
        limit = limit_of_node(delivery, node, sample)
        varies, limit = limit < 0.0, abs(limit)
        added = added_mw * delivery.load_share[node]
        if varies or delivery.peak_mw[node] + added > limit + TINY_MW:
            for hour in range(hours):
                cap = min(limit, delivery.hourly_limit_mw[hour]) if varies else limit
                local_mw[hour] += max(0.0, delivery.net_load_mw[node, hour] + added - cap)
        if node + 1 == nodes or delivery.county[node + 1] != county:
            book_county(local_mw, county, work, county_mwh, county_h)
            local_mw[:] = 0.0


@compiled
def book_county(local_mw: Floats, county: int, work: Scratch, county_mwh: Floats, county_h: Floats) -> None:
    """Book a county's undelivered hours; an hour already short for the pool counts once."""
    for hour in range(local_mw.shape[0]):
        if local_mw[hour] <= TINY_MW:
            continue
        work.delivery_mw[hour] += local_mw[hour]
        work.is_unserved[hour // DAY_H] = True
        county_mwh[county] += local_mw[hour]
        if work.unserved_mw[hour] <= TINY_MW:
            county_h[county] += 1.0

"""Market price, cost and reserve of dispatched hours."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.compiled import compiled
from dafeng.network.fleet import FREE, Fleet
from dafeng.network.frame import Frame

MARGIN_TIGHT, MARGIN_EASY = 0.03, 0.15
"""Margins between which the scarcity markup rises (province_dispatch_rules, data/README 3.3)."""
SHORT_MW = 1e-6
"""What counts as a shortage."""


def market_price(frame: Frame, share: Floats, window: range, marginal: Floats, shortage: Floats) -> Floats:
    """(hours,) marginal cost times the markup of the hour's margin, the cap in a shortage, never above it.

    The margin is all available capacity and storage power over the load, less 1.
    """
    load = frame.grid.load_mw[:, window.start : window.stop].sum(axis=0)
    return price_of(frame, room_mw(frame, share, window), load, marginal, shortage)


def room_mw(frame: Frame, share: Floats, window: range) -> Floats:
    """(hours,) all available capacity and storage power; `share` (rows, year)."""
    grid, hours = frame.grid, slice(window.start, window.stop)
    room: Floats = grid.generators.capacity_mw @ share[frame.rows.generators, hours]
    room += grid.stores.discharge_mw @ share[frame.rows.stores, hours]
    return room


def price_of(frame: Frame, room: Floats, load: Floats, marginal: Floats, shortage: Floats) -> Floats:
    """(hours,) market price of hours with so much room and load in MW; see `market_price`."""
    margin = np.divide(room - load, load, out=np.full_like(load, MARGIN_EASY), where=load > 0.0)
    market = frame.grid.market
    markup = np.interp(margin, [MARGIN_TIGHT, MARGIN_EASY], [market.markup_high, market.markup_low])
    cap = market.price_cap_cny_per_mwh
    price: Floats = np.where(shortage > SHORT_MW, cap, np.minimum(marginal * markup, cap))
    return price


def scarce_mw(frame: Frame, shortage: Floats, missing: Floats) -> Floats:
    """(hours,) MW for which the price is the cap: what is missing, and of a province what its city's measures met.

    Without a province nobody pays the cap for what a store or response met.
    """
    return shortage + missing if frame.phi < 1.0 else missing


def reserve_mw(frame: Frame, window: range, low: Floats, demand: Floats) -> Floats:
    """(hours,) spare capacity wanted: a share of load and of wind and solar output (MODEL_SPEC 6.10)."""
    market, vre = frame.grid.market, _sums(low, frame.vre_rows)
    return market.reserve_share_load * demand + market.reserve_share_vre * vre


@compiled
def _sums(values: Floats, rows: Ints) -> Floats:
    """(hours,) sums of some rows of (hours, rows)."""
    total = np.zeros(values.shape[0])
    for h in range(total.size):
        for row in rows:
            total[h] += values[h, row]
    return total


def starts_in_hours(frame: Frame, on_before: Bools, committed: Bools) -> Bools:
    """(generators, hours) where a unit comes on; blocks and free rows do not start."""
    units = frame.grid.generators
    previous = np.concatenate([on_before[:, None], committed[:, :-1]], axis=1)
    return np.asarray(committed & ~previous & ~(units.is_block | units.is_free)[:, None])


def generation_cost(
    frame: Frame, window: range, generation: Floats, committed: Bools | Floats, started: Bools | Floats
) -> Floats:
    """(hours,) CNY of energy, running idle and starts; extraction units burn p + c_v q (MODEL_SPEC 1.6, 6.1)."""
    units = frame.grid.generators
    cost = _running_cost(units.cost_cny_per_mwh, units.no_load_cny_per_h, units.start_cny, generation, committed,
                         started)
    rows = np.flatnonzero(units.heat_row >= 0)
    if rows.size:
        heat = frame.grid.heat_mw[units.heat_row[rows], window.start : window.stop] * units.heat_share[rows, None]
        cost += (units.cost_cny_per_mwh * units.power_loss)[rows] @ (heat * committed[rows])
    return cost


@compiled
def _running_cost(
    energy: Floats, no_load: Floats, start: Floats, generation: Floats, committed: Bools | Floats,
    started: Bools | Floats,
) -> Floats:
    """(hours,) CNY of all rows; (generators, hours) arrays."""
    cost = np.zeros(generation.shape[1])
    for g in range(generation.shape[0]):
        for h in range(cost.size):
            cost[h] += energy[g] * generation[g, h] + no_load[g] * committed[g, h] + start[g] * started[g, h]
    return cost


def curtailed_mw(frame: Frame, share: Floats, window: range, generation: Floats) -> Floats:
    """(generators, hours) what free rows could have given and did not."""
    return _curtailed(frame.fleet, share, window.start, generation)


@compiled
def _curtailed(fleet: Fleet, share: Floats, first: int, generation: Floats) -> Floats:
    """The same, compiled."""
    curtailed = np.zeros(generation.shape)
    for g in range(generation.shape[0]):
        if fleet.kind[g] == FREE:
            for h in range(generation.shape[1]):
                curtailed[g, h] = max(fleet.capacity_mw[g] * share[g, first + h] - generation[g, h], 0.0)
    return curtailed


def market_marginal(frame: Frame, hours: slice, nodal: Floats) -> Floats:
    """(hours,) the market's marginal cost: the province's node, else the mean of all nodes by load."""
    if frame.sites.province >= 0:
        return np.asarray(np.maximum(nodal[frame.sites.province], 0.0))
    load = np.maximum(frame.bus_load_mw[:, hours], 0.0)
    total = load.sum(axis=0)
    mean = np.divide((nodal * load).sum(axis=0), total, out=nodal.mean(axis=0), where=total > 0.0)
    return np.asarray(np.maximum(mean, 0.0))


def used_in_hours(frame: Frame, window: range, generation: Floats) -> Floats:
    """(limits, hours) what counts against each limit."""
    first, last = frame.limit_hours
    used = np.zeros((len(first), len(window)))
    rows = np.flatnonzero((first < window.stop) & (last > window.start))
    hours = np.arange(window.start, window.stop)
    is_counted = (hours >= first[rows, None]) & (hours < last[rows, None])
    used[rows] = (frame.limit_weights[rows] @ generation) * is_counted
    return used


def used_of_limits(frame: Frame, generation: Floats, until: int, over: dict[int, float] | None = None) -> Floats:
    """(limits,) what a year's output (generators, year) counts against each limit until an hour.

    `over` keeps what limits came to whose hours had all passed, by their row: it does not change any more.
    """
    known = {} if over is None else over
    used = np.zeros(len(frame.grid.limits))
    for row, limit in enumerate(frame.grid.limits):
        if limit.first_hour >= until:
            continue
        if row not in known:
            counted, weights = frame.counted[row]
            used[row] = weights @ generation[counted, limit.first_hour : min(limit.last_hour, until)].sum(axis=1)
            if limit.last_hour <= until:
                known[row] = float(used[row])
        else:
            used[row] = known[row]
    return used

"""A sample year whose margins are computed only on days that can matter, with the same result to the last bit.

A day is passed over when all stores are full and even the most that is out at any hour of it, each machine at its
best, leaves a margin. MW out are carried over passed days by the hours in which they change, in the same order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import DAY_H, Bools, Floats
from dafeng.network.adequacy_system import Measures, Reservoirs
from dafeng.network.adequacy_year import Scratch, balance_day, least, serve_day
from dafeng.network.compiled import compiled
from dafeng.network.sampling import MachineArrays, Marks, add_marked_outages

SURE_MW = 1e-3
"""A bound on a margin must exceed zero by this: it adds up in another order than the margin."""


class PoolArrays(NamedTuple):
    """A pool as the sampler reads it."""

    is_there: bool
    machines: MachineArrays
    share: Floats
    factor: Floats
    firm_margin_mw: Floats
    stores: Reservoirs
    spreads: bool
    city_share: float
    firm_lowest_mw: Floats
    """(cases, days) lowest margin of each day with every machine in service."""
    weight: Floats
    """(cases, groups) most that a MW of a group gives in any hour."""


class Lazy(NamedTuple):
    """Working arrays of the year: all zero between years."""

    change: Floats
    """(groups, hours + 1) by how much the MW out change in each hour."""
    is_touched: Bools
    """(days, groups)."""
    most: Floats
    """(days + 1,)."""
    out_mw: Floats
    """(groups,) MW out at the end of the days passed."""
    margin_mw: Floats
    """(hours,) of the days computed."""


def lazy_for(groups: int, hours: int) -> Lazy:
    """Fresh working arrays."""
    days = hours // DAY_H
    return Lazy(np.zeros((groups, hours + 1)), np.zeros((days, groups), np.bool_), np.zeros(days + 1), np.zeros(groups),
                np.zeros(hours))


@compiled
def live_year(pool: PoolArrays, measures: Measures, case: int, sample: int, added_mw: float, keeps: bool,
              margin_mw: Floats, lowest_mw: Floats, lazy: Lazy, work: Scratch) -> None:
    """Draw a sample year and run pool and city through it; `keeps` computes and keeps the margins of all days."""
    add_marked_outages(pool.machines, sample, lazy.change, Marks(lazy.is_touched, lazy.most, pool.weight[case]))
    level, own_level = pool.stores.energy_mwh.copy(), measures.stores.energy_mwh.copy()
    events = np.zeros(measures.offer_mw.shape[0])
    work.ordered[:] = 0.0
    lazy.out_mw[:] = 0.0
    is_full, is_own_full, most = True, True, 0.0
    for day in range(lazy.is_touched.shape[0]):
        most += lazy.most[day]
        lazy.most[day] = 0.0
        is_safe = pool.firm_lowest_mw[case, day] - most - added_mw > SURE_MW
        if is_safe and is_full and is_own_full and not keeps:
            work.is_short[day] = False
            work.is_walked[day] = False
            pass_day(day, lazy)
            continue
        low = margins_of_day(day, pool, case, margin_mw, lazy)
        if keeps:
            lowest_mw[day] = low
        is_full = balance_day(day, margin_mw, low, added_mw, pool.stores, pool.spreads, level, is_full, work)
        if is_own_full and not work.is_short[day]:
            continue
        is_own_full = serve_day(day, margin_mw, added_mw, pool.city_share, measures, own_level, events, is_own_full,
                                work)
    lazy.most[lazy.most.shape[0] - 1] = 0.0
    lazy.change[:, lazy.change.shape[1] - 1] = 0.0


@compiled
def pass_day(day: int, lazy: Lazy) -> None:
    """Carry the MW out over a day, and clear what was read."""
    first = day * DAY_H
    for group in range(lazy.out_mw.shape[0]):
        if lazy.is_touched[day, group]:
            lazy.is_touched[day, group] = False
            out = lazy.out_mw[group]
            for hour in range(first, first + DAY_H):
                out += lazy.change[group, hour]
                lazy.change[group, hour] = 0.0
            lazy.out_mw[group] = out


@compiled
def margins_of_day(day: int, pool: PoolArrays, case: int, margin_mw: Floats, lazy: Lazy) -> float:
    """Margins of a day's hours; returns the lowest, and clears what was read."""
    first, last = day * DAY_H, (day + 1) * DAY_H
    for hour in range(first, last):
        margin_mw[hour] = pool.firm_margin_mw[case, hour]
    for group in range(lazy.out_mw.shape[0]):
        out, factor = lazy.out_mw[group], pool.factor[case, group]
        if lazy.is_touched[day, group]:
            lazy.is_touched[day, group] = False
            for hour in range(first, last):
                out += lazy.change[group, hour]
                lazy.change[group, hour] = 0.0
                margin_mw[hour] -= out * pool.share[group, hour] * factor
            lazy.out_mw[group] = out
        elif out != 0.0:
            for hour in range(first, last):
                margin_mw[hour] -= out * pool.share[group, hour] * factor
    return least(margin_mw[first:last])

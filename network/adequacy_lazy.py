"""A sample year whose margins are computed only on days that can matter, with the same result to the last bit.

A day is passed over when all stores are full and even the most that is out at any hour of it, each machine at its
best, leaves a margin. MW out are carried over passed days by the hours in which they change, in the same order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy_gales import GaleArrays, add_gales
from dafeng.network.adequacy_measures import begin_year, serve_day
from dafeng.network.adequacy_system import Measures, Reservoirs
from dafeng.network.adequacy_year import Hands, Scratch, balance_day, least, write
from dafeng.network.compiled import bare, inlined
from dafeng.network.sampling import MachineArrays, Marks, add_marked_outages

NO_HOURS = (DAY_H, -1)
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
    """Working arrays of the year: nothing in them between years."""

    change: Floats
    """(groups, hours + 1) by how much the MW out change in each hour."""
    touched: NDArray[np.int8]
    """(days, groups, 2) first and last hour of the day with a change; 24 and -1 where none."""
    most: Floats
    """(days + 1,)."""
    out_mw: Floats
    """(groups,) MW out at the end of the days passed."""
    margin_mw: Floats
    """(hours,) of the days computed."""


def lazy_for(groups: int, hours: int) -> Lazy:
    """Fresh working arrays."""
    days = hours // DAY_H
    touched = np.empty((days, groups, 2), np.int8)
    touched[:] = NO_HOURS
    return Lazy(np.zeros((groups, hours + 1)), touched, np.zeros(days + 1), np.zeros(groups), np.zeros(hours))


@bare
def live_year(pool: PoolArrays, gales: GaleArrays, measures: Measures, case: int, sample: int, added_mw: float,
              keeps: bool, margin_mw: Floats, lowest_mw: Floats, lazy: Lazy, hands: Hands, work: Scratch) -> None:
    """Draw a sample year and run pool and city through it; `keeps` computes and keeps the margins of all days."""
    marks = Marks(lazy.touched, lazy.most, pool.weight[case])
    add_marked_outages(pool.machines, sample, lazy.change, marks)
    add_gales(gales, pool.machines, sample, lazy.change, marks)
    write(pool.stores.energy_mwh, hands.level_mwh)
    begin_year(measures, hands, work)
    lazy.out_mw[:] = 0.0
    is_full, is_own_full, most = True, True, 0.0
    for day in range(lazy.touched.shape[0]):
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
        is_full = balance_day(day, margin_mw, low, added_mw, pool.stores, pool.spreads, is_full, hands, work)
        if is_own_full and not work.is_short[day]:
            continue
        is_own_full = serve_day(day, margin_mw, added_mw, pool.city_share, measures, is_own_full, hands, work)
    lazy.most[lazy.most.shape[0] - 1] = 0.0
    lazy.change[:, lazy.change.shape[1] - 1] = 0.0


@bare
def pass_day(day: int, lazy: Lazy) -> None:
    """Carry the MW out over a day, and clear what was read."""
    first = day * DAY_H
    for group in range(lazy.out_mw.shape[0]):
        begin, end = int(lazy.touched[day, group, 0]), int(lazy.touched[day, group, 1])
        if begin <= end:
            out = lazy.out_mw[group]
            for hour in range(first + begin, first + end + 1):
                out += lazy.change[group, hour]
                lazy.change[group, hour] = 0.0
            lazy.out_mw[group] = out
            lazy.touched[day, group, 0], lazy.touched[day, group, 1] = NO_HOURS


@bare
def margins_of_day(day: int, pool: PoolArrays, case: int, margin_mw: Floats, lazy: Lazy) -> float:
    """Margins of a day's hours; returns the lowest, and clears what was read."""
    first, last = day * DAY_H, (day + 1) * DAY_H
    for hour in range(first, last):
        margin_mw[hour] = pool.firm_margin_mw[case, hour]
    for group in range(lazy.out_mw.shape[0]):
        out, factor = lazy.out_mw[group], pool.factor[case, group]
        begin, end = int(lazy.touched[day, group, 0]), int(lazy.touched[day, group, 1])
        share = pool.share[group]
        if begin <= end:
            take(margin_mw, out, share, factor, first, first + begin)
            for hour in range(first + begin, first + end + 1):
                out += lazy.change[group, hour]
                lazy.change[group, hour] = 0.0
                margin_mw[hour] -= out * share[hour] * factor
            take(margin_mw, out, share, factor, first + end + 1, last)
            lazy.out_mw[group] = out
            lazy.touched[day, group, 0], lazy.touched[day, group, 1] = NO_HOURS
        else:
            take(margin_mw, out, share, factor, first, last)
    return least(margin_mw[first:last])


@inlined
def take(margin_mw: Floats, out_mw: float, share: Floats, factor: float, first: int, last: int) -> None:
    """Take the same MW out off the margin of hours from one to before another."""
    if out_mw != 0.0:
        for hour in range(first, last):
            margin_mw[hour] -= out_mw * share[hour] * factor

"""Many sample years of one view, compiled: what each of them amounted to (MODEL_SPEC 7.2, 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.network.adequacy_delivery import Delivery, deliver
from dafeng.network.adequacy_gales import GaleArrays
from dafeng.network.adequacy_lazy import Lazy, PoolArrays, live_year
from dafeng.network.adequacy_lines import book_lines, draw_lines, screen
from dafeng.network.adequacy_measures import serve_city
from dafeng.network.adequacy_mesh import Lines
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_system import Measures
from dafeng.network.adequacy_year import Scratch, balance_pool, hands_for
from dafeng.network.compiled import bare, compiled
from dafeng.network.sampling import Marks, no_marks

DAYS, HOURS, EVENTS, MWH, POOL_MWH, DELIVERY_MWH, ORDERED_MWH, ORDERED_H, LINES_MWH = range(9)
AMOUNTS = 9
"""Columns of what a sample year amounted to; what was cut by order is not in what was unserved, what lines could not
bring is in what was not delivered."""
EVENT_COLUMNS = ("sample", "case", "hour", "hours", "mwh", "deepest_mw")
MOST_EVENTS = 20_000
"""Shortages kept one by one; later ones are only counted."""


class Kept(NamedTuple):
    """Margins of some sample years, kept to try added load on."""

    margin_mw: Floats
    lowest_mw: Floats
    safe_mw: Floats
    """(sample years,) highest added load tried at which nothing was unserved."""
    row: Ints
    """(all sample years,) the row that a year has above, -1 where it is not kept."""


class Progress(NamedTuple):
    """Where sampling stands."""

    sample: int
    """The sample year to go on with."""
    asked: int
    """Hours of it that are to be solved for the lines: the first so many of their list."""
    written: int
    """Events written."""


@dataclass(frozen=True)
class Samples:
    """What the sample years amounted to."""

    case: Ints
    amount: Floats
    """(sample years, AMOUNTS)."""
    county_mwh: Floats
    county_h: Floats
    events: Floats
    """(events, 6) with EVENT_COLUMNS."""
    kept: Kept


@compiled
def fill(pool: PoolArrays, gales: GaleArrays, measures: Measures, delivery: Delivery, lines: Lines,
         county_share: Floats, added_mw: float, case: Ints, first: int, kept: Kept, lazy: Lazy, work: Scratch,
         amount: Floats, county_mwh: Floats, county_h: Floats, events: Floats, at: Progress) -> Progress:
    """Fill the results of sample years from number `first` on, from where it stands.

    It stops before a year in which hours have to be solved for the lines, and goes on when they are.
    """
    written, hands, unmarked = at.written, hands_for(pool.stores, measures), no_marks()
    for sample in range(at.sample, case.shape[0]):
        if at.asked == 0 or sample > at.sample:
            work.is_unserved[:] = False
            if pool.is_there:
                row = kept.row[sample]
                keeps = row >= 0
                margin = kept.margin_mw[row] if keeps else lazy.margin_mw
                lowest = kept.lowest_mw[row] if keeps else lazy.most
                live_year(pool, gales, measures, case[sample], first + sample, added_mw, keeps, margin, lowest, lazy,
                          hands, work)
                amount[sample, ORDERED_MWH], amount[sample, ORDERED_H] = work.ordered[0], work.ordered[1]
                book_pool(work, county_share, county_mwh[sample], county_h[sample])
            asked = deliver_all(delivery, lines, 0.0, first + sample, unmarked, work, county_mwh[sample],
                                county_h[sample])
            if asked > 0:
                return Progress(sample, asked, written)
        if lines.circuits.shape[0] > 0:
            amount[sample, LINES_MWH] = book_lines(delivery, lines, work, county_mwh[sample], county_h[sample])
        written = measure(work, sample, case[sample], amount[sample], events, written)
    return Progress(case.shape[0], 0, written)


@bare
def deliver_all(delivery: Delivery, lines: Lines, added_mw: float, sample: int, unmarked: Marks, work: Scratch,
                county_mwh: Floats, county_h: Floats) -> int:
    """What offtakes cannot deliver in a sample year is booked; returns how many hours are to be solved for lines."""
    if delivery.county.shape[0] > 0:
        deliver(delivery, added_mw, sample, unmarked, work, county_mwh, county_h)
    if lines.circuits.shape[0] == 0:
        return 0
    draw_lines(lines, sample)
    return screen(delivery, lines, work)


@bare
def book_pool(work: Scratch, county_share: Floats, county_mwh: Floats, county_h: Floats) -> None:
    """Spread the city's unserved energy over its counties by load."""
    for day in range(work.is_unserved.shape[0]):
        if not work.is_unserved[day]:
            continue
        for hour in range(day * DAY_H, (day + 1) * DAY_H):
            if work.unserved_mw[hour] > TINY_MW:
                for county in range(county_share.shape[0]):
                    county_mwh[county] += work.unserved_mw[hour] * county_share[county, hour]
                    county_h[county] += 1.0


@bare
def measure(work: Scratch, sample: int, case: int, amount: Floats, events: Floats, written: int) -> int:
    """Days, hours, events and energy of one sample year; clears what it has read."""
    before = -2
    for day in range(work.is_unserved.shape[0]):
        if not work.is_unserved[day]:
            continue
        amount[DAYS] += 1.0
        for hour in range(day * DAY_H, (day + 1) * DAY_H):
            short = work.unserved_mw[hour] + work.delivery_mw[hour]
            if short <= TINY_MW:
                continue
            amount[POOL_MWH] += work.unserved_mw[hour]
            amount[DELIVERY_MWH] += work.delivery_mw[hour]
            work.unserved_mw[hour] = 0.0
            work.delivery_mw[hour] = 0.0
            amount[HOURS] += 1.0
            amount[MWH] += short
            if hour != before + 1:
                amount[EVENTS] += 1.0
                written += 1
                if written <= events.shape[0]:
                    events[written - 1, 0] = sample
                    events[written - 1, 1] = case
                    events[written - 1, 2] = hour
            before = hour
            if written <= events.shape[0]:
                events[written - 1, 3] += 1.0
                events[written - 1, 4] += short
                events[written - 1, 5] = max(events[written - 1, 5], short)
    return written


@compiled
def hours_with_added(pool: PoolArrays, measures: Measures, kept: Kept, added_mw: float, work: Scratch) -> Floats:
    """Unserved hours of each kept sample year with a constant load added to the pool."""
    found, hands = np.zeros(kept.margin_mw.shape[0]), hands_for(pool.stores, measures)
    for sample in range(found.shape[0]):
        if added_mw <= kept.safe_mw[sample]:
            continue
        work.is_unserved[:] = False
        balance_pool(kept.margin_mw[sample], kept.lowest_mw[sample], added_mw, pool.stores, pool.spreads,
                     hands, work)
        serve_city(kept.margin_mw[sample], added_mw, pool.city_share, measures, hands, work)
        for day in range(work.is_unserved.shape[0]):
            if not work.is_unserved[day]:
                continue
            for hour in range(day * DAY_H, (day + 1) * DAY_H):
                if work.unserved_mw[hour] > TINY_MW:
                    found[sample] += 1.0
                work.unserved_mw[hour] = 0.0
        if found[sample] == 0.0:
            kept.safe_mw[sample] = added_mw
    return found


@compiled
def undelivered_hours(delivery: Delivery, lines: Lines, added_mw: float, work: Scratch, found: Floats, at: Progress
                      ) -> Progress:
    """Count undelivered hours of each sample year, from where it stands, as `fill` does; a constant load is added over
    all nodes, by their load."""
    unmarked = no_marks()
    county_mwh, county_h = np.zeros(lines.county_mw.shape[0]), np.zeros(lines.county_mw.shape[0])
    for sample in range(at.sample, found.shape[0]):
        if at.asked == 0 or sample > at.sample:
            work.is_unserved[:] = False
            asked = deliver_all(delivery, lines, added_mw, sample, unmarked, work, county_mwh, county_h)
            if asked > 0:
                return Progress(sample, asked, 0)
        if lines.circuits.shape[0] > 0:
            book_lines(delivery, lines, work, county_mwh, county_h)
        for day in range(work.is_unserved.shape[0]):
            if not work.is_unserved[day]:
                continue
            for hour in range(day * DAY_H, (day + 1) * DAY_H):
                if work.delivery_mw[hour] > TINY_MW:
                    found[sample] += 1.0
                work.delivery_mw[hour] = 0.0
    return Progress(found.shape[0], 0, 0)

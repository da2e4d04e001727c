"""One sample year of a pool: margins, and what its stores fill; the city is in `adequacy_measures` (MODEL_SPEC 7.2).

Only days that can be short are walked: a day whose margin never falls below zero is skipped when all stores are full
(`adequacy_lazy` does not even compute such a day's margins).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import DAY_H, Bools, Floats, Ints
from dafeng.network.adequacy_gales import GaleArrays, add_gale, draw_gales
from dafeng.network.adequacy_stores import TINY_MW, are_full, charge, discharge
from dafeng.network.adequacy_system import Measures, Reservoirs
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.response import REBOUND_H
from dafeng.network.sampling import MachineArrays, add_row_outages, no_marks

HALVINGS = 8
NO_CALL = DAY_H
"""Where the run of an offer begins that is not called on a day."""
SLACK = 1e-6
"""Share of the day's unserved energy that spreading may cost."""


class Scratch(NamedTuple):
    """Working arrays of one sample year, used again for the next."""

    change: Floats
    """(hours + 1,) of the group at hand, zero between uses."""
    balance_mw: Floats
    """(hours,) after the pool's stores: surplus, or shortage when negative; only on walked days."""
    unserved_mw: Floats
    """(hours,) of the city."""
    delivery_mw: Floats
    """(hours,) unserved behind offtakes."""
    is_walked: Bools
    """(days,) the balance was written."""
    is_short: Bools
    """(days,) the pool is short after its stores."""
    is_unserved: Bools
    """(days,) something is unserved."""
    ordered: Floats
    """(2,) MWh cut by order in the sample year, and hours with an order."""


class Hands(NamedTuple):
    """Levels and counts of a sample year under way: made once for many, as kernels that make no array are faster."""

    level_mwh: Floats
    """(pool's stores,)."""
    morning_mwh: Floats
    trial_mwh: Floats
    room_mw: Floats
    """(hours of a day,)."""
    own_mwh: Floats
    """(city's stores,)."""
    events: Floats
    """(offers,) days called in the year."""
    begins: Ints
    """(offers,) hour of the day at which the run of an offer begins."""
    is_called: Bools
    """(offers,) whether it was called in the day."""
    owed_mw: Floats
    """(REBOUND_H,) what response comes back as load in each of the next hours, by hour modulo their number."""
    moves: Floats
    """(3,) MWh of the day's shifting, by `adequacy_measures`."""
    there: Floats
    """(2, city's stores) MW and MWh of what is there in the hour at hand, by `adequacy_service`."""
    gap_mw: Floats
    """(hours of a day,) what the city's measures leave of its gaps."""
    own_morning_mwh: Floats
    """(city's stores,) at the beginning of the day, as the next."""
    owed_morning_mw: Floats


def scratch(hours: int) -> Scratch:
    """Fresh working arrays."""
    days = hours // DAY_H
    return Scratch(np.zeros(hours + 1), np.zeros(hours), np.zeros(hours), np.zeros(hours),
                   np.zeros(days, np.bool_), np.zeros(days, np.bool_), np.zeros(days, np.bool_), np.zeros(2))


@bare
def write(source: Floats, target: Floats) -> None:
    """Write the values of an array into another; a slice would make one where the two might overlap."""
    for i in range(source.shape[0]):
        target[i] = source[i]


@compiled
def hands_for(stores: Reservoirs, measures: Measures) -> Hands:
    """Fresh levels and counts for a pool's stores and a city's measures; kernels trust that each offer is whole."""
    pool, own, offers = stores.energy_mwh.shape[0], measures.stores.energy_mwh.shape[0], measures.offer_mw.shape[0]
    assert measures.is_ordered.shape[0] == offers
    assert measures.rebound_share.shape[0] == offers
    assert measures.store_share.shape[0] in (0, own)
    return Hands(np.empty(pool), np.empty(pool), np.empty(pool), np.empty(DAY_H), np.empty(own), np.empty(offers),
                 np.empty(offers, np.int64), np.empty(offers, np.bool_), np.zeros(REBOUND_H), np.zeros(3),
                 np.empty((2, own)), np.zeros(DAY_H), np.empty(own), np.zeros(REBOUND_H))


@compiled
def sample_margin(machines: MachineArrays, gales: GaleArrays, share: Floats, factor: Floats, firm_margin_mw: Floats,
                  sample: int, change: Floats, margin_mw: Floats, lowest_mw: Floats) -> None:
    """Margin of each hour (MW, before stores) and its lowest value of each day, in one sample year of one case."""
    margin_mw[:] = firm_margin_mw
    unmarked, storms = no_marks(), draw_gales(gales, sample)
    for group in range(share.shape[0]):
        for row in range(machines.key.shape[0]):
            if machines.group[row] == group:
                add_row_outages(machines, row, sample, change, unmarked)
        for row in range(gales.group.shape[0]):
            if gales.group[row] == group:
                add_gale(gales, machines, row, storms, sample, change, unmarked)
        take_out(change, share[group], factor[group], margin_mw)
    for day in range(lowest_mw.shape[0]):
        lowest_mw[day] = least(margin_mw[day * DAY_H:(day + 1) * DAY_H])


@bare
def take_out(change: Floats, share: Floats, factor: float, margin_mw: Floats) -> None:
    """Take a group's MW out of service, running through its changes, off the margin of each hour; clears the changes.

    Most days of most groups have no change and nothing out: they are passed over.
    """
    out, bits = 0.0, change.view(np.int64)
    for first in range(0, margin_mw.shape[0], DAY_H):
        if is_quiet(bits, first):
            if out != 0.0:
                for hour in range(first, first + DAY_H):
                    margin_mw[hour] -= out * share[hour] * factor
            continue
        for hour in range(first, first + DAY_H):
            out += change[hour]
            change[hour] = 0.0
            margin_mw[hour] -= out * share[hour] * factor
    change[margin_mw.shape[0]] = 0.0


@inlined
def is_quiet(bits: Ints, first: int) -> bool:
    """Whether nothing changes in a day; the bits of its numbers are all zero, which is the quickest to see."""
    seen = 0
    for hour in range(first, first + DAY_H):
        seen |= bits[hour]
    return seen == 0


@bare
def least(values: Floats) -> float:
    """The lowest of a few numbers, none of them NaN."""
    low = float(values[0])
    for i in range(1, values.shape[0]):
        low = min(low, float(values[i]))
    return low


@bare
def balance_pool(margin_mw: Floats, lowest_mw: Floats, added_mw: float, stores: Reservoirs, spreads: bool,
                 hands: Hands, work: Scratch) -> None:
    """Run the pool's stores through the days that need them; marks the days still short."""
    write(stores.energy_mwh, hands.level_mwh)
    is_full = True
    for day in range(lowest_mw.shape[0]):
        if is_full and not lowest_mw[day] - added_mw < -TINY_MW:
            work.is_short[day] = False
            work.is_walked[day] = False
            continue  # a call hands over each array of the records: not for quiet days
        is_full = balance_day(day, margin_mw, lowest_mw[day], added_mw, stores, spreads, is_full, hands, work)


@inlined
def balance_day(day: int, margin_mw: Floats, lowest_mw: float, added_mw: float, stores: Reservoirs, spreads: bool,
                is_full: bool, hands: Hands, work: Scratch) -> bool:
    """One day of the pool; returns whether its stores are full at its end.

    With `spreads` a day's shortage is spread over its hours as flat as it can be without losing more energy: a
    province orders cuts a day ahead and lets its stores shave the peak.
    """
    work.is_short[day] = False
    work.is_walked[day] = (not is_full) or lowest_mw - added_mw < -TINY_MW
    if not work.is_walked[day]:
        return is_full
    first = day * DAY_H
    write(hands.level_mwh, hands.morning_mwh)
    for hour in range(DAY_H):
        hands.room_mw[hour] = margin_mw[first + hour] - added_mw
    balance_mw = work.balance_mw[first:first + DAY_H]
    short_mwh = walk_day(hands.room_mw, 0.0, stores, hands.level_mwh, balance_mw)
    work.is_short[day] = short_mwh > TINY_MW
    if spreads and work.is_short[day]:
        flat_mw = flattest(short_mwh, stores, hands, balance_mw)
        write(hands.morning_mwh, hands.level_mwh)
        walk_day(hands.room_mw, flat_mw, stores, hands.level_mwh, balance_mw)
    return are_full(stores, hands.level_mwh)


@bare
def walk_day(room_mw: Floats, flat_mw: float, stores: Reservoirs, level_mwh: Floats, balance_mw: Floats) -> float:
    """One day of stores that leave up to `flat_mw` of each gap unserved; returns the unserved MWh."""
    short_mwh, has_stores = 0.0, level_mwh.shape[0] > 0
    for hour in range(room_mw.shape[0]):
        room = room_mw[hour]
        if room < -TINY_MW:
            wanted = max(0.0, -room - flat_mw)
            left = -room
            if has_stores:
                left = min(-room, flat_mw) + (discharge(stores, level_mwh, wanted) if wanted > TINY_MW else 0.0)
            balance_mw[hour] = -left
            short_mwh += left
        else:
            balance_mw[hour] = charge(stores, level_mwh, room) if has_stores else room
    return short_mwh


@bare
def flattest(short_mwh: float, stores: Reservoirs, hands: Hands, balance_mw: Floats) -> float:
    """The highest flat cut (MW) that loses no more energy over the day than stores that give all they have at once."""
    low, high = 0.0, max(0.0, -least(hands.room_mw))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        write(hands.morning_mwh, hands.trial_mwh)
        lost = walk_day(hands.room_mw, middle, stores, hands.trial_mwh, balance_mw)
        if lost <= short_mwh * (1.0 + SLACK):
            low = middle
        else:
            high = middle
    return low

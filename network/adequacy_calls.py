"""Calls of response on a day whose gaps are known: each offer in turn takes the run of hours that saves most.

As in dispatch (`response.call_offers`) an event is one run of hours and at most one begins on a day; here it ends with
the day, and its last hour may be one in part: firms of 2 and of 4 hours that offer together have 2.7. The gaps are
those that moved charging and stores leave. The days of a year come one by one: an offer is called on each that needs it
until its events are used.
"""

from __future__ import annotations

import math

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_system import Measures
from dafeng.network.adequacy_year import NO_CALL, Hands
from dafeng.network.compiled import bare, inlined
from dafeng.network.response import REBOUND_H


@bare
def plan_calls(first: int, measures: Measures, hands: Hands) -> bool:
    """Choose the hour at which each offer's run begins on the day that begins at hour `first`; whether any is called.

    `hands.gap_mw` becomes what is left of the gaps, with what comes back into them.
    """
    is_any = False
    for offer in range(hands.events.shape[0]):
        if hands.events[offer] + 1.0 > measures.events_per_year[offer] + TINY_MW:
            continue
        hours = min(float(DAY_H), measures.hours_per_event[offer])
        begins = best_run(measures.offer_mw[offer, first:first + DAY_H], hands.gap_mw, hours,
                          measures.rebound_share[offer])
        if begins == NO_CALL:
            continue
        hands.begins[offer] = begins
        is_any = True
        for hour in range(begins, min(DAY_H, begins + math.ceil(hours))):
            given = min(hands.gap_mw[hour], measures.offer_mw[offer, first + hour] * part(hours, hour - begins))
            hands.gap_mw[hour] -= given
            for after in range(hour + 1, min(DAY_H, hour + 1 + REBOUND_H)):
                if hands.gap_mw[after] > TINY_MW:
                    hands.gap_mw[after] += measures.rebound_share[offer] * given / REBOUND_H
    return is_any


@inlined
def part(hours: float, after: int) -> float:
    """Share of an offer's MW in an hour of its event, `after` hours from the first: 1, less in a last hour in part."""
    return min(1.0, max(0.0, hours - after))


@bare
def best_run(offer_mw: Floats, gap_mw: Floats, hours: float, rebound_share: float) -> int:
    """First hour of the run that saves most of a day's gaps, the earliest of equals; NO_CALL where none saves any.

    What comes back while a gap lasts, beyond what the offer still sheds in its run, is not saved. Both (24,).
    """
    best, most, length = NO_CALL, TINY_MW, math.ceil(hours)
    for begins in range(DAY_H):
        saved = 0.0
        for hour in range(begins, min(DAY_H, begins + length)):
            given = min(gap_mw[hour], offer_mw[hour] * part(hours, hour - begins))
            if given > TINY_MW:
                saved += given
                if rebound_share > 0.0:
                    saved -= rebound_share * given / REBOUND_H * still_short(offer_mw, gap_mw, hour, begins, hours)
        if saved > most:
            best, most = begins, saved
    return best


@bare
def still_short(offer_mw: Floats, gap_mw: Floats, hour: int, begins: int, hours: float) -> int:
    """Hours after one in which what it owes comes back into a gap that the offer cannot shed."""
    found = 0
    for after in range(hour + 1, min(DAY_H, hour + 1 + REBOUND_H)):
        if gap_mw[after] > offer_mw[after] * part(hours, after - begins) + TINY_MW:
            found += 1
    return found


@bare
def shed(measures: Measures, hour: int, gap_mw: float, hands: Hands, ordered: Floats, by_order: bool) -> float:
    """Call the offers, ordered or not, whose run holds an hour, in turn; returns what is left of its gap.

    Part of what is shed comes back evenly over the next hours (MODEL_SPEC 5.6).
    """
    is_by_order, at = False, hour % DAY_H
    for offer in range(hands.events.shape[0]):
        if gap_mw <= TINY_MW:
            break
        if at < hands.begins[offer] or measures.is_ordered[offer] != by_order:
            continue
        given = min(gap_mw, measures.offer_mw[offer, hour] * part(measures.hours_per_event[offer],
                                                                  at - hands.begins[offer]))
        if given <= TINY_MW:
            continue
        if not hands.is_called[offer]:
            hands.is_called[offer] = True
            hands.events[offer] += 1.0
        gap_mw -= given
        for slot in range(REBOUND_H):
            hands.owed_mw[slot] += measures.rebound_share[offer] * given / REBOUND_H
        if measures.is_ordered[offer]:
            ordered[0] += given
            is_by_order = True
    if is_by_order:
        ordered[1] += 1.0
    return gap_mw

"""Calls of response on a day whose gaps are known: each offer in turn takes the run of hours that saves most.

As in dispatch (`response.call_offers`) an event is one run of whole hours and at most one begins on a day; here it ends
with the day. The gaps are those that moved charging and stores leave. The days of a year come one by one: an offer is
called on each that needs it until its events are used.
"""

from __future__ import annotations

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_system import Measures
from dafeng.network.adequacy_year import NO_CALL, Hands
from dafeng.network.compiled import bare
from dafeng.network.response import REBOUND_H


@bare
def plan_calls(first: int, measures: Measures, hands: Hands) -> bool:
    """Choose the hour at which each offer's run begins on the day that begins at hour `first`; whether any is called.

    `hands.gap_mw` becomes what is left of the gaps, with what comes back into them.
    """
    is_any = False
    for offer in range(hands.events.shape[0]):
        length = run_h(measures, offer)
        if length < 1 or hands.events[offer] + 1.0 > measures.events_per_year[offer] + TINY_MW:
            continue
        begins = best_run(measures.offer_mw[offer, first:first + DAY_H], hands.gap_mw, length,
                          measures.rebound_share[offer])
        if begins == NO_CALL:
            continue
        hands.begins[offer] = begins
        is_any = True
        for hour in range(begins, begins + length):
            given = min(hands.gap_mw[hour], measures.offer_mw[offer, first + hour])
            hands.gap_mw[hour] -= given
            for after in range(hour + 1, min(DAY_H, hour + 1 + REBOUND_H)):
                if hands.gap_mw[after] > TINY_MW:
                    hands.gap_mw[after] += measures.rebound_share[offer] * given / REBOUND_H
    return is_any


@bare
def run_h(measures: Measures, offer: int) -> int:
    """Whole hours of a run of an offer, at most a day."""
    return int(min(float(DAY_H), measures.hours_per_event[offer] + TINY_MW))


@bare
def best_run(offer_mw: Floats, gap_mw: Floats, length: int, rebound_share: float) -> int:
    """First hour of the run that saves most of a day's gaps, the earliest of equals; NO_CALL where none saves any.

    What comes back while a gap lasts, beyond what the offer still sheds in its run, is not saved. Both (24,).
    """
    best, most = NO_CALL, TINY_MW
    for begins in range(DAY_H - length + 1):
        saved = 0.0
        for hour in range(begins, begins + length):
            given = min(gap_mw[hour], offer_mw[hour])
            if given > TINY_MW:
                saved += given
                if rebound_share > 0.0:
                    saved -= rebound_share * given / REBOUND_H * still_short(offer_mw, gap_mw, hour, begins + length)
        if saved > most:
            best, most = begins, saved
    return best


@bare
def still_short(offer_mw: Floats, gap_mw: Floats, hour: int, run_ends: int) -> int:
    """Hours after one in which what it owes comes back into a gap that the offer cannot shed."""
    found = 0
    for after in range(hour + 1, min(DAY_H, hour + 1 + REBOUND_H)):
        reached = offer_mw[after] if after < run_ends else 0.0
        if gap_mw[after] > reached + TINY_MW:
            found += 1
    return found


@bare
def shed(measures: Measures, hour: int, gap_mw: float, hands: Hands, ordered: Floats) -> float:
    """Call the offers whose run holds an hour, in turn; returns what is left of its gap.

    Part of what is shed comes back evenly over the next hours (MODEL_SPEC 5.6).
    """
    is_by_order, at = False, hour % DAY_H
    for offer in range(hands.events.shape[0]):
        if gap_mw <= TINY_MW:
            break
        if not hands.begins[offer] <= at < hands.begins[offer] + run_h(measures, offer):
            continue
        given = min(gap_mw, measures.offer_mw[offer, hour])
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

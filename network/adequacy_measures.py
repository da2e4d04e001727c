"""What the city's own measures do about its share of a shortage: moved charging, stores, response (MODEL_SPEC 7.2).

No energy is made: moved load needs room where it comes back, which stores cannot charge from as well, and part of
what response sheds comes back as load over the next hours, wherever that is.
"""

from __future__ import annotations

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy_calls import plan_calls, shed
from dafeng.network.adequacy_service import charge_there, discharge_there
from dafeng.network.adequacy_stores import TINY_MW, are_full
from dafeng.network.adequacy_system import Measures, Reservoirs
from dafeng.network.adequacy_year import NO_CALL, Hands, Scratch, write
from dafeng.network.compiled import bare, inlined
from dafeng.network.response import REBOUND_H

PAST, AHEAD, DUE = range(3)
"""MWh of a day's shifting: room of quiet hours past, of those to come, and load moved that must still come back."""


@bare
def serve_city(margin_mw: Floats, added_mw: float, city_share: float, measures: Measures, hands: Hands,
               work: Scratch) -> None:
    """Fill the city's share of each shortage by its own measures; the rest is unserved."""
    begin_year(measures, hands, work)
    is_full = True
    for day in range(work.is_short.shape[0]):
        if is_full and not work.is_short[day]:
            continue
        is_full = serve_day(day, margin_mw, added_mw, city_share, measures, is_full, hands, work)


@bare
def begin_year(measures: Measures, hands: Hands, work: Scratch) -> None:
    """The city's stores are full, nothing was called and nothing has to come back."""
    write(measures.stores.energy_mwh, hands.own_mwh)
    hands.events[:] = 0.0
    hands.owed_mw[:] = 0.0
    work.ordered[:] = 0.0


@inlined
def serve_day(day: int, margin_mw: Floats, added_mw: float, city_share: float, measures: Measures, is_full: bool,
              hands: Hands, work: Scratch) -> bool:
    """One day of the city's measures; returns whether its stores are full and nothing is owed at the day's end.

    Response is called where it saves most of what the other measures leave of the day: a day that leaves a gap without
    it, and finds offers, is lived again from its morning with their calls.
    """
    if is_full and not work.is_short[day]:
        return is_full
    has_offers = hands.events.shape[0] > 0
    if has_offers:
        write(hands.own_mwh, hands.own_morning_mwh)
        write(hands.owed_mw, hands.owed_morning_mw)
        hands.begins[:] = NO_CALL
    left = live_day(day, margin_mw, added_mw, city_share, measures, False, hands, work)
    if has_offers and left > TINY_MW and plan_calls(day * DAY_H, measures, hands):
        write(hands.own_morning_mwh, hands.own_mwh)
        write(hands.owed_morning_mw, hands.owed_mw)
        hands.is_called[:] = False
        left = live_day(day, margin_mw, added_mw, city_share, measures, True, hands, work)
    if left > TINY_MW:
        work.is_unserved[day] = True
        for hour in range(DAY_H):
            work.unserved_mw[day * DAY_H + hour] += hands.gap_mw[hour]
    return are_full(measures.stores, hands.own_mwh) and not is_owed(hands.owed_mw)


@bare
def live_day(day: int, margin_mw: Floats, added_mw: float, city_share: float, measures: Measures, calls: bool,
             hands: Hands, work: Scratch) -> float:
    """Hour by hour, with the calls planned or without any; returns the MWh left, by hour in `hands.gap_mw`."""
    first, left = day * DAY_H, 0.0
    highest_mw = begin_day(work.balance_mw[first:first + DAY_H], measures.shift_mw[first:first + DAY_H],
                           work.is_short[day], hands)
    for hour in range(first, first + DAY_H):
        before_mw = margin_mw[hour] - added_mw
        room = work.balance_mw[hour] if work.is_walked[day] else before_mw
        owed = hands.owed_mw[hour % REBOUND_H]
        hands.owed_mw[hour % REBOUND_H] = 0.0
        if room > -TINY_MW:
            is_lasting = before_mw < 0.0 and not work.is_short[day]  # the pool's stores fill it, and have more
            gap = use_room(room, before_mw, 0.0 if is_lasting else owed, highest_mw, measures.stores,
                           measures.store_share, hour, hands)
        else:
            gap = owed - room * city_share
        if gap > TINY_MW:
            gap = fill_gap(measures, hour, gap, calls, hands, work)
        hands.gap_mw[hour - first] = gap if gap > TINY_MW else 0.0
        left += hands.gap_mw[hour - first]
    return left


@bare
def begin_day(balance_mw: Floats, shift_mw: Floats, is_short: bool, hands: Hands) -> float:
    """Nothing is moved yet; returns the highest shifting power, at which load comes back: 0 on other days."""
    hands.moves[:] = 0.0
    if not is_short:
        return 0.0
    highest = float(shift_mw[0])
    for hour in range(1, shift_mw.shape[0]):
        highest = max(highest, float(shift_mw[hour]))
    for hour in range(balance_mw.shape[0]):
        hands.moves[AHEAD] += min(highest, max(0.0, float(balance_mw[hour])))
    return highest


@bare
def use_room(room_mw: float, before_mw: float, owed_mw: float, highest_mw: float, stores: Reservoirs, share: Floats,
             hour: int, hands: Hands) -> float:
    """An hour without shortage: moved load comes back, then what response owes, then stores charge; returns the gap.

    `before_mw` is the room before the pool's stores charge: what is owed comes before them, and may make a gap.
    """
    part = min(highest_mw, max(0.0, room_mw))
    back: float = min(hands.moves[DUE], part)
    hands.moves[AHEAD] -= part
    hands.moves[DUE] -= back
    left = max(0.0, room_mw - back)
    if owed_mw > 0.0:
        spare = max(left, before_mw - back) - owed_mw
        if spare < 0.0:
            return -spare
        left = min(left, spare)
    if hands.own_mwh.shape[0] > 0:
        left = charge_there(stores, share, hour, hands.own_mwh, left)
    hands.moves[PAST] += min(highest_mw - back, left)
    return 0.0


@bare
def fill_gap(measures: Measures, hour: int, gap_mw: float, calls: bool, hands: Hands, work: Scratch) -> float:
    """Move charging, call the response planned, discharge, call what is ordered; returns what is left of a gap."""
    moves = hands.moves
    moved: float = max(0.0, min(gap_mw, measures.shift_mw[hour], moves[PAST] + moves[AHEAD] - moves[DUE]))
    early = min(moved, moves[PAST])
    moves[PAST] -= early
    moves[DUE] += moved - early
    gap = gap_mw - moved
    if calls and gap > TINY_MW:  # the run is fixed, what stores hold is not
        gap = shed(measures, hour, gap, hands, work.ordered, False)
    if hands.own_mwh.shape[0] > 0 and gap > TINY_MW:
        gap = discharge_there(measures.stores, measures.store_share, hour, hands.own_mwh, hands.there, gap)
    if calls and gap > TINY_MW:
        gap = shed(measures, hour, gap, hands, work.ordered, True)
    return gap


@bare
def is_owed(owed_mw: Floats) -> bool:
    """Whether response has still to come back as load."""
    total = 0.0
    for i in range(owed_mw.shape[0]):
        total += owed_mw[i]
    return total > TINY_MW

"""Response on call: offers to shed load, for the city's gap or when the market pays more (MODEL_SPEC 5.5).

An event is a run of hours called together, at most one begins on a day. Each offer, cheapest first, takes the runs
that are worth most until its events of the year are used. Part of what is shed comes back as load over the next
hours (5.6). Calls for money alone keep to the pace of the year, so that a shortage in winter still finds events.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import DAY_H, HOURS_A_YEAR, Floats, Ints
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.curve import Curve, marginal, step_at

REBOUND_H = 6
"""Hours over which shed load comes back (MODEL_SPEC 5.6)."""


DUST_MW = 1e-9
"""Response under this is what sums leave over."""


def called_before(called_mw: Floats, offers: int) -> Floats:
    """(offers, REBOUND_H) response of the hours before a window, the last at the end; 0 where it is not known."""
    made = np.zeros((offers, REBOUND_H))
    if len(called_mw) == offers and called_mw.size:
        known = called_mw[:, -REBOUND_H:]
        made[:, REBOUND_H - known.shape[1] :] = known
    return made


def called_of(net_mw: Floats, before_mw: Floats, rebound_share: Floats) -> Floats:
    """(offers, hours) what was called where `net_mw` is that less what comes back; `before_mw` (offers, REBOUND_H).

    >>> called_of(np.array([[6.0, -0.5]]), np.zeros((1, 6)), np.array([0.5])).tolist()
    [[6.0, 0.0]]
    """
    called = np.zeros((len(net_mw), REBOUND_H + net_mw.shape[1]))
    called[:, :REBOUND_H] = before_mw
    if net_mw.any() or before_mw.any():
        _follow(net_mw, rebound_share, called)
    return called[:, REBOUND_H:]


@bare
def _follow(net_mw: Floats, rebound_share: Floats, called: Floats) -> None:
    """Fill `called` (offers, REBOUND_H + hours) hour after hour, from what is known of the hours before."""
    for o in range(net_mw.shape[0]):
        for h in range(net_mw.shape[1]):
            back = 0.0
            for k in range(REBOUND_H):
                back += called[o, h + k]
            found = net_mw[o, h] + rebound_share[o] / REBOUND_H * back
            called[o, h + REBOUND_H] = found if found > DUST_MW else 0.0


def coming_back(before_mw: Floats, rebound_share: Floats, hours: int) -> Floats:
    """(offers, hours) load that comes back from response before a window, `before_mw` (offers, REBOUND_H)."""
    back = np.zeros((len(before_mw), hours))
    for age in range(REBOUND_H):
        back[:, : age + 1] += (rebound_share * before_mw[:, age] / REBOUND_H)[:, None]
    return back


class Calls(NamedTuple):
    """(n, …) offers of a window, cheapest first in `order`."""

    power_mw: Floats
    """(n, year)."""
    price: Floats
    notice_h: Floats
    hours_per_event: Floats
    events_left: Floats
    """Events of the year that are still free."""
    events_a_year: Floats
    rebound_share: Floats
    order: Ints
    before_mw: Floats
    """(n, REBOUND_H) response of the hours before the window, for its rebound."""
    firm_mw: Floats
    """(n, hours of the running plan) response called in it; no columns without a running plan."""


@compiled
def call_offers(curve: Curve, calls: Calls, first: int, shed: Floats) -> None:
    """Call offers for the gaps and prices of a window; `shed` (n, hours) is called minus returning MW.

    Moves the need of the curve.
    """
    hours = shed.shape[1]
    _call(curve, calls, first, shed, np.zeros(hours), np.zeros(hours), np.zeros(hours // DAY_H + 2))


@bare
def _call(curve: Curve, calls: Calls, first: int, shed: Floats, worth: Floats, price: Floats, busy: Floats) -> None:
    """The same; the last three are working arrays."""
    hours, is_moved = shed.shape[1], True
    for o in calls.order:
        busy[:] = 0.0
        _come_back(curve, calls, o, first, busy, shed)
        fixed = _keep_notice(curve, calls, o, first, busy, shed)
        left = calls.events_left[o]
        length = max(1, int(calls.hours_per_event[o]))
        is_moved = is_moved or fixed > 0 or calls.before_mw[o].any()
        while left >= 1.0:
            if is_moved:
                for h in range(hours):
                    price[h] = marginal(curve, h)
                is_moved = False
            _worths(curve, calls, o, first, left, fixed, price, shed, worth)
            best = _best_run(worth, length, first, busy)
            if best < 0:
                break
            for h in range(best, min(hours, best + length)):
                if worth[h] > 0.0:
                    _shed(curve, calls, o, h, _callable(curve, calls, o, first, h, price, shed), shed)
            busy[(first + best) // DAY_H - first // DAY_H] = 1.0
            left, is_moved = left - 1.0, True


@inlined
def _full_price(calls: Calls, o: int, h: int, price: Floats) -> float:
    """CNY/MWh of calling an offer in an hour: its price, and the energy that comes back at prices of the hours after.

    After the window they are those of its last hour.
    """
    last, back = price.size - 1, 0.0
    for k in range(h + 1, h + 1 + REBOUND_H):
        back += price[min(k, last)]
    full: float = calls.price[o] + calls.rebound_share[o] * back / REBOUND_H
    return full


@inlined
def _gap(curve: Curve, calls: Calls, o: int, first: int, h: int, shed: Floats) -> tuple[float, float]:
    """MW of an offer that are free in an hour, and how much of them the city lacks."""
    free: float = max(0.0, calls.power_mw[o, first + h] - max(0.0, shed[o, h]))
    return free, min(free, max(0.0, curve.need_mw[h] - curve.bound_mw[h]))


@inlined
def _dearer(curve: Curve, h: int, most: float, price: float) -> tuple[float, float]:
    """MW of the need of an hour, at most so many, that cost more than a price, and the CNY that they cost more."""
    tops, cost, at = curve.top_mw[h], curve.cost, curve.need_mw[h]
    floor, total, saved = at - most, tops[tops.size - 1] if tops.size else 0.0, 0.0
    if at > total and curve.cap > price:
        step = at - max(floor, total)
        saved, at = step * (curve.cap - price), at - step
    k = step_at(tops, at)
    while k >= 0 and at > max(floor, 0.0):
        if k < tops.size:
            if cost[k] <= price:
                break
            below = max(floor, tops[k - 1] if k > 0 else 0.0)
            if at > below:
                saved, at = saved + (at - below) * (cost[k] - price), below
        k -= 1
    return curve.need_mw[h] - at, saved


@inlined
def _callable(curve: Curve, calls: Calls, o: int, first: int, h: int, price: Floats, shed: Floats) -> float:
    """MW worth calling in an hour: what costs more in the market than that does, or what the city's gap needs."""
    free, gap = _gap(curve, calls, o, first, h, shed)
    dearer, _ = _dearer(curve, h, free, _full_price(calls, o, h, price))
    return max(gap, dearer)


@inlined
def _worths(
    curve: Curve, calls: Calls, o: int, first: int, left: float, fixed: int, price: Floats, shed: Floats, worth: Floats
) -> None:
    """(hours,) CNY that calling an offer would save: of lost load first, then of the market, whose `price` is given."""
    used = calls.events_a_year[o] - left
    for h in range(worth.size):
        worth[h] = 0.0
        if h < fixed:
            continue
        full = _full_price(calls, o, h, price)
        if curve.need_mw[h] <= curve.bound_mw[h] and price[h] <= full:
            continue
        free, gap = _gap(curve, calls, o, first, h, shed)
        worth[h] = gap * (curve.voll - calls.price[o])
        if used < calls.events_a_year[o] * (first + h) / HOURS_A_YEAR:
            _, saved = _dearer(curve, h, free, full)
            worth[h] += max(0.0, saved - gap * max(0.0, curve.cap - full))


@inlined
def _best_run(worth: Floats, length: int, first: int, busy: Floats) -> int:
    """First hour of the most valuable run that may begin; -1 when nothing is worth a call."""
    best, most = -1, 0.0
    for h in range(worth.size):
        if worth[h] <= 0.0 or busy[(first + h) // DAY_H - first // DAY_H] > 0.0:
            continue
        total = worth[h : h + length].sum()
        if total > most:
            best, most = h, total
    return best


@bare
def _shed(curve: Curve, calls: Calls, o: int, h: int, amount: float, shed: Floats) -> None:
    """Call an amount in an hour; its rebound is spread over the hours after."""
    shed[o, h] += amount
    curve.need_mw[h] -= amount
    back = calls.rebound_share[o] * amount / REBOUND_H
    for k in range(h + 1, min(shed.shape[1], h + 1 + REBOUND_H)):
        shed[o, k] -= back
        curve.need_mw[k] += back


@inlined
def _come_back(curve: Curve, calls: Calls, o: int, first: int, busy: Floats, shed: Floats) -> None:
    """Load that was shed before the window and returns in it; a day with an event behind it is busy."""
    for age in range(calls.before_mw.shape[1]):
        called = max(0.0, calls.before_mw[o, age])
        if called > 0.0 and (first - REBOUND_H + age) // DAY_H == first // DAY_H:
            busy[0] = 1.0
        back = calls.rebound_share[o] * called / REBOUND_H
        for k in range(min(shed.shape[1], age + 1)):
            shed[o, k] -= back
            curve.need_mw[k] += back


@inlined
def _keep_notice(curve: Curve, calls: Calls, o: int, first: int, busy: Floats, shed: Floats) -> int:
    """Within the notice, and while an event runs, what the running plan called is called; the hours this covers."""
    planned = min(shed.shape[1], calls.firm_mw.shape[1])
    if planned == 0:
        return 0
    fixed: int = min(shed.shape[1], int(np.ceil(calls.notice_h[o])))
    while 0 < fixed < planned and calls.firm_mw[o, fixed] > 0.0 and calls.firm_mw[o, fixed - 1] > 0.0:
        fixed += 1
    for h in range(min(fixed, planned)):
        if calls.firm_mw[o, h] > 0.0:
            _shed(curve, calls, o, h, min(calls.firm_mw[o, h], calls.power_mw[o, first + h]), shed)
            busy[(first + h) // DAY_H - first // DAY_H] = 1.0
    return fixed

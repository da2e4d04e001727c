"""Response on call of a regional system: what stores leave unserved is shed by contract, and part of it comes back.

An event of an offer is a day on which it is called: so many hours of that day, on so many days of a sample year. What
is shed serves whoever is short and within reach over the borders. A share of it comes back as load of the offer's
region, evenly over the hours after (MODEL_SPEC 5.6); whether those hours can carry it is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.compiled import bare
from dafeng.network.regional_flow import Network, is_any, send
from dafeng.network.response import REBOUND_H


@dataclass(frozen=True)
class RegionalOffers:
    """(n,) offers of load that is shed on call, in the order of their calls."""

    region: Ints
    mw: Floats
    """(n, steps)."""
    hours_per_event: Floats
    events_per_year: Floats
    rebound_share: Floats
    """Share of the energy shed that comes back within six hours."""

    @staticmethod
    def none(steps: int) -> RegionalOffers:
        """Nobody answers a call."""
        nothing = np.zeros(0)
        return RegionalOffers(np.zeros(0, np.int64), np.zeros((0, steps)), nothing, nothing, nothing)


class OfferArrays(NamedTuple):
    """The same as the compiled sampler reads it, in steps."""

    region: Ints
    mw: Floats
    steps_per_event: Floats
    events_per_year: Floats
    rebound_share: Floats
    rebound_steps: int
    day: int
    """Steps of a day."""


class Calls(NamedTuple):
    """What was called in a sample year so far, and what is still to come back."""

    last_day: Ints
    """(offers,) -1 when never called."""
    steps_today: Floats
    events: Floats
    owed_mw: Floats
    """(regions, rebound steps) by step, modulo their number."""


def offer_arrays(offers: RegionalOffers, step_h: float, day: int) -> OfferArrays:
    """Hours as steps."""
    return OfferArrays(offers.region, offers.mw, offers.hours_per_event / step_h, offers.events_per_year,
                       offers.rebound_share, max(1, round(REBOUND_H / step_h)), day)


def calls_for(offers: OfferArrays, regions: int) -> Calls:
    """Nothing called yet."""
    n = len(offers.region)
    return Calls(np.full(n, -1, np.int64), np.zeros(n), np.zeros(n), np.zeros((regions, offers.rebound_steps)))


@bare
def begin_calls(calls: Calls) -> None:
    """At the start of a year: all events free, nothing to come back."""
    calls.last_day[:] = -1
    calls.steps_today[:] = 0.0
    calls.events[:] = 0.0
    calls.owed_mw[:] = 0.0


@bare
def is_owed(calls: Calls) -> bool:
    """Whether anything has still to come back."""
    if calls.last_day.shape[0] == 0:
        return False
    total = 0.0
    for region in range(calls.owed_mw.shape[0]):
        for slot in range(calls.owed_mw.shape[1]):
            total += calls.owed_mw[region, slot]
    return total > TINY_MW


@bare
def come_back(calls: Calls, step: int, margin_mw: Floats) -> None:
    """Take what comes back in a step off the margins."""
    slot = step % calls.owed_mw.shape[1]
    for region in range(margin_mw.shape[0]):
        margin_mw[region] -= calls.owed_mw[region, slot]
        calls.owed_mw[region, slot] = 0.0


@bare
def call(offers: OfferArrays, step: int, network: Network, one_mw: Floats, demand_mw: Floats, calls: Calls) -> None:
    """Call each offer in turn while anything within its reach is unserved."""
    day = step // offers.day
    for o in range(offers.region.shape[0]):
        if not is_any(demand_mw):
            return
        if not is_free(offers, o, day, calls):
            continue
        one_mw[:] = 0.0
        one_mw[offers.region[o]] = offers.mw[o, step]
        send(network, one_mw, demand_mw)
        shed = offers.mw[o, step] - one_mw[offers.region[o]]
        if shed > TINY_MW:
            book(offers, o, step, day, shed, calls)


@bare
def is_free(offers: OfferArrays, o: int, day: int, calls: Calls) -> bool:
    """Whether an offer has hours left in the event of the day, or an event left to begin."""
    if calls.last_day[o] == day:
        return bool(calls.steps_today[o] + 1.0 <= offers.steps_per_event[o] + TINY_MW)
    return bool(calls.events[o] + 1.0 <= offers.events_per_year[o] and offers.steps_per_event[o] >= 1.0)


@bare
def book(offers: OfferArrays, o: int, step: int, day: int, shed_mw: float, calls: Calls) -> None:
    """Count a call, and spread what comes back over the steps after."""
    if calls.last_day[o] != day:
        calls.last_day[o] = day
        calls.steps_today[o] = 0.0
        calls.events[o] += 1.0
    calls.steps_today[o] += 1.0
    steps = calls.owed_mw.shape[1]
    for k in range(steps):
        calls.owed_mw[offers.region[o], (step + 1 + k) % steps] += offers.rebound_share[o] * shed_mw / steps

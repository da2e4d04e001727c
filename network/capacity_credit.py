"""Capacity credit: what a resource is worth to adequacy, as load it carries and as perfect capacity (MODEL_SPEC 7.6).

ELCC (effective load carrying capability): the constant load that a system with the resource carries at the unserved
energy it has without (Garver 1966). EFC (equivalent firm capacity): the capacity that never fails and lowers unserved
energy as much. Both by bisection on the same sample years, so that most of chance cancels; what is left is the error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Floats
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_indices import mean_of
from dafeng.network.adequacy_system import Reservoirs, no_measures
from dafeng.network.capacity_margins import Resource, Room
from dafeng.network.outages import Process
from dafeng.network.sampling import Derated, Machine

CLOSE = 1e-4
"""A credit is found when it is known to this share of the resource's capacity."""
MOST_STEPS = 40
SIDE = 0.01
"""Half width of the step that tells how unserved energy grows with load, as a share of the capacity."""
NO_DERATING = Derated()
UNKNOWN = Estimate(float("nan"), float("nan"))


@dataclass(frozen=True)
class Credit:
    """What a resource is worth; not a number where the system it joins is never short."""

    power_mw: float
    elcc_mw: Estimate
    efc_mw: Estimate

    @property
    def elcc_share(self) -> Estimate:
        """ELCC over capacity."""
        return Estimate(self.elcc_mw.value / self.power_mw, self.elcc_mw.se / self.power_mw)

    @property
    def efc_share(self) -> Estimate:
        """EFC over capacity."""
        return Estimate(self.efc_mw.value / self.power_mw, self.efc_mw.se / self.power_mw)


def capacity_credit(room: Room, resource: Resource) -> Credit:
    """ELCC and EFC of a resource in the system of a room."""
    with_it = room.plus(resource)
    power_mw = resource.power_mw
    return Credit(power_mw, elcc_mw(room, with_it, power_mw), efc_mw(room, with_it, power_mw))


def elcc_mw(room: Room, with_it: Room, power_mw: float) -> Estimate:
    """Load that `with_it` carries at the unserved energy of `room`."""
    base = room.unserved(0.0)[:, 0]
    return _matching(lambda mw: with_it.unserved(mw)[:, 0], base, room, power_mw)


def efc_mw(room: Room, with_it: Room, power_mw: float) -> Estimate:
    """Perfect capacity that leaves as much unserved in `room` as there is in `with_it`."""
    if not room.unserved(0.0)[:, 0].any():
        return UNKNOWN
    goal = with_it.unserved(0.0)[:, 0]
    found = _matching(lambda mw: room.unserved(mw - power_mw)[:, 0], goal, room, power_mw)
    return Estimate(power_mw - found.value, found.se)


def saturation(room: Room, resource_of: Callable[[float], Resource], sizes_mw: Sequence[float]) -> list[Credit]:
    """Credits of one kind at rising sizes: how they fall as the kind fills the hours of shortage."""
    return [capacity_credit(room, resource_of(mw)) for mw in sizes_mw]


def firm(key: str, mw: float, process: Process, derated: Derated = NO_DERATING, unit_mw: float = 0.0) -> Resource:
    """Units that fail: one, or as many alike of `unit_mw` as make up the capacity."""
    count = max(1, round(mw / unit_mw)) if unit_mw > 0.0 else 1
    return Resource(mw, machines=(Machine(key, mw / count, process, count=count, derated=derated),))


def perfect(mw: float, hours: int) -> Resource:
    """Capacity that never fails."""
    return Resource(mw, steady_mw=np.full(hours, mw))


def weather(mw: float, factor: Floats) -> Resource:
    """Wind or sun: (hours,) or (sample years, hours) output over capacity."""
    return Resource(mw, steady_mw=mw * factor)


def storage(mw: float, duration_h: float, efficiency_in: float = 1.0, efficiency_out: float = 1.0) -> Resource:
    """A store that gives its power for so many hours; cars that feed back are one, of the power plugged in."""
    facts = (mw, mw, mw * duration_h / efficiency_out, efficiency_in, efficiency_out)
    return Resource(mw, stores=Reservoirs(*(np.array([fact]) for fact in facts)))


def response(mw: float, hours_per_event: float, events_per_year: float, hours: int) -> Resource:
    """Load that is shed on call, so many hours a day on so many days a year."""
    offers = no_measures(hours)._replace(offer_mw=np.full((1, hours), mw), hours_per_event=np.array([hours_per_event]),
                                         events_per_year=np.array([events_per_year]))
    return Resource(mw, offers=offers)


def _matching(unserved_at: Callable[[float], Floats], goal: Floats, room: Room, power_mw: float) -> Estimate:
    """Load between none and the whole capacity at which mean unserved energy is the goal's, with its sampling error.

    The error is that of the paired difference of sample years, over the slope of unserved energy in load.
    """
    def over(mw: float) -> float:
        return float((unserved_at(mw) - goal).mean())

    if not goal.any():
        return UNKNOWN
    low, high = 0.0, power_mw
    low_over, high_over = over(low), over(high)
    at = low if low_over >= 0.0 else high
    if low_over < 0.0 < high_over:
        at = _bracketed(over, low, low_over, high, high_over, CLOSE * power_mw)
    step = SIDE * power_mw
    slope = float((unserved_at(at + step) - unserved_at(at - step)).mean()) / (2.0 * step)
    error = mean_of(unserved_at(at) - goal, room.case).se
    return Estimate(at, error / slope if slope > 0.0 else float("nan"))


def _bracketed(over: Callable[[float], float], low: float, low_over: float, high: float, high_over: float,
               close: float) -> float:
    """Where a rising function crosses zero between two ends: secants; an end that stays counts half (Illinois)."""
    at, side = low, 0
    for _ in range(MOST_STEPS):
        before, at = at, low + (high - low) * low_over / (low_over - high_over)
        at_over = over(at)
        if at_over == 0.0 or abs(at - before) < close:
            break
        if at_over < 0.0:
            low, low_over = at, at_over
            high_over *= 0.5 if side < 0 else 1.0
        else:
            high, high_over = at, at_over
            low_over *= 0.5 if side > 0 else 1.0
        side = -1 if at_over < 0.0 else 1
    return at

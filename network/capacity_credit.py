"""Capacity credit: what a resource is worth to adequacy, as load it carries and as perfect capacity (MODEL_SPEC 7.6).

ELCC (effective load carrying capability): the constant load that a system with the resource carries at the unserved
energy it has without (Garver 1966). EFC (equivalent firm capacity): the capacity that never fails and lowers unserved
energy as much. Both are sought (`capacity_matching`) on the same sample years, so that most of chance cancels; what is
left is the error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Floats
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_system import Reservoirs, no_measures
from dafeng.network.capacity_margins import Resource, Room
from dafeng.network.capacity_matching import load_matching
from dafeng.network.outages import Process
from dafeng.network.sampling import Derated, Machine

CLOSE = 1e-4
"""A credit is found when it is known to this share of the resource's capacity."""
CURVE_POINTS = 9
TINY_MWH = 1e-9
SIDE = 0.01
"""Half width of the step that tells how unserved energy grows with load, as a share of the capacity."""
SIDE_OF_LOAD = 0.1
"""The same as a share of the load found, where that is less."""
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
    return matching(lambda mw: with_it.unserved(mw)[:, 0], room.unserved(0.0)[:, 0], room.estimate, power_mw)


def elcc_share(room: Room, with_it: Room, power_mw: float, goal_mwh: Floats, close: float = CLOSE) -> float:
    """ELCC over capacity without its error, for those who ask for many; `goal_mwh` is what is unserved in `room`."""
    found_mw = load_matching(lambda mw: room.mean(with_it.unserved(mw)[:, 0] - goal_mwh), room.mean(goal_mwh),
                             power_mw, close)
    return found_mw / power_mw


def efc_mw(room: Room, with_it: Room, power_mw: float) -> Estimate:
    """Perfect capacity that leaves as much unserved in `room` as there is in `with_it`."""
    if not room.unserved(0.0)[:, 0].any():
        return UNKNOWN
    goal = with_it.unserved(0.0)[:, 0]
    found = matching(lambda mw: room.unserved(mw - power_mw)[:, 0], goal, room.estimate, power_mw)
    return Estimate(power_mw - found.value, found.se)


def conditioned_elcc_mw(room: Room, power_mw: float, forced_outage_rate: float) -> Estimate:
    """ELCC of one unit, its two states averaged instead of sampled: far less noise, and exact where no store acts.

    The unit is taken to stay in its state through a shortage, as repairs of days do.
    """
    up = 1.0 - forced_outage_rate

    def unserved_at(mw: float) -> Floats:
        return up * room.unserved(mw - power_mw)[:, 0] + forced_outage_rate * room.unserved(mw)[:, 0]

    return matching(unserved_at, room.unserved(0.0)[:, 0], room.estimate, power_mw)


@dataclass(frozen=True)
class UnservedCurve:
    """Mean unserved MWh over added load, day by day: between a few points its logarithm is straight.

    Unserved energy grows nearly as an exponential of load, so that few points do for many units.
    """

    added_mw: Floats
    """(points,) ascending."""
    mwh: Floats
    """(points, days) mean of the sample years."""

    def weighed(self, share: float | Floats) -> Callable[[float], float]:
        """MWh of a year over added load, each day counted by its share, one for all or (days,)."""
        height = np.log(np.maximum((self.mwh * share).sum(axis=1), TINY_MWH))
        return lambda added_mw: float(np.exp(np.interp(added_mw, self.added_mw, height)))


def elcc_share_of_unit(curve: UnservedCurve, power_mw: float, out: float | Floats, heated: UnservedCurve | None = None
                       ) -> float:
    """The same from a curve of unserved energy (`unserved_curve`), without its error.

    `out` is the unit's chance of being out, one or that of each day: failures come at the pace of the weather, and so
    do shortages. `heated` is the curve of the room without what the heat takes of the unit while it runs.
    """
    unserved_up, unserved_out = (heated or curve).weighed(1.0 - out), curve.weighed(out)
    goal, low, high = curve.weighed(1.0)(0.0), 0.0, power_mw
    while high - low > CLOSE * power_mw:
        middle = 0.5 * (low + high)
        with_it = unserved_up(middle - power_mw) + unserved_out(middle)
        low, high = (middle, high) if with_it < goal else (low, middle)
    return 0.5 * (low + high) / power_mw


def unserved_curve(room: Room, reach_mw: float, middle_mw: float = 0.0, points: int = CURVE_POINTS) -> UnservedCurve:
    """Unserved energy of each day over added load, up to `reach_mw` more and less than a load in the middle."""
    at = middle_mw + np.linspace(-reach_mw, reach_mw, points)
    return UnservedCurve(at, np.array([room.unserved_by_day(mw) for mw in at]))


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
    """A store as the fleet's: inside it are so many hours of its power (MODEL_SPEC 6.9: level <= hours x MW, and a
    battery is bought by the kWh inside), so that it gives its power for `duration_h` x `efficiency_out` hours.

    Cars that feed back are one, of the power plugged in.
    """
    facts = (mw, mw, mw * duration_h, efficiency_in, efficiency_out)
    return Resource(mw, stores=Reservoirs(*(np.array([fact]) for fact in facts)))


def present(stored: Resource, share: Floats) -> Resource:
    """A store of which so much of power and energy is there in each hour, (hours,) of what it has: cars that feed back.
    """
    offers = no_measures(len(share))._replace(stores=stored.stores, store_share=np.ascontiguousarray(share[None, :]))
    return Resource(stored.power_mw, offers=offers)


def response(mw: float, hours_per_event: float, events_per_year: float, hours: int, rebound_share: float = 0.0
             ) -> Resource:
    """Load that is shed on call, so many hours a day on so many days a year; a share of it comes back within 6 h."""
    offers = no_measures(hours)._replace(offer_mw=np.full((1, hours), mw), hours_per_event=np.array([hours_per_event]),
                                         events_per_year=np.array([events_per_year]), is_ordered=np.zeros(1, np.bool_),
                                         rebound_share=np.array([rebound_share]))
    return Resource(mw, offers=offers)


def matching(unserved_at: Callable[[float], Floats], goal: Floats, estimate: Callable[[Floats], Estimate],
             power_mw: float) -> Estimate:
    """Load between none and the whole capacity at which mean unserved energy is the goal's, with its sampling error.

    The error is that of the paired difference of sample years, over the slope of unserved energy in load. `estimate`
    gives the mean of sample years and its error.
    """
    if not goal.any():
        return UNKNOWN
    at = load_matching(lambda mw: estimate(unserved_at(mw) - goal).value, estimate(goal).value, power_mw, CLOSE)
    # a tenth of the load found: of a large resource that carries little, 1 % would reach past the curve it stands on
    step = min(SIDE * power_mw, max(SIDE_OF_LOAD * at, CLOSE * power_mw))
    slope = estimate(unserved_at(at + step) - unserved_at(at - step)).value / (2.0 * step)
    error = estimate(unserved_at(at) - goal).se
    return Estimate(at, error / slope if slope > 0.0 else float("nan"))

"""A system's hourly room over many sample years, kept so that resources and load can be added on common chance.

The view's own offtakes are left out: a credit is what a resource is worth to the balance of its pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_crossing import crossing
from dafeng.network.adequacy_indices import mean_of
from dafeng.network.adequacy_measures import serve_city
from dafeng.network.adequacy_states import draw_cases, year_weights
from dafeng.network.adequacy_system import Measures, Pool, Reservoirs, System, no_measures, no_stores
from dafeng.network.adequacy_year import Scratch, balance_pool, hands_for, sample_margin, scratch
from dafeng.network.compiled import compiled
from dafeng.network.sampling import Machine, MachineArrays, Machines, add_all_outages

Balance: TypeAlias = Literal["province", "island"]
SCALE = 0.01
"""First guess of the load that changes the hours of shortage by a factor e, as a share of the range of the room."""


@dataclass(frozen=True)
class Resource:
    """What is added to a system: output that follows the weather, machines that fail, stores, response."""

    power_mw: float
    """Capacity that the credit is told against."""
    steady_mw: Floats | None = None
    """(hours,) or (sample years, hours) output that does not fail."""
    machines: tuple[Machine, ...] = ()
    stores: Reservoirs = field(default_factory=no_stores)
    offers: Measures | None = None
    """Response, and stores of which only a share is there in an hour; only these count."""


@dataclass(frozen=True)
class Room:
    """Hourly room (MW, negative when short before stores) of each sample year, and what can fill a gap."""

    mw: Floats
    lowest_mw: Floats
    """(sample years, days)."""
    case: Ints
    stores: Reservoirs
    measures: Measures
    luck: Luck
    year: int
    weight: Floats | None = None
    """(sample years,) what each weighs, in all 1, where rare states are drawn more often than they come; else alike."""

    def mean(self, values: Floats) -> float:
        """Mean over sample years."""
        return float(values.mean() if self.weight is None else self.weight @ values)

    def estimate(self, values: Floats) -> Estimate:
        """The same with its error, cases being strata."""
        of: Floats | None = None
        if self.weight is not None:
            of = np.bincount(self.case, self.weight).astype(np.float64)
        return mean_of(values, self.case, of)

    def unserved(self, added_mw: float) -> Floats:
        """(sample years, 2) unserved MWh and hours with a constant load added."""
        return self._filled(added_mw)[0]

    def unserved_by_day(self, added_mw: float) -> Floats:
        """(days,) mean unserved MWh of each day of the year with a constant load added."""
        return self._filled(added_mw)[1]

    def _filled(self, added_mw: float) -> tuple[Floats, Floats]:
        found, by_day = np.zeros((len(self.mw), 2)), np.zeros(self.lowest_mw.shape[1])
        weight = np.full(len(self.mw), 1.0 / len(self.mw)) if self.weight is None else self.weight
        fill_unserved(self.mw, self.lowest_mw, added_mw, self.stores, self.measures, weight, scratch(self.mw.shape[1]),
                      found, by_day)
        return found, by_day

    def less(self, added_mw: float) -> Room:
        """The room with a constant load in it."""
        return replace(self, mw=self.mw - added_mw, lowest_mw=self.lowest_mw - added_mw)

    def plus(self, resource: Resource) -> Room:
        """The room with a resource in it; its machines have luck of their own, the same at every size.

        Response, and stores that are there by the hour, serve together with the pool's stores: after them they would
        find these empty, with only their own power left to fill a gap.
        """
        mw = self.mw.copy()
        if resource.steady_mw is not None:
            mw += resource.steady_mw
        if resource.machines:
            machines = Machines.of([replace(machine, group=0) for machine in resource.machines])
            add_machines(mw, machines.arrays(self.luck, "credit", self.year), float(machines.group_mw(1)[0]))
        stores, measures = joined(self.stores, resource.stores), self.measures
        if resource.offers is not None:
            stores, measures = no_stores(), with_offers(with_stores(measures, stores), resource.offers)
        lowest = mw.reshape(len(mw), -1, DAY_H).min(axis=2)
        return replace(self, mw=mw, lowest_mw=lowest, stores=stores, measures=measures)


def room_of(system: System, luck: Luck, *, sample_years: int, balance: Balance, at_standard: bool = True) -> Room:
    """The room of a view's balance; `at_standard` adds the load at which LOLH reaches the standard.

    A system that never is short says nothing about what a resource is worth to it; credits are told at the standard.
    """
    pool = system.province if balance == "province" else system.island
    assert pool is not None, "the system has no such balance"
    is_by_state = balance == "province" and len(system.probability) > 1
    case = draw_cases(system, luck, sample_years, is_by_state=is_by_state)
    measures = no_measures(system.hours) if balance == "province" else system.measures
    mw, lowest = sampled_room(system, pool, luck, case)
    room = Room(mw, lowest, case, pool.stores, measures, luck, system.year,
                year_weights(case, system.probability) if is_by_state else None)
    if balance == "island":
        room = room.less(-system.contract_mw)
    return room.less(load_to_standard_mw(room, system.lolh_standard_h)) if at_standard else room


def sampled_room(system: System, pool: Pool, luck: Luck, case: Ints) -> tuple[Floats, Floats]:
    """(sample years, hours) margins of a pool and their lowest value of each day: those that `adequacy` samples."""
    cases = len(system.probability)
    every = replace(
        pool, factor=np.broadcast_to(pool.factor, (cases, pool.factor.shape[1])).copy(),
        need_mw=np.broadcast_to(pool.need_mw, (cases, system.hours)).copy(),
    ).merged()
    machines, firm_mw = every.machines.arrays(luck, "adequacy", system.year), every.firm_margin_mw
    gales = every.gales.arrays(luck, system.year, every.machines.keys)
    mw, lowest = np.empty((len(case), system.hours)), np.empty((len(case), system.hours // DAY_H))
    work = scratch(system.hours)
    for sample, one in enumerate(case):
        sample_margin(machines, gales, every.share, every.factor[one], firm_mw[one], sample, work.change, mw[sample],
                      lowest[sample])
    return mw, lowest


def load_to_standard_mw(room: Room, lolh_standard_h: float) -> float:
    """Constant load at which the hours of shortage reach the standard."""
    def hours_at(added_mw: float) -> Estimate:
        return room.estimate(room.unserved(added_mw)[:, 1])

    return crossing(hours_at, lolh_standard_h, SCALE * float(np.ptp(room.mw[0])), 1.0 / len(room.mw)).value


def joined(one: Reservoirs, other: Reservoirs) -> Reservoirs:
    """The stores of both."""
    return Reservoirs(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))


def with_stores(measures: Measures, stores: Reservoirs) -> Measures:
    """Measures with further stores that are always there."""
    if not stores.discharge_mw.size:
        return measures
    share = np.vstack([_there(measures), np.ones((stores.discharge_mw.size, measures.shift_mw.size))])
    return measures._replace(stores=joined(measures.stores, stores), store_share=share)


def with_offers(measures: Measures, more: Measures | None) -> Measures:
    """Measures with further offers, called last, and stores that are there by the hour."""
    if more is None:
        return measures
    if more.stores.discharge_mw.size:
        share = np.vstack([_there(measures), _there(more)])
        measures = measures._replace(stores=joined(measures.stores, more.stores), store_share=share)
    return measures._replace(
        offer_mw=np.vstack([measures.offer_mw, more.offer_mw]),
        hours_per_event=np.concatenate([measures.hours_per_event, more.hours_per_event]),
        events_per_year=np.concatenate([measures.events_per_year, more.events_per_year]),
        is_ordered=np.concatenate([measures.is_ordered, more.is_ordered]),
        rebound_share=np.concatenate([measures.rebound_share, more.rebound_share]),
    )


def _there(measures: Measures) -> Floats:
    """(stores, hours) share of each store that is there, all of them where none is told."""
    if len(measures.store_share):
        return measures.store_share
    return np.ones((measures.stores.discharge_mw.size, measures.shift_mw.size))


def portfolio(resources: Sequence[Resource]) -> Resource:
    """Several resources as one."""
    steady = [one.steady_mw for one in resources if one.steady_mw is not None]
    offers: Measures | None = None
    for one in resources:
        offers = one.offers if offers is None else with_offers(offers, one.offers)
    stores = no_stores()
    for one in resources:
        stores = joined(stores, one.stores)
    return Resource(sum(one.power_mw for one in resources), sum(steady[1:], steady[0]) if steady else None,
                    tuple(machine for one in resources for machine in one.machines), stores, offers)


@compiled
def fill_unserved(mw: Floats, lowest_mw: Floats, added_mw: float, stores: Reservoirs, measures: Measures,
                  weight: Floats, work: Scratch, found: Floats, by_day: Floats) -> None:
    """Unserved MWh and hours of each sample year, after stores and measures; and MWh of each day, years weighted."""
    hands = hands_for(stores, measures)
    for sample in range(mw.shape[0]):
        work.is_unserved[:] = False
        balance_pool(mw[sample], lowest_mw[sample], added_mw, stores, False, hands, work)
        serve_city(mw[sample], added_mw, 1.0, measures, hands, work)
        for day in range(work.is_unserved.shape[0]):
            if not work.is_unserved[day]:
                continue
            for hour in range(day * DAY_H, (day + 1) * DAY_H):
                if work.unserved_mw[hour] > 0.0:
                    found[sample, 0] += work.unserved_mw[hour]
                    found[sample, 1] += 1.0
                    by_day[day] += weight[sample] * work.unserved_mw[hour]
                work.unserved_mw[hour] = 0.0


@compiled
def add_machines(mw: Floats, machines: MachineArrays, installed_mw: float) -> None:
    """Add to each sample year what machines of one group give in it."""
    change = np.zeros((1, mw.shape[1] + 1))
    for sample in range(mw.shape[0]):
        change[:] = 0.0
        add_all_outages(machines, sample, change)
        out = 0.0
        for hour in range(mw.shape[1]):
            out += change[0, hour]
            mw[sample, hour] += installed_mw - out

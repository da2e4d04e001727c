"""How capacity credits fall as a kind grows: curves of a year's system, for studies with `capacity_credit: curves`.

ELCC over capacity at growing sizes: sun, offshore wind, storage of one to eight hours, the city's response, and cars
that feed back where a bundle has them. In a province of 200 GW a credit falls over gigawatts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, HOURS_A_YEAR, Floats
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_system import System
from dafeng.network.capacity_credit import elcc_mw, present, response, storage, weather
from dafeng.network.capacity_margins import Resource, portfolio, room_of
from dafeng.network.grid import Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.assess import system_of
from dafeng.sim.availability import Availability
from dafeng.sim.credit import SAMPLE_YEARS, SIZE, factor_of, is_due, peak_mw
from dafeng.sim.surroundings import Around

SIZES_MW = (500.0, 2000.0, 5000.0, 10_000.0, 20_000.0)
"""Sizes in a province."""
SIZES = (SIZE, 0.05, 0.1, 0.2, 0.5)
"""Sizes in a city without one, as shares of its peak load."""
DURATIONS_H = (1, 2, 4, 8)
Curves: TypeAlias = Mapping[tuple[str, float], Estimate]
"""(kind, MW) -> ELCC over capacity."""


def curves_of_year(
    city: City, around: Around, assembly: Assembly, availability: Availability, hours: Hours, luck: Luck
) -> Curves:
    """Curves in the years in which credits are made, with `capacity_credit: curves`; else none."""
    if city.setting("capacity_credit", "computed") != "curves" or not is_due(city, around.year):
        return {}
    return curves_of(city, around, assembly, system_of(city, around, assembly, availability, hours), luck)


def curves_of(city: City, around: Around, assembly: Assembly, system: System, luck: Luck) -> Curves:
    """Credits of each kind at each size, with their sampling errors."""
    room = room_of(
        system, luck, sample_years=SAMPLE_YEARS, balance="island" if system.province is None else "province"
    )
    found = {}
    for kind, made in kinds(city, around, assembly).items():
        for mw in sizes_mw(system):
            load = elcc_mw(room, room.plus(made(mw)), mw)
            found[kind, mw] = Estimate(load.value / mw, load.se / mw)
    return found


def sizes_mw(system: System) -> tuple[float, ...]:
    """Sizes in MW that suit a system, ascending."""
    if system.province is not None:
        return SIZES_MW
    return tuple(max(1.0, round(share * peak_mw(system))) for share in SIZES)


def paid_offers(assembly: Assembly) -> dict[tuple[float, float, float], float]:
    """Hours an event, events a year and share that comes back of the city's paid response -> its share of all MW."""
    offers, found = assembly.grid.offers, dict[tuple[float, float, float], float]()
    mean_mw = offers.power_mw.mean(axis=1)
    for i, offer in enumerate(assembly.offers):
        if not offer.is_ordered and mean_mw[i] > 0.0:
            terms = (offer.hours_per_event, offer.events_per_year, offer.rebound_share)
            found[terms] = found.get(terms, 0.0) + float(mean_mw[i])
    return {terms: mw / sum(found.values()) for terms, mw in sorted(found.items())}


def kinds(city: City, around: Around, assembly: Assembly) -> dict[str, Callable[[float], Resource]]:
    """Kind -> a resource of so many MW."""
    sun = factor_of(around, assembly, "pv_utility", "solar")
    wind = factor_of(around, assembly, "wind_offshore", "wind_offshore")
    one_way = city.value("battery_li.eff_roundtrip") ** 0.5
    found: dict[str, Callable[[float], Resource]] = {
        "solar": lambda mw: weather(mw, sun), "wind_offshore": lambda mw: weather(mw, wind),
    }
    for hours in DURATIONS_H:
        found[f"storage_{hours}h"] = lambda mw, hours=hours: storage(mw, hours, one_way, one_way)  # type: ignore[misc]
    paid = paid_offers(assembly)
    if paid:
        found["response"] = lambda mw: portfolio(
            [response(mw * share, h, days, len(sun), back) for (h, days, back), share in paid.items()]
        )
    at = next((row for row, store in enumerate(assembly.stores) if store.technology == "v2g"), None)
    if at is not None:
        cars = assembly.stores[at]
        there = _there(assembly, at)
        found["v2g"] = lambda mw: present(storage(mw, cars.hours, cars.efficiency_in, cars.efficiency_out), there)
    return found


def _there(assembly: Assembly, at: int) -> Floats:
    """(hours,) share of a store that is at its plug, of the hour with most of it: as in adequacy (assess_stores)."""
    day = assembly.stores[at].day_share
    return np.tile(day, HOURS_A_YEAR // DAY_H) if day else np.ones(HOURS_A_YEAR)

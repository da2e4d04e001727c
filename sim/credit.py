"""What a megawatt of each technology is worth to adequacy this year: the credit in capacity payments (MODEL_SPEC 7.6).

Made of the year's own system at its standard, every few years, for the years after it, for an addition that is small
beside it: what another megawatt of the kind is worth, and not a whole fleet; until the first time, and for
what is no machine of its own (imports by contract), the credits by which the province counts its firm margin stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.agents.owners_builds import machine
from dafeng.agents.owners_leases import reliability_class
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.network.adequacy_system import System
from dafeng.network.capacity_credit import (
    UnservedCurve,
    elcc_share,
    elcc_share_of_unit,
    storage,
    unserved_curve,
    weather,
)
from dafeng.network.capacity_credit_error import share_error, unit_share_error
from dafeng.network.capacity_margins import Resource, Room, room_of
from dafeng.network.grid import Hours
from dafeng.network.outages import Process, class_of
from dafeng.network.outages_expected import out_of_any
from dafeng.network.sampling import Machine
from dafeng.sim.assembly import Assembly
from dafeng.sim.assess import machines_of, system_of
from dafeng.sim.availability import Availability
from dafeng.sim.credit_shares import Credits
from dafeng.sim.hot_hours import heat_shares, left_by_heat
from dafeng.sim.surroundings import PROVINCE, Around

EVERY_YEARS = 5
SAMPLE_YEARS = 50
CLOSE = 2e-3
"""A share is found when it is known so well; the sampling error of 50 years is ten times that."""
SIZE_MW = 500.0
"""Sun, wind and stores are credited for so many MW more: small beside a province."""
SIZE = 0.02
"""The same in a city without one, and the most of a unit there, as a share of its peak load."""
BY_WEATHER: Mapping[str, str] = {
    "pv_utility": "solar", "pv_rooftop": "solar", "wind_onshore": "wind_onshore", "wind_offshore": "wind_offshore",
}
HEATED_POINTS = 3
"""Points of a curve no wider than one unit."""
STORES = frozenset({"battery_li", "pumped_hydro"})
AS_COUNTED = frozenset({"import", "hydro_small"})
"""Contracts, and small hydro whose water is spent on the peak: no machine to sample."""


def is_due(city: City, year: int) -> bool:
    """Whether credits are made in a year: the first and every fifth after it."""
    return (year - city.first_year) % EVERY_YEARS == 0


def credits_of_year(
    city: City,
    around: Around,
    assembly: Assembly,
    availability: Availability,
    hours: Hours,
    luck: Luck,
    until_now: Credits,
) -> Credits:
    """Credits for the years after this one; those until now where none are due, or with `capacity_credit: table`."""
    if not is_due(city, around.year) or city.setting("capacity_credit", "computed") == "table":
        return until_now
    system = system_of(city, around, assembly, availability, hours)
    return computed_credits(city, around, assembly, system, luck, until_now)


def computed_credits(
    city: City, around: Around, assembly: Assembly, system: System, luck: Luck, counted: Credits
) -> Credits:
    """Credits by technology: ELCC over capacity with its error where it can be told, else as counted."""
    room = room_of(
        system, luck, sample_years=SAMPLE_YEARS, balance="island" if system.province is None else "province"
    )
    goal = room.unserved(0.0)[:, 0]
    if not goal.any():
        return counted
    units = {technology: new_unit(city, technology) for technology in counted if _is_unit(technology)}
    size_mw, unit_mw = SIZE_MW, max(unit.capacity_mw for unit in units.values())
    if system.province is None:
        size_mw = SIZE * peak_mw(system)
        unit_mw = min(unit_mw, size_mw)
    beside = _Beside(city, around, room, goal, unserved_curve(room, unit_mw))
    found, se = dict(counted), dict[str, float]()
    for technology in counted:
        if technology in units:
            found[technology], se[technology] = beside.share_of(units[technology], unit_mw)
        elif technology not in AS_COUNTED:
            with_it = room.plus(_resource(city, around, assembly, technology, size_mw))
            found[technology] = elcc_share(room, with_it, size_mw, goal, CLOSE)
            se[technology] = share_error(room, with_it, size_mw, goal, found[technology])
    return Credits(found, se)


def peak_mw(system: System) -> float:
    """Highest load of the city itself."""
    return float(system.county_load_mw.sum(axis=0).max())


def _is_unit(technology: str) -> bool:
    return technology not in AS_COUNTED and technology not in BY_WEATHER and technology not in STORES


def new_unit(city: City, technology: str) -> Unit:
    """A machine of a technology as it would join the city's, of the usual size of its class."""
    mw = city.value(f"reliability.{reliability_class(city, technology)}.unit_mw")
    made = machine(city, technology, technology, "", mw, 0.0, "")
    return Unit(made.key, made.bus, made.county, technology, made.fuel, mw, outage_class=made.outage_class)


@dataclass(frozen=True)
class _Beside:
    """A room and what is unserved in it, for machines that join it as the city's own are sampled: with their states,
    the pace of the weather and what the heat takes."""

    city: City
    around: Around
    room: Room
    goal_mwh: Floats
    """(sample years,) unserved in the room."""
    curve: UnservedCurve
    found: dict[tuple[tuple[Machine, ...], str], tuple[float, float]] = field(default_factory=dict)
    """By causes of outages and fuel: several technologies fail alike."""

    def share_of(self, unit: Unit, most_mw: float) -> tuple[float, float]:
        """ELCC over capacity of a machine, or of so much of it, and its standard error, that of a steady pace."""
        mw = min(unit.capacity_mw, most_mw)
        causes = tuple(machines_of(self.city, replace(unit, key="", capacity_mw=mw), 0, self.around.paces))
        if (causes, unit.fuel) not in self.found:
            out = out_of_any(causes, self.around.paces)
            share = elcc_share_of_unit(self.curve, mw, out, self._heated(unit, mw))
            error = unit_share_error(self.room, self.goal_mwh, mw, float(np.mean(out)), share)
            self.found[causes, unit.fuel] = share, error
        return self.found[causes, unit.fuel]

    def _heated(self, unit: Unit, mw: float) -> UnservedCurve | None:
        """What is unserved without what the heat takes of so many MW; None where it takes nothing."""
        left = left_by_heat(heat_shares(self.city, self.around.weather.temperature_c), unit)
        if np.all(left == 1.0):
            return None
        less = Resource(mw, steady_mw=mw * (np.asarray(left) - 1.0))
        return unserved_curve(self.room.plus(less), 0.5 * mw, -0.5 * mw, HEATED_POINTS)


def _resource(city: City, around: Around, assembly: Assembly, technology: str, size_mw: float) -> Resource:
    """So many MW of sun, wind or a store, whose outages are in its mean output or power."""
    if technology in BY_WEATHER:
        return weather(size_mw, factor_of(around, assembly, technology, BY_WEATHER[technology]))
    process = Process(*class_of(city, reliability_class(city, technology)))
    up, one_way = 1.0 - process.forced_outage_rate, city.value(f"{technology}.eff_roundtrip") ** 0.5
    stored = storage(size_mw * up, city.value(f"{technology}.hours"), one_way, one_way)
    return replace(stored, power_mw=size_mw)


def factor_of(around: Around, assembly: Assembly, technology: str, profile: str) -> Floats:
    """(hours,) output over capacity: of the city's own fleet, or of the province's weather where it has none."""
    rows = [
        row
        for row, unit in enumerate(assembly.units)
        if unit.technology == technology and unit.county != PROVINCE and unit.in_service_from_h is None
    ]
    capacity = np.array([assembly.units[row].capacity_mw for row in rows])
    if capacity.sum() <= 0.0:
        return around.weather.factor(profile, PROVINCE)
    return np.asarray(capacity @ assembly.base_share[rows] / capacity.sum())

"""What a megawatt of each technology is worth to adequacy this year: the credit in capacity payments (MODEL_SPEC 7.6).

Made of the year's own system at its standard, every few years, for the years after it, for an addition that is small
beside it: what another megawatt of the kind is worth, and not a whole fleet; until the first time, and for
what is no machine of its own (imports by contract), the credits by which the province counts its firm margin stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dafeng.agents.owners_leases import reliability_class
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.network.adequacy_system import System
from dafeng.network.capacity_credit import elcc_share, elcc_share_of_unit, storage, unserved_curve, weather
from dafeng.network.capacity_credit_error import share_error, unit_share_error
from dafeng.network.capacity_margins import Resource, room_of
from dafeng.network.grid import Hours
from dafeng.network.outages import processes_of
from dafeng.sim.assembly import Assembly
from dafeng.sim.assess import one_process, system_of
from dafeng.sim.availability import Availability
from dafeng.sim.credit_shares import Credits
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
    units = {technology: _unit(city, technology) for technology in counted if _is_unit(technology)}
    size_mw, unit_mw = SIZE_MW, max(mw for mw, _ in units.values())
    if system.province is None:
        size_mw = SIZE * peak_mw(system)
        unit_mw = min(unit_mw, size_mw)
    curve, found, se = unserved_curve(room, unit_mw), dict(counted), dict[str, float]()
    for technology in counted:
        if technology in units:
            mw, rate = units[technology]
            found[technology] = elcc_share_of_unit(curve, min(mw, unit_mw), rate)
            alike = next((one for one in se if units.get(one) == units[technology]), None)
            se[technology] = se[alike] if alike else unit_share_error(room, goal, min(mw, unit_mw), rate,
                                                                      found[technology])
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


def _unit(city: City, technology: str) -> tuple[float, float]:
    """Size and forced outage rate of a machine."""
    outage_class = reliability_class(city, technology)
    process = one_process(processes_of(city, outage_class, technology))
    return city.value(f"reliability.{outage_class}.unit_mw"), process.forced_outage_rate


def _resource(city: City, around: Around, assembly: Assembly, technology: str, size_mw: float) -> Resource:
    """So many MW of sun, wind or a store, whose outages are in its mean output or power."""
    if technology in BY_WEATHER:
        return weather(size_mw, factor_of(around, assembly, technology, BY_WEATHER[technology]))
    up, one_way = 1.0 - _unit(city, technology)[1], city.value(f"{technology}.eff_roundtrip") ** 0.5
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

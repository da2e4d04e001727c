"""Hourly charging of vehicles: profiles, working days and the months of purchase (MODEL_SPEC 4.5, 4.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dafeng.agents.assets import Load
from dafeng.agents.view import View
from dafeng.configs.schema import Bus, City
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, HOURS_A_YEAR, Floats

SECTOR = "transport"
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PROFILES = {
    "bus_city": ("bus_depot", "bus_depot"),
    "truck_light": ("freight_weekday", "freight_weekend"),
    "truck_medium": ("freight_weekday", "freight_weekend"),
    "truck_heavy": ("freight_weekday", "freight_weekend"),
}
"""Weekday and weekend profile of a class; all others charge as passenger cars do when nobody asks them otherwise."""
UNCONTROLLED = ("uncontrolled_weekday", "uncontrolled_weekend")


def load_buses(city: City) -> dict[str, tuple[Bus, ...]]:
    """Buses of each county that carry its load."""
    return {c.key: tuple(b for b in city.buses if b.county == c.key and b.load_share > 0.0) for c in city.counties}


def shares_of_buses(city: City, county: str) -> dict[str, float]:
    """Bus -> share of the county's load."""
    buses = load_buses(city)[county]
    total = sum(bus.load_share for bus in buses)
    return {bus.key: bus.load_share / total for bus in buses}


def main_bus(city: City, county: str) -> str:
    """The bus that carries most of a county's load."""
    return max(load_buses(city)[county], key=lambda bus: (bus.load_share, bus.key)).key


def weekdays(view: View) -> Floats:
    """(hours,) 1 on working days; without a calendar every day is one."""
    return np.ones(HOURS_A_YEAR) if view.weekday is None else view.weekday


def daily(city: City, names: tuple[str, str]) -> tuple[Floats, Floats]:
    """(24,) share of a day's energy by hour, on working days and other days, each adding to 1."""
    weekday, weekend = (city.profiles.charging[name] for name in names)
    return weekday / weekday.sum(), weekend / weekend.sum()


def of_class(technology: str) -> tuple[str, str]:
    """Names of the profiles of a class."""
    return PROFILES.get(technology, UNCONTROLLED)


def over_year(weekday: Floats, weekend: Floats, works: Floats, growth: Floats) -> Floats:
    """(hours,) share of the year's energy: each day charges alike but for the growth of the stock; adds to 1."""
    day = np.where(works.reshape(DAYS_A_YEAR, DAY_H) > 0.5, weekday, weekend) * growth.reshape(DAYS_A_YEAR, DAY_H)
    return np.asarray(day.ravel() / day.sum(), dtype=np.float64)


def monthly_growth(begin: float, end: float) -> Floats:
    """(hours,) stock over its mean of the year: purchases of a month count from the middle of that month.

    The mean of the twelve steps is the mean of begin and end.
    """
    steps = begin + (np.arange(12) + 0.5) / 12.0 * (end - begin)
    mean = 0.5 * (begin + end)
    ratio = steps / mean if mean > 0.0 else np.ones(12)
    return np.repeat(ratio, np.array(MONTH_DAYS) * DAY_H)


def loads(city: City, asset: str, mwh: Mapping[str, float], shape: Floats) -> list[Load]:
    """Charging of each county at its buses; `shape` (hours,) adds to 1."""
    found = []
    for county in sorted(mwh):
        for bus, share in shares_of_buses(city, county).items():
            energy = mwh[county] * share
            if energy > 0.0:
                found.append(Load(f"{asset}@{bus}", bus, county, SECTOR, energy, "", hourly_mw=energy * shape))
    return found


def merged(parts: Sequence[tuple[Mapping[str, float], Floats]], city: City, asset: str) -> list[Load]:
    """Several energies with their shapes as one load a bus."""
    counties = sorted({county for energies, _ in parts for county in energies})
    found = []
    for county in counties:
        hourly = sum((energies.get(county, 0.0) * shape for energies, shape in parts), np.zeros(HOURS_A_YEAR))
        energy = float(hourly.sum())
        if energy <= 0.0:
            continue
        for bus, share in shares_of_buses(city, county).items():
            found.append(Load(f"{asset}@{bus}", bus, county, SECTOR, energy * share, "", hourly_mw=share * hourly))
    return found

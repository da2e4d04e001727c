"""Typhoons of a season as dated hits: lines, wind farms, nuclear run-back (MODEL_SPEC 7.1, `typhoon_parameters`).

Pure: a season is drawn from `luck("storm", city, year)` and does not depend on what stands; whether a line trips is a
uniform of that line and storm, compared with its probability, so building a line changes no other line's fate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, Floats
from dafeng.network.province import DAYS_OF_MONTH

MOST_STORMS = 8
"""Draws made each year, used or not, so that the number of storms moves no other draw."""
DRAWS_A_STORM = 4
SEASON = range(6, 12)
"""June to November."""
EXTRA_HIGH_KV = 500.0


@dataclass(frozen=True)
class Storm:
    """One typhoon: when strong wind begins and how long it lasts, in hours of the year."""

    number: int
    hour: int
    duration_h: float
    is_severe: bool
    nuclear_runback: float
    """Share of nuclear output lost for a day."""
    load_drop: float
    """Share of the city's load lost on the day of a severe storm."""
    pv_output: float
    """Output of solar over that of a clear day, for a day."""
    wind_output: float
    """Output of wind farms while the wind is too strong."""


@dataclass(frozen=True)
class Hit:
    """One asset out because of a storm, from an hour of the year on for so many hours."""

    storm: int
    key: str
    hour: float
    hours: float


def has_storms(city: City) -> bool:
    """Whether storms come: not with `storms: no`, nor where no typhoon is known."""
    return city.setting("storms", "yes") != "no" and "typhoon.rate_any_hit" in city.parameters


def season(city: City, luck: Luck, year: int) -> tuple[Storm, ...]:
    """The storms of a year in order of time: a Poisson number, months by weight, severe ones with their own rate."""
    rng = luck("storm", city.key, year)
    count = poisson(float(rng.random()), city.value("typhoon.rate_any_hit"))
    drawn = rng.random((MOST_STORMS, DRAWS_A_STORM))[: min(count, MOST_STORMS)]
    severe_share = city.value("typhoon.rate_severe") / city.value("typhoon.rate_any_hit")
    storms = [_storm(city, row, severe_share) for row in drawn]
    ordered = sorted(storms, key=lambda storm: storm.hour)
    return tuple(_numbered(storm, number) for number, storm in enumerate(ordered))


def line_hits(city: City, luck: Luck, year: int, storms: Iterable[Storm]) -> tuple[Hit, ...]:
    """The lines that each storm takes out, with repairs; one uniform for the trip and one for the repair a line."""
    hits = []
    coast = coastal(city)
    for storm in storms:
        scale = 1.0 if storm.is_severe else city.value("typhoon.scale_moderate")
        for branch in sorted(city.branches, key=lambda branch: branch.key):
            if branch.kind != "line":
                continue
            trip, when, repair = luck("storm_line", branch.key, year, storm.number).random(3)
            if trip < scale * trip_probability(city, branch.kv, coast & {branch.from_bus, branch.to_bus}):
                hours = -city.value("typhoon.restoration_mean_220kv") * math.log1p(-repair)
                hits.append(Hit(storm.number, branch.key, storm.hour + when * storm.duration_h, hours))
    return tuple(hits)


def coastal(city: City) -> frozenset[str]:
    """Buses whose lines count as coastal: those that the parameter of coastal trips names."""
    words = city.parameters["typhoon.line_trip_prob_coastal_220kv"].unit.split()
    return frozenset(bus.key for bus in city.buses if bus.key in words)


def trip_probability(city: City, kv: float, coastal_ends: frozenset[str]) -> float:
    """Probability that one line trips in a severe storm."""
    if not coastal_ends:
        return city.value("typhoon.line_trip_prob_inland")
    return city.value(f"typhoon.line_trip_prob_coastal_{'500kv' if kv >= EXTRA_HIGH_KV else '220kv'}")


def output_path(storms: Iterable[Storm], kind: str, hours: int) -> Floats:
    """(hours,) factor on the output of `wind`, `solar` or `nuclear` through the storms of a year."""
    path = np.ones(hours)
    for storm in storms:
        length, left = effects(storm)[kind]
        last = min(hours, storm.hour + math.ceil(length))
        path[storm.hour:last] = np.minimum(path[storm.hour:last], left)
    return path


def effects(storm: Storm) -> Mapping[str, tuple[float, float]]:
    """For wind, solar and nuclear: hours that the storm lasts for it, and the output that is left."""
    return {
        "wind": (storm.duration_h, storm.wind_output),
        "solar": (DAY_H, storm.pv_output),
        "nuclear": (DAY_H, 1.0 - storm.nuclear_runback),
    }


def _storm(city: City, drawn: Floats, severe_share: float) -> Storm:
    bounds = np.cumsum([city.value(f"typhoon.month_weight_{month}") for month in SEASON])
    month = SEASON[int(np.searchsorted(bounds, drawn[0] * bounds[-1], side="right"))] - 1
    first_day = int(DAYS_OF_MONTH[:month].sum())
    hour = int((first_day + drawn[1] * DAYS_OF_MONTH[month]) * DAY_H)
    is_severe = bool(drawn[2] < severe_share)
    return Storm(
        0, hour, triangular(float(drawn[3]), *corners(city, "typhoon.duration_strong_wind")), is_severe,
        nuclear_runback=city.value("typhoon.nuclear_runback") if is_severe else 0.0,
        load_drop=city.value("typhoon.load_drop_severe") if is_severe else 0.0,
        pv_output=city.value("typhoon.pv_output_factor"),
        wind_output=1.0 - city.value("typhoon.wind_farm_cutout"),
    )


def _numbered(storm: Storm, number: int) -> Storm:
    return replace(storm, number=number)


def corners(city: City, key: str) -> tuple[float, float, float]:
    """Lowest, most likely and highest value of a parameter; where a bound is missing, the value."""
    parameter = city.parameters[key]
    low, mode, high = parameter.low, parameter.value, parameter.high
    return mode if low is None else low, mode, mode if high is None else high


def triangular(uniform: float, low: float, mode: float, high: float) -> float:
    """A draw between two values with a third as the mode; inverse transform.

    >>> [triangular(u, 0.0, 1.0, 2.0) for u in (0.0, 0.5, 1.0)]
    [0.0, 1.0, 2.0]
    """
    if high <= low:
        return mode
    if uniform * (high - low) < mode - low:
        return low + math.sqrt(uniform * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - uniform) * (high - low) * (high - mode))


def poisson(uniform: float, mean: float) -> int:
    """The Poisson count of one uniform, by inverse transform."""
    count, probability = 0, math.exp(-mean)
    total = probability
    while uniform > total and probability > 0.0:
        count += 1
        probability *= mean / count
        total += probability
    return count

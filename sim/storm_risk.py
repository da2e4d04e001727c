"""Typhoons in adequacy: a common cause that takes the city's wind, sun and part of nuclear away at once.

A storm is a machine of the pool that, while it is 'out', takes what the hit units would have given in that hour. Storms
come at their rate in the two parts of the season (July to September, the other months from June to November); severe
ones are a machine of their own, since they also run nuclear back, for a day; of that day wind is lost for the hours of
strong wind, as a share of each hour. Sun is lost for the hours of strong wind only, and for the day of a severe storm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, HOURS_A_YEAR, Floats
from dafeng.configs.values import Parameter
from dafeng.network.outages import Process
from dafeng.network.province import by_month
from dafeng.network.sampling import Machine
from dafeng.network.storms import SEASON
from dafeng.sim.storms import kind_of

PEAK_MONTHS = (7, 8, 9)
JUSTUS = -1.086
"""Shape of a Weibull distribution from its coefficient of variation, cv ** -1.086 (Justus et al. 1978)."""


def storm_machines(
    city: City, units: Sequence[tuple[Unit, Floats]], first_group: int
) -> tuple[list[Machine], list[Floats]]:
    """Machines of 1 MW and the MW that each takes by hour; `units` with the (hours,) share that can run."""
    if city.setting("storms", "yes") == "no" or "typhoon.rate_any_hit" not in city.parameters:
        return [], []
    weather_mw, with_nuclear_mw = lost_mw(city, units, is_severe=False), lost_mw(city, units, is_severe=True)
    severe = city.value("typhoon.rate_severe")
    kinds = (("moderate", city.value("typhoon.rate_any_hit") - severe, weather_mw), ("severe", severe, with_nuclear_mw))
    machines: list[Machine] = []
    groups: list[Floats] = []
    for name, rate, mw in kinds:
        for part, months in (("peak", PEAK_MONTHS), ("shoulder", [m for m in SEASON if m not in PEAK_MONTHS])):
            is_on = by_month(np.isin(np.arange(1, 13), months).astype(float))
            weight = sum(city.value(f"typhoon.month_weight_{month}") for month in months)
            if not (is_on * mw).any():
                continue
            mean_h, shape = duration(city.parameters["typhoon.duration_strong_wind"], is_severe=name == "severe")
            process = Process(float(is_on.sum()) / (rate * weight) - mean_h, mean_h)  # from one storm to the next
            machines.append(Machine(f"storm-{name}-{part}", 1.0, process, first_group + len(groups),
                                    repair_shape=shape))
            groups.append(is_on * mw)
    return machines, groups


def lost_mw(city: City, units: Iterable[tuple[Unit, Floats]], is_severe: bool) -> Floats:
    """(hours,) what a storm would take from these units in each hour.

    A severe storm lasts a day here, for nuclear; what strong wind takes of it is spread over the day.
    """
    wind_h = city.parameters["typhoon.duration_strong_wind"]
    part = duration(wind_h, is_severe=False)[0] / duration(wind_h, is_severe)[0]
    lost: Mapping[str, float] = {
        "wind": part * city.value("typhoon.wind_farm_cutout"),
        "solar": 1.0 - city.value("typhoon.pv_output_factor"),
        "nuclear": city.value("typhoon.nuclear_runback") if is_severe else 0.0,
    }
    total = np.zeros(HOURS_A_YEAR)
    for unit, share in units:
        total += lost.get(kind_of(unit), 0.0) * unit.capacity_mw * share
    return total


def duration(wind_h: Parameter, is_severe: bool) -> tuple[float, float]:
    """Mean hours and Weibull shape: a triangular duration of strong wind, or the day of a severe storm at least."""
    low, high = wind_h.low or wind_h.value, wind_h.high or wind_h.value
    corners = np.array([low, wind_h.value, high])
    mean = float(corners.mean())
    spread = float(np.sqrt((corners @ corners - corners @ np.roll(corners, 1)) / 18.0))
    shape = (spread / mean) ** JUSTUS if spread > 0.0 else 1.0
    return (max(mean, float(DAY_H)) if is_severe else mean), shape

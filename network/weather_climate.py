"""Everything a weather year is drawn from, derived once from the profiles of a city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from dafeng.configs.schema import City, Profiles, Row
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, Floats
from dafeng.network.weather_margins import linearity, margins, of_variable
from dafeng.network.weather_once import once
from dafeng.network.weather_persistence import Persistence, persistence, unbiased
from dafeng.network.weather_space import lower_factor, place_sd_ratios, spatial_factors
from dafeng.network.weather_temperature import MONTH_OF_DAY, climatology

PROFILES = {"solar": "solar", "wind_onshore": "on", "wind_offshore": "off"}
"""Names of profiles and of the same variables in the tables of moments and correlations."""
PROVINCE = "province"
SEASONS = ("DJF", "DJF", "MAM", "MAM", "MAM", "JJA", "JJA", "JJA", "SON", "SON", "SON", "DJF")
Months: TypeAlias = tuple[Persistence, ...]
"""One persistence a month."""
REACH = 0.98
"""Shocks may come this close to a matrix that no factor has."""
DAYS_OF_MONTH = np.bincount(MONTH_OF_DAY, minlength=13)[1:]
_VARIABLES = ("solar", "on", "off", "temperature")


@dataclass(frozen=True)
class Climate:
    """Tables of the generator: months first, variables sun, onshore, offshore, temperature."""

    places: tuple[str, ...]
    """'province', then county keys."""
    slow: Floats
    """(12, 4) hourly persistence."""
    fast: Floats
    """(12, 4) persistence of the second filter."""
    mix: Floats
    """(12, 4, 4) lower factors of the correlations of hourly shocks."""
    spread: Floats
    """(3, places, places) lower factors between places."""
    tables: Floats
    """(3, 2, 12, 24, 65) quantiles of province and single place."""
    level_sd: Floats
    """(3,) spread of the annual mean that short weather does not explain, per unit."""
    noise_rho: float
    """Hourly persistence of load that weather does not explain."""


@once
def climate(city: City) -> Climate:
    """The generator's tables of a city."""
    lasting = {**persistences(city.profiles), "temperature": climatology(city).persistence}
    loads = of_variable(city.profiles.moments, "load")
    tables = np.stack([
        margins(city.profiles.capacity_factor[name], of_variable(city.profiles.moments, short), ratio, short != "solar")
        for (name, short), ratio in zip(PROFILES.items(), place_sd_ratios(city).tolist(), strict=True)
    ])
    return Climate(
        places=(PROVINCE, *(county.key for county in city.counties)),
        slow=np.array([[months[month].slow for months in lasting.values()] for month in range(12)]),
        fast=np.array([[months[month].fast for months in lasting.values()] for month in range(12)]),
        mix=_mixes(city.profiles, lasting, tables[:, 0]),
        spread=spatial_factors(city),
        tables=tables,
        level_sd=level_sd(city, lasting),
        noise_rho=float(np.mean([row["autocorr_1h"] for row in loads])),
    )


def persistences(profiles: Profiles) -> dict[str, Months]:
    """Twelve persistences of each profile, from the moments of its daily means."""
    found: dict[str, Months] = {}
    for name, short in PROFILES.items():
        rows = of_variable(profiles.moments, short)
        found[name] = tuple(
            _one(spread, row) for spread, row in zip(profiles.capacity_factor[name][1], rows, strict=True)
        )
    return found


def _one(spread: Floats, row: Row) -> Persistence:
    again = unbiased(float(row["autocorr_daily"]), int(DAYS_OF_MONTH[int(row["month"]) - 1]))
    return persistence(spread, float(row["sd_daily_mean"]), again, float(row["autocorr_1h"]))


def correlation(rows: tuple[Row, ...], season: str) -> Floats:
    """(4, 4) correlations of daily means in a season; `wind` stands for both winds."""
    found = np.eye(len(_VARIABLES))
    for row in rows:
        if row["season"] != season:
            continue
        for a in _meant(row["a"]):
            for b in _meant(row["b"]):
                found[a, b] = found[b, a] = float(row["correlation_daily"])
    return found


def _meant(name: str) -> list[int]:
    names = ("on", "off") if name == "wind" else (name,)
    return [_VARIABLES.index(one) for one in names if one in _VARIABLES]


def _mixes(profiles: Profiles, lasting: Mapping[str, Months], tables: Floats) -> Floats:
    """(12, 4, 4) lower factors of the shocks' correlations.

    Daily means that last unequally long, weigh the hours unequally or bend their score are less alike than their
    shocks, so the shocks must be more alike than the daily means that were measured.
    """
    straight = np.vstack([*(linearity(table) for table in tables), np.ones(12)])
    spreads = [profiles.capacity_factor[name][1] for name in PROFILES] + [np.ones((12, DAY_H))]
    factors = []
    for month in range(12):
        months = [of[month] for of in lasting.values()]
        memory = np.stack([one.memory(spread[month]) for one, spread in zip(months, spreads, strict=True)])
        kept = straight[:, month] / np.sqrt((memory**2).sum(axis=1))
        loss = (memory @ memory.T) * np.outer(kept, kept)
        factors.append(_reachable(correlation(profiles.correlations, SEASONS[month]), loss, SEASONS[month]))
    return np.stack(factors)


def _reachable(asked: Floats, loss: Floats, season: str) -> Floats:
    """Factor of shocks that give the correlations asked, or all of them lowered alike as far as no shocks could."""
    lower_factor(asked, f"weather_correlations.{season}")
    apart = asked / loss
    np.fill_diagonal(apart, 0.0)
    least = float(np.linalg.eigvalsh(apart)[0])
    share = min(1.0, REACH / -least) if least < 0 else 1.0
    return lower_factor(np.eye(len(asked)) + share * apart, season)


def level_sd(city: City, lasting: Mapping[str, Months]) -> Floats:
    """(3,) what remains of the interannual spread after that of independent short weather."""
    wind = city.value("weather.wind_interannual_sd")
    asked = {"solar": city.value("weather.solar_interannual_sd"), "wind_onshore": wind, "wind_offshore": wind}
    return np.array([
        np.sqrt(max(sd**2 - _short_weather(city.profiles.capacity_factor[name], lasting[name]) ** 2, 0.0))
        for name, sd in asked.items()
    ])


def _short_weather(profile: Floats, months: Months) -> float:
    """Relative spread of the annual mean when only short weather varies."""
    mean, sd = profile
    variance = 0.0
    for month, one in enumerate(months):
        if sd[month].any():
            again = one.daily_autocorrelation(sd[month])
            variance += DAYS_OF_MONTH[month] * one.daily_spread(sd[month]) ** 2 * (1 + again) / (1 - again)
    annual = float((mean.mean(axis=1) * DAYS_OF_MONTH).sum()) / DAYS_A_YEAR
    return float(np.sqrt(variance)) / DAYS_A_YEAR / annual if annual else 0.0


def hours_with_warm_up(values: Floats, days: int) -> Floats:
    """Values of the days of a year by hour, with the last days of the year once more in front."""
    found: Floats = np.repeat(np.concatenate([values[-days:], values]), DAY_H)
    return found

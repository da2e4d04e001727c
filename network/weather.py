"""A generated year of weather: temperature, hot spells, output of sun and wind at each county and in the province.

Nothing here knows a policy: two bundles of one replication see the same weather. A year is drawn from derived
profiles only (means and spreads by month and hour, persistence, correlations), so no raw series is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, HOURS_A_YEAR, Bools, Floats
from dafeng.network.weather_climate import PROFILES, PROVINCE, Climate, climate, hours_with_warm_up
from dafeng.network.weather_kernels import FIELDS, filtered, looked_up, shocks
from dafeng.network.weather_margins import SCORE_LIMIT
from dafeng.network.weather_temperature import (
    LAGS,
    MONTH_OF_DAY,
    Climatology,
    bent,
    climatology,
    lag_weights,
    spells,
    weighted_daily,
)

WARM_UP_D = LAGS - 1
"""Days drawn before 1 January, which the weighted temperature looks back to."""
HOURLY = ("base_c", "range_c", "hourly_sd_c", "bend")
"""What the temperature of an hour takes from the climatology."""
_MONTH = hours_with_warm_up(MONTH_OF_DAY.astype(np.float64), WARM_UP_D).astype(np.int64) - 1
_CLOCK = np.tile(np.arange(DAY_H), DAYS_A_YEAR + WARM_UP_D)
_FIRST = WARM_UP_D * DAY_H


@dataclass(frozen=True, eq=False)
class Weather:
    """One year of weather of a city and its province."""

    year: int
    temperature_c: Floats
    """(8760,) city mean."""
    province_temperature_c: Floats
    """(8760,) the same of the province."""
    theta_c: Floats
    """(365,) weighted daily temperature of the city (MODEL_SPEC 5.3)."""
    province_theta_c: Floats
    """(365,) the same of the province."""
    is_hot_spell: Bools
    """(8760,) hours of hot spells, in which the west is hot as well and imports fall."""
    output: Mapping[str, Floats]
    """Profile -> (places, 8760) capacity factors."""
    places: tuple[str, ...]
    """'province', then county keys."""
    noise: Floats
    """(2, 8760) standard normal deviations of city and province load that weather does not explain."""

    def factor(self, profile: str, place: str = PROVINCE) -> Floats:
        """(8760,) capacity factor of solar, wind_onshore or wind_offshore at a county or in the province.

        What stands outside the city ('external') has the province's weather.
        """
        if profile not in self.output:
            raise InputError([Problem(Place("weather", 0, profile), "no such profile", nearest(profile, self.output))])
        if place == "external":
            place = PROVINCE
        if place not in self.places:
            raise InputError([Problem(Place("weather", 0, place), "no such place", nearest(place, self.places))])
        found: Floats = self.output[profile][self.places.index(place)]
        return found


def weather_year(city: City, luck: Luck, year: int, uplift: float = 0.0) -> Weather:
    """The weather of a year; `uplift` is kelvin on top of the climate and its trend.

    The same luck, city and year give the same shocks, whatever the uplift.
    """
    tables, normal = climate(city), climatology(city)
    fields, warmth = _scores(city, tables, luck, year)
    hot = _spell_days(city, normal, luck, year)
    warming = city.value("temperature.warming_trend") * (year - city.first_year) + uplift
    hourly = _temperature(city, normal, warmth, hot, warming)
    weights = lag_weights(city)
    theta = [weighted_daily(series.reshape(-1, DAY_H).mean(axis=1), weights) for series in hourly]
    return Weather(
        year=year,
        temperature_c=hourly[0, _FIRST:],
        province_temperature_c=hourly[1, _FIRST:],
        theta_c=theta[0],
        province_theta_c=theta[1],
        is_hot_spell=np.repeat(hot > 0, DAY_H),
        output=dict(zip(PROFILES, _outputs(city, tables, fields, luck, year), strict=True)),
        places=tables.places,
        noise=_noise(city, tables, luck, year),
    )


def _scores(city: City, tables: Climate, luck: Luck, year: int) -> tuple[Floats, Floats]:
    """Normal scores (3, places, hours) of sun and wind, and (2, hours) of temperature in city and province."""
    draw = luck("weather", city.key, year)
    draws = draw.standard_normal((len(_MONTH), FIELDS, len(tables.places)))
    heat = draw.standard_normal((len(_MONTH), 2))
    alike = city.value("weather.city_vs_province_load_correlation")
    fields, warmth = shocks(draws, heat, _MONTH, tables.mix, tables.spread, alike)
    for field in range(FIELDS):
        fields[field] = filtered(fields[field], _MONTH, tables.slow[:, field], tables.fast[:, field])
    return fields, filtered(warmth, _MONTH, tables.slow[:, FIELDS], tables.fast[:, FIELDS])


def _outputs(city: City, tables: Climate, fields: Floats, luck: Luck, year: int) -> Floats:
    """(3, places, 8760) capacity factors; both winds share the luck of the year's mean."""
    level = 1 + tables.level_sd * luck("weather_level", city.key, year).standard_normal(2)[[0, 1, 1]]
    month = _MONTH[_FIRST:]
    made = np.empty((FIELDS, len(tables.places), HOURS_A_YEAR))
    for field in range(FIELDS):
        for place in range(len(tables.places)):
            score = fields[field, place, _FIRST:]
            made[field, place] = looked_up(score, month, tables.tables[field, min(place, 1)], SCORE_LIMIT, level[field])
    return made


def _noise(city: City, tables: Climate, luck: Luck, year: int) -> Floats:
    """(2, 8760) what weather does not explain of city and province load, as alike as their loads are."""
    draws = luck("load_noise", city.key, year).standard_normal((2, HOURS_A_YEAR))
    alike = city.value("weather.city_vs_province_load_correlation")
    draws[0] = alike * draws[1] + np.sqrt(1 - alike**2) * draws[0]
    return filtered(draws, _MONTH[_FIRST:], np.full(12, tables.noise_rho), np.zeros(12))


def _spell_days(city: City, normal: Climatology, luck: Luck, year: int) -> Floats:
    draws = luck("heat_spell", city.key, year).random((2, DAYS_A_YEAR))
    return spells(normal, draws[0], draws[1])


def _temperature(city: City, normal: Climatology, warmth: Floats, hot: Floats, warming: float) -> Floats:
    """(2, hours) temperature of city and province, two days of warm-up in front.

    The day's swing is a cosine that peaks at the hour of the city's parameters. In a hot spell no hour stands less
    above its normal than the spell's anomaly.
    """
    peak = city.value("temperature.diurnal_peak_hour")
    swing = 0.5 * np.cos(2 * np.pi * (_CLOCK - peak) / DAY_H)
    by_hour = {name: hours_with_warm_up(getattr(normal, name), WARM_UP_D) for name in HOURLY}
    course = by_hour["base_c"] + by_hour["range_c"] * swing + warming
    anomaly = by_hour["hourly_sd_c"] * bent(warmth, by_hour["bend"])
    is_hot = hours_with_warm_up(hot, WARM_UP_D) > 0
    found: Floats = course + np.where(is_hot, np.maximum(anomaly, normal.spell_c), anomaly)
    return found

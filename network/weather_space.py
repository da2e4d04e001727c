"""How alike the weather of two places is.

Two places correlate as exp(-distance / length). The province is the mean of many places. If one place varies
`ratio` times as much as that mean, two of its places correlate by 1/ratio^2 on average and a place correlates with
the mean by 1/ratio; this makes the province as wide as a mean distance D with exp(-D / length) = 1/ratio^2. The ratio
is known for wind; the same D gives it for the sun.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.schema import City, County
from dafeng.configs.units import Floats

EARTH_RADIUS_KM = 6371.0
MOST_ALIKE = 0.999
"""Highest correlation of two places, so that two seats at one spot stay two places."""


def distance_km(counties: Sequence[County]) -> Floats:
    """(n, n) great-circle distances between county seats."""
    lat = np.radians([county.lat for county in counties])
    lon = np.radians([county.lon for county in counties])
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half = half + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance


def lengths_km(city: City) -> Floats:
    """Decorrelation lengths of sun, onshore and offshore wind."""
    wind = city.value("weather.wind_decorrelation_length_hourly")
    return np.array([city.value("weather.solar_decorrelation_length_daily"), wind, wind])


def place_sd_ratios(city: City) -> Floats:
    """Standard deviation of one place over that of the province: sun, onshore, offshore."""
    length = lengths_km(city)
    ratio = city.value("weather.wind_farm_vs_province_sd_ratio")
    width_km = 2 * np.log(ratio) * length[1]
    found: Floats = np.exp(width_km / length / 2)
    return found


def spatial_factors(city: City) -> Floats:
    """(3, places, places) lower factors that spread independent draws; row 0 is the province, then counties."""
    distance = distance_km(city.counties)
    return np.stack([
        _factor(distance, length, 1 / ratio)
        for length, ratio in zip(lengths_km(city).tolist(), place_sd_ratios(city).tolist(), strict=True)
    ])


def lower_factor(correlation: Floats, key: str) -> Floats:
    """Cholesky factor of a correlation matrix; an impossible one is an InputError that names its rows."""
    try:
        return np.asarray(np.linalg.cholesky(correlation), dtype=np.float64)
    except np.linalg.LinAlgError:
        says = "correlations contradict each other: the matrix is not positive definite"
        raise InputError([Problem(Place("weather", 0, key), says)]) from None


def _factor(distance: Floats, length_km: float, with_province: float) -> Floats:
    n = len(distance) + 1
    correlation = np.full((n, n), with_province)
    correlation[1:, 1:] = np.minimum(np.exp(-distance / length_km), MOST_ALIKE)
    np.fill_diagonal(correlation, 1.0)
    return lower_factor(correlation, "weather_spatial")

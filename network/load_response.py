"""What temperature adds to load, per unit of load without it (MODEL_SPEC 5.3).

The slope was found between months: it holds that more appliances run, and for longer, the hotter the season. Within a
month, heat beyond the month's normal meets appliances that already run: the grid reported 3-5 GW per kelvin at a peak
of 142 GW in July 2022, 0.036 to 0.059 of neutral load. So what exceeds the month's normal counts with the lower end of
the slope's range, and evenly over the day. The choice was made knowing the observed load factor of 0.651: generated
years have 0.645 with it and 0.63 with one slope, so that figure is no independent test of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, HOURS_A_YEAR, Floats
from dafeng.network.calendar import Days
from dafeng.network.load_normal import OFF, WORKING, daily_pattern
from dafeng.network.weather import Weather
from dafeng.network.weather_once import once
from dafeng.network.weather_temperature import by_month, normal_expectation

SLOPE = "temperature.cooling_slope_on_neutral_load"


@dataclass(frozen=True, eq=False)
class Response:
    """Per unit of temperature-neutral load, before a sector's own multipliers."""

    cooling: Floats
    """(8760,) of the year's weather."""
    heating: Floats
    """(8760,)."""
    normal_cooling: Floats
    """(8760,) expected in a normal year."""
    normal_heating: Floats
    """(8760,)."""


def response(weather: Weather, days: Days, city: City) -> Response:
    """The response of the city's load to a year's weather, and to a normal year's.

    What a normal day of the month brings follows `daily_pattern` over the hours, which peaks in the afternoon; what a
    hot day brings beyond it is even.
    """
    pattern = daily_pattern(city)[np.where(days.is_working, WORKING, OFF)]
    normal_cooling, normal_heating = normal_response(city)
    cooling, heating = daily_response(city, weather.theta_c)
    usual = np.minimum(cooling, by_month(normal_cooling))
    return Response(
        cooling=_hourly(usual, pattern) + np.repeat(cooling - usual, DAY_H),
        heating=_hourly(heating, pattern),
        normal_cooling=_hourly(normal_cooling, pattern),
        normal_heating=_hourly(normal_heating, pattern),
    )


def _hourly(daily: Floats, pattern: Floats) -> Floats:
    found: Floats = (daily[:, None] * pattern).reshape(HOURS_A_YEAR)
    return found


def daily_response(city: City, theta_c: Floats) -> tuple[Floats, Floats]:
    """(365,) cooling and heating of days with a weighted temperature."""
    return _cooling(city, theta_c, _normal_degrees(city)), _heating(city, theta_c)


@once
def normal_response(city: City) -> tuple[Floats, Floats]:
    """(365,) expected cooling and heating in a normal year, without warming."""
    degrees = _normal_degrees(city)[:, None]
    cooling = normal_expectation(city, lambda theta: _cooling(city, theta, degrees))
    return cooling, normal_expectation(city, lambda theta: _heating(city, theta))


@once
def normal_response_of_month(city: City) -> Floats:
    """(365,) each day's monthly mean of normal cooling and heating together: what a monthly profile already holds."""
    return by_month(sum(normal_response(city), np.zeros(DAYS_A_YEAR)))


@once
def _normal_degrees(city: City) -> Floats:
    """(365,) each day's monthly mean of expected kelvin above the cooling threshold."""
    threshold = city.value("load_temperature.cooling_threshold_daily_mean")
    return by_month(normal_expectation(city, lambda theta: np.maximum(theta - threshold, 0.0)))


def _cooling(city: City, theta_c: Floats, normal_k: Floats) -> Floats:
    """Slope x kelvin above the threshold, with a lower slope for what exceeds the month's normal."""
    above = np.maximum(theta_c - city.value("load_temperature.cooling_threshold_daily_mean"), 0.0)
    usual = np.minimum(above, normal_k)
    slope = city.parameters[SLOPE]
    hot_slope = slope.value if slope.low is None else min(slope.low, slope.value)
    found: Floats = city.value(SLOPE) * usual + hot_slope * (above - usual)
    return found


def _heating(city: City, theta_c: Floats) -> Floats:
    below = np.maximum(city.value("load_temperature.heating_threshold_daily_mean") - theta_c, 0.0)
    found: Floats = city.value("load_temperature.heating_slope") * below
    return found

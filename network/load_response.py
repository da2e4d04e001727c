"""What temperature adds to load, per unit of load without it (MODEL_SPEC 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dafeng.configs.schema import City
from dafeng.configs.units import DAYS_A_YEAR, HOURS_A_YEAR, Floats
from dafeng.network.calendar import Days
from dafeng.network.load_normal import OFF, WORKING, daily_pattern
from dafeng.network.weather import Weather
from dafeng.network.weather_once import once
from dafeng.network.weather_temperature import MONTH_OF_DAY, normal_degrees


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

    @cached_property
    def normal_cooling_by_day(self) -> Floats:
        """(365,) daily means of normal cooling."""
        found: Floats = self.normal_cooling.reshape(DAYS_A_YEAR, -1).mean(axis=1)
        return found


def response(weather: Weather, days: Days, city: City) -> Response:
    """The response of the city's load to a year's weather, and to a normal year's.

    slope x max(0, theta - threshold) spread over the hours of the day by `daily_pattern`, which peaks in the
    afternoon; theta is the weighted temperature of today and the two days before.
    """
    pattern = daily_pattern(city)[np.where(days.is_working, WORKING, OFF)]
    cooling, heating = daily_response(city, weather.theta_c)
    normal_cooling, normal_heating = normal_response(city)
    parts = (cooling, heating, normal_cooling, normal_heating)
    return Response(*((part[:, None] * pattern).reshape(HOURS_A_YEAR) for part in parts))


def daily_response(city: City, theta_c: Floats) -> tuple[Floats, Floats]:
    """(365,) cooling and heating of days with a weighted temperature."""
    above = np.maximum(theta_c - city.value("load_temperature.cooling_threshold_daily_mean"), 0.0)
    below = np.maximum(city.value("load_temperature.heating_threshold_daily_mean") - theta_c, 0.0)
    return _sloped(city, above, below)


@once
def normal_response(city: City) -> tuple[Floats, Floats]:
    """(365,) expected cooling and heating in a normal year, without warming."""
    return _sloped(city, *normal_degrees(city))


@once
def normal_response_of_month(city: City) -> Floats:
    """(365,) each day's monthly mean of normal cooling and heating together: what a monthly profile already holds."""
    cooling, heating = normal_response(city)
    months = MONTH_OF_DAY - 1
    means = np.bincount(months, weights=cooling + heating) / np.bincount(months)
    found: Floats = means[months]
    return found


def _sloped(city: City, above: Floats, below: Floats) -> tuple[Floats, Floats]:
    cooling = city.value("temperature.cooling_slope_on_neutral_load") * above
    return cooling, city.value("load_temperature.heating_slope") * below

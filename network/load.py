"""Hourly load: sectors of the city, the rest of the province, heat, charging and the UHVDC (MODEL_SPEC 5.1, 5.3).

Pure functions of profiles, days and weather. The city's load is built from sectors; the province's from its measured
profile, to which only anomalies of temperature are added, because the profile already holds each month's normal
weather.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schema import City, Profiles
from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network.calendar import Days, holiday_factor
from dafeng.network.load_normal import OFF, WORKING, normal_load, sector_mix, weekly
from dafeng.network.load_response import Response, daily_response, normal_response_of_month, response
from dafeng.network.weather import Weather
from dafeng.network.weather_once import once
from dafeng.network.weather_temperature import IS_SUMMER

__all__ = [
    "FLAT",
    "Response",
    "charging_day",
    "heat_shape",
    "hvdc",
    "load_mw",
    "province_load",
    "response",
    "shape",
    "unexplained",
]

FLAT = "flat"
STEADY_SECTORS = ("residential", "agriculture", FLAT)
"""Shapes that no holiday lowers; industry and services carry the whole dip of the province."""


@once
def shape(profiles: Profiles, days: Days, name: str) -> Floats:
    """(8760,) a sector's temperature-neutral load per unit of its annual mean.

    A holiday lowers industry and services alike, by the factor with which the province's mix of sectors
    (`sector_mix`) falls to the measured ratio; residential and agricultural load follow the day type only.
    """
    if name == FLAT:
        return np.ones(HOURS_A_YEAR)
    if name not in profiles.sector_shapes:
        known = (*profiles.sector_shapes, FLAT)
        raise InputError([Problem(Place("load", 0, f"shape.{name}"), "no such shape", nearest(name, known))])
    hourly = weekly(profiles.sector_shapes[name])[np.where(days.is_working, WORKING, OFF)]
    if name not in STEADY_SECTORS:
        hourly = hourly * sector_dip(profiles, days)[:, None]
    found: Floats = (hourly / hourly.mean()).reshape(HOURS_A_YEAR)
    return found


@once
def sector_dip(profiles: Profiles, days: Days) -> Floats:
    """(365,) what a holiday leaves of a day's load in industry and services.

    With a_s the mix, m_s(d) a sector's mean on the day type of d and M the mix on a working day, the factor g(d)
    solves sum_lowered a_s m_s(d) g(d) + sum_steady a_s m_s(d) = ratio(d) M, and is at most 1.
    """
    ratio = holiday_factor(profiles.holidays, days)
    means = {name: weekly(profiles.sector_shapes[name]).mean(axis=1) for name in profiles.sector_shapes}
    mix = sector_mix(profiles)
    kind = np.where(days.is_working, WORKING, OFF)
    steady = sum((mix[name] * means[name] for name in mix if name in STEADY_SECTORS), np.zeros(2))
    lowered = sum((mix[name] * means[name] for name in mix if name not in STEADY_SECTORS), np.zeros(2))
    asked = (ratio * (steady + lowered)[WORKING] - steady[kind]) / lowered[kind]
    found: Floats = np.where(ratio < 1, np.clip(asked, 0.0, 1.0), 1.0)
    return found


def load_mw(annual_mwh: float, shape: Floats, response: Response, cooling: float = 0.0, heating: float = 0.0) -> Floats:
    """(8760,) load of a sector; `cooling` and `heating` multiply the response per kelvin.

    Scaled so that a year of normal weather gives `annual_mwh`; a hot year gives more.
    """
    if not cooling and not heating:
        return annual_mwh / HOURS_A_YEAR * shape
    normal = float(shape @ (1 + cooling * response.normal_cooling + heating * response.normal_heating))
    found: Floats = annual_mwh / normal * shape * (1 + cooling * response.cooling + heating * response.heating)
    return found


def unexplained(city: City, weather: Weather, annual_mwh: float) -> Floats:
    """(8760,) MW by which the city's load stands above or below what weather explains; mean 0."""
    sd = city.value("weather.load_shape_sd_unexplained")
    found: Floats = annual_mwh / HOURS_A_YEAR * sd * weather.noise[0]
    return found


def province_load(city: City, weather: Weather, days: Days, annual_mwh: float, uplift: float = 0.0) -> Floats:
    """(8760,) MW of the rest of the province; `annual_mwh` is its use in a year of normal weather.

    The measured profile with the year's holidays, plus the response to the weather less what a normal month of the
    profile holds, plus noise. Anomalies are even over the day: within a measured month a hot day lifts the night as
    much as the afternoon. `uplift` is the share by which a hot state of the province raises May to September.
    """
    normal = _normal_shape(city, days)
    cooling, heating = daily_response(city, weather.province_theta_c)
    anomaly = city.value("temperature.neutral_level") * (cooling + heating - normal_response_of_month(city))
    hourly = ((normal + anomaly[:, None]) * (1 + uplift * IS_SUMMER)[:, None]).reshape(HOURS_A_YEAR)
    noise = city.value("weather.load_shape_sd_unexplained") * weather.noise[1]
    found: Floats = annual_mwh / HOURS_A_YEAR * (hourly + noise)
    return found


@once
def heat_shape(profiles: Profiles, days: Days) -> Floats:
    """(8760,) industrial heat demand over its annual mean.

    The months' ratios hold a festival in February; they are kept as they stand.
    """
    month = profiles.heat["month"][days.month - 1]
    daily = month * np.where(days.is_working, 1.0, float(profiles.heat["weekend"][0]))
    hourly = np.outer(daily, profiles.heat["hour"]).reshape(HOURS_A_YEAR)
    found: Floats = hourly / hourly.mean()
    return found


@once
def charging_day(profiles: Profiles, days: Days, user: str = "uncontrolled") -> Floats:
    """(8760,) share of a day's charging in each hour, 1 a day.

    `user` is uncontrolled (cars charged on arrival), freight, bus_depot, or driving (share of a day's driving).
    """
    kinds = [f"{user}_weekday", f"{user}_weekend"] if f"{user}_weekday" in profiles.charging else [user, user]
    if kinds[0] not in profiles.charging:
        says = "no such charging profile"
        raise InputError([Problem(Place("load", 0, f"charging.{user}"), says, nearest(user, profiles.charging))])
    shares = np.stack([profiles.charging[kind] / profiles.charging[kind].sum() for kind in kinds])
    found: Floats = shares[np.where(days.is_working, WORKING, OFF)].reshape(HOURS_A_YEAR)
    return found


def hvdc(city: City, days: Days) -> Floats:
    """(8760,) what the UHVDC brings, per unit of its capacity, by month; zeros without one."""
    by_month = np.zeros(13)
    for row in city.table("hvdc_profile"):
        by_month[int(row["month"])] = float(row["mean_p_u_of_5000mw"])
    found: Floats = by_month[days.hour_month]
    return found


@once
def _normal_shape(city: City, days: Days) -> Floats:
    """(365, 24) the province's load per unit of its annual mean, holidays and normal weather in it."""
    hourly = normal_load(city).on(days, city.profiles.holidays)
    found: Floats = hourly / hourly.mean()
    return found

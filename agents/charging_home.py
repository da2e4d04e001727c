"""Charging at home: uncontrolled, delayed to the valley, shifted by the grid; feeding back (MODEL_SPEC 4.6, 4.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.agents.adoption_draws import logit
from dafeng.agents.assets import Shiftable, Storage
from dafeng.agents.charging import SECTOR, UNCONTROLLED, daily, main_bus, monthly_growth, over_year, weekdays
from dafeng.agents.view import View
from dafeng.configs.schema import City
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, Floats

SPREAD_H = 1.0
"""Delayed charging starts within an hour of the valley's start (MODEL_SPEC 4.6)."""
STEPS_AN_HOUR = 60
HUBS = 3
"""Smart charging enters the hour as three aggregates; more would cost time and change nothing at city level."""
KW_PER_MW = 1000.0


@dataclass(frozen=True)
class Modes:
    """Shares of home charging; they add to 1."""

    uncontrolled: float
    delayed: float
    smart: float


def modes(view: View) -> Modes:
    """Logit in what the valley saves, capped by participation; smart only where a programme asks.

    Without a time-of-use tariff the saving is zero and `extra.initial_share_delayed` delay. Delayed and smart are
    worth the same to the owner; together they stay within `charging.smart_participation_max`.
    """
    most = view.value("charging.smart_participation_max")
    asked = min(view.rules.ev_smart_share, most)
    usual = logit(view.value("extra.initial_share_delayed"))
    worth = usual + view.value("extra.mode_logit_scale") * valley_saving(view)
    each = math.exp(worth)
    smart = min(asked, each / (1.0 + 2.0 * each)) if asked > 0.0 else 0.0
    delayed = min((1.0 - smart) * each / (1.0 + each), most - smart)
    return Modes(1.0 - smart - delayed, delayed, smart)


def valley_saving(view: View) -> float:
    """CNY/kWh between what uncontrolled charging pays on the optional time-of-use tariff and its valley."""
    paths = {p: view.city.path(f"tariff.ev_home_optional_tou.{p}") for p in ("valley", "flat", "peak")}
    if view.year < min(paths["valley"].points):
        return 0.0
    price = np.array([paths[period].at(view.year) for period in periods(view.city)])
    weekday, _ = daily(view.city, UNCONTROLLED)
    return float(weekday @ price) - paths["valley"].at(view.year)


def periods(city: City) -> list[str]:
    """(24,) tariff period of each hour of a day; households know no critical peak."""
    found = ["flat"] * DAY_H
    for row in city.table("time_of_use"):
        if row["period"] in ("valley", "flat", "peak"):
            for hour in range(int(row["from_hour"]), int(row["to_hour"])):
                found[hour] = str(row["period"])
    return found


def delayed_day(start_h: float, hours: float) -> Floats:
    """(24,) share of a day's energy by hour when all start within an hour of `start_h` and charge for `hours`.

    >>> delayed_day(0.0, 1.0).round(1)[[23, 0, 1, 2]].tolist()
    [0.3, 0.5, 0.2, 0.0]
    """
    steps = DAY_H * STEPS_AN_HOUR
    starts = np.arange(-SPREAD_H + 0.5 / STEPS_AN_HOUR, SPREAD_H, 1.0 / STEPS_AN_HOUR) + start_h
    lasts = max(1, round(hours * STEPS_AN_HOUR))
    slots = np.floor(starts * STEPS_AN_HOUR).astype(np.int64)[:, None] + np.arange(lasts)
    drawn = np.bincount((slots % steps).ravel(), minlength=steps).reshape(DAY_H, STEPS_AN_HOUR).sum(axis=1)
    return np.asarray(drawn / drawn.sum(), dtype=np.float64)


@dataclass(frozen=True)
class Homes:
    """Electric cars that charge at home: by county the mean of the year and its MWh; of the city at begin and end."""

    cars: Mapping[str, float]
    mwh: Mapping[str, float]
    begin: float
    end: float
    electric: Mapping[str, float]
    """All electric cars, wherever they charge."""

    @property
    def mwh_a_car(self) -> float:
        """Energy of a car and year."""
        return sum(self.mwh.values()) / max(sum(self.cars.values()), 1.0)


def daily_hours(view: View, homes: Homes) -> float:
    """Hours a day that a car draws from its plug."""
    mwh_a_day = homes.mwh_a_car / DAYS_A_YEAR
    return mwh_a_day * KW_PER_MW / view.value("charging.plug_in_power_home")


def shapes(view: View, homes: Homes) -> tuple[Floats, Floats]:
    """(hours,) shares of the year's energy of uncontrolled and of delayed charging."""
    growth = monthly_growth(homes.begin, homes.end)
    late = delayed_day(view.value("charging.delayed_start_hour"), daily_hours(view, homes))
    works = weekdays(view)
    return over_year(*daily(view.city, UNCONTROLLED), works, growth), over_year(late, late, works, growth)


def hubs(city: City) -> dict[str, str]:
    """County -> the populous county at whose bus its smart charging is gathered (the nearest of three)."""
    ranked = sorted(city.counties, key=lambda county: (-county.population_k, county.key))[:HUBS]
    return {
        county.key: min(ranked, key=lambda hub: math.hypot(hub.lat - county.lat, hub.lon - county.lon)).key
        for county in city.counties
    }


def gathered(city: City, by_county: Mapping[str, float]) -> dict[str, float]:
    """Sums over the counties of each hub."""
    found: dict[str, float] = {}
    for county, hub in sorted(hubs(city).items()):
        found[hub] = found.get(hub, 0.0) + by_county.get(county, 0.0)
    return found


def shiftables(view: View, homes: Homes, share: float) -> list[Shiftable]:
    """Smart charging: any draw between as early and as late as possible that ends the year with the same energy.

    As early as possible is uncontrolled charging; a car plugged in for the night's window can wait until the window
    less its charging time has passed.
    """
    if share <= 0.0:
        return []
    window = view.value("extra.fleet_window_home_h")
    early, _ = shapes(view, homes)
    wait = max(0, int(window - daily_hours(view, homes)))
    growth = monthly_growth(homes.begin, homes.end)
    weekday, weekend = (np.tile(plugged(day, int(window)), DAYS_A_YEAR) for day in daily(view.city, UNCONTROLLED))
    present = np.where(weekdays(view) > 0.5, weekday, weekend)
    energies, cars = gathered(view.city, homes.mwh), gathered(view.city, homes.cars)
    found = []
    for hub in sorted(energies):
        power = share * cars[hub] * view.value("charging.plug_in_power_home") / KW_PER_MW * present * growth
        draw = share * energies[hub] * early
        least, most = envelope(draw, np.maximum(power, draw), wait)
        key = f"smart-charging@{hub}"
        found.append(Shiftable(key, main_bus(view.city, hub), hub, SECTOR, np.maximum(power, draw), least, most))
    return found


def plugged(day: Floats, window: int) -> Floats:
    """(24,) share of cars at their plug when each comes once a day with the hours of `day` and stays for the window."""
    arrived = [float(sum(day[(hour - back) % DAY_H] for back in range(window))) for hour in range(DAY_H)]
    present: Floats = np.minimum(np.array(arrived), 1.0)
    return present


def envelope(early_mw: Floats, power_mw: Floats, wait_h: int) -> tuple[Floats, Floats]:
    """Cumulative least and most energy at each hour's end.

    Most: charging on arrival. Least: the same `wait_h` hours later, and at the year's end all of it, as late as the
    plugs allow, so that every way of charging uses the same energy.
    """
    most = np.cumsum(early_mw)
    least = np.concatenate((np.zeros(wait_h), most[: len(most) - wait_h]))
    still_possible = np.cumsum(power_mw[::-1])[::-1] - power_mw
    least = np.minimum(np.maximum(least, most[-1] - still_possible), most)
    return least, most


def feeding_back(view: View, homes: Homes, battery_kwh: float) -> list[Storage]:
    """V2G: cars of the programme as a store, at each hour of the day those that are not on the road (MODEL_SPEC 4.7).

    Power and energy are of the hour with the most cars at their plugs, which those of each other hour are a share of.
    Half the round trip's loss is taken each way; the floor of the state of charge limits the energy.
    """
    share = min(view.rules.ev_v2g_share, view.value("charging.v2g_participation_max"))
    driving = view.city.profiles.charging["driving"]
    present = 1.0 - driving / driving.max()
    if share <= 0.0 or present.max() <= 0.0:
        return []
    by_hour = tuple((present / present.max()).tolist())
    one_way = math.sqrt(view.value("charging.eff_v2g_roundtrip"))
    plug_kw = view.value("charging.plug_in_power_home")
    hours = battery_kwh * (1.0 - view.value("charging.v2g_min_soc")) / plug_kw
    with_plug, electric = gathered(view.city, homes.cars), gathered(view.city, homes.electric)
    found = []
    for hub in sorted(electric):
        cars = min(share * electric[hub], with_plug[hub])
        power = cars * float(present.max()) * plug_kw / KW_PER_MW
        if power > 0.0:
            wear = view.value("charging.v2g_wear")
            bus = main_bus(view.city, hub)
            key = f"v2g@{hub}"
            found.append(Storage(key, bus, hub, "v2g", power, hours, one_way, one_way, wear, day_share=by_hour))
    return found

"""When a listed plant comes: known dates, and projects that are late or cancelled by chance (MODEL_SPEC 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp

from scipy.special import ndtri

from dafeng.agents.fleet import Listing
from dafeng.agents.fleet_units import optional
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City, Row
from dafeng.configs.units import DAY_H, DAYS_A_YEAR, HOURS_A_YEAR

FIRST_FREE_YEAR = 2026
"""The data record which units stood until 2025 (MODEL_SPEC 0): nothing else is built or closed before this year."""

UNDER_WAY = ("construction", "approved", "planned", "announced")

RISK_OF: Mapping[str, str] = {"approved": "construction"}
"""A project approved by the State Council carries the risk of one under construction."""

PUSHED = "named_in_plan"


@dataclass(frozen=True)
class Fate:
    """What luck holds for a project: three uniforms that are the same under every bundle."""

    cancel: float
    delay: float
    day: float

    @classmethod
    def of(cls, luck: Luck, key: str) -> Fate:
        """The fate of a plant."""
        return cls(*luck("project", key).random(3))


@dataclass(frozen=True)
class Risk:
    """Chance of being cancelled, and the delay behind the expected date."""

    cancel_probability: float
    median_delay_y: float
    delay_log_sd: float


def risk(city: City, status: str, is_pushed: bool) -> Risk:
    """The risk of a project by status; one that the city pushes carries that of projects named in the plan."""
    rows = {str(row["status"]): row for row in city.table("project_risk")}
    name = PUSHED if is_pushed and status in ("planned", "announced") else status
    row = rows[name] if name in rows else rows[RISK_OF[name]]
    return Risk(float(row["cancel_probability"]), float(row["median_delay_y"]), float(row["delay_log_sd"]))


def hour_of_year(city: City, year: float) -> float:
    """Hour of the run at a moment given in years."""
    return (year - city.first_year) * HOURS_A_YEAR


def recorded_hour(listing: Listing, fate: Fate, city: City) -> float:
    """When a recorded unit came into service: only the year is known, so the day is drawn."""
    assert listing.start_year is not None
    return hour_of_year(city, listing.start_year) + int(fate.day * DAYS_A_YEAR) * DAY_H


def project_hour(listing: Listing, fate: Fate, now: Risk, city: City) -> float:
    """When a project would come: expected year, a drawn day in it, and a lognormal delay."""
    assert listing.expected_year is not None
    delay = now.median_delay_y * exp(now.delay_log_sd * float(ndtri(fate.delay)))
    days = int((listing.expected_year - city.first_year + fate.day + delay) * DAYS_A_YEAR)
    return float(days * DAY_H)


def start_of_building(listing: Listing, hour: float, city: City) -> float:
    """When work must begin for a project to come at an hour: until then it can be pushed or dropped."""
    if listing.status == "construction":
        return 0.0
    return hour - optional(city, f"{listing.machine.cost_key}.build_time") * HOURS_A_YEAR


def dated_change(city: City, key: str) -> Row | None:
    """A recorded change of a unit's coal rate or least output, if the unit history holds one."""
    return next(
        (row for row in city.table("unit_history")
         if row["unit"] == key and row.get("coal_rate_change_gce_per_kwh") is not None), None,
    )


def hour_of_date(city: City, text: str) -> float:
    """Hour of the run at the start of a date; 29 February counts as 1 March."""
    day = date.fromisoformat(text)
    of_year = (date(2021, day.month, min(day.day, 28) if day.month == 2 else day.day) - date(2021, 1, 1)).days
    return hour_of_year(city, day.year) + of_year * DAY_H

"""Plants: each listed unit of the city, standing or planned, with what works make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import mesa

from dafeng.agents.assets import Assets, Flow
from dafeng.agents.base import AGENTS, CityAgent, Snapshot
from dafeng.agents.fleet import Listing, fleet
from dafeng.agents.fleet_dates import (
    UNDER_WAY,
    Fate,
    dated_change,
    hour_of_date,
    hour_of_year,
    project_hour,
    recorded_hour,
    risk,
    start_of_building,
)
from dafeng.agents.fleet_money import capital_cny, fixed_cny
from dafeng.agents.fleet_units import Condition, store_of, unit_of
from dafeng.agents.view import View
from dafeng.agents.works import Build, Retire, Retrofit, Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import HOURS_A_YEAR

PLANNED, BUILDING, STANDING, RETIRED, CANCELLED, ABSENT = (
    "planned", "building", "standing", "retired", "cancelled", "absent"
)
"""Phases. Absent: listed, but not part of the base (duplicates, parts of another row, cancelled before the run)."""
OWN, POOLS = ("cost_fixed_cny", "investment_cny"), ("pool_cost_cny", "pool_investment_cny")
"""Fixed cost and capital of plants that serve the city, and of those that sell to the pool."""


@AGENTS.add("plants")
class Plant(CityAgent):
    """One listed unit. Its date is a fact or a project's fate; its owner decides what is done to it.

    A listed unit that operates comes at its date under every bundle. A project is decided when its building would have
    to begin: it goes ahead or is cancelled by one uniform, and whether the city pushes it then changes the odds only.
    """

    kind = "plants"
    order = 70

    def __init__(self, model: mesa.Model, listing: Listing, city: City) -> None:
        machine = listing.machine
        super().__init__(model, machine.key, machine.county)
        self.listing, self.machine = listing, machine
        self.phase = _first_phase(listing, city)
        self.since_h = hour_of_year(city, listing.start_year + 0.5) if listing.start_year else 0.0
        self.until_h: float | None = None
        self.coal_rate_change_gce = 0.0
        self.min_share: float | None = None
        self.is_flexible = self.has_heat_retrofit = self.is_new_site = False
        self.spent_cny = 0.0

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each listed unit."""
        return [cls(model, listing, city) for listing in fleet(city)]

    def decide(self, view: View) -> list[Works]:
        """Start what is dated this year: commissioning, a project's building, a recorded change."""
        works: list[Works] = []
        if self.phase == PLANNED:
            works += self._recorded(view) if self.listing.start_year else self._project(view)
        return works + self._changed(view)

    def complete(self, works: Works, hour: float) -> None:
        """Built, retrofitted, extended or retired."""
        self.spent_cny += float(works.detail.get("capital_cny", 0.0))
        if isinstance(works, Build):
            self.phase, self.since_h, self.is_new_site = STANDING, hour, True
        elif isinstance(works, Retrofit):
            self._apply(works.detail)
        elif isinstance(works, Retire):
            self.phase, self.until_h = RETIRED, hour

    def assets(self, view: View) -> Assets:
        """The unit or store, from its date on."""
        year_end = view.hour + HOURS_A_YEAR
        if self.phase not in (BUILDING, STANDING) or self.since_h >= year_end:
            return Assets()
        from_h = self.since_h if self.since_h >= view.hour else None
        if self.machine.is_store:
            return Assets(stores=(store_of(self.machine, view.city, from_h),))
        age_y = 0.0 if self.machine.is_weather else max(0.0, (view.hour - self.since_h) / HOURS_A_YEAR)
        return Assets(units=(unit_of(self.machine, self.condition, view, from_h, age_y),))

    def flows(self, view: View) -> Iterable[Flow]:
        """Fixed cost of what stood and capital of what was completed this year.

        Those of provincial units are the pool's: what the city pays for them is inside the market price.
        """
        fixed, capital = POOLS if self.machine.is_provincial else OWN
        year_end = view.hour + HOURS_A_YEAR
        end = year_end if self.until_h is None else self.until_h
        start = max(view.hour, self.since_h)
        if self.phase in (STANDING, RETIRED) and end > start and self.since_h < year_end:
            share = (end - start) / HOURS_A_YEAR
            yield self._flow(fixed, fixed_cny(self.machine, view.city, view.year) * share)
        if self.spent_cny > 0.0:
            yield self._flow(capital, self.spent_cny)
            self.spent_cny = 0.0

    @property
    def condition(self) -> Condition:
        """What works have made of it."""
        return Condition(
            self.coal_rate_change_gce, self.min_share, self.is_flexible, self.has_heat_retrofit, self.is_new_site
        )

    def snapshot(self) -> Snapshot:
        """All state; the listing is a fact of the city."""
        return {name: value for name, value in super().snapshot().items() if name not in ("listing", "machine")}

    def _recorded(self, view: View) -> list[Works]:
        hour = recorded_hour(self.listing, Fate.of(view.luck, self.key), view.city)
        return [self._build(view, hour)] if hour < view.hour + HOURS_A_YEAR else []

    def _project(self, view: View) -> list[Works]:
        city, fate, pushed = view.city, Fate.of(view.luck, self.key), self._is_pushed(view)
        now = risk(city, self.listing.status, pushed)
        hour = max(project_hour(self.listing, fate, now, city), view.hour)
        if start_of_building(self.listing, hour, city) >= view.hour + HOURS_A_YEAR:
            return []
        goes = fate.cancel >= now.cancel_probability
        self.log(
            view, "project", {"build": 1.0 - now.cancel_probability, "cancel": now.cancel_probability}, "1",
            "build" if goes else "cancel", uniform=fate.cancel, saw={"pushed": float(pushed), "hour": hour},
        )
        if goes:
            return [self._build(view, hour)]
        self.phase = CANCELLED
        return []

    def _is_pushed(self, view: View) -> bool:
        said = [view.rules, *view.announced.values()]
        return any(self.key in rules.projects for rules in said)

    def _build(self, view: View, hour: float) -> Works:
        self.phase, self.since_h, self.is_new_site = BUILDING, hour, True
        detail = {
            "technology": self.machine.technology, "mw": self.machine.net_mw, "bus": self.machine.bus,
            "county": self.machine.county, "capital_cny": capital_cny(self.machine, view.city, view.year),
        }
        return Build(self.key, self.key, max(0.0, hour - view.hour), 0.0, None, complete_h=hour, detail=detail)

    def _changed(self, view: View) -> list[Works]:
        row = dated_change(view.city, self.key)
        if row is None or self.phase != STANDING:
            return []
        hour = hour_of_date(view.city, str(row["from_date"]))
        if not view.hour <= hour < view.hour + HOURS_A_YEAR:
            return []
        detail = {"coal_rate_change_gce": row["coal_rate_change_gce_per_kwh"], "min_share": row["min_share"]}
        return [Retrofit(self.key, self.key, hour - view.hour, 0.0, None, complete_h=hour, detail=detail)]

    def _apply(self, detail: Mapping[str, Any]) -> None:
        self.coal_rate_change_gce += float(detail.get("coal_rate_change_gce") or 0.0)
        if detail.get("min_share") is not None:
            self.min_share, self.is_flexible = float(detail["min_share"]), True
        self.has_heat_retrofit = self.has_heat_retrofit or bool(detail.get("heat"))

    def _flow(self, variable: str, cny: float) -> Flow:
        machine = self.machine
        sector = "pool" if machine.is_provincial else "power"
        return Flow(variable, self.county, sector, machine.technology, machine.fuel, cny, "CNY")


def _first_phase(listing: Listing, city: City) -> str:
    if listing.status == "operating" and listing.is_base and listing.start_year is not None:
        return STANDING if listing.start_year < city.first_year else PLANNED
    if listing.status in UNDER_WAY and listing.expected_year is not None:
        return PLANNED
    return ABSENT

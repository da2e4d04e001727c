"""Activities: boats, machines, ships and rail freight; electricity of farms, building sites and the network itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import mesa

from dafeng.agents import response
from dafeng.agents.assets import Assets, Flow, Load
from dafeng.agents.base import AGENTS, CityAgent, Snapshot, copied
from dafeng.agents.view import View
from dafeng.agents.works import Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_TCE, MWH_PER_TWH

DIESEL = "diesel"
PERCENT = 100.0
REFERENCE_YEARS = range(2021, 2031)
"""Years of the table's column `growth_2021_30_pct`."""
KILO, GIGA = 1e3, 1e9

USERS: Mapping[str, tuple[str, str]] = {
    "fishing_boats": ("agriculture", "agriculture"),
    "farm_machinery": ("agriculture", "agriculture"),
    "construction_machinery": ("construction", "construction"),
    "inland_and_coastal_ship": ("transport", "industry"),
    "rail_freight": ("transport", "industry"),
}
"""Mode -> sector in the books, and the electricity sector whose county shares place it; the rest are vehicles."""

LOADS: Mapping[str, tuple[str, str]] = {
    "agriculture": ("agriculture", "agriculture"),
    "construction": ("construction", response.SHIFT),
    "network_losses": ("losses", "flat"),
}
"""Row of the electricity table -> sector and shape of the load; losses are spread over all hours."""


@dataclass(frozen=True)
class Activity:
    """One fuel-using activity of the base year."""

    name: str
    sector: str
    amount: float
    unit: str
    gj_per_unit: float
    elasticity: float
    growth: float
    share: Mapping[str, float]
    """By county."""


@AGENTS.add("activities")
class Activities(CityAgent):
    """Users of fuel and electricity whose numbers follow the economy, without choices of their own."""

    kind = "activities"

    def __init__(self, model: mesa.Model, city: City, known: tuple[Activity, ...]) -> None:
        super().__init__(model, "activities", "city")
        self.known = known
        self.year = 0
        self.level = {activity.name: 1.0 for activity in known} | dict.fromkeys(LOADS, 1.0)

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for all activities of the table that no vehicle or household carries out."""
        known = tuple(_activity(city, row) for row in rows if row["mode"] in USERS)
        return [cls(model, city, known)] if known else []

    def decide(self, view: View) -> list[Works]:
        """Levels: activity by GDP, farm and building electricity by sector growth, losses by last year's load."""
        if self.year:
            for activity in self.known:
                self.level[activity.name] *= 1.0 + growth(activity, view)
            for name in ("agriculture", "construction"):
                self.level[name] *= 1.0 + view.city.path(f"growth.{name}").at(view.year) / PERCENT
        loads = view.prices.get("load_mwh", {})
        if loads:
            self.level["network_losses"] = loads[max(loads)] / loads[min(loads)]
        self.year = view.year
        self.log(view, "levels", self.level, "of the base year", "as the economy asks")
        return []

    def assets(self, view: View) -> Assets:
        """Loads of farms, building sites and losses by county bus."""
        return Assets(loads=tuple(self._loads(view)))

    def flows(self, view: View) -> Iterable[Flow]:
        """Activity and diesel by county (MODEL_SPEC 4.8), electricity of farms and building sites."""
        for activity in self.known:
            amount = activity.amount * self.level[activity.name]
            for county, share in activity.share.items():
                where = (county, activity.sector, activity.name)
                yield Flow("activity", *where, "all", amount * share, activity.unit)
                yield Flow("energy_gj", *where, DIESEL, amount * share * activity.gj_per_unit, "GJ")
        for load in self._loads(view):
            if load.sector != "losses":
                yield Flow("electricity_mwh", load.county, load.sector, load.sector, "electricity", load.mwh, "MWh")

    def snapshot(self) -> Snapshot:
        """Levels and year."""
        return {"level": copied(self.level), "year": self.year}

    def _loads(self, view: View) -> Iterable[Load]:
        for row in view.city.table("electricity_2020_by_sector_county"):
            if row["sector"] not in LOADS:
                continue
            sector, shape = LOADS[str(row["sector"])]
            mwh = row["twh"] * MWH_PER_TWH * self.level[str(row["sector"])]
            for bus, part in response.load_buses(view.city, str(row["county"])):
                yield Load(f"{sector}-{bus.key}", bus.key, bus.county, sector, mwh * part, shape)


def growth(activity: Activity, view: View) -> float:
    """Growth in a year: the activity's mean rate, plus its elasticity times GDP growth beyond those years' mean."""
    gdp = view.city.path("socio.gdp_growth_pct")
    mean = sum(gdp.at(year) for year in REFERENCE_YEARS) / len(REFERENCE_YEARS)
    return activity.growth + activity.elasticity * (gdp.at(view.year) - mean) / PERCENT


def _activity(city: City, row: Row) -> Activity:
    """An activity in its own unit, with GJ per unit: t-km at kgce, or tonnes of diesel at its heating value."""
    sector, placed_by = USERS[str(row["mode"])]
    if row["unit"] == "kt diesel":
        amount, unit = row["activity"] * KILO, "t diesel"
        gj = city.value("fuel_factor.diesel.ncv") / KILO
    else:
        amount, unit = row["activity"] * GIGA, "t-km"
        gj = row["energy_intensity"] / KILO / KILO * GJ_PER_TCE
    used = [r for r in city.table("electricity_2020_by_sector_county") if r["sector"] == placed_by]
    shares = {str(r["county"]): r["twh"] for r in used}
    total = sum(shares.values())
    return Activity(
        str(row["mode"]), sector, amount, unit, gj, row["gdp_elasticity"], row["growth_2021_30_pct"] / PERCENT,
        {county: twh / total for county, twh in shares.items()},
    )  # fmt: skip

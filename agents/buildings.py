"""Buildings that are not homes: what services use, and solar on the larger roofs (MODEL_SPEC 5.1, 5.2, 5.4)."""

from __future__ import annotations

import math
from collections.abc import Iterable

import mesa

from dafeng.agents import rooftops
from dafeng.agents.assets import Assets, Flow, Load
from dafeng.agents.base import AGENTS, CityAgent, Snapshot
from dafeng.agents.buildings_floor import RESIDENTIAL, floors, use_index
from dafeng.agents.charging import shares_of_buses
from dafeng.agents.view import View
from dafeng.agents.works import Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_TCE, MWH_PER_TWH

SECTOR = "services"
PER_CENT = 100.0
TCE_PER_MTCE = 1e6


@AGENTS.add("buildings")
class Buildings(CityAgent):
    """Services and the larger roofs of one county."""

    kind = "buildings"
    order = 35

    def __init__(self, model: mesa.Model, city: City, county: str, rows: tuple[Row, ...]) -> None:
        super().__init__(model, f"buildings:{county}", county)
        self._floor = floors(city, tuple(row for row in rows if row["type"] != RESIDENTIAL))
        self._potential_mw = rooftops.potentials_mw(city)[county][1]
        self._seen = rooftops.first_penetration(city, county)
        self.roof_begin_mw = self.roof_mw = 0.0

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each county of the building stock."""
        counties = sorted({str(row["county"]) for row in rows})
        return [cls(model, city, county, tuple(row for row in rows if row["county"] == county)) for county in counties]

    def decide(self, view: View) -> list[Works]:
        """The county's larger roofs adopt at the hazard of 5.4 (mean field: a few thousand owners with one tariff)."""
        self.roof_begin_mw = self.roof_mw
        if view.year == view.city.first_year:
            return []
        opened = rooftops.opened_share(view.city, view.rules) * self._potential_mw
        tariff = view.city.path("tariff.industry_10kv.flat").at(view.year)
        worth = rooftops.worth(view, tariff, view.value("building.rooftop_pv_self_use_industry"))
        seen = self._seen_mw(view) + self.roof_mw
        chance = rooftops.hazard(view.city, seen / opened, worth.payback_y) if opened > 0.0 else 0.0
        self.roof_mw += chance * max(0.0, opened - seen)
        pulls, why = rooftops.told(view.city, seen / max(opened, 1e-9), worth.payback_y)
        saw = {"opened_mw": opened, "seen_mw": seen, "tariff_cny_per_kwh": tariff, **pulls, "chance_a_year": chance}
        new = self.roof_mw - self.roof_begin_mw
        options, kw = {"adopt": new, "wait": max(0.0, opened - seen) - new}, new * rooftops.KW_PER_MW
        self.log(view, "rooftop", options, "MW", "adopt" if new > 0.0 else "wait", saw=saw, why=why,
                 terms=worth.terms(kw))
        return []

    def _seen_mw(self, view: View) -> float:
        """Part of the first year's distributed solar that stands on these roofs, by potential."""
        return self._seen * view.value("building.rooftop_policy_share_base") * self._potential_mw

    def mwh(self, view: View) -> float:
        """Electricity of the services of the county: 2020 use, value added, and use per m2."""
        rows = view.city.table("electricity_2020_by_sector_county")
        mine = [row["twh"] for row in rows if (row["sector"], row["county"]) == (SECTOR, self.county)]
        base = MWH_PER_TWH * float(sum(mine))
        return base * value_added_ratio(view.city, view.year) * use_index(self._floor, view.year)

    def assets(self, view: View) -> Assets:
        """Load at the county's buses, solar of the year's mean stock."""
        cooling = view.value("temperature.cooling_share_services_multiplier")
        mwh = self.mwh(view)
        loads = tuple(
            Load(f"{self.key}@{bus}", bus, self.county, SECTOR, share * mwh, "services", cooling, 1.0)
            for bus, share in shares_of_buses(view.city, self.county).items()
        )
        mean_mw = 0.5 * (self.roof_begin_mw + self.roof_mw)
        units = rooftops.unit(view, f"roof:business:{self.county}", self.county, mean_mw, self.key)
        return Assets(loads=loads, units=units)

    def flows(self, view: View) -> Iterable[Flow]:
        """Electricity, gas, floor and the money of new roofs."""
        county, area = self.county, self._floor[min(max(self._floor), view.year)].area_m2
        yield Flow("electricity_mwh", county, SECTOR, "buildings", "electricity", self.mwh(view), "MWh")
        for fuel, gj in services_gas_gj(view.city, county, view.year).items():
            yield Flow("energy_gj", county, SECTOR, "buildings", fuel, gj, "GJ")
        yield Flow("stock", county, SECTOR, "floor", "all", area, "m2")
        yield Flow("stock", county, SECTOR, "pv_rooftop", "solar", self.roof_mw, "MW")
        yield from rooftops.money(view, county, SECTOR, self.roof_mw - self.roof_begin_mw)

    def snapshot(self) -> Snapshot:
        """The roofs."""
        return {"roof_begin_mw": self.roof_begin_mw, "roof_mw": self.roof_mw}


def value_added_ratio(city: City, year: int) -> float:
    """Services' real value added over that of the first year."""
    growth = city.path("growth.services")
    return math.prod(1.0 + growth.at(y) / PER_CENT for y in range(city.first_year + 1, year + 1))


def services_gas_gj(city: City, county: str, year: int) -> dict[str, float]:
    """Gas and LPG of services: the city's balance by the counties' electricity, growing with value added.

    Split by the share of households that have a gas connection.
    """
    rows = [row for row in city.table("electricity_2020_by_sector_county") if row["sector"] == SECTOR]
    share = sum(row["twh"] for row in rows if row["county"] == county) / max(sum(row["twh"] for row in rows), 1e-9)
    balance = [row for row in city.table("energy_balance_2020") if row["sector"] == SECTOR and row["fuel"] == "gas_lpg"]
    total = sum(row["value"] for row in balance) * TCE_PER_MTCE * GJ_PER_TCE * share * value_added_ratio(city, year)
    connected = city.value("building.gas_connected_share_2020")
    return {"natural_gas": total * connected, "lpg": total * (1.0 - connected)}

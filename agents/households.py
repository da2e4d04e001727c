"""Households: every one is a row; one agent holds a county: use, roofs, response (MODEL_SPEC 5.1 to 5.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np

from dafeng.agents import households_energy as energy
from dafeng.agents import rooftops
from dafeng.agents.adoption_draws import POPULATION, uniforms
from dafeng.agents.assets import Assets, Flow, Load, Offer
from dafeng.agents.base import AGENTS, CityAgent, Snapshot, copied
from dafeng.agents.buildings_floor import cooling_share, floors, use_index
from dafeng.agents.charging import main_bus, shares_of_buses
from dafeng.agents.households_energy import SECTOR
from dafeng.agents.view import Decision, View
from dafeng.agents.works import Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import HOURS_A_YEAR, Floats

STATE = ("since", "adopters_begin", "adopters", "enrolled", "mwh")
SAMPLE = 2
WHY_JOINED = "those join whom it pays more than their own hassle costs, up to the share that can be controlled"
PURE_COOLING = 1e3
"""Response of air-conditioning alone: so large that the temperature-neutral part of the shape vanishes."""
NOTICE_H = 1.0
"""Direct control acts within the hour."""


@dataclass(frozen=True)
class Prospect:
    """What roofs promise this year, by income group."""

    limit: float
    """Share of suitable roof that may carry solar."""
    there: float
    """Part of that which does."""
    tariffs: tuple[float, ...]
    """Of the last kilowatt-hour, CNY/kWh."""
    worths: tuple[rooftops.Worth, ...]
    chance: Floats

    def told(self, city: City, group: int) -> tuple[dict[str, float], str]:
        """All that drives the chance of a household of one income group, and the sum in words."""
        saw, why = rooftops.told(city, self.there, self.worths[group].payback_y)
        mine = {
            "income_group": group + 1.0, "income_groups": float(len(self.worths)),
            "tariff_cny_per_kwh": self.tariffs[group], "roof_share_open": self.limit,
        }  # fmt: skip
        return {**mine, **saw}, why


@AGENTS.add("households")
class Households(CityAgent):
    """The households of one county."""

    kind = "households"
    order = 35

    def __init__(self, model: mesa.Model, city: City, row: Row) -> None:
        super().__init__(model, f"households:{row['county']}", str(row["county"]))
        self._row = row
        self._groups = energy.income_groups(row)
        count = [energy.households(city, row, year) for year in range(city.first_year, city.horizon + 1)]
        self._potential_mw = rooftops.potentials_mw(city)[self.county][0]
        self._kw = self._potential_mw * rooftops.KW_PER_MW / max(count[0], 1)
        self._seen = rooftops.first_penetration(city, self.county)
        self._rank = rooftops.ranks(POPULATION.key("roof", self.county), max(count))
        self.since = np.zeros(max(count), dtype=np.uint8)
        homes = energy.homes(city, self.county)
        self._floor, self._cooling = floors(city, homes), cooling_share(homes)
        self.mwh = energy.electricity_mwh(city, self.county, city.first_year, 1.0)
        self.adopters_begin = self.adopters = 0
        self.enrolled = 0.0

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each county."""
        return [cls(model, city, row) for row in rows]

    def decide(self, view: View) -> list[Works]:
        """Put solar on the roof or not; join the programme or not."""
        self.adopters_begin = self.adopters
        self.mwh = energy.electricity_mwh(view.city, self.county, view.year, use_index(self._floor, view.year))
        if view.year > view.city.first_year:
            self._roofs(view)
        cooling_kw = self._cooling * self.mwh / energy.cooling_hours(view.city) * rooftops.KW_PER_MW
        self.enrolled, pays = energy.willing(view, cooling_kw / max(self._standing(view), 1))
        if pays > 0.0:
            options = {"join": pays, "stay out": view.value("extra.hassle_cost_household")}
            choice = "join" if self.enrolled else "stay out"
            most = view.value("dr.ac_direct_control_share")
            saw = {"joining_share": self.enrolled, "controllable_share": most}
            self.log(view, "response", options, "CNY/y", choice, saw=saw, why=WHY_JOINED)
        return []

    def _standing(self, view: View) -> int:
        """Households that exist this year."""
        return min(energy.households(view.city, self._row, view.year), len(self.since))

    def _roofs(self, view: View) -> None:
        limit = rooftops.opened_share(view.city, view.rules)
        prospect = self._prospect(view, limit)
        key = view.luck.key("rooftop", self.key, view.year)
        mark = view.year - view.city.first_year
        self.adopters += rooftops.adopt(key, self._standing(view), limit, prospect.chance, self._rank, self.since, mark)
        self._log_roofs(view, key, prospect, mark)

    def _prospect(self, view: View, limit: float) -> Prospect:
        """What a roof is worth to each income group before anybody chooses."""
        own = view.value("building.rooftop_pv_self_use_residential")
        tariffs = energy.tiers(view.city, view.year, len(self._groups))
        worths = [rooftops.worth(view, tariff, own) for tariff in tariffs]
        base = view.value("building.rooftop_policy_share_base")
        there = (self._seen * base + self.adopters / max(self._standing(view), 1)) / limit
        chance = np.array([rooftops.hazard(view.city, there, worth.payback_y) for worth in worths])
        return Prospect(limit, there, tuple(tariffs), tuple(worths), chance)

    def _log_roofs(self, view: View, key: np.uint64, prospect: Prospect, mark: int) -> None:
        """A keyed sample of those who could choose."""
        standing, limit, chance = self._standing(view), prospect.limit, prospect.chance
        could = rooftops.could(0, standing, limit, self._rank, self.since, mark)
        if not could:
            return
        places = (view.luck("sample of roofs", self.key, view.year).random(SAMPLE) * could).astype(np.int64)
        picks = rooftops.choosers(standing, limit, self._rank, self.since, mark, places)
        for row, draw in zip(picks.tolist(), uniforms(key, picks).tolist(), strict=True):
            group = row % len(chance)
            saw, why = prospect.told(view.city, group)
            self.decisions.append(
                Decision(
                    view.year, f"household:{self.county}:{row}", self.kind, "rooftop", ("adopt", "wait"),
                    (float(chance[group]), float(1.0 - chance[group])), "chance a year",
                    "adopt" if draw < chance[group] else "wait", draw, {**saw, "roof_kw": self._kw}, why,
                    prospect.worths[group].terms(self._kw),
                )
            )  # fmt: skip

    @property
    def roof_mw(self) -> float:
        """Solar that households put up since the first year."""
        return self.adopters * self._kw / rooftops.KW_PER_MW

    def assets(self, view: View) -> Assets:
        """Load at the county's buses, solar of the year's mean stock, air-conditioning on offer."""
        cooling = view.value("temperature.cooling_share_residential_multiplier")
        loads = tuple(
            Load(f"{self.key}@{bus}", bus, self.county, SECTOR, share * self.mwh, "residential", cooling, 1.0)
            for bus, share in shares_of_buses(view.city, self.county).items()
        )
        mean_mw = 0.5 * (self.adopters_begin + self.adopters) * self._kw / rooftops.KW_PER_MW
        units = rooftops.unit(view, f"roof:home:{self.county}", self.county, mean_mw, self.key)
        return Assets(loads=loads, units=units, offers=self._offers(view))

    def _offers(self, view: View) -> tuple[Offer, ...]:
        """Air-conditioning of enrolled homes, which comes back within hours."""
        if self.enrolled <= 0.0:
            return ()
        mean_mw = self.enrolled * self._cooling * self.mwh / HOURS_A_YEAR
        return (
            Offer(
                f"homes-response@{self.county}", main_bus(view.city, self.county), self.county, SECTOR, mean_mw,
                view.rules.dr_price_cny_per_mwh, NOTICE_H, view.value("extra.shift_window_L"),
                view.value("dr.events_per_year_max"), view.value("dr.rebound_share"), "residential", PURE_COOLING,
            ),
        )  # fmt: skip

    def flows(self, view: View) -> Iterable[Flow]:
        """Electricity by income group, gas, roofs and their money."""
        for group, share in enumerate(energy.group_shares(view.city, self._row), start=1):
            used = self.mwh * float(share)
            yield Flow("electricity_mwh", self.county, SECTOR, f"income_group_{group}", "electricity", used, "MWh")
        for fuel, gj in energy.gas_gj(view.city, self._row, view.year).items():
            yield Flow("energy_gj", self.county, SECTOR, "homes", fuel, gj, "GJ")
        yield Flow("stock", self.county, SECTOR, "pv_rooftop", "solar", self.roof_mw, "MW")
        new_mw = (self.adopters - self.adopters_begin) * self._kw / rooftops.KW_PER_MW
        yield from rooftops.money(view, self.county, SECTOR, new_mw)

    def snapshot(self) -> Snapshot:
        """Who has solar since when, and who takes part."""
        return {name: copied(getattr(self, name)) for name in STATE}

    def restore(self, snapshot: Snapshot) -> None:
        """The same county again."""
        for name in STATE:
            value: Any = copied(snapshot[name])
            setattr(self, name, value)

"""Firms: all producers above scale of a county but the named sites, one row each."""

from __future__ import annotations

import mesa
import numpy as np

from dafeng.agents import boilers, firms_register, firms_sample, response
from dafeng.agents.base import AGENTS, CityAgent
from dafeng.agents.boilers import FUELS, STEAM
from dafeng.agents.efficiency_measures import measures
from dafeng.agents.firms_register import steam_mains
from dafeng.agents.output_lines import lines
from dafeng.agents.output_plan import Plan, Start
from dafeng.agents.output_producer import Producer, seen_costs
from dafeng.agents.response import Terms
from dafeng.agents.view import View
from dafeng.configs.schema import City, Row
from dafeng.configs.units import Bools, Floats, Ints


@AGENTS.add("firms")
class Firms(Producer):
    """The firms of one county: not of one sector, since rules differ by county and a view shows one county's."""

    kind = "firms"
    label = "firms"
    has_entry = True
    has_aggregator = True
    steam_taken_gj = 0.0
    """Steam that the county's named sites take."""

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One cohort a county, every firm above scale of every sector a row (`rows`: sites and shares by sector)."""
        if not rows:
            return []
        known, kit = lines(city), boilers.heaters(city)
        groups = firms_register.firm_groups(city, known)
        options = measures(city, known, tuple(sorted({group.line for group in groups})))
        counties = sorted({group.county for group in groups})
        rows_of = {key: firms_sample.sample(city, key, groups, known, kit, options) for key in counties}
        firms_sample.watch(rows_of, known)
        found: list[CityAgent] = []
        for key in counties:
            firms = cls(model, f"firms-{key}", key, rows_of[key], known, kit, options, steam_mains(city, key))
            firms.steam_taken_gj = firms_sample.steam_taken_gj(city, key, known)
            found.append(firms)
        return found

    def steam_is_near(self, view: View) -> bool:
        """CHP mains deliver more than named sites and firms of the county take."""
        used = float(self.rows.fuel_gj(self.kit.efficiency)[:, STEAM].sum())
        return firms_register.steam_gj(self.mains, view.year) > self.steam_taken_gj + used

    def tell_output(self, view: View, start: Start, plan: Plan) -> None:
        """Newcomers and totals of the county; the sampled firms' own output."""
        rows = start.rows
        counts = {"standing": float((start.alive & ~start.new).sum()), "new": float(start.new.sum())}
        self.log(view, "entry", counts, "firms", "entered" if start.new.any() else "none entered")
        for row in np.flatnonzero(rows.watched):
            options = {"last_year": rows.output[row], "grown": start.wanted[row], "made": plan.output[row]}
            self.log(
                view, f"output of {self._name(int(row))}", options, self.lines.unit[rows.line[row]], "made",
                uniform=float(start.draws.output[row]), saw=seen_costs(start, plan, int(row)),
            )  # fmt: skip

    def tell_fuels(self, view: View, start: Start, plan: Plan, was: Ints) -> None:
        """How many boilers went over to each fuel; what the sampled firms saw."""
        counts = np.bincount(plan.main[plan.switched], minlength=len(FUELS)).astype(float)
        self.log(view, "new boilers", dict(zip(FUELS, counts, strict=True)), "boilers", FUELS[int(counts.argmax())])
        cost = self.full_heat_cost(start)
        for row in np.flatnonzero(plan.switched & self.rows.watched):
            options = {FUELS[f]: cost[self.rows.line[row], f] for f in np.flatnonzero(start.can[row])}
            self.log(
                view, f"boiler of {self._name(int(row))}", options, "CNY/GJ", FUELS[plan.main[row]],
                uniform=float(start.draws.fuel[row]), why=f"was {FUELS[was[row]]}",
            )  # fmt: skip

    def tell_measures(self, view: View, considered: Bools, taken: Bools, chance: Floats, uniform: Floats) -> None:
        """How many firms took each measure; each choice of the sampled firms."""
        names = self.options.name
        counts = {name: float(taken[:, m].sum()) for m, name in enumerate(names)}
        looked = {name: float(considered[:, m].sum()) for m, name in enumerate(names)}
        self.log(view, "measures", counts, "firms", "counted", saw=looked)
        for row, m in zip(*np.nonzero(considered & self.rows.watched[:, None]), strict=True):
            self.log(
                view, f"{names[m]} at {self._name(int(row))}", {"take": chance[row, m], "leave": 1.0 - chance[row, m]},
                "probability", "take" if taken[row, m] else "leave", uniform=float(uniform[row, m]),
            )  # fmt: skip

    def tell_response(self, view: View, offer: Terms) -> None:
        """How much load joined; the sampled firms' gain."""
        enrolled = self.rows.enrolled & self.rows.alive
        counts = {"enrolled": float(enrolled.sum()), "others": float((self.rows.alive & ~enrolled).sum())}
        saw = {"shed_mw": float(offer.shed_mw[enrolled].sum()), "call_rate": self.call_rate}
        self.log(view, "response", counts, "firms", "counted", saw=saw)
        for row in np.flatnonzero(self.rows.watched & (offer.pay_cny > 0)):
            options = {"in": offer.gain_cny[row], "out": 0.0}
            choice = "in" if self.rows.enrolled[row] else "out"
            why = response.reason(offer, choice, int(row))
            self.log(view, f"response of {self._name(int(row))}", options, "CNY/y", choice, why=why)

    def _name(self, row: int) -> str:
        return f"{self.lines.sector[self.rows.line[row]]} {row}"

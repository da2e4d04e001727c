"""Firms: all producers above scale of a county but the named sites, one row each."""

from __future__ import annotations

import mesa
import numpy as np

from dafeng.agents import boilers, firms_register, firms_sample, response
from dafeng.agents.base import AGENTS, CityAgent
from dafeng.agents.boilers import FUELS, STEAM
from dafeng.agents.efficiency import Looks
from dafeng.agents.efficiency_measures import measures
from dafeng.agents.firms_register import steam_mains
from dafeng.agents.output_lines import lines
from dafeng.agents.output_plan import Plan, Start
from dafeng.agents.output_producer import Producer, seen_costs, why_made
from dafeng.agents.response import Terms
from dafeng.agents.view import CHOICES, View
from dafeng.configs.schema import City, Row
from dafeng.configs.units import Ints

WHY_TAKEN = "a firm takes what it looks at when its draw is below its chance, which rises with npv over capital"
WHY_ENROLLED = "those whom it pays join, the cheapest first, while the county's part has room; those in stay"


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
        self.log(view, "entry", counts, "firms", "new" if start.new.any() else "", why="new firms come as sectors grow")
        for row in np.flatnonzero(rows.watched):
            options = {"last_year": rows.output[row], "grown": start.wanted[row], "made": plan.output[row]}
            self.log(
                view, f"output of {self._name(int(row))}", options, self.lines.unit[rows.line[row]], "made",
                uniform=float(start.draws.output[row]), saw=seen_costs(start, plan, int(row)),
                why=why_made(start, plan, int(row)),
            )  # fmt: skip

    def tell_fuels(self, view: View, start: Start, plan: Plan, was: Ints) -> None:
        """How many boilers went over to each fuel; what the sampled firms saw."""
        counts = np.bincount(plan.main[plan.switched], minlength=len(FUELS)).astype(float)
        most = FUELS[int(counts.argmax())] if counts.any() else ""
        why = "each firm draws by its own cost of heat" if most else "no boiler came to its end"
        self.log(view, "new boilers", dict(zip(FUELS, counts, strict=True)), "boilers", most, why=why)
        for row in np.flatnonzero(plan.switched & self.rows.watched):
            told = self.boiler_told(start, plan, was, int(row))
            self.log(view, f"boiler of {self._name(int(row))}", **told)

    def tell_measures(self, view: View, looks: Looks) -> None:
        """How many firms could take, looked at and took each measure; each choice of the sampled firms that looked."""
        names = self.options.name
        taken, looked, is_open = (of.sum(axis=0).astype(float) for of in (looks.taken, looks.looked, looks.is_open))
        total = (looks.chance * looks.looked).sum(axis=0)
        mean = np.divide(total, looked, out=np.full(len(names), np.nan), where=looked > 0)
        self.log(
            view, "measures", dict(zip(names, taken, strict=True)), "firms took it",
            CHOICES.join(name for name, count in zip(names, taken, strict=True) if count), why=WHY_TAKEN,
            terms={"looked_firms": tuple(looked.tolist()), "could_firms": tuple(is_open.tolist()),
                   "mean_chance_to_take": tuple(mean.tolist())},
        )  # fmt: skip
        for row in np.flatnonzero(looks.looked.any(axis=1) & self.rows.watched):
            told = looks.of_row(int(row), names, float(self.rows.output[row]))
            self.log(view, f"measures of {self._name(int(row))}", **told)

    def tell_response(self, view: View, offer: Terms) -> None:
        """How much load joined; the sampled firms' gain."""
        enrolled = self.rows.enrolled & self.rows.alive
        counts = {"enrolled": float(enrolled.sum()), "others": float((self.rows.alive & ~enrolled).sum())}
        gaining = float((self.rows.alive & (offer.gain_cny > 0)).sum())
        saw = {"shed_mw": float(offer.shed_mw[enrolled].sum()), "gaining_firms": gaining, "call_rate": self.call_rate}
        why = WHY_ENROLLED if response.is_offered(view) else "there is no programme this year"
        self.log(view, "response", counts, "firms", "enrolled" if enrolled.any() else "", saw=saw, why=why)
        for row in np.flatnonzero(self.rows.watched & (offer.pay_cny > 0)):
            choice = "in" if self.rows.enrolled[row] else "out"
            told = response.told(view, offer, choice, int(row), self.call_rate)
            self.log(view, f"response of {self._name(int(row))}", **told)

    def _name(self, row: int) -> str:
        return f"{self.lines.sector[self.rows.line[row]]} {row}"

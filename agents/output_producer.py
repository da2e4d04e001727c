"""Producers: what named sites and firms have in common, the order of a year's choices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import mesa
import numpy as np

from dafeng.agents import boilers, efficiency, output_books, output_plan, response, response_load
from dafeng.agents.assets import Assets, Flow
from dafeng.agents.base import CityAgent, Snapshot, copied
from dafeng.agents.boilers import COAL, FUELS, Heaters
from dafeng.agents.efficiency import Looks
from dafeng.agents.efficiency_measures import Measures
from dafeng.agents.firms_register import Mains
from dafeng.agents.output_lines import Lines
from dafeng.agents.output_plan import Draws, Plan, Start
from dafeng.agents.output_rows import Rows
from dafeng.agents.response import Terms
from dafeng.agents.view import View
from dafeng.agents.works import Works
from dafeng.configs.units import HOURS_A_YEAR, Bools, Floats, Ints

PER_CENT = 100.0
MOVES = ("call_rate", "coal_cny_per_tce", "invested", "rows", "subsidised", "year")
"""Attributes that change; everything else about a producer is a fact of the city."""


class Producer(CityAgent):
    """One or many producers of a county, as rows that choose in one go and are counted one by one."""

    label: ClassVar[str] = ""
    """Technology in the books: 'named' or 'firms'."""
    has_entry: ClassVar[bool] = False
    has_aggregator: ClassVar[bool] = False
    """Whether someone shifts its load in the counties large enough."""

    def __init__(
        self, model: mesa.Model, key: str, county: str, rows: Rows, lines: Lines, kit: Heaters, options: Measures,
        mains: Mains,
    ) -> None:  # fmt: skip
        super().__init__(model, key, county)
        self.rows, self.lines, self.kit, self.options, self.mains = rows, lines, kit, options, mains
        self.year = 0
        self.coal_cny_per_tce = 0.0
        self.call_rate = 1.0
        self.invested, self.subsidised = np.zeros(rows.count), np.zeros(rows.count)
        self._trial: tuple[View, Start, Start] | None = None

    def coal_tce(self, price: float, view: View) -> float:
        """Coal that the producer would burn this year at a shadow price in CNY/tce (MODEL_SPEC 3.8).

        Asked before `decide`; nothing changes, so that one price can be sought for the whole city.
        """
        start = self._started(view)[1]
        if not start.rows.count:
            return 0.0
        return output_plan.decide(start, price).coal_tce(start.rows, self.kit)

    def set_coal_price(self, price: float) -> None:
        """The shadow price of coal in CNY/tce that this year's choices must meet."""
        self.coal_cny_per_tce = price

    def decide(self, view: View) -> list[Works]:
        """Output, fuels, measures, response: one year."""
        start = self._started(view)[0]
        self._trial = None
        was = start.rows.main
        plan = output_plan.decide(start, self.coal_cny_per_tce)
        self.tell_output(view, start, plan)
        self._take(start, plan)
        self.tell_fuels(view, start, plan, was)
        works = self._adopt(view, start)
        self.tell_response(view, self._enrol(view))
        self.year = view.year
        return works

    def assets(self, view: View) -> Assets:
        """Loads, response and shiftable load of the year."""
        return response_load.assets(
            view, self.key, self.county, self.lines, self.kit, self.rows, shifts=self.has_aggregator
        )  # fmt: skip

    def settle(self, view: View) -> None:
        """Learn how often response is called."""
        shed = response_load.shed_mw(view, self.lines, self.kit, self.rows)
        possible = shed @ self.lines.shed_hours[self.rows.line] * view.value("dr.events_per_year_max")
        called = sum(settled.called_mwh for settled in view.own.values())
        self.call_rate = response.learnt(view, self.call_rate, float(possible), called)

    def flows(self, view: View) -> Iterable[Flow]:
        """Output, fuels, electricity, process CO2, investment and subsidy."""
        return output_books.flows(
            self.lines, self.kit, self.rows, self.county, self.label, self.invested, self.subsidised
        )

    def snapshot(self) -> Snapshot:
        """Rows and the few numbers that move."""
        return {name: self.rows.as_mapping() if name == "rows" else copied(getattr(self, name)) for name in MOVES}

    def restore(self, snapshot: Snapshot) -> None:
        """The same producer again."""
        self._trial = None
        for name, value in snapshot.items():
            setattr(self, name, Rows.of(value) if name == "rows" else copied(value))

    # what sites and firms do differently

    def prepare(self, rows: Rows, view: View) -> None:
        """What is dated: `rows` are the year's own copy."""

    def steam_is_near(self, view: View) -> bool:
        """Whether a CHP main of the county could deliver more steam."""
        return False

    def may_offer(self, offer: Terms, view: View) -> Bools:
        """Rows that may take part in response at all."""
        return self.rows.alive

    def grow(self) -> None:
        """Capacity of the next year."""

    def works_for(self, view: View, taken: Bools) -> list[Works]:
        """The works that bring adopted measures about; without works they run from next year."""
        return []

    def tell_output(self, view: View, start: Start, plan: Plan) -> None:
        """Log output."""

    def tell_fuels(self, view: View, start: Start, plan: Plan, was: Ints) -> None:
        """Log boilers that were replaced."""

    def tell_measures(self, view: View, looks: Looks) -> None:
        """Log measures that were considered."""

    def tell_response(self, view: View, offer: Terms) -> None:
        """Log who joined the response programme."""

    # the steps of a year

    def _started(self, view: View) -> tuple[Start, Start]:
        """The year's start, and that of the coal burners alone; worked out once for trial prices and the decision."""
        if self._trial is None or self._trial[0] is not view:
            start = self._begin(view)
            self._trial = (view, start, start.burning_coal())
        return self._trial[1:]

    def _begin(self, view: View) -> Start:
        is_base = self.year == 0
        rows = Rows.of(vars(self.rows))
        if not is_base:
            self._pass_year(rows, view)
        self.prepare(rows, view)
        return output_plan.begin(
            view, rows, self.lines, self.kit, self._draws(view), is_base=is_base, has_entry=self.has_entry,
            has_steam=self.steam_is_near(view),
        )  # fmt: skip

    def _pass_year(self, rows: Rows, view: View) -> None:
        """Boilers age, intensities fall by themselves, and what was taken up last year comes to work."""
        rows.age += 1.0
        kept = 1.0 - self.lines.aeei[rows.line]
        rows.heat *= kept
        rows.electric *= kept
        rows.commission(rows.adopting.copy(), view.value("behaviour.rebound_efficiency"))

    def _draws(self, view: View) -> Draws:
        uniform = view.luck("industry", self.key, view.year).random((2, self.rows.count))
        return Draws(uniform[0], uniform[1], view.luck("entry", self.key, view.year).random(self.lines.count))

    def _take(self, start: Start, plan: Plan) -> None:
        """The plan becomes the year."""
        rows = self.rows = start.rows
        rows.alive, rows.wanted, rows.output = plan.alive, plan.wanted, plan.output
        rows.share, rows.main, rows.unit_cost = plan.share, plan.main, plan.unit_cost
        rows.age = np.where(plan.switched, 0.0, rows.age)
        part = np.take_along_axis(rows.share, rows.main[:, None], axis=1)[:, 0]
        boiler = self.kit.capex_cny_per_gj[rows.main] * rows.heat * part * rows.output
        self.invested = np.where(plan.switched, boiler, 0.0)
        self.grow()

    def _adopt(self, view: View, start: Start) -> list[Works]:
        """Who considers which measure, and who takes it (MODEL_SPEC 3.4)."""
        rows, options = self.rows, self.options
        uniform = view.luck("efficiency", self.key, view.year).random((2, rows.count, options.count))
        having = efficiency.peers(rows.line, rows.alive, rows.adopted, self.lines.count)[rows.line]
        is_open = rows.possible & ~rows.adopted & ~rows.adopting & rows.alive[:, None]
        look = efficiency.consideration(view, options, having)
        considered = is_open & (uniform[0] < look)
        saving, capex = self.worth(start)
        subsidy = min(1.0, view.rules.capex_subsidy_share)
        gain = efficiency.gain(view.city, rows.patience, saving, capex, subsidy)
        chance = efficiency.probability(view.city, gain, capex)
        taken = considered & (uniform[1] < chance)
        rows.adopting |= taken
        cost = np.where(taken, capex, 0.0).sum(axis=1) * rows.output
        self.invested, self.subsidised = self.invested + cost, subsidy * cost
        self.tell_measures(
            view, Looks(is_open, considered, taken, look, chance, uniform[1], saving, capex, gain, subsidy)
        )
        return self.works_for(view, taken)

    def worth(self, start: Start) -> tuple[Floats, Floats]:
        """(rows, m) saving a year and capex of each measure, CNY per unit of output."""
        rows, line = self.rows, self.rows.line
        cost = boilers.heat_cost(self.lines, self.kit, start.prices, self.coal_cny_per_tce)[line]
        heat = rows.heat * (rows.share * cost).sum(axis=1)
        power = rows.electric[:, None] * rows.electric_saving
        saving = heat[:, None] * rows.heat_saving + power * start.prices.electricity_cny_per_mwh
        return saving, self.options.capex_cny[line] + self.options.capex_cny_per_mwh[line] * power

    def boiler_told(self, start: Start, plan: Plan, was: Ints, row: int) -> dict[str, Any]:
        """A new boiler as a decision tells it: cost of heat from each fuel at hand with its parts, and why now."""
        line, can = int(start.rows.line[row]), start.can[row].copy()
        if not start.due[row]:
            can[COAL] = False  # it left coal before its end: what it could go to
        found = boilers.parts(self.lines, self.kit, start.prices, self.coal_cny_per_tce, line, can)
        if self.coal_cny_per_tce <= 0.0:
            del found["coal_cap_cny_per_gj"]
        cost = self.full_heat_cost(start)
        why = f"was {FUELS[was[row]]}; {output_plan.why_now(start, row)}"
        return {
            "options": {FUELS[f]: cost[line, f] for f in np.flatnonzero(can)}, "unit": "CNY/GJ",
            "choice": FUELS[plan.main[row]], "uniform": float(start.draws.fuel[row]), "why": why,
            "terms": {name: tuple(map(float, column)) for name, column in found.items()},
        }  # fmt: skip

    def full_heat_cost(self, start: Start) -> Floats:
        """(lines, fuels) CNY per GJ of useful heat from a new boiler."""
        running = boilers.heat_cost(self.lines, self.kit, start.prices, self.coal_cny_per_tce)
        return np.asarray(running + self.kit.capital_cny_per_gj)

    def _enrol(self, view: View) -> Terms:
        """Who joins the response programme (MODEL_SPEC 5.7)."""
        rows = self.rows
        mean = rows.electric_mwh(self.kit.efficiency) / HOURS_A_YEAR
        offer = response.terms(view, self.lines, rows.line, mean, rows.reservation, self.call_rate)
        if response.is_offered(view):
            cap = response.county_cap_mw(view, self.county)
            rows.enrolled = response.joined(rows.enrolled, offer, rows.reservation, self.may_offer(offer, view), cap)
        return offer


def seen_costs(start: Start, plan: Plan, row: int) -> dict[str, float]:
    """What moved a producer's output: growth with its own shock, unit cost of this year and of the last, the answer."""
    unit, last, wanted = start.lines.unit[start.rows.line[row]], start.rows.wanted[row], start.wanted[row]
    return {
        "growth_and_shock_pct": PER_CENT * float(wanted / last - 1.0) if last > 0 else 0.0,
        f"unit_cost_cny_per_{unit}": float(plan.unit_cost[row]),
        f"last_unit_cost_cny_per_{unit}": float(start.before[row]),
        "answer_to_cost_pct": PER_CENT * float(plan.wanted[row] / wanted - 1.0) if wanted > 0 else 0.0,
    }


def why_made(start: Start, plan: Plan, row: int) -> str:
    """Which of its limits set a producer's output."""
    if plan.output[row] < plan.wanted[row]:
        return "demand is above capacity"
    return "demand after growth, its own shock (draw) and its answer to the unit cost"

"""Producers: what named sites and firms have in common, from a year's choices to loads and flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import mesa
import numpy as np

from dafeng.agents import boilers, efficiency, output_plan, response
from dafeng.agents.assets import Assets, Flow, Load
from dafeng.agents.base import CityAgent, Snapshot, copied
from dafeng.agents.boilers import FUELS, Heaters
from dafeng.agents.efficiency_measures import Measures
from dafeng.agents.output_lines import Lines
from dafeng.agents.output_plan import Draws, Plan, Start
from dafeng.agents.output_rows import Rows
from dafeng.agents.response import SHIFT, THROUGH, Terms
from dafeng.agents.view import View
from dafeng.agents.works import Works
from dafeng.configs.schema import Bus, City
from dafeng.configs.units import GJ_PER_MWH, HOURS_A_YEAR, Bools, Floats

WASTE = "msw"
OWN = {"rows", "year", "coal_cny_per_tce", "call_rate", "invested", "subsidised"}
"""Attributes that move; everything else about a producer is a fact of the city."""


class Producer(CityAgent):
    """One or many producers of a county, as rows that choose together and are counted one by one."""

    label: ClassVar[str] = ""
    """Technology in the books: 'named' or 'firms'."""
    has_entry: ClassVar[bool] = False

    def __init__(
        self, model: mesa.Model, key: str, county: str, rows: Rows, lines: Lines, kit: Heaters, options: Measures
    ) -> None:
        super().__init__(model, key, county)
        self.rows, self.lines, self.kit, self.options = rows, lines, kit, options
        self.year = 0
        self.coal_cny_per_tce = 0.0
        self.call_rate = 1.0
        self.invested, self.subsidised = np.zeros(rows.count), np.zeros(rows.count)
        self._trial: tuple[View, Start] | None = None

    # the year's choices

    def coal_tce(self, price: float, view: View) -> float:
        """Coal that the producer would burn this year at a shadow price in CNY/tce (MODEL_SPEC 3.8).

        Asked before `decide`; nothing changes, so that a price can be sought for the whole city.
        """
        if self._trial is None or self._trial[0] is not view:
            self._trial = (view, self._begin(view))
        start = self._trial[1]
        return output_plan.decide(start, price).coal_tce(start.rows, self.kit)

    def set_coal_price(self, price: float) -> None:
        """The shadow price of coal in CNY/tce that this year's choices must meet."""
        self.coal_cny_per_tce = price

    def decide(self, view: View) -> list[Works]:
        """Output, fuels, measures, response: one year."""
        self._trial = None
        start = self._begin(view)
        before = start.rows.main.copy()
        plan = output_plan.decide(start, self.coal_cny_per_tce)
        self._take(start, plan)
        works = self._adopt(view, start)
        offer = self._enrol(view)
        self.year = view.year
        self.tell(view, start, plan, before, offer)
        return works

    def tell(self, view: View, start: Start, plan: Plan, before: Any, offer: Terms) -> None:
        """Log the year's choices."""

    def steam_left_gj(self, view: View) -> float:
        """Heat that CHP mains of the county could still deliver."""
        return 0.0

    def _begin(self, view: View) -> Start:
        is_base = self.year == 0
        rows = Rows.of(vars(self.rows))
        if not is_base:
            self._age(rows, view)
        return output_plan.begin(
            view, rows, self.lines, self.kit, self._draws(view), is_base=is_base, has_entry=self.has_entry,
            has_steam=self.steam_left_gj(view) > 0,
        )  # fmt: skip

    def _age(self, rows: Rows, view: View) -> None:
        """A year passes: boilers age, intensities fall by themselves, what firms took up last year comes to work."""
        rows.age += 1.0
        kept = 1.0 - self.lines.aeei[rows.line]
        rows.heat *= kept
        rows.electric *= kept
        rows.commission(rows.adopting.copy(), view.value("behaviour.rebound_efficiency"))

    def _draws(self, view: View) -> Draws:
        uniform = view.luck("industry", self.key, view.year).random((2, self.rows.count))
        return Draws(uniform[0], uniform[1], view.luck("entry", self.key, view.year).random(self.lines.count))

    def _take(self, start: Start, plan: Plan) -> None:
        rows = self.rows = start.rows
        rows.alive, rows.wanted, rows.output = plan.alive, plan.wanted, plan.output
        rows.share, rows.main, rows.unit_cost = plan.share, plan.main, plan.unit_cost
        rows.age[plan.switched] = 0.0
        rows.capacity = np.maximum(rows.capacity, rows.wanted)
        bought = plan.switched & ~((plan.main == boilers.COAL) & (start.prices.fuel_cny_per_gj[boilers.COAL] <= 0))
        yearly = self.kit.capital_cny_per_gj[rows.main] * rows.output * rows.heat * start.share_of_main(rows)
        self.invested = np.where(bought, yearly / self.kit.annuity[rows.main], 0.0)
        self.subsidised = np.zeros(rows.count)

    def _adopt(self, view: View, start: Start) -> list[Works]:
        """Who considers which measure, and who takes it (MODEL_SPEC 3.4)."""
        rows, options = self.rows, self.options
        uniform = view.luck("efficiency", self.key, view.year).random((2, rows.count, options.count))
        share = efficiency.peers(rows.line, rows.alive, rows.adopted, self.lines.count)[rows.line]
        open_to = rows.possible & ~rows.adopted & ~rows.adopting & rows.alive[:, None]
        considered = open_to & (uniform[0] < efficiency.consideration(view, options, share))
        saving, capex = self.worth(start)
        subsidy = min(1.0, view.rules.capex_subsidy_share)
        chance = efficiency.adoption_probability(view.city, rows.patience, saving, capex, subsidy)
        taken = considered & (uniform[1] < chance)
        rows.adopting |= taken
        cost = (np.where(taken, capex, 0.0).sum(axis=1)) * rows.output
        self.invested = self.invested + cost
        self.subsidised = subsidy * cost
        return self.book(view, considered, taken, chance, uniform[1])

    def worth(self, start: Start) -> tuple[Floats, Floats]:
        """(rows, m) saving a year and capex of each measure, CNY per unit of output."""
        rows, options, line = self.rows, self.options, self.rows.line
        cost = boilers.heat_cost(self.lines, self.kit, start.prices, self.coal_cny_per_tce)[line]
        heat = rows.heat * (rows.share * cost).sum(axis=1)
        power = rows.electric[:, None] * rows.electric_saving
        saving = heat[:, None] * rows.heat_saving + power * start.prices.electricity_cny_per_mwh
        return saving, options.capex_cny[line] + options.capex_cny_per_mwh[line] * power

    def book(self, view: View, considered: Bools, taken: Bools, chance: Floats, uniform: Floats) -> list[Works]:
        """Log what was considered; the works that follow."""
        return []

    # the grid

    def load_mw(self) -> Floats:
        """(rows,) mean load."""
        return self.rows.electric_mwh(self.kit.efficiency) / HOURS_A_YEAR

    def offer_terms(self, view: View) -> Terms:
        """What the programme is worth to each row."""
        return response.terms(view, self.lines, self.rows.line, self.load_mw(), self.rows.reservation, self.call_rate)

    def _enrol(self, view: View) -> Terms:
        offer = self.offer_terms(view)
        if response.is_offered(view):
            cap = response.county_cap_mw(view, self.county)
            self.rows.enrolled = response.joined(
                self.rows.enrolled, offer, self.rows.reservation, self.may_offer(view, offer), cap
            )
        return offer

    def may_offer(self, view: View, offer: Terms) -> Bools:
        """Rows that may take part at all."""
        return self.rows.alive

    def settle(self, view: View) -> None:
        """Learn how often response is called."""
        possible = self._shed_mw(view) @ (self.lines.shed_hours[self.rows.line] * view.value("dr.events_per_year_max"))
        called = sum(settled.called_mwh for settled in view.own.values())
        self.call_rate = response.learnt(view, self.call_rate, float(possible), called)

    def assets(self, view: View) -> Assets:
        """Loads by sector, bus and shape; one shed offer; shiftable load where the county has enough."""
        buses = response.load_buses(view.city, self.county)
        mwh = self.rows.electric_mwh(self.kit.efficiency)
        if not buses or mwh.sum() <= 0:
            return Assets()
        main, part = max(buses, key=lambda pair: pair[1])
        moved = self._shift_mwh(view, mwh) * part if response.shifts(view.city, self.county) else np.zeros_like(mwh)
        offers = response.pooled_offer(
            view, f"{self.key}-shed", main, self.lines, self.rows.line, self._shed_mw(view), self.rows.reservation
        )
        sector = self._sector_of(moved)
        shift = response.shiftable(view, f"{self.key}-shift", main, sector, self._by_shape(moved))
        return Assets(loads=tuple(self._loads(view, buses, mwh, moved, main)), offers=offers, shiftable=shift)

    def _shed_mw(self, view: View) -> Floats:
        is_on = response.is_offered(view)
        return self.lines.shed_share[self.rows.line] * self.load_mw() * (self.rows.enrolled & self.rows.alive) * is_on

    def _shift_mwh(self, view: View, mwh: Floats) -> Floats:
        is_on = response.is_offered(view)
        return self.lines.shift_share[self.rows.line] * mwh * (self.rows.enrolled & self.rows.alive) * is_on

    def _by_shape(self, mwh: Floats) -> dict[str, float]:
        by_shift = float(mwh @ self.lines.shift_load_share[self.rows.line])
        return {SHIFT: by_shift, THROUGH: float(mwh.sum()) - by_shift}

    def _sector_of(self, mwh: Floats) -> str:
        return self.lines.sector[int(np.argmax(self._by_line(mwh)))]

    def _by_line(self, amount: Floats) -> Floats:
        return np.bincount(self.rows.line, weights=amount, minlength=self.lines.count)

    def _loads(
        self, view: View, buses: Sequence[tuple[Bus, float]], mwh: Floats, moved: Floats, main: Bus
    ) -> Iterable[Load]:
        cooling = view.value("temperature.cooling_share_industry_multiplier")
        used, away = self._by_line(mwh), self._by_line(moved)
        for line in np.flatnonzero(used > 0):
            sector, by_shift = self.lines.sector[line], float(self.lines.shift_load_share[line])
            for bus, part in buses:
                left = float(used[line]) * part - (float(away[line]) if bus is main else 0.0)
                for shape, of in ((SHIFT, by_shift), (THROUGH, 1.0 - by_shift)):
                    if of * left > 0:
                        key = f"{self.key}-{line}-{bus.key}-{shape}"
                        yield Load(key, bus.key, self.county, sector, of * left, shape, cooling)

    # the books

    def flows(self, view: View) -> Iterable[Flow]:
        """Output, fuels, electricity, process CO2, investment, subsidy and energy bill, by line."""
        rows, prices = self.rows, boilers.prices(view, self.lines)
        gj = rows.fuel_gj(self.kit.efficiency)
        by_fuel = np.stack([self._by_line(gj[:, f]) for f in range(len(FUELS))], axis=1)
        mwh = self._by_line(rows.electric_mwh(self.kit.efficiency))
        bill = by_fuel @ np.where(_is_fuel(), prices.fuel_cny_per_gj, 0.0) + mwh * prices.electricity_cny_per_mwh
        amounts = {
            "activity": self._by_line(rows.output), "electricity_mwh": mwh,
            "process_tco2": self._by_line(rows.output) * self.lines.process_t,
            "investment_cny": self._by_line(self.invested), "subsidy_cny": self._by_line(self.subsidised), "cost_cny": bill,
        }  # fmt: skip
        waste = self._by_line(rows.output * rows.waste_gj)
        for line in np.flatnonzero(amounts["activity"] > 0):
            fuels = {fuel: by_fuel[line, f] for f, fuel in enumerate(FUELS) if _is_fuel()[f]} | {WASTE: waste[line]}
            yield from self._line_flows(int(line), {name: float(of[line]) for name, of in amounts.items()}, fuels)

    def _line_flows(self, line: int, amounts: Mapping[str, float], fuels: Mapping[str, Any]) -> Iterable[Flow]:
        sector, units = self.lines.sector[line], {"activity": self.lines.unit[line], **_UNITS}
        for name, value in amounts.items():
            if value:
                fuel = "electricity" if name == "electricity_mwh" else "all"
                yield Flow(name, self.county, sector, self.label, fuel, value, units[name])
        for fuel, gj in fuels.items():
            if gj:
                yield Flow("energy_gj", self.county, sector, self.label, fuel, float(gj), "GJ")

    # state

    def snapshot(self) -> Snapshot:
        """Rows and the few numbers that move."""
        return {name: self.rows.as_mapping() if name == "rows" else copied(getattr(self, name)) for name in sorted(OWN)}

    def restore(self, snapshot: Snapshot) -> None:
        """The same producer again."""
        self._trial = None
        for name, value in snapshot.items():
            setattr(self, name, Rows.of(value) if name == "rows" else copied(value))


_UNITS: Mapping[str, str] = {
    "electricity_mwh": "MWh", "process_tco2": "t", "investment_cny": "CNY", "subsidy_cny": "CNY", "cost_cny": "CNY",
}  # fmt: skip


def _is_fuel() -> Bools:
    """(fuels,) those that are burnt or bought as steam: the electric two are in `electricity_mwh`."""
    return np.array([name not in ("electricity", "heat_pump") for name in FUELS])


def energy_gj(city: City, rows: Rows, kit: Heaters) -> float:
    """Energy for heat of some rows, electric heat left out."""
    return float(rows.fuel_gj(kit.efficiency)[:, _is_fuel()].sum())


__all__ = ["GJ_PER_MWH", "Producer", "energy_gj"]

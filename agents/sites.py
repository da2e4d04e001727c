"""Sites: the named industrial plants, one agent each."""

from __future__ import annotations

import re

import mesa
import numpy as np

from dafeng.agents import boilers, firms_register, firms_sample, response
from dafeng.agents.base import AGENTS, CityAgent
from dafeng.agents.boilers import FUELS, Heaters
from dafeng.agents.efficiency import Looks
from dafeng.agents.efficiency_measures import Measures, measures
from dafeng.agents.firms_register import WASTE, Mains, Named, steam_mains
from dafeng.agents.output_lines import Lines, in_units, lines
from dafeng.agents.output_plan import Plan, Start
from dafeng.agents.output_producer import Producer, seen_costs, why_made
from dafeng.agents.output_rows import Rows
from dafeng.agents.response import Terms
from dafeng.agents.view import View
from dafeng.agents.works import Retrofit, Works
from dafeng.configs.schema import City, Row
from dafeng.configs.units import GJ_PER_MWH, HOURS_A_YEAR, Bools, Floats, Ints

PHASE = re.compile(r"phase \d+ (\d+(?:\.\d+)?) GWh/yr[^;]*?((?:19|20)\d\d)", re.IGNORECASE)
ADDED = re.compile(r"\+(\d+(?:\.\d+)?) Mt/yr")
"""Phases of a base that is built in steps: capacity and the year named with it; additions to a standing plant."""
MWH_PER_GWH = 1000.0


@AGENTS.add("sites")
class Site(Producer):
    """A plant with a name: it grows with its sector up to its capacity, and logs every choice."""

    kind = "sites"
    label = "named"

    def __init__(
        self, model: mesa.Model, site: Named, rows: Rows, lines: Lines, kit: Heaters, options: Measures, mains: Mains
    ) -> None:
        super().__init__(model, site.key, site.county, rows, lines, kit, options, mains)
        self.site = site
        self.phases = phases(site.row)

    @classmethod
    def populate(cls, model: mesa.Model, city: City, rows: tuple[Row, ...]) -> list[CityAgent]:
        """One agent for each row that names a plant; rows that stand for clusters (U08 to U15) are the firms'."""
        if not rows:
            return []
        known, kit = lines(city), boilers.heaters(city)
        wanted = {str(row["id"]) for row in rows}
        found: list[CityAgent] = []
        for site in firms_register.named_sites(city, known):
            if site.key in wanted:
                options = measures(city, known, (site.line,))
                row = site_rows(city, site, known, kit, options)
                found.append(cls(model, site, row, known, kit, options, steam_mains(city, site.county)))
        return found

    def prepare(self, rows: Rows, view: View) -> None:
        """A base built in phases opens below its capacity and fills it as its sector grows."""
        if not self.phases:
            return
        rows.capacity[0] = sum(size for year, size in self.phases.items() if year <= view.year)
        if not rows.alive[0] and view.year >= min(self.phases):
            rows.alive[0] = True
            rows.wanted[0] = first_output(view, self.phases, self.lines.sector[rows.line[0]])

    def complete(self, works: Works, hour: float) -> None:
        """A measure comes to work."""
        done = np.zeros_like(self.rows.adopting)
        done[0, self.options.name.index(works.detail["measure"])] = True
        self.rows.commission(done, works.detail["rebound"])

    def grow(self) -> None:
        """A plant without phases follows demand a year later; kilns may not grow (capacity swap)."""
        if not self.phases and self.lines.is_steam[self.rows.line[0]]:
            self.rows.capacity = np.maximum(self.rows.capacity, self.rows.wanted)

    def steam_is_near(self, view: View) -> bool:
        """A CHP plant of the county delivers heat."""
        return firms_register.steam_gj(self.mains, view.year) > 0

    def may_offer(self, offer: Terms, view: View) -> Bools:
        """A site alone must reach the least size of an aggregator (MODEL_SPEC 5.7)."""
        return self.rows.alive & (offer.shed_mw >= view.value("dr.vpp_min_size"))

    def works_for(self, view: View, taken: Bools) -> list[Works]:
        """Retrofits that are done by the end of the year."""
        rebound = view.value("behaviour.rebound_efficiency")
        return [
            Retrofit(self.key, f"{self.key}-{name}", 0.0, 0.0, None, complete_h=view.hour + HOURS_A_YEAR - 1.0,
                     detail={"measure": name, "rebound": rebound})
            for name, is_taken in zip(self.options.name, taken[0], strict=True) if is_taken
        ]  # fmt: skip

    def tell_output(self, view: View, start: Start, plan: Plan) -> None:
        """What growth asked and what was made."""
        options = {"last_year": start.rows.output[0], "grown": start.wanted[0], "capacity": start.rows.capacity[0]}
        self.log(
            view, "output", {**options, "made": plan.output[0]}, self.lines.unit[self.rows.line[0]], "made",
            uniform=float(start.draws.output[0]), saw=seen_costs(start, plan, 0), why=why_made(start, plan, 0),
        )  # fmt: skip

    def tell_fuels(self, view: View, start: Start, plan: Plan, was: Ints) -> None:
        """What heat costs from each fuel, when the boiler goes."""
        if plan.switched[0]:
            self.log(view, "boiler", **self.boiler_told(start, plan, was, 0))

    def tell_measures(self, view: View, looks: Looks) -> None:
        """Every measure that it could take, with what it costs and saves, whether it looked and whether it took it."""
        if looks.is_open[0].any():
            self.log(view, "measures", **looks.of_row(0, self.options.name, float(self.rows.output[0])))

    def tell_response(self, view: View, offer: Terms) -> None:
        """What the programme would have brought."""
        if offer.pay_cny[0] > 0:
            choice = "in" if self.rows.enrolled[0] else "out"
            self.log(view, "response", **response.told(view, offer, choice, 0, self.call_rate))


def phases(row: Row) -> dict[int, float]:
    """Capacity that each building phase adds, by year; empty for a plant that stood in the base year.

    >>> phases({"capacity_2020": 0.0, "start_year": 2023.0,
    ...         "expansion": "phase 1 35 GWh/yr (first cells 2023-04-23); phase 2 35 GWh/yr passed its review in 2026"})
    {2023: 35.0, 2026: 35.0}
    """
    if row["capacity_2020"] > 0:
        return {}
    return {int(year): float(size) for size, year in PHASE.findall(str(row["expansion"] or ""))}


def first_output(view: View, phases: dict[int, float], sector: str) -> float:
    """Output before a new base's first year of growth, so that its first phase is full when the next one is due."""
    first, *later = sorted(phases)
    path = view.city.path(f"growth.{sector}")
    ramp = np.prod([1.0 + path.at(year) / 100.0 for year in range(first, later[0] + 1)]) if later else 1.0
    return phases[first] / float(ramp)


def site_rows(city: City, site: Named, lines: Lines, kit: Heaters, options: Measures) -> Rows:
    """The one row of a site: base year, capacity, fuels, and the measures it has already."""
    base, bought = site.base, np.zeros((1, len(FUELS)))
    for fuel, share in site.mix.items():
        if fuel != WASTE:
            bought[0, FUELS.index(fuel)] = share
    waste = site.mix.get(WASTE, 0.0)
    bought /= bought.sum()
    per_unit = _per_unit(city, site)
    columns = {
        "line": np.array([float(site.line)]), "output": np.array([base.output]), "size": np.ones(1), "share": bought,
        "heat_gj": per_unit[:1] * (1.0 - waste), "electric": per_unit[1:2], "other_cost": per_unit[2:],
    }  # fmt: skip
    rows = firms_sample.completed(city, site.key, columns, lines, kit, options)
    rows.waste_gj[:] = per_unit[0] * waste
    rows.capacity[:] = capacity(site)
    if site.has_waste_heat and "waste_heat_recovery" in options.name:
        rows.adopted[0, options.name.index("waste_heat_recovery")] = True
    return rows


def capacity(site: Named) -> float:
    """Output a year at most: what the table states with announced additions, and never below the base year's output."""
    row = site.row
    stated = float(row["capacity_2020"]) + sum(map(float, ADDED.findall(str(row["expansion"] or ""))))
    unit = str(row["capacity_unit"])
    return max(site.base.output, in_units(stated, unit) if unit.startswith("Mt") else 0.0)


def _per_unit(city: City, site: Named) -> Floats:
    """GJ of heat, MWh of electricity and CNY of other cost per unit of output.

    A site that did not stand in the base year: electricity of the table, heat by its fuel mix, other cost as its
    technology's sector per MWh.
    """
    base = site.base
    if base.output > 0:
        return np.array([base.heat_gj, base.electric_mwh, base.value_added_cny]) / base.output
    mwh = float(site.row["elec_intensity"]) * MWH_PER_GWH
    numbers = [float(number) for number in re.findall(r"\d+", str(site.row["fuel_mix_pct"]))]
    kind = next(r for r in city.table("sector_base_2020") if r["technology_sector"] == "electronics_battery")
    total = firms_register.sector_total(kind)
    gj = mwh * GJ_PER_MWH * (sum(numbers) - numbers[0]) / numbers[0]
    return np.array([gj, mwh, total.value_added_cny / total.electric_mwh * mwh])

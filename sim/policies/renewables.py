"""Renewables: auction contracts for difference, open roofs, push named projects (measure 2)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("renewables", measure=2, title="Renewables", title_zh="可再生能源")
@dataclass(frozen=True)
class Renewables:
    """The gap to the target is auctioned within a budget; an unmet gap is reported, never forced."""

    target_mw: Schedule = dated("MW", "renewable capacity of the city")
    budget_mcny: Schedule = dated("MCNY", "yearly budget of contracts for difference")
    rooftop_share: Schedule = share("suitable roof opened to solar")
    rooftop_cny_per_kw: Schedule = dated("CNY/kW", "payment for new rooftop solar")
    projects: tuple[str, ...] = ()
    """Plant keys of named projects that the city pushes."""

    def rules(self, rules: Rules) -> Rules:
        """Ask for capacity, roofs and projects."""
        year = rules.year
        return rules.ask(
            renewable_target_mw=self.target_mw.at(year),
            renewable_budget_mcny=self.budget_mcny.at(year),
            rooftop_roof_share=self.rooftop_share.at(year),
            rooftop_cny_per_kw=self.rooftop_cny_per_kw.at(year),
            projects=frozenset(self.projects),
        )

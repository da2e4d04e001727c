"""Storage: auction batteries, ask new wind and sun to bring some, push named pumped-hydro projects (measure 4)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("storage", measure=4, title="Storage", title_zh="储能")
@dataclass(frozen=True)
class Storage:
    """Batteries by capacity auction within a budget; pumped hydro by name."""

    target_mw: Schedule = dated("MW", "battery capacity in the city; the gap is auctioned")
    hours: Schedule = dated("h", "hours of storage asked of new batteries")
    budget_mcny: Schedule = dated("MCNY", "yearly budget of capacity payments")
    vre_share: Schedule = share("battery MW asked of each new MW of wind and sun")
    projects: tuple[str, ...] = ()
    """Plant keys of named projects that the city pushes."""

    def rules(self, rules: Rules) -> Rules:
        """Ask for capacity, a ratio and projects."""
        year = rules.year
        return rules.ask(
            storage_target_mw=self.target_mw.at(year),
            storage_hours=self.hours.at(year),
            storage_budget_mcny=self.budget_mcny.at(year),
            storage_vre_share=self.vre_share.at(year),
            projects=frozenset(self.projects),
        )

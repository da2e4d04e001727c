"""Efficiency programme: audit key users and pay part of their retrofits (measures 6 and 7)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("efficiency", measure=6, title="Efficiency programme", title_zh="节能降碳工程")
@dataclass(frozen=True)
class Efficiency:
    """An audit makes a site consider its measures; a subsidy makes it take more of them."""

    audit_hazard: Schedule = dated("1/y", "added hazard of considering a measure", most=1.0)
    capex_subsidy_share: Schedule = share("efficiency capex paid by the city")

    def rules(self, rules: Rules) -> Rules:
        """Audit and pay."""
        return rules.ask(
            audit_hazard=self.audit_hazard.at(rules.year), capex_subsidy_share=self.capex_subsidy_share.at(rules.year)
        )

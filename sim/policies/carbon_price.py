"""Carbon price: a local price on top of the national path (measure 5)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated


@LEVERS.add("carbon_price", measure=5, title="Carbon price", title_zh="碳价")
@dataclass(frozen=True)
class CarbonPrice:
    """Felt by plants (less their free allocation) and by industrial sites."""

    cny_per_t: Schedule = dated("CNY/t", "added to the national carbon price")

    def rules(self, rules: Rules) -> Rules:
        """Add to the price."""
        return rules.ask(carbon_tax_cny_per_t=self.cny_per_t.at(rules.year))

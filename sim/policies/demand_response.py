"""Demand response: a programme that pays firms and households to use less when supply is short (measure 4)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("demand_response", measure=4, title="Demand response", title_zh="需求侧响应")
@dataclass(frozen=True)
class DemandResponse:
    """Sites and households join when the payment they expect exceeds their hassle; the target caps enrolment."""

    price_cny_per_mwh: Schedule = dated("CNY/MWh", "payment for energy not used")
    capacity_cny_per_kw: Schedule = dated("CNY/kW-y", "payment for standing ready")
    target_share: Schedule = share("response asked, as a share of the city's peak")

    def rules(self, rules: Rules) -> Rules:
        """Open the programme at its prices."""
        year = rules.year
        return rules.ask(
            dr_price_cny_per_mwh=self.price_cny_per_mwh.at(year),
            dr_capacity_cny_per_kw=self.capacity_cny_per_kw.at(year),
            dr_target_share=self.target_share.at(year),
        )

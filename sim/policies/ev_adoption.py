"""EV adoption: pay buyers, oblige fleets, build chargers, let the grid shift charging (measures 14 and 16)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("ev_adoption", measure=14, title="EV adoption", title_zh="新能源汽车推广")
@dataclass(frozen=True)
class EvAdoption:
    """Owners decide; the lever moves their costs, their chargers and their obligation."""

    subsidy_cny: Schedule = dated("CNY", "local payment for an electric car")
    fleet_mandate_share: Schedule = share("electric share of new taxis, buses, vans and company vehicles")
    chargers_per_ev: Schedule = dated("1", "public charging points per electric vehicle", most=2.0)
    smart_share: Schedule = share("home charging that the grid may shift")
    v2g_share: Schedule = share("electric cars that may feed back")

    def rules(self, rules: Rules) -> Rules:
        """Ask for payments, obligations and chargers."""
        year = rules.year
        return rules.ask(
            ev_subsidy_cny=self.subsidy_cny.at(year),
            ev_fleet_mandate_share=self.fleet_mandate_share.at(year),
            ev_chargers_per_ev=self.chargers_per_ev.at(year),
            ev_smart_share=self.smart_share.at(year),
            ev_v2g_share=self.v2g_share.at(year),
        )

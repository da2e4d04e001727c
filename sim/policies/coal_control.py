"""Coal control: retrofit coal units, cap coal, ban coal boilers and captive plants (measure 1)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("coal_control", measure=1, title="Coal control", title_zh="煤炭消费控制")
@dataclass(frozen=True)
class CoalControl:
    """Owners choose which units reach a retrofit share; sites choose what replaces a banned boiler."""

    retrofit_energy_share: Schedule = share("coal capacity with an energy-saving retrofit")
    retrofit_flex_share: Schedule = share("coal capacity with a flexibility retrofit")
    retrofit_heat_share: Schedule = share("coal capacity with a heat retrofit")
    power_cap_mt: Schedule = dated("Mt", "coal burnt by the city's power plants")
    nonpower_cap_tce: Schedule = dated("tce", "coal burnt outside power plants")
    boiler_ban: Schedule = share("1 from the year in which coal boilers must go")
    captive_ban: Schedule = share("1 from the year in which captive coal plants must go")

    def rules(self, rules: Rules) -> Rules:
        """Ask for shares, caps and bans."""
        year = rules.year
        return rules.ask(
            coal_retrofit_energy_share=self.retrofit_energy_share.at(year),
            coal_retrofit_flex_share=self.retrofit_flex_share.at(year),
            coal_retrofit_heat_share=self.retrofit_heat_share.at(year),
            coal_power_cap_mt=self.power_cap_mt.at(year),
            coal_nonpower_cap_tce=self.nonpower_cap_tce.at(year),
            coal_boiler_banned=self.boiler_ban.at(year),
            coal_captive_banned=self.captive_ban.at(year),
        )

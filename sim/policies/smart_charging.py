"""Smart charging alone: let the grid shift home charging (measure 16)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, share


@LEVERS.add("smart_charging", measure=16, title="Smart charging", title_zh="有序充电")
@dataclass(frozen=True)
class SmartCharging:
    """A programme that drivers may join; without it charging is uncontrolled or delayed to the valley."""

    smart_share: Schedule = share("home charging that the grid may shift")
    v2g_share: Schedule = share("electric cars that may feed back")

    def rules(self, rules: Rules) -> Rules:
        """Open the programme."""
        return rules.ask(ev_smart_share=self.smart_share.at(rules.year), ev_v2g_share=self.v2g_share.at(rules.year))

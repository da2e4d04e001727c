"""Emergency response: a plan of orderly power use, by which the operator orders industry off in turn (measure 4)."""

from __future__ import annotations

from dataclasses import dataclass

from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Schedule
from dafeng.sim.policies.base import LEVERS, dated, share


@LEVERS.add("emergency_response", measure=4, title="Emergency response", title_zh="有序用电")
@dataclass(frozen=True)
class EmergencyResponse:
    """The last resort before feeders are opened: unpaid, after stores and contracted response, for the city's gap only.

    What is ordered off is told apart from unserved energy; it costs the output that industry loses.
    """

    orderly_share: Schedule = share("share of industry's load that may be ordered off")
    days_a_year: Schedule = dated("d/y", "days a year on which it may be; any number where left out", most=365.0)

    def rules(self, rules: Rules) -> Rules:
        """Lay down the plan."""
        year = rules.year
        return rules.ask(orderly_use_share=self.orderly_share.at(year), orderly_use_days=self.days_a_year.at(year))

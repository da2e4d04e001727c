"""Everything the government asks of one county in one year.

Each field says how levers combine, so the order of levers never matters: `sum` adds, `lowest` and `highest`
take the stricter or the larger, `union` joins names, `once` allows one value only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from math import inf
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest


def rule(default: Any, how: str, unit: str = "", says: str = "") -> Any:
    """A field of Rules with its word of combination."""
    return field(default=default, metadata={"how": how, "unit": unit, "says": says})


@dataclass(frozen=True)
class Rules:
    """One a year and county; what agents read.

    >>> rules = Rules(2030, "XH").asking("a").ask(ev_subsidy_cny=2000.0)
    >>> rules.asking("b").ask(ev_subsidy_cny=500.0).ev_subsidy_cny
    2500.0
    """

    year: int
    county: str
    # coal (measure 1)
    coal_retrofit_energy_share: float = rule(0.0, "highest", "1", "share of coal capacity with lower heat rate")
    coal_retrofit_flex_share: float = rule(0.0, "highest", "1", "share of coal capacity with lower minimum load")
    coal_retrofit_heat_share: float = rule(0.0, "highest", "1", "share of coal capacity that delivers heat")
    coal_power_cap_mt: float = rule(inf, "lowest", "Mt", "coal burnt by the city's power plants in a year")
    coal_nonpower_cap_tce: float = rule(inf, "lowest", "tce", "coal burnt outside power plants in the whole city")
    coal_boiler_banned: float = rule(0.0, "highest", "1", "1 where coal boilers must go")
    coal_captive_banned: float = rule(0.0, "highest", "1", "1 where captive coal plants must go")
    # carbon (5)
    carbon_tax_cny_per_t: float = rule(0.0, "sum", "CNY/t", "on top of the national carbon price path")
    # renewables (2)
    renewable_target_mw: float = rule(0.0, "highest", "MW", "city's renewable capacity; the gap is auctioned")
    renewable_budget_mcny: float = rule(0.0, "sum", "MCNY", "yearly budget of contracts for difference")
    rooftop_roof_share: float = rule(0.0, "highest", "1", "share of suitable roof opened to solar")
    rooftop_cny_per_kw: float = rule(0.0, "sum", "CNY/kW", "payment for new rooftop solar")
    # storage and grid (4)
    storage_target_mw: float = rule(0.0, "highest", "MW", "city's battery capacity; the gap is auctioned")
    storage_hours: float = rule(0.0, "highest", "h", "hours of storage asked of new batteries")
    storage_budget_mcny: float = rule(0.0, "sum", "MCNY", "yearly budget of capacity payments to storage")
    storage_vre_share: float = rule(0.0, "highest", "1", "storage MW asked of each new MW of wind and sun")
    projects: frozenset[str] = rule(frozenset(), "union", "", "named projects that the city pushes")
    dr_price_cny_per_mwh: float = rule(0.0, "highest", "CNY/MWh", "payment for shed energy")
    dr_capacity_cny_per_kw: float = rule(0.0, "sum", "CNY/kW-y", "payment for standing ready")
    dr_target_share: float = rule(0.0, "highest", "1", "response asked, as a share of the city's peak")
    orderly_use_share: float = rule(0.0, "highest", "1", "share of industry's load that may be ordered off when short")
    orderly_use_days: float = rule(inf, "lowest", "d/y", "days a year on which it may be ordered off")
    # transport (14, 16)
    ev_subsidy_cny: float = rule(0.0, "sum", "CNY", "local payment for an electric car")
    ev_fleet_mandate_share: float = rule(0.0, "highest", "1", "electric share of new fleet vehicles")
    ev_chargers_per_ev: float = rule(0.0, "highest", "1", "public charging points per electric vehicle")
    ev_smart_share: float = rule(0.0, "highest", "1", "share of home charging that the grid may shift")
    ev_v2g_share: float = rule(0.0, "highest", "1", "share of electric cars that may feed back")
    # industry (6, 7)
    audit_hazard: float = rule(0.0, "sum", "1/y", "added hazard of considering an efficiency measure")
    capex_subsidy_share: float = rule(0.0, "sum", "1", "share of efficiency capex paid by the city")
    asked_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    speaker: str = ""

    def asking(self, lever: str) -> Rules:
        """The same rules, with the name of who speaks next."""
        return replace(self, speaker=lever)

    def ask(self, **asked: float | frozenset[str] | None) -> Rules:
        """New rules that combine what is asked, by each field's word; None asks nothing."""
        changes: dict[str, Any] = {}
        asked_by = dict(self.asked_by)
        for name, value in asked.items():
            if value is None:
                continue
            changes[name] = self._combined(name, value)
            asked_by[name] = (*asked_by.get(name, ()), self.speaker)
        return replace(self, **changes, asked_by=asked_by)

    def _combined(self, name: str, value: Any) -> Any:
        words = {f.name: f.metadata["how"] for f in fields(self) if "how" in f.metadata}
        if name not in words:
            raise InputError([Problem(Place("(rules)", 0, name), "no such rule", nearest(name, words))])
        now = getattr(self, name)
        match words[name]:
            case "sum":
                return now + value
            case "lowest":
                return min(now, value)
            case "highest":
                return max(now, value)
            case "union":
                return now | frozenset(value)
        if name in self.asked_by and now != value:
            both = ", ".join((*self.asked_by[name], self.speaker))
            raise InputError([Problem(Place("(rules)", 0, name), f"asked twice with different values by {both}")])
        return value

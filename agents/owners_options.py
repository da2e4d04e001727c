"""What a megawatt of each technology would be worth to one owner this year (MODEL_SPEC 2.3 to 2.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dafeng.agents.fleet_money import capital_cny_per_mw, whole_lead_y
from dafeng.agents.fleet_units import optional
from dafeng.agents.invest import Cash, capital_recovery, npv
from dafeng.agents.owners_builds import NEW, machine
from dafeng.agents.owners_leases import STORAGE
from dafeng.agents.owners_outlook import Prospect, margin, store_margin, weather_margin
from dafeng.agents.view import View


@dataclass(frozen=True)
class Option:
    """One MW of a technology, with the battery that the rules ask for."""

    technology: str
    cash: Cash
    hours: float = 0.0
    """Hours of storage of a battery."""
    energy_mwh: float = 0.0
    market_cny: float = 0.0
    companion_share: float = 0.0
    companion_hours: float = 0.0

    @property
    def npv(self) -> float:
        """Net present value, CNY per MW."""
        return npv(self.cash)


def option(technology: str, view: View, seen: Callable[[int], Prospect], rate: float, hours: float = 0.0) -> Option:
    """One MW of a technology decided this year, at an owner's hurdle and expectations."""
    city = view.city
    lead = whole_lead_y(city, technology)
    asked = view.rules.storage_hours if technology == STORAGE else 0.0
    hours = hours or asked or optional(city, f"{technology}.hours")
    bought = view.year + optional(city, f"{technology}.permit_time")
    capital = capital_cny_per_mw(city, technology, hours, bought)
    life = int(city.value(f"{technology}.lifetime"))
    one = machine(city, technology, technology, "", 1.0, hours, "")
    prospect = seen(view.year + lead)
    if not one.is_weather:
        earned = margin(one, NEW, prospect, view)
        cash = Cash(capital, lead, life, earned, fixed_share(view, technology) * capital, rate)
        return Option(technology, cash, hours, market_cny=earned)
    market, energy = weather_margin(one, NEW, prospect, view)
    cash = Cash(capital, lead, life, market, fixed_share(view, technology) * capital, rate)
    made = Option(technology, cash, energy_mwh=energy, market_cny=market)
    return _with_storage(made, view, prospect, bought)


def fixed_share(view: View, technology: str) -> float:
    """Yearly fixed cost over capital."""
    return optional(view.city, f"{technology}.fom") / 100.0


def _with_storage(made: Option, view: View, seen: Prospect, bought: float) -> Option:
    """The same with the storage that the rules ask of new wind and sun; it is renewed when its shorter life ends."""
    share = view.rules.storage_vre_share
    if share <= 0.0:
        return made
    city, cash = view.city, made.cash
    hours = view.rules.storage_hours or city.value(f"{STORAGE}.hours")
    capital = share * capital_cny_per_mw(city, STORAGE, hours, bought)
    store = machine(city, STORAGE, STORAGE, "", 1.0, hours, "")
    renewed = capital_recovery(cash.rate, city.value(f"{STORAGE}.lifetime")) / capital_recovery(cash.rate, cash.life_y)
    cash = replace(
        cash,
        capital_cny=cash.capital_cny + capital * renewed,
        margin_cny=cash.margin_cny + share * store_margin(store, seen, view),
        fixed_cny=cash.fixed_cny + capital * fixed_share(view, STORAGE),
    )
    return replace(made, cash=cash, companion_share=share, companion_hours=hours)

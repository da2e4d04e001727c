"""Which retrofits an owner orders for its coal units this year (MODEL_SPEC 1.4 to 1.6, 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dafeng.agents.owners_mind import Mind
from dafeng.agents.owners_standing import Standing, candidate, quotas
from dafeng.agents.retrofit import Choice, applied, capital_cny, choose, main_cny, outage_h
from dafeng.agents.view import View
from dafeng.agents.works import Retrofit, Works

CREW = "works"
"""The crew of the site that retrofits large units."""


@dataclass(frozen=True)
class Ordered:
    """One unit's choice: what each open choice was worth, which was taken, and its capital."""

    plant: Standing
    worth: Mapping[Choice, float]
    choice: Choice
    capital_cny: float
    outage_h: float

    @property
    def options(self) -> dict[str, float]:
        """Names of the choices with their worth, CNY."""
        return {name_of(choice): worth for choice, worth in self.worth.items()}

    def works(self, view: View, start_h: float) -> Works:
        """The works, to begin at an hour."""
        machine, now = self.plant.machine, self.plant.now
        after = applied(machine, now, self.choice, view.city)
        detail: dict[str, Any] = {
            "retrofits": list(self.choice), "capital_cny": self.capital_cny, "min_share": after.min_share,
            "coal_rate_change_gce": after.coal_rate_change_gce - now.coal_rate_change_gce,
            "heat": after.has_heat_retrofit,
        }
        return Retrofit(machine.key, machine.key, 0.0, self.outage_h, CREW, start_h=start_h, detail=detail)


def name_of(choice: Choice) -> str:
    """A choice in words.

    >>> name_of(("energy_saving", "heat")), name_of(())
    ('energy_saving+heat', 'none')
    """
    return "+".join(choice) or "none"


def asked_for(view: View) -> str:
    """Why a unit takes retrofits that do not pay: a share of the coal capacity must have them, and who asks it."""
    asked = sorted({
        lever for kind in ("energy", "flex", "heat")
        for lever in view.rules.asked_by.get(f"coal_retrofit_{kind}_share", ())
    })
    return f"it does not pay, but a share of the coal units must take it (asked by {', '.join(asked)})" if asked else ""


def retrofits(plants: Sequence[Standing], view: View, mind: Mind, cash_cny: float) -> list[Ordered]:
    """The choice for each coal unit: its best, more where a quota asks, less where own money does not reach."""
    machines = [plant.machine for plant in plants]
    seen, asked, city = mind.seen(view, view.year + 1), quotas(view), view.city
    units = [candidate(plant, machines, seen, view, mind.rate) for plant in plants]
    picked = choose(units, asked)
    made = []
    for plant, unit in zip(plants, units, strict=True):
        choice = picked[unit.key]
        capital = capital_cny(plant.machine, choice, main_cny(plant.machine, machines, city), city)
        is_asked = any(asked[name] > 0.0 for name in choice)
        if not is_asked and mind.equity(capital) > cash_cny:
            choice, capital = (), 0.0
        cash_cny -= mind.equity(capital)
        made.append(Ordered(plant, unit.worth, choice, capital, outage_h(choice, city)))
    return made

"""Decisions of vehicle buyers: two car buyers of each county and year, and every fleet, with the numbers they saw."""

from __future__ import annotations

from dafeng.agents.adoption import Chosen
from dafeng.agents.adoption_draws import logit
from dafeng.agents.fleets import FleetChoice
from dafeng.agents.vehicles_stock import POWERTRAINS
from dafeng.agents.view import Decision, View
from dafeng.configs.units import Ints

SAMPLE = 2
KIND = "vehicles"
ELECTRIC, PLUGGED = "electric", ("bev", "phev")
"""The first choice is between burning and plugging in; which car is plugged in follows from it."""


def car_decisions(view: View, name: str, counties: tuple[str, ...], chosen: Chosen, county: Ints) -> list[Decision]:
    """A keyed sample of the year's buyers in each county."""
    found = []
    for c, key in enumerate(counties):
        here = (county == c).nonzero()[0]
        draws = view.luck("sample of buyers", name, key, view.year).random(SAMPLE)
        picks = sorted({int(here[int(draw * len(here))]) for draw in draws}) if len(here) else []
        found += [_car(view, key, chosen, i) for i in picks]
    return found


def _car(view: View, county: str, chosen: Chosen, i: int) -> Decision:
    at_home = int(chosen.at_home[i])
    cost = chosen.costs[at_home]
    saw = {
        "capex_kcny": cost.capex, "subsidy_kcny": cost.subsidy, "tax_relief_kcny": cost.tax_relief,
        "saving_kcny": cost.saving, "range_kcny": cost.range_lack, "home_charger_kcny": cost.home_charger,
        "parks_at_home": float(at_home), "taste_logit": float(chosen.taste[i]),
        "neighbours": float(chosen.neighbours[i]),
        "shift_logit": chosen.shift, "reference_share": chosen.reference,
    }  # fmt: skip
    chance = float(chosen.chance[i])
    odds = logit(min(max(chance, 1e-12), 1.0 - 1e-12))
    bought = POWERTRAINS[int(chosen.powertrain[i])]
    choice = ELECTRIC if bought in PLUGGED else bought
    agent = f"vehicle:{county}:{int(chosen.rows[i])}"
    why = f"bought {bought}; electric with chance {chance:.3f}; G is {cost.total:.1f} kCNY"
    draw, options = float(chosen.uniform[i]), ("ice", ELECTRIC)
    return Decision(view.year, agent, KIND, "new car", options, (0.0, odds), "logit", choice, draw, saw, why)


def fleet_decision(view: View, agent: str, chosen: FleetChoice) -> Decision:
    """A class of fleet vehicles: cost of every option and the shares that follow."""
    names = tuple(POWERTRAINS[kind] for kind in chosen.options)
    saw = {f"share_{name}": float(share) for name, share in zip(names, chosen.shares, strict=True)}
    costs = tuple(float(cost) for cost in chosen.cost_kcny)
    most, saw["bought"] = names[int(chosen.shares.argmax())], float(len(chosen.rows))
    return Decision(view.year, agent, KIND, "fleet", names, costs, "kCNY of ownership", most, None, saw)

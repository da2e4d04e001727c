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
OWNERSHIP = "kCNY of ownership"
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
        "price_gap_kcny": cost.capex, "subsidy_kcny": cost.subsidy, "tax_relief_kcny": cost.tax_relief,
        "saving_kcny": cost.saving, "range_kcny": cost.range_lack, "home_charger_kcny": cost.home_charger,
        "parks_at_home": float(at_home), "neighbours": float(chosen.neighbours[i]),
        "reference_share": chosen.reference, **chosen.logits(i),
    }  # fmt: skip
    chance = float(chosen.chance[i])
    odds = logit(min(max(chance, 1e-12), 1.0 - 1e-12))
    bought = POWERTRAINS[int(chosen.powertrain[i])]
    choice = ELECTRIC if bought in PLUGGED else bought
    agent = f"vehicle:{county}:{int(chosen.rows[i])}"
    terms = {"chance": (1.0 - chance, chance), "extra_cost_kcny": (0.0, cost.total)}
    why = f"bought {bought}; the logit parts add up to the electric car's, whose chance is {chance:.3f}"
    draw, options = float(chosen.uniform[i]), ("ice", ELECTRIC)
    return Decision(view.year, agent, KIND, "new car", options, (0.0, odds), "logit", choice, draw, saw, why, terms)


def fleet_decision(view: View, agent: str, chosen: FleetChoice) -> Decision:
    """A class of fleet vehicles: cost of every option with its parts, and the shares that follow."""
    names = tuple(POWERTRAINS[kind] for kind in chosen.options)
    costs = tuple(float(cost) for cost in chosen.cost_kcny)
    columns = {
        "capital_kcny": chosen.capital_kcny, "fuel_kcny_per_y": chosen.fuel_kcny_per_y,
        "life_fuel_kcny": chosen.life_fuel_kcny, "cost_logit": chosen.pull, "last_year_logit": chosen.last,
        "share": chosen.shares,
    }  # fmt: skip
    terms = {name: tuple(map(float, column)) for name, column in columns.items()}
    most, rho = names[int(chosen.shares.argmax())], chosen.rho
    saw = {"bought_vehicles": float(len(chosen.rows))}
    why = f"most of the year's buyers; shares by {rho:.3g} of last year's logit + {1.0 - rho:.3g} of this year's cost"
    return Decision(view.year, agent, KIND, "fleet", names, costs, OWNERSHIP, most, None, saw, why, terms)

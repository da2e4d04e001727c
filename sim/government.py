"""The government: folds a bundle's levers into rules, and calls auctions for what the rules ask and nobody builds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from dafeng.agents.base import CityAgent
from dafeng.agents.markets import clear
from dafeng.agents.view import CHOICES, Award, Bid, Call, Decision, View
from dafeng.agents.works import Works
from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.rules import Rules
from dafeng.configs.schema import Bundle, City
from dafeng.sim.policies.base import LEVERS, Lever

LEAD_YEARS = 2
"""Auctions ask for the capacity that the rules want in two years, the time that sun, wind and batteries take."""

NO_BID = "no bid"
"""What the log of an auction says when nobody came."""

RENEWABLE = ("wind_onshore", "wind_offshore", "pv_utility", "pv_rooftop", "hydro_small", "waste_to_energy", "biomass")


def levers_of(bundle: Bundle) -> tuple[tuple[str, Lever], ...]:
    """The bundle's levers by name; every wrong name and field in one InputError."""
    made: list[tuple[str, Lever]] = []
    problems: list[Problem] = []
    for name, fields in sorted(bundle.levers.items()):
        try:
            made.append((name, LEVERS.make(name, fields, bundle.places.get(name, Place(bundle.key, 0, name)))))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tuple(made)


class Government:
    """What the city asks, in every year and county, from the start: levers are dated and rules are law."""

    def __init__(self, bundle: Bundle, city: City) -> None:
        self.city, self.levers = city, levers_of(bundle)
        self.decisions: list[Decision] = []

    @cached_property
    def all_rules(self) -> Mapping[tuple[int, str], Rules]:
        """Rules by year and county."""
        years = range(self.city.first_year, self.city.horizon + 11)
        return {
            (year, county.key): self._fold(Rules(year, county.key)) for year in years for county in self.city.counties
        }

    def _fold(self, rules: Rules) -> Rules:
        for name, lever in self.levers:
            rules = lever.rules(rules.asking(name))
        return rules

    def rules(self, year: int) -> dict[str, Rules]:
        """The year's rules by county."""
        return {county.key: self.all_rules[year, county.key] for county in self.city.counties}

    def announced(self, year: int, county: str) -> dict[int, Rules]:
        """What the government says of the ten years to come."""
        return {later: self.all_rules[later, county] for later in range(year + 1, year + 11)}

    def works(self, view: View) -> list[Works]:
        """What the city itself builds."""
        return [works for _, lever in self.levers if hasattr(lever, "works") for works in lever.works(view)]

    def calls(self, view: View) -> list[Call]:
        """Auctions for the gaps between what is asked in two years and what stands or is coming."""
        asked = view.announced[view.year + LEAD_YEARS]
        return [call for call in (self._renewables(view, asked), self._storage(view, asked)) if call]

    def _renewables(self, view: View, asked: Rules) -> Call | None:
        gap = asked.renewable_target_mw - committed(view, RENEWABLE)
        if gap <= 0 or view.rules.renewable_budget_mcny <= 0:
            return None
        return Call(
            "renewable",
            gap,
            "MW",
            float("inf"),
            view.rules.renewable_budget_mcny * 1e6,
            view.year + LEAD_YEARS,
            view.value("extra.auction_term"),
        )

    def _storage(self, view: View, asked: Rules) -> Call | None:
        gap = asked.storage_target_mw - committed(view, ("battery_li",))
        if gap <= 0 or view.rules.storage_budget_mcny <= 0:
            return None
        hours = asked.storage_hours or view.value("battery_li.hours")
        return Call(
            "storage",
            gap,
            "MW",
            float("inf"),
            view.rules.storage_budget_mcny * 1e6,
            view.year + LEAD_YEARS,
            view.value("extra.auction_term"),
            hours,
        )

    def take_decisions(self) -> list[Decision]:
        """The year's auctions, handed over once."""
        taken, self.decisions = self.decisions, []
        return taken

    def auction(
        self, call: Call, bidders: Sequence[CityAgent], views: Mapping[str, View], spent_cny: float
    ) -> list[tuple[Award, float]]:
        """The cheapest offers until the gap or the budget is met, with their yearly cost; the unmet gap is logged."""
        left = replace(call, budget_cny=max(0.0, call.budget_cny - spent_cny))
        bids: list[Bid] = [bid for agent in bidders for bid in agent.bid(left, views[agent.key])]
        awards, unmet = clear(left, bids)
        options = {f"{bid.agent}:{bid.asset}": bid.cny for bid in bids} or {NO_BID: 0.0}
        self.decisions.append(
            Decision(
                views[bidders[0].key].year if bidders else call.year,
                "government",
                "government",
                f"auction {call.kind}",
                tuple(options),
                tuple(options.values()),
                "CNY/MWh" if call.kind == "renewable" else "CNY/kW-y",
                CHOICES.join(f"{a.agent}:{a.asset}" for a in awards) or (NO_BID if not bids else ""),
                saw={"asked_mw": call.amount, "unmet_mw": unmet, "budget_cny": left.budget_cny},
            )
        )
        yearly = {(bid.agent, bid.asset): bid.yearly_cny / bid.amount for bid in bids if bid.amount > 0}
        return [(award, yearly[award.agent, award.asset] * award.amount) for award in awards]


def committed(view: View, technologies: tuple[str, ...]) -> float:
    """MW standing or under construction of some technologies."""
    return sum(view.standing.get(name, 0.0) + view.pipeline.get(name, 0.0) for name in technologies)

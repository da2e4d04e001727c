"""The phase in which agents choose: auctions clear, everyone decides, owners last and again until none invests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dafeng.agents.base import CityAgent
from dafeng.agents.view import Award, View
from dafeng.agents.works import Works
from dafeng.configs.luck import Luck
from dafeng.sim.capital import Capital
from dafeng.sim.government import Government

OWNERS = 90
"""Agents of this order and above decide last, in a drawn order."""
MOST_ROUNDS = 40
"""Investment rounds a year at most (MODEL_SPEC 2.5)."""


def decide(
    agents: Sequence[CityAgent],
    views: Mapping[str, View],
    government: Government,
    capital: Capital,
    luck: Luck,
    begin: Callable[[Sequence[Works]], None],
    pipeline: Callable[[], Mapping[str, float]],
) -> None:
    """Run the decision phase of one year; `begin` takes works in, `pipeline` tells what is under construction."""
    home = views[agents[0].key]
    begin(government.works(home))
    for agent in agents:
        if agent.order < OWNERS:
            begin(agent.decide(views[agent.key]))
    settle_coal_price(agents, views)
    won = auctions(agents, views, government, capital)
    owners = [agent for agent in agents if agent.order >= OWNERS]
    order = luck("order of owners", home.year).permutation(len(owners))
    active = [owners[i] for i in order]
    for _ in range(MOST_ROUNDS):
        still = []
        for agent in active:
            works = agent.decide(replace(views[agent.key], awards=won.pop(agent.key, ()), pipeline=pipeline()))
            begin(works)
            if works:
                still.append(agent)
        active = still
        if not active:
            return


def auctions(
    agents: Sequence[CityAgent], views: Mapping[str, View], government: Government, capital: Capital
) -> dict[str, tuple[Award, ...]]:
    """Each call's awards by agent; what they cost a year is promised against the budget."""
    bidders = [agent for agent in agents if type(agent).bid is not CityAgent.bid]
    won: dict[str, tuple[Award, ...]] = {}
    home = views[agents[0].key]
    for call in government.calls(home):
        spent = capital.promised(call.kind, home.year)
        for award, yearly in government.auction(call, bidders, views, spent):
            capital.promise(award, yearly, home.year)
            won[award.agent] = (*won.get(award.agent, ()), award)
    return won


def settle_coal_price(agents: Sequence[CityAgent], views: Mapping[str, View]) -> None:
    """Under a city-wide cap on coal outside power plants, find the shadow price at which users stay below it.

    MODEL_SPEC 3.8: bisection, as the sum of what users would burn falls with the price.
    """
    users = [agent for agent in agents if hasattr(agent, "coal_tce")]
    if not users:
        return
    cap = min(views[agent.key].rules.coal_nonpower_cap_tce for agent in users)

    def burnt(price: float) -> float:
        return float(sum(agent.coal_tce(price, views[agent.key]) for agent in users))

    price = shadow_price(burnt, cap)
    for agent in users:
        agent.set_coal_price(price)


def shadow_price(demand: Callable[[float], float], cap: float, highest: float = 20_000.0) -> float:
    """The lowest price (CNY/tce) at which demand is within the cap; the highest tried if none is.

    >>> round(shadow_price(lambda p: 100.0 - p, 60.0), 3)
    40.0
    >>> shadow_price(lambda p: 10.0, 60.0)
    0.0
    """
    if demand(0.0) <= cap:
        return 0.0
    low, high = 0.0, highest
    if demand(high) > cap:
        return high
    for _ in range(48):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if demand(middle) <= cap else (middle, high)
    return high

"""The phase in which agents choose: auctions clear, everyone decides, owners last and again until none invests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf

from dafeng.agents.base import CityAgent
from dafeng.agents.boilers_cap import clear_coal
from dafeng.agents.view import Award, View
from dafeng.agents.works import Works
from dafeng.configs.luck import Luck
from dafeng.sim.capital import Capital
from dafeng.sim.government import Government
from dafeng.sim.must_run import contracts, told

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
    spare_mw: float = inf,
) -> None:
    """Run the decision phase of one year; `begin` takes works in, `pipeline` tells what is under construction.

    `spare_mw` is the firm capacity that adequacy can spare: of plants that would close, the others get a contract.
    """
    home = views[agents[0].key]
    begin(government.works(home))
    clear_coal(agents, views)
    for agent in agents:
        if agent.order < OWNERS:
            begin(agent.decide(views[agent.key]))
    won = auctions(agents, views, government, capital)
    notices = [notice for agent in agents for notice in agent.notices(views[agent.key])]
    kept = contracts(notices, spare_mw)
    government.decisions += told(home.year, notices, kept, spare_mw)
    owners = [agent for agent in agents if agent.order >= OWNERS]
    order = luck("order of owners", home.year).permutation(len(owners))
    active = [owners[i] for i in order]
    for _ in range(MOST_ROUNDS):
        still = []
        for agent in active:
            seen = replace(
                views[agent.key], awards=won.pop(agent.key, ()), pipeline=pipeline(), contracts=kept
            )
            works = agent.decide(seen)
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

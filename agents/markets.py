"""Auctions: the cheapest offers win until what is asked or the budget is met (MODEL_SPEC 2.6)."""

from __future__ import annotations

from collections.abc import Iterable

from dafeng.agents.view import Award, Bid, Call


def clear(call: Call, bids: Iterable[Bid]) -> tuple[tuple[Award, ...], float]:
    """Awards at the price asked, cheapest first, and the amount that nobody took or that the budget cannot pay.

    Equal prices go by agent and asset; the last offer is taken in part. An unmet amount is reported, never forced.

    >>> call = Call("renewable", 100.0, "MW", 400.0)
    >>> bids = [Bid("b", "b:1", 80.0, 350.0), Bid("a", "a:1", 60.0, 300.0), Bid("c", "c:1", 90.0, 401.0)]
    >>> awards, unmet = clear(call, bids)
    >>> [(award.agent, award.amount, award.cny) for award in awards], unmet
    ([('a', 60.0, 300.0), ('b', 40.0, 350.0)], 0.0)
    """
    awards: list[Award] = []
    missing, budget = call.amount, call.budget_cny
    for bid in sorted(bids, key=lambda bid: (bid.cny, bid.agent, bid.asset)):
        if bid.cny > call.ceiling_cny or missing <= 0.0:
            break
        amount = min(missing, bid.amount * affordable(bid, budget))
        if amount > 0.0:
            awards.append(Award(call, bid.agent, bid.asset, amount, bid.cny))
            missing -= amount
            budget -= bid.yearly_cny * amount / bid.amount
    return tuple(awards), missing


def affordable(bid: Bid, budget_cny: float) -> float:
    """Share of an offer that a yearly budget can pay.

    >>> affordable(Bid("a", "a:1", 10.0, 100.0, yearly_cny=50.0), 20.0)
    0.4
    """
    if bid.yearly_cny <= 0.0:
        return 1.0
    return min(1.0, max(0.0, budget_cny) / bid.yearly_cny)

"""The cap on coal outside power plants: one shadow price for the whole city (MODEL_SPEC 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from dafeng.agents.view import View

CLOSE_CNY_PER_TCE = 1.0
"""How near the price comes to the lowest one that keeps the cap."""
FIRST_CNY_PER_TCE = 1000.0
HIGHEST_CNY_PER_TCE = 1e6
"""About a thousand times the price of coal: what still burns then cannot be moved by a price."""


@runtime_checkable
class CoalUser(Protocol):
    """Who burns coal outside power plants and can say how much at a price."""

    key: str

    def coal_tce(self, price: float, view: View) -> float:
        """Coal of this year in tce at a shadow price in CNY/tce."""
        ...

    def set_coal_price(self, price: float) -> None:
        """The price that this year's choices must meet."""
        ...


def clear_coal(agents: Iterable[object], views: Mapping[str, View]) -> float:
    """Find the city's shadow price of coal in CNY/tce and hand it to every coal user; 0 where the cap does not bind.

    Called once a year, after the rules are known and before anyone decides. The cap is the lowest of the counties'.
    """
    users = sorted(coal_users(agents), key=lambda user: user.key)
    if not users:
        return 0.0
    cap = min(views[user.key].rules.coal_nonpower_cap_tce for user in users)
    price = shadow_price(users, views, cap)
    for user in users:
        user.set_coal_price(price)
    return price


def coal_users(agents: Iterable[object]) -> list[CoalUser]:
    """Those who burn coal; asked once for each kind of agent, as a look at a protocol is slow."""
    burns: dict[type, bool] = {}
    return [
        agent
        for agent in agents
        if burns.setdefault(type(agent), hasattr(type(agent), "coal_tce")) and isinstance(agent, CoalUser)
    ]


def shadow_price(users: Iterable[CoalUser], views: Mapping[str, View], cap_tce: float) -> float:
    """The lowest price, within 1 CNY/tce, at which all users together keep the cap; at most `HIGHEST_CNY_PER_TCE`."""
    known = tuple(users)

    def total(price: float) -> float:
        return sum(user.coal_tce(price, views[user.key]) for user in known)

    if cap_tce == float("inf") or total(0.0) <= cap_tce:
        return 0.0
    low, high = 0.0, FIRST_CNY_PER_TCE
    while total(high) > cap_tce and high < HIGHEST_CNY_PER_TCE:
        low, high = high, min(4.0 * high, HIGHEST_CNY_PER_TCE)
    while high - low > CLOSE_CNY_PER_TCE:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if total(middle) <= cap_tce else (middle, high)
    return high

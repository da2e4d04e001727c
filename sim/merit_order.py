"""Prices of typical days without a dispatch: a merit order whose load the stores level day by day (MODEL_SPEC 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.grid import Market
from dafeng.network.levelled import level_days
from dafeng.network.prices import MARGIN_EASY, MARGIN_TIGHT

PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How far stores may go on a day, of what would make it as flat as they can."""


@dataclass(frozen=True)
class Pool:
    """What stands against what is wanted in the hours of typical days."""

    cost_cny_per_mwh: Floats
    """(rows,) at full load."""
    available_mw: Floats
    """(rows, hours) what the market may call: of rows with an energy budget, what the budget gives that hour."""
    room_mw: Floats
    """(hours,) all that could run if it had to, power of stores included: by it the markup of scarcity goes."""
    load_mw: Floats
    """(hours,) what is wanted, before stores."""
    residual_mw: Floats
    """(hours,) what is left for units that follow the load."""
    store_mw: Floats
    """(hours,) power of the stores."""
    store_mwh: float
    """What the stores give from full to empty."""
    efficiency: float
    """Of their round trip."""


def prices(pool: Pool, rules: Market) -> Floats:
    """(hours,) cost of the last MW of days that stores have levelled, times the scarcity markup.

    On each day stores go on until the highest price, less their losses, no longer pays for the lowest.
    """
    tried = _prices(pool, rules, np.array(PARTS)).reshape(len(PARTS), -1, DAY_H)
    is_enough = tried.max(axis=2) * pool.efficiency <= tried.min(axis=2)
    is_enough[-1] = True
    first = is_enough.argmax(axis=0)
    return np.asarray(tried[first, np.arange(len(first))]).reshape(-1)


def _prices(pool: Pool, rules: Market, parts: Floats) -> Floats:
    """(parts, hours)."""
    residual = pool.residual_mw
    moved = levelled(residual, pool.store_mw, pool.store_mwh, pool.efficiency, parts) - residual
    margin = pool.room_mw / np.maximum(pool.load_mw, 1e-9) - 1.0
    return stack_price(pool.cost_cny_per_mwh, pool.available_mw, pool.load_mw + moved, margin, rules)


def stack_price(cost: Floats, available: Floats, load: Floats, margin: Floats, rules: Market) -> Floats:
    """(hours,) cost of the last MW of a merit order times the scarcity markup, at most the cap.

    Of several loads (parts, hours) the same for each.

    >>> market = Market(markup_low=1.0, markup_high=1.6, price_cap_cny_per_mwh=1500.0)
    >>> cost, available, load = np.array([100.0, 300.0]), np.array([[50.0], [80.0]]), np.array([60.0])
    >>> [stack_price(cost, available, load, np.array([margin]), market).tolist() for margin in (0.2, 0.03, -0.1)]
    [[300.0], [480.0], [1500.0]]
    """
    order = np.argsort(cost, kind="stable")
    total = np.cumsum(available[order], axis=0)
    above = np.array([(total < of_part).sum(axis=0) for of_part in np.atleast_2d(load)]).reshape(load.shape)
    last = np.minimum(above, len(cost) - 1)
    markup = np.interp(margin, (MARGIN_TIGHT, MARGIN_EASY), (rules.markup_high, rules.markup_low))
    cap = rules.price_cap_cny_per_mwh
    return np.where(margin < 0.0, cap, np.minimum(cost[order][last] * markup, cap))


def levelled(load: Floats, power: Floats, energy: float, efficiency: float, part: float | Floats = 1.0) -> Floats:
    """(hours,) load of days after stores cut the peaks and filled the valleys of each, or did a part of what they can.

    A day ends as full as it began; energy is what the stores give from full to empty, losses fall on charging. Several
    parts at once give (parts, hours).

    >>> day = np.array([40.0] * 12 + [60.0] * 12)
    >>> levelled(day, np.full(24, 5.0), 60.0, 1.0)[[0, 23]].round(6).tolist()
    [45.0, 55.0]
    """
    parts = np.asarray(part, dtype=np.float64)
    day, most = load.reshape(-1, DAY_H), power.reshape(-1, DAY_H)
    return np.asarray(level_days(day, most, energy, efficiency, parts.reshape(-1))).reshape(*parts.shape, -1)

"""Published networks with hourly series of our own: 30 and 118 buses for both engines and for PyPSA.

Buses, branches with their reactance and tap, units with their capacity and the mean load of each bus are those of
PYPOWER's case30 and case118. The hours, wind, sun and stores are made up and seeded. Quadratic costs are read at half
output, in another currency, and differ a little from unit to unit, as real ones do. Line limits are drawn from the
flows of the merit order without a network, so that some of them bind.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.flow import build_ptdf
from tests.network.peer_case import Case, as_grid, spells
from tests.network.small_grids import B, S, U

CNY = 10.0
"""What one unit of the cases' money is taken for."""
STORES = ((0.04, 6), (0.03, 2), (0.03, 4), (0.02, 2), (0.04, 8))
"""Power over mean load, and hours, of each store."""
GREEN = 0.5
"""Wind and sun over mean load, each."""


def published(name: str, hours: int = 168, tight: float = 0.8, seed: int = 30) -> Case:
    """`case30` or `case118`; `tight` scales line limits."""
    from pypower import api

    raw: dict[str, Any] = getattr(api, name)()
    rng, place = np.random.default_rng(seed), {int(n): row for row, n in enumerate(raw["bus"][:, 0])}
    mean = raw["bus"][:, 2] * 0.75
    load = mean[:, None] * _days(hours) * (1.0 + 0.04 * rng.standard_normal((len(mean), hours)))
    units, share = [], []
    for k, (row, cost) in enumerate(zip(raw["gen"], raw["gencost"], strict=True)):
        price = CNY * (cost[5] + cost[4] * row[8]) * (0.9 + 0.2 * rng.random())
        units.append(U(float(row[8]), price, f"unit-{k}", place[int(row[0])]))
        share.append(np.ones(hours))
    sites = rng.permutation(len(mean))
    count = max(2, len(mean) // 12)
    for k, bus in enumerate(sites[: 2 * count].tolist()):
        kind, mw = ("wind", "sun")[k % 2], GREEN * mean.sum() / count
        units.append(U(mw, 0.0, f"{kind}-{k}", bus, kind="free", fuel="wind" if kind == "wind" else "solar"))
        share.append(spells(rng, hours) if kind == "wind" else _sun(rng, hours))
    stores = [S(part * mean.sum(), part * mean.sum() * h, f"store-{k}", bus, into=0.92, out=0.92, wear=2.0 + k)
              for k, ((part, h), bus) in enumerate(zip(STORES, sites[-len(STORES):].tolist(), strict=True))]
    lines = [B(place[int(row[0])], place[int(row[1])], row[3] * (row[8] or 1.0)) for row in raw["branch"]]
    made = Case(units, stores, lines, load, np.array(share))
    limits = tight * np.abs(_flow_of_merit_mw(made)).max(axis=1) + 0.02 * mean.sum()
    return Case(units, stores, [B(line.a, line.b, line.x, float(mw)) for line, mw in zip(lines, limits, strict=True)],
                load, made.share)


def _days(hours: int) -> Floats:
    """Load over its mean: two thirds by night, a third more in the evening."""
    hour = np.arange(hours)
    return np.asarray(1.0 + 0.25 * np.sin((hour % 24 - 9) * np.pi / 12) - 0.08 * (hour // 24 % 7 >= 5))


def _sun(rng: np.random.Generator, hours: int) -> Floats:
    """Sun by day, under clouds of the day."""
    cloud = np.repeat(0.4 + 0.6 * rng.random(hours // 24 + 1), 24)[:hours]
    return np.asarray(np.clip(np.sin((np.arange(hours) % 24 - 6) * np.pi / 12), 0.0, 1.0) * cloud)


def _flow_of_merit_mw(made: Case) -> Floats:
    """(lines, hours) flows when the cheapest units serve the load and no line has a limit."""
    order = np.argsort([unit.cost for unit in made.units], kind="stable")
    able = np.array([unit.mw for unit in made.units])[order, None] * made.share[order]
    before = np.cumsum(able, axis=0) - able
    output = np.clip(made.load_mw.sum(axis=0) - before, 0.0, able)
    net = -made.load_mw
    np.add.at(net, np.array([made.units[row].bus for row in order]), output)
    grid, _ = as_grid(made)
    return build_ptdf(grid).flow_mw(net)

"""Caps that the fast engine broke, for lines or other caps, held down one after another until all are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dafeng.configs.units import Floats
from dafeng.experiments.dispatched_check import BROKEN_PART, used_mwh
from dafeng.network.caps import highest_price
from dafeng.network.fleet import is_cap
from dafeng.network.grid import Limit
from dafeng.network.pypsa_grid import Imported
from dafeng.network.rations import Paced, at_price, held

if TYPE_CHECKING:
    from dafeng.experiments.dispatching_weeks import Lived

LEAST_MWH = 1e-3
MOST_RATIONS, OVER = 5, 0.998
"""Tries to give units what a cap leaves them; how much less is tried after too much."""
MOST_PRICES, LEAST_PRICE = 12, 1e-4
"""Prices tried of a cap that lines or other caps break; the least one, in parts of the highest."""


@dataclass(frozen=True)
class Guard:
    """Watches the caps of a network."""

    found: Imported
    on: Callable[[Paced], Lived]
    """All hours on a plan with its own availability."""

    def broken(self, lived: Lived) -> list[Limit]:
        """Caps that the hours do not keep."""
        caps = [limit for limit in self.found.grid.limits[: self.found.caps] if is_cap(limit)]
        return [limit for limit in caps if self.is_over(limit, lived)]

    def is_over(self, limit: Limit, lived: Lived) -> bool:
        """Whether more is used of a cap than it allows."""
        return used_mwh(limit, lived.hours) > limit.at_most + BROKEN_PART * max(1.0, limit.at_most)

    def kept(self, found: Paced, lived: Lived) -> Lived:
        """Dispatched anew with one broken cap after another held down, until all are kept or tries run out."""
        parts = dict[str, float]()
        for _ in range(2 * self.found.caps + MOST_RATIONS):
            broken = self.broken(lived)
            if not broken:
                break
            limit = broken[0]
            least = None
            if np.count_nonzero(limit.per_mwh) > 1 and limit.key not in parts:
                found, lived, least = self.at_edge(found, lived, limit)
            used = used_mwh(limit, lived.hours)
            parts[limit.key] = parts[limit.key] * OVER * limit.at_most / used if limit.key in parts else 1.0
            part = replace(limit, at_most=limit.at_most * parts[limit.key])
            most, weight = lived.hours.generation_mw, None
            if least is None:
                most, weight = self.wanted(found, limit, most)
            found = held(found, part, most, least, weight)
            lived = self.on(found)
        return lived

    def wanted(self, found: Paced, limit: Limit, most: Floats) -> tuple[Floats, Floats]:
        """What a cap's rows are missed for of an output, and (hours,) the worth of a MWh in parts of unserved load.

        Both are read off a run in which none of these rows runs: an hour that is short then wants what it lacks.
        """
        share, rows = found.share.copy(), np.flatnonzero(limit.per_mwh > 0.0)
        share[rows] = 0.0
        hours, voll = self.on(replace(found, share=share)).hours, self.found.grid.voll_cny_per_mwh
        lacks, given = hours.unserved_mw.sum(axis=0), most[rows].sum(axis=0)
        is_short, cut = lacks > LEAST_MWH, most.copy()
        part = np.divide(lacks, given, out=np.ones_like(given), where=is_short & (given > lacks))
        cut[rows] *= part
        return cut, np.where(is_short, 1.0, np.clip(hours.price_cny_per_mwh / voll, LEAST_PRICE, 1.0))

    def at_edge(self, found: Paced, lived: Lived, limit: Limit) -> tuple[Paced, Lived, Floats | None]:
        """At the highest price tried that breaks a cap of several rows, and the output at the lowest that keeps it."""
        keys = [other.key for other in found.plan.frame.grid.limits]
        if limit.key not in keys:
            return found, lived, None
        low, high = float(found.plan.limit_price_cny[keys.index(limit.key)]), highest_price(self.found.grid, limit)
        tried, least = high, None
        for _ in range(MOST_PRICES):
            other = at_price(found, limit, tried)
            there = self.on(other)
            if self.is_over(limit, there):
                low, found, lived = tried, other, there
            else:
                high, least = tried, there.hours.generation_mw
            if least is None:
                break
            tried = float(np.sqrt(max(low, LEAST_PRICE * high) * high))
        return found, lived, least

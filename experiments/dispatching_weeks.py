"""How all hours of a network are dispatched: week by week, with what energy limits leave to each week or hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Floats
from dafeng.experiments.dispatched_check import BROKEN_PART, used_mwh
from dafeng.network.caps_weekly import weekly_caps, without_prices
from dafeng.network.dispatch import Commitment, Exactly, Solved, dispatch, join, plan
from dafeng.network.grid import Engine, Grid, Hours, Plan, Relief, State
from dafeng.network.plan import Foresight
from dafeng.network.pypsa_grid import Imported
from dafeng.network.rations import paced

MOST_COLUMNS = 250_000
"""Of a programme of all hours, which energy limits ask for; beyond it each week has its part of them."""
MOST_RATIONS, SPENT, OVER = 5, 0.99, 0.998
"""Tries to give units what a cap leaves them; part of it that is to be spent; how much less is tried after too much."""


@dataclass(frozen=True)
class Lived:
    """All hours of a network as dispatched."""

    hours: Hours
    nodal: Floats | None
    """(buses, hours) prices where the engine has them."""
    windows: int
    """Those that a programme solved."""
    iterations: int
    plan: Plan


def live_hours(found: Imported, engine: Engine, relief: Relief, has_losses: bool, asked: Exactly) -> Lived:
    """The hours, with what caps leave given to the weeks or hours in which it is worth most."""
    grid, made = found.grid, plan(found.grid, found.share, engine=engine)
    assert isinstance(made, Foresight)
    how = How(found, engine, relief, has_losses, asked)
    if engine is Engine.EXACT:
        if _is_one_programme(found, asked):
            return how.lived(grid, found.share, made, grid.hours)
        paced = weekly_caps(grid, found.share, made)
        return how.lived(paced, found.share, made if paced is grid else without_prices(made, paced))
    return how.paced(made)


def _is_one_programme(found: Imported, asked: Exactly) -> bool:
    """Whether all hours are solved at once: a week, or energy limits of more than a week on a network small enough."""
    grid = found.grid
    columns = grid.hours * (len(grid.generators.key) + 3 * len(grid.stores.key) + 2 * len(grid.buses))
    is_small = columns <= MOST_COLUMNS and asked.commitment is Commitment.RELAXED
    return grid.hours <= WEEK_H or bool(found.caps and is_small)


@dataclass(frozen=True)
class How:
    """How a network is dispatched, week by week."""

    found: Imported
    engine: Engine
    relief: Relief
    has_losses: bool
    asked: Exactly

    def paced(self, made: Foresight) -> Lived:
        """Dispatched on what caps leave, anew with less or more of it to units until each cap is kept and spent."""
        factors, done = dict[str, float](), list[tuple[bool, float, Lived]]()
        for _ in range(MOST_RATIONS):
            found = paced(made, self.found.share, factors)
            lived = self.lived(found.plan.frame.grid, found.share, found.plan)
            if not found.limits:
                return lived
            key = [limit.key for limit in found.limits]
            caps = [limit for limit in self.found.grid.limits if limit.key in key]
            most = np.array([limit.at_most for limit in caps])
            used = np.array([used_mwh(limit, lived.hours) for limit in caps])
            is_over, is_left = used > most + BROKEN_PART * np.maximum(1.0, most), used < SPENT * most
            done.append((bool(is_over.any()), lived.hours.cost_cny, lived))
            if not (is_over | is_left).any():
                break
            step = np.divide(most, used, out=np.ones_like(most), where=used > 0.0) * np.where(is_over, OVER, 1.0)
            step = np.where(is_over | is_left, step, 1.0)
            for limit, by in zip(caps, step.tolist(), strict=True):
                factors[limit.key] = factors.get(limit.key, 1.0) * by
        return min(done, key=lambda one: one[:2])[2]

    def lived(self, grid: Grid, share: Floats, made: Plan, step: int = WEEK_H) -> Lived:
        """All hours, week by week (or so many hours at once) with a day of look-ahead."""
        state, parts, windows, iterations = self.found.start, list[Hours](), 0, 0
        state, nodal = replace(state, used=np.zeros(len(grid.limits))), list[Floats]()
        for first in range(0, grid.hours, step):
            ahead, options = range(first, min(first + step + DAY_H, grid.hours)), None
            if self.engine is Engine.EXACT:
                is_last = ahead.stop == grid.hours
                options = _pinned(self.asked, self.found, state, len(ahead)) if is_last else self.asked
            part = dispatch(grid, share, ahead, state, made, engine=self.engine, relieve=self.relief, options=options,
                            resistance_pu=self.found.resistance_pu if self.has_losses else None)
            lived = part.until(min(step, grid.hours - first))
            windows += bool((lived.way > 0).any())
            iterations += int(getattr(part, "iterations", 0))
            state = lived.end
            parts.append(lived)
            if isinstance(part, Solved):
                nodal.append(part.nodal_cny_per_mwh[:, : len(lived.way)])
        return Lived(join(parts), np.concatenate(nodal, axis=1) if nodal else None, windows, iterations, made)


def _pinned(asked: Exactly, found: Imported, now: State, hours: int) -> Exactly:
    """Cyclic stores end as they began, as far as their power allows in the hours left."""
    stores, first, level = found.grid.stores, found.start.stored_mwh, now.stored_mwh
    most = level + stores.charge_mw * stores.efficiency_in * hours
    least = level - stores.discharge_mw / stores.efficiency_out * hours
    can = found.is_cyclic & (first <= most) & (first >= least)
    return replace(asked, pinned_mwh=tuple(np.where(can, first, np.nan).tolist()))

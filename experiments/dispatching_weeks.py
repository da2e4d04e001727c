"""How all hours of a network are dispatched: week by week, with what energy limits leave to each week or hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Floats
from dafeng.experiments.dispatched_check import BROKEN_PART, used_mwh
from dafeng.experiments.dispatching_kept import MOST_RATIONS, OVER, Guard
from dafeng.network.caps_weekly import carried, is_long_cap, weekly_caps, without_prices
from dafeng.network.dispatch import Commitment, Exactly, Solved, dispatch, join, plan
from dafeng.network.grid import Engine, Grid, Hours, Plan, Relief, State
from dafeng.network.plan import Foresight
from dafeng.network.pypsa_grid import Imported
from dafeng.network.rations import Paced, paced

MOST_COLUMNS = 250_000
"""Of a programme of all hours, which energy limits ask for; beyond it each week has its part of them."""
SPENT = 0.99
"""Part of a cap that is to be spent."""
LEAST_MWH = 1e-3


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
        return how.weekly(made)
    return how.paced(made)


def _is_one_programme(found: Imported, asked: Exactly) -> bool:
    """Whether all hours are solved at once: a week, or energy limits of more than a week on a network small enough."""
    is_relaxed = asked.commitment is Commitment.RELAXED
    return found.grid.hours <= WEEK_H or bool(found.caps and is_relaxed and _is_small(found.grid))


def _is_small(grid: Grid) -> bool:
    """Whether all hours can be one programme."""
    columns = grid.hours * (len(grid.generators.key) + 3 * len(grid.stores.key) + 2 * len(grid.buses))
    return columns <= MOST_COLUMNS


@dataclass(frozen=True)
class How:
    """How a network is dispatched, week by week."""

    found: Imported
    engine: Engine
    relief: Relief
    has_losses: bool
    asked: Exactly

    def weekly(self, made: Foresight) -> Lived:
        """Dispatched exactly with caps of weeks, those that a relaxed programme of all hours spends where it is small.

        What a week leaves of a cap is the next one's, so that all weeks together keep it.
        """
        grid, share = self.found.grid, self.found.share
        if not any(is_long_cap(limit) for limit in grid.limits):
            return self.lived(grid, share, made)
        whole = None
        if _is_small(grid):
            relaxed = replace(self, asked=replace(self.asked, commitment=Commitment.RELAXED))
            whole = relaxed.lived(grid, share, made, grid.hours)
        spent = None if whole is None else whole.hours.generation_mw
        lived = self.on_weeks(made, spent)
        if whole is None:
            return lived
        if lived.hours.unserved_mw.sum() > whole.hours.unserved_mw.sum() + LEAST_MWH:
            lived = min(lived, self.on_weeks(made, None), key=lambda one: one.hours.cost_cny)
        windows, iterations = lived.windows + whole.windows, lived.iterations + whole.iterations
        return replace(lived, windows=windows, iterations=iterations)

    def on_weeks(self, made: Foresight, spent: Floats | None) -> Lived:
        """Dispatched with caps of weeks as in an output, or as the merit order spends them."""
        paced = weekly_caps(self.found.grid, self.found.share, made, spent)
        return self.lived(paced, self.found.share, without_prices(made, paced))

    def paced(self, made: Foresight) -> Lived:
        """Dispatched on what caps leave, anew with less or more of it to units until each cap is kept and spent."""
        guard = Guard(self.found, self.on)
        factors, done = dict[str, float](), list[tuple[bool, float, Paced, Lived]]()
        for _ in range(MOST_RATIONS):
            found = paced(made, self.found.share, factors)
            lived = self.on(found)
            key = [limit.key for limit in found.limits]
            caps = [limit for limit in self.found.grid.limits if limit.key in key]
            most = np.array([limit.at_most for limit in caps])
            used = np.array([used_mwh(limit, lived.hours) for limit in caps])
            is_over, is_left = used > most + BROKEN_PART * np.maximum(1.0, most), used < SPENT * most
            done.append((bool(guard.broken(lived)), lived.hours.cost_cny, found, lived))
            if not (is_over | is_left).any():
                break
            step = np.divide(most, used, out=np.ones_like(most), where=used > 0.0) * np.where(is_over, OVER, 1.0)
            step = np.where(is_over | is_left, step, 1.0)
            for limit, by in zip(caps, step.tolist(), strict=True):
                factors[limit.key] = factors.get(limit.key, 1.0) * by
        is_broken, _, found, lived = min(done, key=lambda one: one[:2])
        if not is_broken:
            return lived
        lived = guard.kept(found, lived)
        free = Paced(made, self.found.share, ())
        return guard.kept(free, self.on(free)) if guard.broken(lived) else lived

    def on(self, found: Paced) -> Lived:
        """Dispatched on a plan with its own availability."""
        return self.lived(found.plan.frame.grid, found.share, found.plan)

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
            state = replace(lived.end, used=carried(grid, lived.end.used, first + step))
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

"""How all hours of a network are dispatched: week by week, with what energy limits leave to each week or hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import DAY_H, WEEK_H, Bools, Floats
from dafeng.experiments.dispatched_check import BROKEN_PART, used_mwh
from dafeng.network.caps_weekly import carried, is_long_cap, scheduled_as, weekly_caps, without_prices
from dafeng.network.dispatch import Commitment, Exactly, Solved, dispatch, join, plan
from dafeng.network.grid import Engine, Grid, Hours, Limit, Plan, Relief, State
from dafeng.network.plan import Foresight, fast_plan
from dafeng.network.pypsa_grid import Imported
from dafeng.network.rations import is_switched, rationed, whole_hours, with_stores_as, with_stores_of, without_caps
from dafeng.network.rolling import returning

MOST_COLUMNS = 250_000
"""Of a programme of all hours, which energy limits ask for; beyond it each week has its part of them."""
SPENT = 0.999
"""Part of a cap beyond which the exact programme is held by it."""
MOST_LENT = 5
"""Times that hours which are short are lent what they lack."""
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
    least_mwh: float | None = None
    """What the exact engine left unserved, where the fast one asked it."""
    has_chosen: bool = False
    """Whether one programme of all hours chose with what cyclic stores begin."""


def live_hours(found: Imported, engine: Engine, relief: Relief, has_losses: bool, asked: Exactly) -> Lived:
    """The hours, with what caps leave given to the weeks or hours in which it is worth most."""
    how = How(found, engine, relief, has_losses, asked)
    if engine is Engine.EXACT:
        return how.exact()
    return how.paced() if found.caps else how.lived(found.grid, found.share, plan(found.grid, found.share))


def _is_one_programme(found: Imported, asked: Exactly) -> bool:
    """Whether all hours are solved at once: a week, or energy limits of more than a week on a network small enough."""
    is_linear = asked.commitment is not Commitment.BINARY
    return found.grid.hours <= WEEK_H or bool(found.caps and is_linear and _is_small(found.grid))


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
    chooses: bool = True
    """Whether a programme of all hours chooses with what cyclic stores begin; the fast engine's guides do not."""

    def exact(self) -> Lived:
        """Dispatched exactly, all hours at once where that is asked for and can be."""
        grid, made = self.found.grid, plan(self.found.grid, self.found.share, engine=Engine.EXACT)
        assert isinstance(made, Foresight)
        is_fixed = self.asked.commitment is Commitment.FIXED
        if _is_one_programme(self.found, self.asked):
            free = without_prices(made, grid)  # caps are counted, and commitment that saw their prices would leave them
            return self.lived(grid, self.found.share, free if is_fixed else made, grid.hours)
        return self.weekly(made)

    def weekly(self, made: Foresight) -> Lived:
        """Dispatched exactly with caps of weeks, those that a relaxed programme of all hours spends where it is small.

        What a week leaves of a cap is the next one's, so that all weeks together keep it.
        """
        grid, share = self.found.grid, self.found.share
        if not any(is_long_cap(limit) or limit.at_least > 0.0 for limit in grid.limits[: self.found.caps]):
            return self.lived(grid, share, made)
        whole = None
        if _is_small(grid):
            relaxed = replace(self, asked=replace(self.asked, commitment=Commitment.RELAXED), chooses=False)
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
        made = without_prices(made, paced)
        if spent is not None:
            made = scheduled_as(made, self.found.share, spent)
        return self.lived(paced, self.found.share, made)

    def paced(self) -> Lived:
        """Dispatched fast on what the exact engine gives what energy limits count, the cheapest that keeps them."""
        limits = self.found.grid.limits[: self.found.caps]
        are_own = (False, True) if self.found.grid.stores.key else (True,)
        guides = self.guides()
        done = [self.kept(guide, are) for guide in guides for are in are_own]
        found = min(done, key=lambda one: (any(_is_over(limit, one) for limit in limits), one.hours.cost_cny))
        return replace(found, least_mwh=float(guides[0].unserved_mw.sum()))

    def guides(self) -> list[Hours]:
        """All hours by the exact engine: with units on in part, and with units on or off.

        Then counted ones are on where it has them give most in part, or where power is dearest without them.
        """
        grid, share, switched = self.found.grid, self.found.share, is_switched(self.found.grid)
        exact = replace(self, engine=Engine.EXACT, asked=Exactly(), chooses=False)
        relaxed = exact.exact().hours
        counted = _counted(self.spent(relaxed), len(switched)) & switched
        if not switched.any():
            return [relaxed]
        shares = [share]
        if counted.any():
            none = rationed(grid, share, np.zeros_like(relaxed.generation_mw), counted)
            without = replace(exact, found=replace(self.found, share=none)).exact().nodal
            assert without is not None
            worths = (relaxed.generation_mw, without[grid.generators.bus])
            shares = [whole_hours(grid, share, relaxed.generation_mw, worth, counted) for worth in worths]
        fixed = replace(exact, asked=Exactly(commitment=Commitment.FIXED))
        return [relaxed, *(replace(fixed, found=replace(self.found, share=one)).exact().hours for one in shares)]

    def kept(self, guide: Hours, are_own: bool) -> Lived:
        """Dispatched fast: what is counted by limits that exact hours spend, or merit order breaks, is as there.

        Stores are as there too, unless they `are_own`.
        """
        limits, held = self.found.grid.limits[: self.found.caps], self.spent(guide)
        while True:
            lived = self.lent(guide, held, are_own or not held)
            broken = [limit for limit in limits if limit not in held and _is_over(limit, lived)]
            if not broken:
                return lived
            held += broken

    def spent(self, guide: Hours) -> list[Limit]:
        """Limits of which some hours use all that they allow."""
        limits = self.found.grid.limits[: self.found.caps]
        return [limit for limit in limits if used_mwh(limit, guide) >= SPENT * limit.at_most]

    def lent(self, guide: Hours, held: list[Limit], are_own: bool) -> Lived:
        """The cheapest of some tries that keeps all caps held; hours that are short may give more in the next one.

        What they take, other hours left: commitment and lines make of merit order another one than that of exact hours.
        """
        grid, output, done = self.found.grid, guide.generation_mw.copy(), list[tuple[bool, float, Lived]]()
        free = without_caps(grid, self.found.caps)
        counted = _counted(held, len(output))
        if not are_own:
            free = with_stores_as(free, guide)
        for _ in range(MOST_LENT):
            share = rationed(grid, self.found.share, output, counted)
            lived = self.lived(free, share, fast_plan(free, share, guide.generation_mw))
            lived = replace(lived, hours=with_stores_of(lived.hours, guide, grid)) if not are_own else lived
            done.append((any(_is_over(limit, lived) for limit in held), lived.hours.cost_cny, lived))
            lacks = np.maximum((lived.hours.unserved_mw - guide.unserved_mw).sum(axis=0), 0.0)
            if done[-1][0] or not counted.any() or lacks.sum() <= LEAST_MWH:
                break
            output[counted] = np.maximum(output[counted], lived.hours.generation_mw[counted] + lacks)
        return min(done, key=lambda one: one[:2])[2]

    def lived(self, grid: Grid, share: Floats, made: Plan, step: int = WEEK_H) -> Lived:
        """All hours, week by week (or so many hours at once) with a day of look-ahead."""
        made = without_end(made, self.found.is_cyclic)
        if self.engine is Engine.FAST:
            made = returning(made, grid, self.found.start, self.found.is_cyclic)
        state, parts, windows, iterations = self.found.start, list[Hours](), 0, 0
        state, nodal = replace(state, used=np.zeros(len(grid.limits))), list[Floats]()
        for first in range(0, grid.hours, step):
            ahead, options = range(first, min(first + step + DAY_H, grid.hours)), None
            if self.engine is Engine.EXACT:
                options = self.ending(state, ahead, step)
            part = dispatch(grid, share, ahead, state, made, engine=self.engine, relieve=self.relief, options=options,
                            resistance_pu=self.found.resistance_pu if self.has_losses else None)
            lived = part.until(min(step, grid.hours - first))
            windows += bool((lived.way > 0).any())
            iterations += int(getattr(part, "iterations", 0))
            state = replace(lived.end, used=carried(grid, lived.end.used, first + step))
            parts.append(lived)
            if isinstance(part, Solved):
                nodal.append(part.nodal_cny_per_mwh[:, : len(lived.way)])
        hours = join(parts)
        has_chosen = self.engine is Engine.EXACT and self.chooses and step >= grid.hours
        prices = np.concatenate(nodal, axis=1) if nodal else None
        return Lived(hours, prices, windows, iterations, made, has_chosen=has_chosen)

    def ending(self, now: State, ahead: range, step: int) -> Exactly:
        """How a window of the exact engine ends: cyclic stores as they began, at any level where it is all hours."""
        if ahead.stop < self.found.grid.hours:
            return self.asked
        if self.chooses and step >= self.found.grid.hours:
            return replace(self.asked, cycles=tuple(self.found.is_cyclic.tolist()))
        return _pinned(self.asked, self.found, now, len(ahead))


def without_end(made: Plan, is_cyclic: Bools) -> Plan:
    """A plan that gives what is left in stores at the end of all hours no worth, as PyPSA, unless they are cyclic."""
    slope = made.value_slope.copy()
    slope[: len(is_cyclic), -1:][~is_cyclic] = 0.0
    return replace(made, value_slope=slope)


def _counted(limits: list[Limit], rows: int) -> Bools:
    """(generators,) what any of some limits counts."""
    made = np.zeros(rows, dtype=np.bool_)
    for limit in limits:
        made |= limit.per_mwh > 0.0
    return made


def _is_over(limit: Limit, lived: Lived) -> bool:
    """Whether more is used of a limit than it allows."""
    return used_mwh(limit, lived.hours) > limit.at_most + BROKEN_PART * max(1.0, limit.at_most)


def _pinned(asked: Exactly, found: Imported, now: State, hours: int) -> Exactly:
    """Cyclic stores end as they began, as far as their power allows in the hours left."""
    stores, first, level = found.grid.stores, found.start.stored_mwh, now.stored_mwh
    most = level + stores.charge_mw * stores.efficiency_in * hours
    least = level - stores.discharge_mw / stores.efficiency_out * hours
    can = found.is_cyclic & (first <= most) & (first >= least)
    return replace(asked, pinned_mwh=tuple(np.where(can, first, np.nan).tolist()))

"""What caps of more than a week leave to each week of the exact engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import WEEK_H, Floats
from dafeng.network.caps import HALVINGS, highest_price, year_output
from dafeng.network.fleet import is_cap, is_weekly_cap
from dafeng.network.frame import frame_of
from dafeng.network.grid import Grid, Limit
from dafeng.network.plan import Foresight, per_share

LEAST_MWH = 1e-6


@dataclass(frozen=True)
class Mixture:
    """Two years of pure merit order between which a cap is just spent: just below the price that keeps it, and at it.

    At that price the use of a cap jumps, since the rows it displaces are then as dear as those that replace them. The
    mixture that spends the cap is the optimum of the merit order.
    """

    row: int
    """Of Grid.limits."""
    limit: Limit
    most: Floats
    """(generators, hours)."""
    least: Floats
    part: float
    """Of `most` in the mixture."""
    is_short: bool
    """No price keeps the cap: load goes unserved, and what runs of its rows runs where nothing else does."""

    @property
    def hours(self) -> slice:
        """Those of the limit."""
        return slice(self.limit.first_hour, self.limit.last_hour)

    @property
    def output(self) -> Floats:
        """(generators, hours) the mixture."""
        mixed: Floats = self.part * self.most + (1.0 - self.part) * self.least
        return mixed


def mixtures(grid: Grid, share: Floats, plan: Foresight) -> list[Mixture]:
    """One for each cap that binds."""
    prices = plan.limit_price_cny
    return [
        _mixture(grid, share, plan, row) for row, limit in enumerate(grid.limits) if is_cap(limit) and prices[row] > 0.0
    ]


def _mixture(grid: Grid, share: Floats, plan: Foresight, row: int) -> Mixture:
    """That of one cap, at the prices of all others."""
    limit, price, free = grid.limits[row], plan.limit_price_cny, frame_of(grid, np.zeros(len(grid.limits)))
    highest, hours = highest_price(grid, limit), slice(limit.first_hour, limit.last_hour)
    least = year_output(free, share, plan.rate_mw, price)
    is_short = bool(price[row] >= highest and limit.per_mwh @ least[:, hours].sum(axis=1) > limit.at_most)
    tried = price.copy()
    if is_short:
        most, least = least, np.where(limit.per_mwh[:, None] > 0.0, 0.0, least)
    else:
        tried[row] -= 2.0 * highest / 2**HALVINGS
        most = year_output(free, share, plan.rate_mw, tried)
    over, under = (float(limit.per_mwh @ out[:, hours].sum(axis=1)) for out in (most, least))
    part = (limit.at_most - under) / (over - under) if over > under else 0.0
    return Mixture(row, limit, most, least, min(max(part, 0.0), 1.0), is_short)


def without_prices(plan: Foresight, grid: Grid) -> Foresight:
    """A plan for a grid whose caps the exact engine counts itself: what stores are worth stays as it is."""
    none = np.zeros(len(grid.limits))
    return replace(plan, frame=frame_of(grid, none), limit_price_cny=none)


def scheduled_as(plan: Foresight, share: Floats, output: Floats) -> Foresight:
    """A plan that gives rows under floors and budgets the hours that they have in an output (generators, hours)."""
    return replace(plan, scheduled_mw=output, rate_mw=per_share(plan.frame.grid, output, share))


def weekly_caps(grid: Grid, share: Floats, plan: Foresight, found: Floats | None = None) -> Grid:
    """The grid with caps of weeks in place of every cap of more than a week; together they allow what it does.

    `found` (generators, hours) is the output of a programme of all hours that keeps the caps: each week has what it
    spends there, the first one what none does. Without it a week has its part of the merit order's year, brought to the
    cap, and what that year leaves is spread over all hours, since lines or commitment may ask for it anywhere.
    """
    kept, spent, binding, usual = list[Limit](), list[Limit](), dict[int, Floats](), found
    rows = [row for row, limit in enumerate(grid.limits) if is_long_cap(limit)]
    if found is None and rows:
        binding = {mixture.row: mixture.output for mixture in mixtures(grid, share, plan)}
        usual = year_output(frame_of(grid, np.zeros(len(grid.limits))), share, plan.rate_mw, plan.limit_price_cny)
    for row, limit in enumerate(grid.limits):
        if row not in rows:
            kept.append(limit)
            continue
        if limit.at_least > 0.0:
            kept.append(replace(limit, at_most=np.inf))
        output = binding.get(row, usual)
        assert output is not None
        spent += _caps(limit, output, plan.scheduled_mw, found is not None)
    return replace(grid, limits=(*kept, *spent)) if spent else grid


def is_long_cap(limit: Limit) -> bool:
    """A cap that no window of a week counts as a whole."""
    return is_cap(limit) and limit.last_hour - limit.first_hour > WEEK_H


def _weeks(limit: Limit) -> list[tuple[int, int]]:
    """First hours and ends of the weeks of a limit."""
    firsts = range(limit.first_hour, limit.last_hour, WEEK_H)
    return [(first, min(first + WEEK_H, limit.last_hour)) for first in firsts]


def _caps(limit: Limit, output: Floats, owed: Floats, is_sure: bool) -> list[Limit]:
    """Caps of the weeks of a cap: what is owed, and of the rest as in `output`, cut so that all make up the cap."""
    weeks = _weeks(limit)
    spends, owes = (
        np.array([float(limit.per_mwh @ each[:, first:last].sum(axis=1)) for first, last in weeks])
        for each in (output, owed)
    )
    owes *= min(1.0, limit.at_most / max(float(owes.sum()), LEAST_MWH))
    more = np.maximum(spends - owes, 0.0)
    left = limit.at_most - float(owes.sum())
    more *= min(1.0, left / max(float(more.sum()), LEAST_MWH))
    spare = max(left - float(more.sum()), 0.0)
    if is_sure:
        more[0] += spare
    else:
        more += spare * np.array([last - first for first, last in weeks]) / (limit.last_hour - limit.first_hour)
    return [
        Limit(f"{limit.key} {first}", limit.per_mwh, -np.inf, most, first, last)  # no floor: what is left is carried on
        for (first, last), most in zip(weeks, (owes + more).tolist(), strict=True)
    ]


def carried(grid: Grid, used: Floats, hour: int) -> Floats:
    """(limits,) use at an hour, with what caps of weeks that end there left, or overspent, given to the next weeks."""
    made, limits = used.copy(), grid.limits
    nexts = {
        (limit.key.rsplit(" ", 1)[0], id(limit.per_mwh)): row
        for row, limit in enumerate(limits)
        if limit.first_hour == hour and is_weekly_cap(limit)
    }
    for row, limit in enumerate(limits):
        after = nexts.get((limit.key.rsplit(" ", 1)[0], id(limit.per_mwh)))
        if limit.last_hour == hour and after is not None and is_weekly_cap(limit):
            made[after] += used[row] - limit.at_most
    return made

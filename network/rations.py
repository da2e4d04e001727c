"""Energy of units under a cap, given to the hours in which it is worth most: for the fast engine, hour by hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.caps_weekly import Mixture, can_be_budgets, mixtures, weekly_budgets
from dafeng.network.fleet import BUDGET, UNIT, is_budget
from dafeng.network.frame import Frame
from dafeng.network.grid import Limit
from dafeng.network.plan import Foresight, fast_plan

HALVINGS = 40
LEAST_MW = 1e-9


@dataclass(frozen=True)
class Paced:
    """A plan whose caps the fast engine keeps and spends."""

    plan: Foresight
    share: Floats
    """(rows, hours) availability, of units under some caps no more than their part."""
    limits: tuple[Limit, ...]
    """Caps with budgets or rations; the plan's grid has those with rations no more."""


def paced(plan: Foresight, share: Floats, factors: Mapping[str, float]) -> Paced:
    """A plan with weekly budgets of blocks, beside the caps, and rations of units in place of caps.

    A cap with budgets keeps the price at which they were found: it holds the rows that did not jump. Caps of single
    rows go first: what they leave decides the price of those over many rows. `factors` are parts of caps by key that
    are given out, 1 of those that are not in it.
    """
    found, settled = list[Limit](), dict[str, float]()
    if factors:
        scaled = [replace(one, at_most=one.at_most * factors.get(one.key, 1.0)) for one in plan.frame.grid.limits]
        plan = fast_plan(replace(plan.frame.grid, limits=tuple(scaled)), share)
    for are_single in (True, False):
        grid, limits = plan.frame.grid, list(plan.frame.grid.limits)
        for mixture in mixtures(grid, share, plan):
            limit = mixture.limit
            if (np.count_nonzero(limit.per_mwh) == 1) != are_single or not mixture.tied.size:
                continue
            if not can_be_budgets(grid, mixture):
                share = np.ascontiguousarray(rationed(plan.frame, share, mixture))
                limits.remove(limit)
                found.append(limit)
            elif 0.0 < mixture.part < 1.0:
                limits += weekly_budgets(mixture, grid)
                settled[limit.key] = float(plan.limit_price_cny[mixture.row])
                found.append(limit)
        if limits != list(grid.limits):
            price = np.array([settled.get(limit.key, np.nan) for limit in limits])
            plan = fast_plan(replace(grid, limits=tuple(limits)), share, price)
    return Paced(plan, share, tuple(found))


def held(paced: Paced, limit: Limit, most: Floats, least: Floats | None, weight: Floats | None = None) -> Paced:
    """A plan on which merit order cannot break a cap, whatever lines, stores or other caps make of it.

    `most` (generators, hours) is an output that broke it; `least` one that did not, at a higher price of the cap, or
    None: then its rows run where `most` has them, in the hours in which they give most by `weight` (hours,), and
    nowhere else.
    """
    limits, has_budgets = paced.plan.frame.grid.limits, limit.key in {other.key for other in paced.limits}
    rows = [
        row
        for row, other in enumerate(limits)
        if other.key != limit.key and not (has_budgets and is_budget(other) and other.key.startswith(f"{limit.key} "))
    ]
    found = _again(paced, tuple(limits[row] for row in rows), paced.share, np.array(rows, dtype=np.int64), {})
    frame = found.plan.frame
    is_free = (limit.per_mwh > 0.0) & (frame.fleet.kind[: frame.fleet.n_generators] != BUDGET)
    if not is_free.any():
        return found
    least = np.where(is_free[:, None], 0.0, most) if least is None else least
    share = np.ascontiguousarray(rationed(frame, paced.share, Mixture(-1, limit, most, least, 1.0, True), weight))
    return _again(found, frame.grid.limits, share, np.arange(len(rows)), {})


def at_price(paced: Paced, limit: Limit, price: float) -> Paced:
    """The same at another price of a cap."""
    limits = paced.plan.frame.grid.limits
    return _again(paced, limits, paced.share, np.arange(len(limits)), {limit.key: price})


def _again(
    paced: Paced, limits: tuple[Limit, ...], share: Floats, rows: Ints, given: Mapping[str, float]
) -> Paced:
    """Planned anew; caps whose rows have budgets keep their price, others find theirs where none is given."""
    before, settled = paced.plan.limit_price_cny[rows].tolist(), {limit.key for limit in paced.limits}
    price = [
        given.get(limit.key, value if limit.key in settled else np.nan)
        for limit, value in zip(limits, before, strict=True)
    ]
    grid = replace(paced.plan.frame.grid, limits=limits)
    return Paced(fast_plan(grid, share, np.array(price)), share, paced.limits)


def rationed(frame: Frame, share: Floats, mixture: Mixture, weight: Floats | None = None) -> Floats:
    """(rows, hours) availability at which merit order spends what a cap leaves to its rows.

    At the price that keeps a cap a unit runs in all hours of its worth or in none. Of these hours it keeps those in
    which it would give most; in the others it is held down to what it gives at that price. Kept hours come in runs as
    long as a unit must stay on, and what it may give rises and falls by its ramp. Within that no price is needed.
    """
    fleet, hours, limit = frame.fleet, mixture.hours, mixture.limit
    rows = np.flatnonzero((limit.per_mwh > 0.0) & (fleet.kind[: fleet.n_generators] != BUDGET))
    most, least, per_mwh = mixture.most[rows, hours], mixture.least[rows, hours], limit.per_mwh[rows]
    size, ramp = fleet.capacity_mw[rows], fleet.ramp_mw_per_h[rows]
    part = (most - least) / np.maximum(size, LEAST_MW)[:, None] * (1.0 if weight is None else weight[hours])
    worth = _in_runs(part, fleet.min_up_h[rows])
    can = size[:, None] * share[rows, hours]
    stable = np.where(fleet.kind[rows] == UNIT, fleet.min_share[rows], 0.0) * size
    above = np.minimum(np.where(most > LEAST_MW, np.maximum(most, stable[:, None]), 0.0), can)
    left = limit.at_most - float(limit.per_mwh @ mixture.least[:, hours].sum(axis=1))

    def allowed(line: float) -> Floats:
        return _up_to_ramps(np.where(worth >= line, above, least), ramp, can)

    def spends(line: float) -> bool:
        return float(per_mwh @ (allowed(line) - least).sum(axis=1)) > left

    low, high = LEAST_MW, 1.0 + float(worth.max())
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if spends(middle) else (low, middle)
    bound = _up_to_ramps(_last_part(allowed(low), allowed(high), per_mwh, least, left, stable), ramp, can)
    made = share.copy()
    part = np.divide(bound, size[:, None], out=np.zeros_like(bound), where=size[:, None] > 0.0)
    made[rows, hours] = np.clip(part, 0.0, 1.0)  # outputs of merit order miss 0 by roundings
    return made


def _in_runs(worth: Floats, least_h: Floats) -> Floats:
    """(n, hours) the worth of the best run of so many hours in which an hour stands.

    >>> _in_runs(np.array([[1.0, 5.0, 2.0, 0.0]]), np.array([2.0])).tolist()
    [[1.0, 5.0, 5.0, 2.0]]
    """
    made = worth.copy()
    for row, hours in enumerate(np.ceil(least_h).astype(np.int64).tolist()):
        for back in range(1, min(hours, worth.shape[1])):
            made[row, back:] = np.maximum(made[row, back:], worth[row, :-back])
    return made


def _up_to_ramps(kept: Floats, ramp: Floats, can: Floats) -> Floats:
    """(n, hours) bounds raised until none rises or falls by more than a ramp, as far as they can be."""
    made = kept.copy()
    for row in np.flatnonzero(ramp < can.max(axis=1, initial=0.0)).tolist():
        for h in range(1, made.shape[1]):
            made[row, h] = max(made[row, h], made[row, h - 1] - ramp[row])
        for h in range(made.shape[1] - 2, -1, -1):
            made[row, h] = max(made[row, h], made[row, h + 1] - ramp[row])
    return np.minimum(made, can)


def _last_part(
    over: Floats, under: Floats, per_mwh: Floats, least: Floats, left: float, stable: Floats
) -> Floats:
    """(n, hours) the lower bounds, with as many of the higher ones as are left, in the order of hours."""
    made, rest = under.copy(), left - float(per_mwh @ (under - least).sum(axis=1))
    for row, h in np.argwhere(over > under).tolist():
        step = min(over[row, h] - under[row, h], max(rest, 0.0) / per_mwh[row])
        if under[row, h] + step >= stable[row]:
            made[row, h] += step
            rest -= step * per_mwh[row]
    return made

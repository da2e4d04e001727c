"""Ramps of dispatched hours: where the merit order met them, what that may cost, and where they are broken.

The merit order sees one hour at a time: it cannot bring a slow unit up or down ahead of need. Its hours without ramps
cost no more than any that keep them, so the difference bounds what looking ahead could save (MODEL_SPEC 6.6, 6.13).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import compiled, inlined
from dafeng.network.fleet import Fleet
from dafeng.network.frame import Frame

OVER_MW = 1e-3
"""What counts as more than a ramp."""
NEAR_MW = 1e-6
LOST_PART = 1e-4
"""Part of its cost that a window may lose to ramps at most before it is dispatched anew."""


class Strain(NamedTuple):
    """What ramps do to the hours of a window."""

    lost_cny: Floats
    """(hours,) the most that ramps can have cost against the merit order without them, load unserved included."""
    broken: Ints
    """(hours,) units that move by more than their ramp into an hour, and need not."""
    cost_cny: Floats
    """(hours,) of energy."""
    low_mw: Floats
    """(hours, slow units) least and most that they can have come to by an hour, whatever the hours need."""
    high_mw: Floats

    def hours(self) -> Ints:
        """Hours to be dispatched anew: none where ramps are kept and cost next to nothing."""
        if self.lost_cny.sum() > LOST_PART * max(0.0, float(self.cost_cny.sum())):
            return np.flatnonzero((self.broken > 0) | (self.lost_cny > 0.0))
        return np.flatnonzero(self.broken > 0)


def strain(frame: Frame, made: Bounds, on: Bools, before: Floats, output: Floats, short: Floats) -> Strain:
    """The strain of hours of merit order (hours, rows); `before` (rows,) as `last_mw`, `short` (hours,) unmet MW."""
    hours, slow = len(output), (len(output), frame.slow_rows.size)
    broken = np.zeros(hours, dtype=np.int64)
    found = Strain(np.zeros(hours), broken, np.zeros(hours), np.zeros(slow), np.zeros(slow))
    if frame.slow_rows.size:
        voll = frame.grid.voll_cny_per_mwh
        _strain(frame.fleet, frame.slow_rows, made, on, before, output, short, voll, found)
    return found


@compiled
def _strain(
    fleet: Fleet, slow: Ints, made: Bounds, on: Bools, before: Floats, output: Floats, short: Floats, voll: float,
    found: Strain,
) -> None:
    """The same, into `found`; `least` and `most` are what units can have come down and up to by an hour."""
    least, most = np.zeros(output.shape[1]), np.zeros(output.shape[1])
    for h in range(output.shape[0]):
        is_bound, room = False, 0.0
        least[:], most[:] = made.low[h], made.high[h]
        for g in range(output.shape[1]):
            found.cost_cny[h] += max(0.0, fleet.cost[g]) * output[h, g]
        for k, g in enumerate(slow):
            was = before[g] if h == 0 else output[h - 1, g]
            if not on[h, g] or not (was >= 0.0 if h == 0 else on[h - 1, g]):
                found.low_mw[h, k], found.high_mw[h, k] = made.low[h, g], made.high[h, g]
                continue
            now, ramp, low, high = output[h, g], fleet.ramp_mw_per_h[g], made.low[h, g], made.high[h, g]
            down, up = (was, was) if h == 0 else (found.low_mw[h - 1, k], found.high_mw[h - 1, k])
            least[g], most[g] = min(high, max(low, down - ramp)), max(low, min(high, up + ramp))
            found.low_mw[h, k], found.high_mw[h, k] = least[g], most[g]
            is_forced = (low > was + ramp and now <= low + OVER_MW) or (high < was - ramp and now >= high - OVER_MW)
            if abs(now - was) > ramp + OVER_MW and not is_forced:
                found.broken[h] += 1
            if now >= was + ramp - NEAR_MW and most[g] > now + NEAR_MW:
                is_bound, room = True, room + most[g] - now
            elif now <= was - ramp + NEAR_MW and least[g] < now - NEAR_MW:
                is_bound = True
        if is_bound:
            lost = voll * min(short[h], room) + _dearer(fleet, least, most, output[h])
            found.lost_cny[h] = lost if lost > NEAR_MW else 0.0


@inlined
def _dearer(fleet: Fleet, low: Floats, high: Floats, output: Floats) -> float:
    """How much dearer an hour is than the same energy by merit, within bounds that look at no other hour's need."""
    rest, dearer = 0.0, 0.0
    for g in fleet.merit:
        rest += output[g] - low[g]
        dearer += fleet.cost[g] * (output[g] - low[g])
    for g in fleet.merit:
        step = max(0.0, min(rest, high[g] - low[g]))
        rest -= step
        dearer -= fleet.cost[g] * step
    return dearer


@compiled
def reach(low: Floats, high: Floats, ramp: Floats, goes_on: Bools, before: Floats) -> tuple[Floats, Floats]:
    """(units, hours) the least and most that units can have come to by each hour, whatever the hours need.

    From bounds, `ramp` (units,), whether a ramp holds into an hour, and the output `before` (units,), NaN if unknown.
    What a unit owes, or cannot give, goes before its ramp.
    """
    least, most = low.copy(), high.copy()
    for u in range(low.shape[0]):
        for h in range(low.shape[1]):
            if not goes_on[u, h] or (h == 0 and not before[u] >= 0.0):
                continue
            down, up = (before[u], before[u]) if h == 0 else (least[u, h - 1], most[u, h - 1])
            least[u, h] = min(high[u, h], max(low[u, h], down - ramp[u]))
            most[u, h] = max(low[u, h], min(high[u, h], up + ramp[u]))
    return least, most


class Broken(NamedTuple):
    """How often units move by more than they may."""

    moves: int
    """While on, by more than their ramp."""
    starts: int
    """At a start or stop, by more than the larger of ramp and minimum."""
    forced: int
    """While on, as their availability falls by more than their ramp."""


def broken_ramps(
    ramp_mw: Floats, leap_mw: Floats, can_mw: Floats, on: Bools, output_mw: Floats, before_mw: Floats | None = None
) -> Broken:
    """Over all hours, the first of which is held against `before_mw` (units,) where that is known and not NaN.

    `ramp_mw` and `leap_mw` (units,) limit moves while on and at starts and stops; `can_mw`, `on` and `output_mw`
    (units, hours) are what is available, whether a unit is on, and its output.
    """
    if before_mw is not None:
        known = ~np.isnan(before_mw)
        first, was_on = np.where(known, before_mw, output_mw[:, 0]), np.where(known, before_mw > 0.0, on[:, 0])
        output_mw, on = np.column_stack([first, output_mw]), np.column_stack([was_on | on[:, 0], on])
        can_mw = np.column_stack([can_mw[:, 0], can_mw])
    moved, stays = np.diff(output_mw, axis=1), on[:, 1:] & on[:, :-1]
    over = np.abs(moved) > ramp_mw[:, None] + OVER_MW
    cut = (moved < 0.0) & (output_mw[:, 1:] >= can_mw[:, 1:] - OVER_MW)
    cut &= output_mw[:, :-1] - ramp_mw[:, None] > can_mw[:, 1:]
    leaps = (on[:, 1:] != on[:, :-1]) & (np.abs(moved) > leap_mw[:, None] + OVER_MW) & ~cut
    return Broken(int((over & stays & ~cut).sum()), int(leaps.sum()), int((over & stays & cut).sum()))

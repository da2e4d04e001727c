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

    def hours(self) -> Ints:
        """Hours to be dispatched anew: none where ramps are kept and cost next to nothing."""
        if self.lost_cny.sum() > LOST_PART * max(0.0, float(self.cost_cny.sum())):
            return np.flatnonzero((self.broken > 0) | (self.lost_cny > 0.0))
        return np.flatnonzero(self.broken > 0)


def strain(frame: Frame, made: Bounds, on: Bools, before: Floats, output: Floats, short: Floats) -> Strain:
    """The strain of hours of merit order (hours, rows); `before` (rows,) as `last_mw`, `short` (hours,) unmet MW."""
    hours = len(output)
    found = Strain(np.zeros(hours), np.zeros(hours, dtype=np.int64), np.zeros(hours))
    if frame.slow_rows.size:
        voll = frame.grid.voll_cny_per_mwh
        _strain(frame.fleet, frame.slow_rows, made, on, before, output, short, voll, found)
    return found


@compiled
def _strain(
    fleet: Fleet, slow: Ints, made: Bounds, on: Bools, before: Floats, output: Floats, short: Floats, voll: float,
    found: Strain,
) -> None:
    """The same, into `found`."""
    for h in range(output.shape[0]):
        is_bound, room = False, 0.0
        for g in slow:
            was = before[g] if h == 0 else output[h - 1, g]
            if not on[h, g] or not (was >= 0.0 if h == 0 else on[h - 1, g]):
                continue
            now, ramp, low, high = output[h, g], fleet.ramp_mw_per_h[g], made.low[h, g], made.high[h, g]
            is_forced = (low > was + ramp and now <= low + OVER_MW) or (high < was - ramp and now >= high - OVER_MW)
            if abs(now - was) > ramp + OVER_MW and not is_forced:
                found.broken[h] += 1
            if now >= was + ramp - NEAR_MW and high > now + NEAR_MW:
                is_bound, room = True, room + high - now
            elif now <= was - ramp + NEAR_MW and low < now - NEAR_MW:
                is_bound = True
        for g in range(output.shape[1]):
            found.cost_cny[h] += max(0.0, fleet.cost[g]) * output[h, g]
        if is_bound:
            lost = voll * min(short[h], room) + _dearer(fleet, made.low[h], made.high[h], output[h])
            found.lost_cny[h] = lost if lost > NEAR_MW else 0.0


@inlined
def _dearer(fleet: Fleet, low: Floats, high: Floats, output: Floats) -> float:
    """How much dearer an hour is than the same energy by merit, within its bounds alone."""
    rest, dearer = 0.0, 0.0
    for g in fleet.merit:
        rest += output[g] - low[g]
        dearer += fleet.cost[g] * (output[g] - low[g])
    for g in fleet.merit:
        step = max(0.0, min(rest, high[g] - low[g]))
        rest -= step
        dearer -= fleet.cost[g] * step
    return dearer


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

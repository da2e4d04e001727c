"""How well a share of capacity that was sought without its error is known (MODEL_SPEC 7.6).

The error is that of the paired difference of sample years, over the slope of unserved energy in load, as in
`capacity_credit.matching`; the slope is told by few further evaluations. The load of the standard counts as given.
"""

from __future__ import annotations

import math

from dafeng.configs.units import Floats
from dafeng.network.capacity_credit import SIDE
from dafeng.network.capacity_margins import Room

NOTHING_KNOWN = 1.0
"""The error of a share about which the sample says nothing: as wide as where a share must lie."""


def share_error(room: Room, with_it: Room, power_mw: float, goal_mwh: Floats, share: float) -> float:
    """Standard error of the ELCC over capacity that `with_it` has more; (sample years,) `goal_mwh` is unserved in
    `room`."""
    at_mw, step_mw = share * power_mw, SIDE * power_mw
    here = with_it.unserved(at_mw)[:, 0]
    slope = room.mean(with_it.unserved(at_mw + step_mw)[:, 0] - here) / step_mw
    return _over(room.estimate(here - goal_mwh).se, slope, power_mw)


def unit_share_error(room: Room, goal_mwh: Floats, power_mw: float, out: float, share: float) -> float:
    """The same of one unit that is out for a share of the time, its two states averaged.

    Unserved energy grows nearly as an exponential of load: its slope is that between no load and the unit's more.
    """
    at_mw = share * power_mw
    beside = room.unserved(at_mw)[:, 0]
    with_it = (1.0 - out) * room.unserved(at_mw - power_mw)[:, 0] + out * beside
    goal, more = room.mean(goal_mwh), room.mean(beside)
    if not (at_mw > 0.0 and more > goal > 0.0):
        return NOTHING_KNOWN
    slope = goal * math.log(more / goal) / at_mw
    return _over(room.estimate(with_it - goal_mwh).se, slope, power_mw)


def _over(error_mwh: float, slope: float, power_mw: float) -> float:
    return min(NOTHING_KNOWN, error_mwh / slope / power_mw) if slope > 0.0 else NOTHING_KNOWN

"""Output that nothing takes: what must be fed in, above all load that is left (MODEL_SPEC 6.12).

Load below 0 is what feeds in whatever happens (must-run plants of other people's networks, roofs). Where that is more
than load, stores and lines can take, the rest is lost and counted, so that every bus balances.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.frame import Frame

LEAST_MW = 1e-6
"""What counts as left over."""


def leave_untaken(frame: Frame, share: Floats, first: int, net_mw: Floats) -> Floats:
    """(buses, hours) what is left over in each part of the grid, taken off `net_mw` where load is below 0.

    `share` (branches, hours) is what is in service from hour `first` on; no rows where no load is below 0.
    """
    hours = net_mw.shape[1]
    if not frame.may_overflow:
        return np.zeros((0, hours))
    made, parted = np.zeros(net_mw.shape), set(frame.parted_hours(share))
    for h in range(hours):
        fed = np.maximum(-frame.bus_load_mw[:, first + h], 0.0)
        if not fed.any():
            continue
        for members in _parts(frame, share[:, h], h in parted):
            over, total = float(net_mw[members, h].sum()), float(fed[members].sum())
            if over > LEAST_MW and total > 0.0:
                made[members, h] = min(over, total) * fed[members] / total
    net_mw -= made
    return made


def _parts(frame: Frame, share: Floats, is_parted: bool) -> list[Bools]:
    """(buses,) members of each part of the grid, for (branches,) shares in service."""
    cut_off = frame.cut_off(share) if is_parted else []
    rest = np.ones(len(frame.grid.buses), dtype=np.bool_)
    for members in cut_off:
        rest &= ~members
    return [*cut_off, rest]

"""Output that nothing takes: what must be fed in, by load below 0 or by units at their minimum (MODEL_SPEC 6.12).

Where that is more than load, stores and lines can take, the rest is lost and counted, so that every bus balances.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.frame import Frame

LEAST_MW = 1e-6
"""What counts as left over."""


def leave_untaken(frame: Frame, share: Floats, first: int, output: Floats, net_mw: Floats) -> Floats:
    """(buses, hours) what is left over in each part of the grid, taken off `net_mw`; no rows if all may give way.

    Where load is below 0 first, then where units run. `share` (branches, hours) is what is in service from hour
    `first` on, `output` (hours, rows) what runs. No part of the grid is short here: what it lacks is unserved.
    """
    if not frame.may_overflow:
        return np.zeros((0, net_mw.shape[1]))
    made, parted = np.zeros(net_mw.shape), set(frame.parted_hours(share))
    for h in np.flatnonzero(net_mw.sum(axis=0) > LEAST_MW).tolist():
        fed = np.maximum(-frame.bus_load_mw[:, first + h], 0.0)
        run = np.bincount(frame.sites.generator, output[h, : frame.fleet.n_generators], len(fed))
        for members in _parts(frame, share[:, h], h in parted):
            over = float(net_mw[members, h].sum())
            for source in (fed[members], run[members]):
                part = min(over, float(source.sum()))
                if part > LEAST_MW:
                    made[members, h] += part * source / source.sum()
                    over -= part
    net_mw -= made
    return made


def _parts(frame: Frame, share: Floats, is_parted: bool) -> list[Bools]:
    """(buses,) members of each part of the grid, for (branches,) shares in service."""
    cut_off = frame.cut_off(share) if is_parted else []
    rest = np.ones(len(frame.grid.buses), dtype=np.bool_)
    for members in cut_off:
        rest &= ~members
    return [*cut_off, rest]

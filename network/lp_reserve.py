"""Spare capacity of a solved window (MODEL_SPEC 6.10)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.fleet import UNIT
from dafeng.network.lp_values import Facts
from dafeng.network.prices import reserve_mw
from dafeng.network.window import demand_of


def reserve_short(
    facts: Facts, generation: Floats, share: Floats, discharge: Floats, charge: Floats, stored: Floats
) -> Floats:
    """(hours,) spare capacity that is missing (6.10)."""
    task, fleet, n = facts.task, facts.task.frame.fleet, facts.task.frame.fleet.n_generators
    wanted = reserve_mw(task.frame, task.window, facts.made.low, demand_of(task))
    ready = facts.made.high[:, :n].T.copy()
    unit = fleet.kind[:n] == UNIT
    ready[unit] *= share[unit]
    stores = task.frame.grid.stores
    power = stores.discharge_mw[:, None] * task.share[task.frame.rows.stores, task.hours]
    held = np.minimum(power - discharge + charge, stored * stores.efficiency_out[:, None])
    spare = (ready - generation).sum(axis=0) + held.sum(axis=0)
    return np.asarray(np.maximum(wanted - spare, 0.0))

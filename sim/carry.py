"""What the power system carries over new year's midnight: stored energy, by the key of its store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dafeng.network.grid import State
from dafeng.sim.assembly import Assembly


def carried(assembly: Assembly, stored: Mapping[str, float]) -> State:
    """The state at the year's start: stores at last year's level, new ones half full, units free to start."""
    empty = State.empty(assembly.grid)
    energy = assembly.grid.stores.energy_mwh
    levels = [stored.get(key, half) for key, half in zip(assembly.grid.stores.key, empty.stored_mwh, strict=True)]
    return replace(empty, stored_mwh=np.minimum(np.array(levels), energy))

"""Branches of the year: the city's corridors by their dates, with what agents have reinforced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dafeng.agents.assets import Wire
from dafeng.configs.schema import City
from dafeng.network.grid import Branches


def build(city: City, year: int, reinforced: Sequence[Wire], at: Mapping[str, int]) -> Branches:
    """All branches whose year has come; a reinforced one has its present limit and reactance."""
    wires = {
        b.key: Wire(b.key, b.from_bus, b.to_bus, b.x_pu, b.limit_mw, b.kind)
        for b in city.branches
        if b.from_year <= year
    }
    wires.update({wire.key: wire for wire in reinforced if wire.key in wires})
    found = list(wires.values())
    return Branches(
        key=tuple(w.key for w in found),
        from_bus=np.array([at[w.from_bus] for w in found], dtype=np.int64),
        to_bus=np.array([at[w.to_bus] for w in found], dtype=np.int64),
        x_pu=np.array([w.x_pu for w in found]),
        limit_mw=np.array([w.limit_mw for w in found]),
        is_tie=np.array([w.kind == "link" for w in found], dtype=np.bool_),
        is_radial=np.array([w.kind == "offtake" for w in found], dtype=np.bool_),
    )

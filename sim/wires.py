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
        b.key: Wire(b.key, b.from_bus, b.to_bus, b.x_pu, b.limit_mw, b.kind, b.circuits)
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
        carry_mw=np.array([carry_mw(w, keeps_spare(city)) for w in found]),
        circuits=np.array([w.circuits for w in found], dtype=np.int64),
    )


def keeps_spare(city: City) -> bool:
    """Whether load is shed at the N-1 limit already (switch `offtake_rule`)."""
    return city.setting("offtake_rule", "in_service") == "n_minus_1"


def carry_mw(wire: Wire, keeps_spare: bool) -> float:
    """What a branch carries before load is shed: the N-1 limit of an offtake leaves one of its transformers spare.

    >>> carry_mw(Wire("TN14", "N14", "N14D", 0.03, 384.0, "offtake", 3), keeps_spare=False)
    576.0
    """
    spare = wire.kind == "offtake" and wire.circuits > 1 and not keeps_spare
    return wire.limit_mw * wire.circuits / (wire.circuits - 1) if spare else wire.limit_mw

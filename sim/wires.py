"""Branches of the year: the city's corridors by their dates, with what agents have reinforced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dafeng.agents.assets import Wire
from dafeng.configs.schema import Branch, City
from dafeng.network.grid import Branches


def build(city: City, year: int, reinforced: Sequence[Wire], at: Mapping[str, int]) -> Branches:
    """All branches whose year has come; a reinforced one has its present limit and reactance."""
    wires = {
        b.key: Wire(b.key, b.from_bus, b.to_bus, b.x_pu, b.limit_mw, b.kind, b.circuits)
        for b in city.branches
        if b.from_year <= year
    }
    wires.update({wire.key: wire for wire in reinforced if wire.key in wires})
    found, facts = list(wires.values()), {b.key: b for b in city.branches}
    return Branches(
        key=tuple(w.key for w in found),
        from_bus=np.array([at[w.from_bus] for w in found], dtype=np.int64),
        to_bus=np.array([at[w.to_bus] for w in found], dtype=np.int64),
        x_pu=np.array([w.x_pu for w in found]),
        limit_mw=np.array([w.limit_mw for w in found]),
        is_tie=np.array([w.kind == "link" for w in found], dtype=np.bool_),
        is_radial=np.array([w.kind == "offtake" for w in found], dtype=np.bool_),
        carry_mw=np.array([carry_mw(w, facts[w.key], keeps_spare(city)) for w in found]),
        circuits=np.array([w.circuits for w in found], dtype=np.int64),
    )


def keeps_spare(city: City) -> bool:
    """Whether load is shed at the N-1 limit already (switch `offtake_rule`)."""
    return city.setting("offtake_rule", "in_service") == "n_minus_1"


def carry_mw(wire: Wire, branch: Branch, keeps_spare: bool) -> float:
    """What all circuits carry: transformers with the one that N-1 keeps spare, lines their thermal rating.

    >>> three = Branch("TN14", "N14", "N14D", 220.0, "offtake", 3, 0.0, 480.0, 384.0, unit_mw=160.0)
    >>> carry_mw(Wire("TN14", "N14", "N14D", 0.03, 384.0, "offtake", 3), three, keeps_spare=False)
    576.0
    """
    if wire.kind == "line" and branch.limit_mw > 0.0:
        return wire.limit_mw * max(1.0, branch.thermal_mw / branch.limit_mw)
    keeps = wire.kind == "link" or wire.circuits < 2 or (wire.kind == "offtake" and keeps_spare)
    return wire.limit_mw if keeps else wire.limit_mw * wire.circuits / (wire.circuits - 1)

"""Units whose ramps can bind, as rows of a window's programme see them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.fleet import UNIT
from dafeng.network.lp_facts import Facts
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_values import on_before


@dataclass(frozen=True)
class Movers:
    """What ramps need to know, of each of `powered`."""

    switched: Ints
    """(powered,) position among those switched, -1 where none."""
    starting: Ints
    """(powered,) position among those whose starts are counted, -1 where none."""
    is_ramped: Bools
    """(powered,) whether a ramp can bind."""
    ramp: Floats
    """(powered,) MW/h."""
    leap: Floats
    """(powered,) MW that a unit may move at a start or stop."""
    was_on: Floats
    """(powered,) 1 of what was on before the window."""
    output_mw: Floats
    """(powered,) output before the window; no entries where it is not known."""


def movers_of(shape: Shape, facts: Facts) -> Movers:
    """The units of a window."""
    fleet, rows, start = facts.task.frame.fleet, shape.powered, facts.task.start
    switched, starting = np.full(len(rows), -1), np.full(len(rows), -1)
    switched[shape.switched] = np.arange(len(shape.switched))
    starting[shape.switched[shape.starting]] = np.arange(len(shape.starting))
    ramp, capacity = fleet.ramp_mw_per_h[rows], fleet.capacity_mw[rows]
    return Movers(
        switched, starting, (fleet.kind[rows] == UNIT) & (ramp < capacity), ramp,
        np.maximum(ramp, fleet.min_share[rows] * capacity), on_before(facts, rows),
        start.output_mw[rows] if start.output_mw.size else start.output_mw,
    )

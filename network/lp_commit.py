"""Commitment of a window in which ramps bind: from the parts in which units run in its relaxed programme.

Needed hours and gaps (MODEL_SPEC 6.13 ii) know no ramps: a unit that comes up slowly must be on before it is needed,
and one that cannot go down in time should not be. The relaxed programme says both; where it costs clearly less than
the commitment at hand, units are on where they run in it in more than some part; the cheapest of a few parts counts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import Bools, Floats
from dafeng.network.bounds import Bounds, rest_units
from dafeng.network.commitment import in_time
from dafeng.network.fleet import UNIT
from dafeng.network.frame import Frame
from dafeng.network.lived import Lived
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_record import Solved
from dafeng.network.lp_span import solve_span
from dafeng.network.spans import Span
from dafeng.network.window import Supply, Task, demand_of, padded, uncommitted

PARTS = (1e-3, 0.2, 0.4, 0.6, 0.8, 0.99)
"""A unit that runs in more than such a part of itself is on."""
NEAR_PART = 0.005
"""A commitment this near to the relaxed programme is good enough."""


def recommitted(task: Task, supply: Supply, lived: Lived, span: Span, found: Solved) -> Solved:
    """The cheapest of a whole window as solved and as other commitments solve it."""
    frame, switches = task.frame, switching(task.frame)
    if not switches.any():
        return found
    made = uncommitted(task, demand_of(task))
    relaxed = attempted(task, replace(supply, made=made), lived, span, Commitment.RELAXED)
    if relaxed is None:
        return found
    price = np.maximum(relaxed.price_cny_per_mwh, 0.0)
    best, cost = found, _cost(frame, found)
    least, tried = _cost(frame, relaxed), {supply.on.tobytes()}
    for part in PARTS:
        if cost <= least * (1.0 + NEAR_PART):
            break
        other = _committed(task, supply, made, np.ascontiguousarray(relaxed.on_share > part), switches, price)
        if other.on.tobytes() in tried:
            continue
        tried.add(other.on.tobytes())
        solved = attempted(task, other, lived, span)
        if solved is not None and _cost(frame, solved) < cost:
            best, cost = solved, _cost(frame, solved)
    return best


def switching(frame: Frame) -> Bools:
    """(generators,) units for which being on matters."""
    fleet, n = frame.fleet, frame.fleet.n_generators
    return np.asarray((fleet.kind[:n] == UNIT) & ((fleet.min_share + fleet.no_load + fleet.start)[:n] > 0.0))


def attempted(
    task: Task, supply: Supply, lived: Lived, span: Span, commitment: Commitment = Commitment.FIXED
) -> Solved | None:
    """The programme of a span, none where it has no optimum (an output before it that its bounds cannot follow)."""
    try:
        return solve_span(task, supply, lived, span, False, commitment)
    except DafengError:
        return None


def _committed(task: Task, supply: Supply, made: Bounds, runs: Bools, switches: Bools, price: Floats) -> Supply:
    """The supply with units on where they run, (generators, hours), as long as their minimum times ask for."""
    fleet, on = task.frame.fleet, supply.on.copy()
    rows = np.flatnonzero(switches)
    on[:, rows] = (runs[rows].T | made.must[:, rows]) & made.may[:, rows]
    in_time(fleet, made, on, price, padded(task.frame, task.start.committed), padded(task.frame, task.start.hours_on))
    bounds = made._replace(low=made.low.copy(), high=made.high.copy())
    rest_units(fleet, bounds, on)
    return replace(supply, made=bounds, on=on)


def _cost(frame: Frame, solved: Solved) -> float:
    """Cost of a window, which holds the city's unserved load, and load unserved elsewhere at the same price."""
    outside = float(solved.unserved_mw[~frame.sites.is_city].sum())
    return float(solved.cost_by_hour_cny.sum()) + frame.grid.voll_cny_per_mwh * outside

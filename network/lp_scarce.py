"""Scarce windows as a programme: all that can shift energy in time, placed together (MODEL_SPEC 6.13).

Water values place stores and flexible loads, one after another, before lines and ramps have said which hours fall
short, and response is called last. Where load goes unserved that costs more than rounding, the whole window is solved
anew: supply, stores, flexible loads, response, lines and ramps in one programme with the commitment at hand. What it
spends of energy budgets stays.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import Floats
from dafeng.network.bounds import rest_units
from dafeng.network.fleet import UNIT
from dafeng.network.frame import Frame
from dafeng.network.lived import Lived
from dafeng.network.lp_span import solve_span
from dafeng.network.spans import Span
from dafeng.network.window import Supply, Task, demand_of, uncommitted

SCARCE = 4
"""`way` of hours that a programme solved since load would have gone unserved."""
SCARCE_PART = 1e-4
"""Part of a window's cost that lost load must exceed before it is solved anew."""
WORSE_MWH = 1e-3


def lost_mwh(frame: Frame, unserved_mw: Floats, untaken_mw: Floats) -> float:
    """Load of the city not served and output not taken, both (buses, hours); no rows where all output may give way."""
    return float(unserved_mw[frame.sites.is_city].sum() + untaken_mw.sum())


def lost_in(task: Task, lived: Lived, hours: int) -> float:
    """The same of the first hours."""
    return lost_mwh(task.frame, lived.unserved_mw[:, :hours], lived.untaken_mw[:, :hours])


def is_scarce(task: Task, lived: Lived, hours: int) -> bool:
    """Whether energy lost in the first hours is more than a small part of the cost, and something could shift it.

    Not where a province has a share in what is lost: it is that of the shortage before the city's own measures (7.8 a).
    """
    grid, lost = task.frame.grid, lost_in(task, lived, hours)
    can_shift = task.frame.phi >= 1.0 and bool(task.frame.tank_order.size or grid.offers.key)
    return can_shift and lost > WORSE_MWH and lost * grid.voll_cny_per_mwh > SCARCE_PART * max(0.0, lived.cost_cny)


def running(task: Task, supply: Supply, lived: Lived) -> Supply:
    """The supply with the units that run in `lived`, which ramps may have committed anew."""
    frame, on = task.frame, supply.on.copy()
    units = np.flatnonzero(frame.fleet.kind[: frame.fleet.n_generators] == UNIT)
    if (on[:, units] == lived.committed[units].T).all():
        return supply
    on[:, units] = lived.committed[units].T
    made = uncommitted(task, demand_of(task))
    rest_units(frame.fleet, made, on)
    return replace(supply, made=made, on=on)


def settled(task: Task, supply: Supply, lived: Lived) -> Lived | None:
    """The window as its programme has it; none without an optimum (an output before it that bounds cannot follow)."""
    try:
        found = solve_span(task, supply, lived, Span(task.window.start, task.window.stop, False), False, is_open=True)
    except DafengError:
        return None
    made = {field.name: getattr(found, field.name) for field in fields(Lived)}
    return Lived(**{**made, "way": np.full(len(found.way), SCARCE), "asked_mw": lived.asked_mw})

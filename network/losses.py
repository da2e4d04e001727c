"""Losses of branches in the hours of a window: r F^2 of its flows, as load at both ends (MODEL_SPEC 6.3).

A window is dispatched without losses; those of its flows become load, half at each end of a branch as in the DC-OPF,
and it is dispatched again until they move no more. The dispatch serves losses but does not price where they arise:
against the DC-OPF with losses, output differs only where that would change the order of merit. Where stores may as
well act in another hour, the passes may differ in them, and losses served in an hour from those of its last flows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import BASE_MVA, Floats
from dafeng.network.grid import Branches, Grid
from dafeng.network.lived import Lived
from dafeng.network.window import Task

PASSES = 3
"""Times a window is dispatched with losses at most; each pass leaves about 2 r F / base of the last error."""
ENOUGH_MW = 1e-3
"""What losses of a branch may still move in an hour."""


def loss_mw(flow_mw: Floats, r_pu: Floats) -> Floats:
    """(branches, hours) losses of flows at voltages of 1; `r_pu` (branches,) on the base power.

    >>> loss_mw(np.array([[100.0, -200.0]]), np.array([0.02])).tolist()
    [[2.0, 8.0]]
    """
    return np.asarray(r_pu[:, None] / BASE_MVA * flow_mw**2)


def at_ends_mw(branches: Branches, lost_mw: Floats, buses: int) -> Floats:
    """(buses, hours) half of each branch's losses at each end."""
    made = np.zeros((buses, lost_mw.shape[1]))
    np.add.at(made, branches.from_bus, 0.5 * lost_mw)
    np.add.at(made, branches.to_bus, 0.5 * lost_mw)
    return made


def with_losses(task: Task, r_pu: Floats, operate: Callable[[Task], Lived]) -> Lived:
    """Dispatch a window with the losses of its flows; the result's `lost_mw` is what was served of them as load."""
    grid = task.frame.grid
    lived, served = operate(task), np.zeros((len(grid.branches.key), len(task.window)))
    for _ in range(PASSES):
        found = loss_mw(lived.flow_mw, r_pu)
        if np.abs(found - served).max(initial=0.0) <= ENOUGH_MW:
            break
        served = found
        lived = operate(_loaded(task, at_ends_mw(grid.branches, served, len(grid.buses))))
    return replace(lived, lost_mw=served)


def check_resistance(grid: Grid, r_pu: Floats) -> None:
    """Every branch has a resistance, 0 or more; all that are wrong are named at once."""
    keys = grid.branches.key
    if r_pu.shape != (len(keys),):
        says = f"has shape {r_pu.shape}; one number for each of {len(keys)} branches is expected"
        raise InputError([Problem(Place("grid", 0, "r_pu"), says)])
    wrong = np.flatnonzero(~(np.isfinite(r_pu) & (r_pu >= 0.0))).tolist()
    if wrong:
        raise InputError(
            Problem(Place("grid", 0, f"{keys[row]}.r_pu"), f"is {r_pu[row]}; 0 or more is expected") for row in wrong
        )


def _loaded(task: Task, extra_mw: Floats) -> Task:
    """The same window with more load, (buses, hours of the window)."""
    frame = task.frame
    load, demand = frame.bus_load_mw.copy(), frame.demand_mw.copy()
    load[:, task.hours] += extra_mw
    demand[task.hours] += extra_mw.sum(axis=0)
    return replace(task, frame=replace(frame, bus_load_mw=load, demand_mw=demand))

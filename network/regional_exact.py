"""Exact indices of a regional system that is one node without stores: convolution of its machines (`copt`)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.network.copt import Exact, exact
from dafeng.network.outages import Process
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.sampling import Derated, Machines

FINEST_MW, MOST_STEPS = 1.0, 20_000
"""Steps of the table: 1 MW, or coarser when the fleet is so large that there would be too many."""


def exact_indices(system: RegionalSystem, load_error: float = 0.0) -> Exact:
    """Exact indices; an InputError where there are none: more than one region, stores, or failing units that vary."""
    place, problems = Place(system.key), []
    if len(system.regions) > 1:
        problems.append(Problem(place, f"the exact method knows one region; there are {len(system.regions)}"))
    if system.stores.keys:
        problems.append(Problem(place, "the exact method knows no stores"))
    if system.offers is not None:
        problems.append(Problem(place, "the exact method knows no response on call"))
    if np.isfinite(system.varying.mttf_h).any():
        problems.append(Problem(place, "the exact method knows no units that fail and vary by the hour"))
    if system.step_h != 1.0:
        problems.append(Problem(place, f"the exact method knows hours; a step is {system.step_h:g} h"))
    if problems:
        raise InputError(problems)
    return bare_indices(system, load_error)


def bare_indices(system: RegionalSystem, load_error: float = 0.0) -> Exact:
    """Exact indices of all regions as one node without stores."""
    units = system.units
    load = system.load_mw.sum(axis=0)
    for row in range(len(system.varying.keys)):
        load = load - system.varying_mw[row] * system.varying.count[row]
    capacity, processes, derated = _one_by_one(units)
    step_mw = max(FINEST_MW, sum(capacity) / MOST_STEPS)
    return exact(capacity, processes, load, step_mw, derated, load_error)


def _one_by_one(units: Machines) -> tuple[list[float], list[Process], list[Derated]]:
    """Each machine of each row."""
    rows = [row for row in range(len(units.keys)) for _ in range(int(units.count[row]))]
    return (
        [float(units.mw[row]) for row in rows],
        [Process(float(units.mttf_h[row]), float(units.mttr_h[row])) for row in rows],
        [Derated(float(units.derated_rate[row]), float(units.derated_mttr_h[row]), float(units.derated_share[row]))
         for row in rows],
    )



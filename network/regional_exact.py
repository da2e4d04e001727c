"""Exact indices of a regional system that is one node without stores: convolution of its machines (`copt`)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import Floats
from dafeng.network.copt import Exact, exact, outage_table
from dafeng.network.outages import Process
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.sampling import Derated, Machines

MOST_STEPS = 20_000
DIGITS = (5.0, 2.0, 1.0)
LARGEST, SMALLEST = 3, -6
"""Powers of ten between which a step of the table is sought, in MW."""
WHOLE = 1e-6
"""Of a step: a capacity so near to a whole number of steps is one."""


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
    """Exact indices of all regions as one node without stores, of hours."""
    capacity, processes, derated = _one_by_one(system.units)
    return exact(capacity, processes, _net_load(system), step_of(system)[0], derated, load_error)


def bare_hours_and_mwh(system: RegionalSystem) -> tuple[float, float]:
    """LOLH and EUE of the same, whatever the length of a step."""
    capacity, processes, derated = _one_by_one(system.units)
    table, load = outage_table(capacity, processes, step_of(system)[0], derated), _net_load(system)
    return (float(table.loss_probability(load).sum()) * system.step_h,
            float(table.unserved_mw(load).sum()) * system.step_h)


def step_of(system: RegionalSystem) -> tuple[float, bool]:
    """Step of the outage table in MW, and whether all outages are whole numbers of it.

    The largest of 1, 2 and 5 by powers of ten that they all are; where there is none within `MOST_STEPS`, the finest,
    and each capacity is split between two steps so that its mean is kept.
    """
    units = system.units
    out = np.unique(np.concatenate([units.mw, (units.mw * (1.0 - units.derated_share))[units.derated_rate > 0.0]]))
    finest = float((units.mw * units.count).sum()) / MOST_STEPS
    for power in range(LARGEST, SMALLEST - 1, -1):
        for digit in DIGITS:
            step = digit * 10.0**power
            if step < finest:
                return max(finest, 10.0**SMALLEST), False
            if (np.abs(out / step - np.round(out / step)) <= WHOLE).all():
                return step, True
    return max(finest, 10.0**SMALLEST), False


def _net_load(system: RegionalSystem) -> Floats:
    """(steps,) load of all regions less what units give that vary by the hour."""
    load: Floats = system.load_mw.sum(axis=0)
    for row in range(len(system.varying.keys)):
        load = load - system.varying_mw[row] * system.varying.count[row]
    return load


def _one_by_one(units: Machines) -> tuple[list[float], list[Process], list[Derated]]:
    """Each machine of each row."""
    rows = [row for row in range(len(units.keys)) for _ in range(int(units.count[row]))]
    return (
        [float(units.mw[row]) for row in rows],
        [Process(float(units.mttf_h[row]), float(units.mttr_h[row])) for row in rows],
        [Derated(float(units.derated_rate[row]), float(units.derated_mttr_h[row]), float(units.derated_share[row]))
         for row in rows],
    )



"""Adequacy against published answers: RTS-79 exact and sampled, with derated units, load uncertainty and a battery."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.values import Estimate
from dafeng.experiments.checks.base import CHECKS
from dafeng.network.outages import Process
from dafeng.network.regional import assess
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_indices import interval
from dafeng.network.regional_system import RegionalStores, RegionalSystem
from dafeng.network.sampling import Derated, Machine, Machines
from dafeng.network.system_folder import three_states
from dafeng.network.systems import read_system

PEAK_MW = 2850.0
DERATED = {400.0: (0.076923, 0.076923), 350.0: (0.054687, 0.046875)}
"""Share of time out altogether and at half output, by MW (OP79a.txt)."""
SEEDS, SEED_YEARS, MANY_YEARS = 100, 2000, 20_000
LAW_SEEDS, LAW_YEARS, ADDED_MW = 20, 200, 50.0
TARGET = 0.05
SAMPLED = {"V06a": "lolh_h", "V06b": "eue_mwh", "V06c": "lolf_continuous"}


@CHECKS.add("adequacy", title="Adequacy of RTS-79", title_zh="RTS-79 系统充裕度")
def adequacy() -> dict[str, float | Estimate]:
    """Values of all rows of the table of this name."""
    system = read_system("rts79")
    return {**_exact(system), **_covered(system), **_sampled(system), **_with_battery(system), **_laws(system)}


def _exact(system: RegionalSystem) -> dict[str, float | Estimate]:
    found = exact_indices(system)
    return {
        "V01": found.lole_peak_d, "V02": found.lolh_h, "V03": found.eue_mwh, "V06d": found.lolf_continuous,
        "V01a": exact_indices(system.scaled(3135.0 / PEAK_MW)).lole_peak_d,
        "V01b": exact_indices(system.scaled(2394.0 / PEAK_MW)).lole_peak_d,
        "V04": exact_indices(with_three_states(system)).lole_peak_d,
        "V05": exact_indices(system, load_error=0.02).lole_peak_d,
    }


def with_three_states(system: RegionalSystem) -> RegionalSystem:
    """RTS-79 whose largest units have a derated state at half output."""
    units, rows = system.units, []
    for i, key in enumerate(units.keys):
        mw, process, derated = float(units.mw[i]), Process(float(units.mttf_h[i]), float(units.mttr_h[i])), Derated()
        if mw in DERATED:
            process, derated = three_states(*DERATED[mw], process.mttr_h, 0.5)
        rows.append(Machine(key, mw, process, derated=derated))
    return replace(system, units=Machines.of(rows))


def with_battery(system: RegionalSystem) -> RegionalSystem:
    """RTS-79 with the battery of the reference."""
    power, energy, efficiency = np.array([300.0]), np.array([1200.0]), np.array([0.85])
    stores = RegionalStores.batteries(("battery",), np.zeros(1, dtype=np.int64), power, power, energy, efficiency,
                                      system.steps)
    return replace(system, stores=stores)


def coverage(system: RegionalSystem, seeds: int, sample_years: int) -> dict[str, int]:
    """In how many seeds the 95 % interval of an index holds its exact value."""
    exactly = exact_indices(system)
    found = dict.fromkeys(SAMPLED.values(), 0)
    for seed in range(seeds):
        indices = assess(system, Luck(seed), sample_years=sample_years).indices
        for name in found:
            low, high = interval(indices[name], sample_years)
            found[name] += low <= getattr(exactly, name) <= high
    return found


def _covered(system: RegionalSystem) -> dict[str, float | Estimate]:
    found = coverage(system, SEEDS, SEED_YEARS)
    return {row: float(found[name]) for row, name in SAMPLED.items()}


def _sampled(system: RegionalSystem) -> dict[str, float | Estimate]:
    """Frequency by hourly states, and the years that 5 % need: an error falls with the root of their number."""
    indices = assess(system, Luck(1), sample_years=MANY_YEARS).indices

    def years(name: str) -> float:
        return MANY_YEARS * (indices[name].se / indices[name].value / TARGET) ** 2

    return {"V06e": indices["lolf_hourly"], "V06f": indices["lole_peak_d"], "V07a": years("lolh_h"),
            "V07b": years("eue_mwh"), "V07c": years("lolf_hourly")}


def _with_battery(system: RegionalSystem) -> dict[str, float | Estimate]:
    indices = assess(with_battery(system), Luck(1), sample_years=MANY_YEARS).indices
    return {"V07d": indices["eue_mwh"], "V07e": indices["lolh_h"], "V07f": indices["lolf_hourly"]}


def _laws(system: RegionalSystem) -> dict[str, float | Estimate]:
    added = replace(system, load_mw=system.load_mw - ADDED_MW)
    lower = 0
    for seed in range(LAW_SEEDS):
        base, more = (assess(one, Luck(seed), sample_years=LAW_YEARS).indices["eue_mwh"].value
                      for one in (system, added))
        lower += more < base
    return {"V25": float(lower)}

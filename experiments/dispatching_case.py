"""`dafeng dispatch` on a MATPOWER case: the DC-OPF of its snapshot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from dafeng.experiments.dispatched import Dispatched, EngineStatistics, drawn_price, peak_mb
from dafeng.network.case import Case, Susceptance
from dafeng.network.matpower import read_case
from dafeng.network.opf import SLACK_MW, VOLL, Snapshot, Status, dc_opf

UNIT = "$/h"
"""Costs of the format are in dollars an hour (MATPOWER User's Manual, table B-4)."""


def dispatch_case(path: Path, convention: Susceptance, has_losses: bool = False) -> Dispatched:
    """The cheapest output of a case, with losses of branches if so asked."""
    case = read_case(path)
    found = dc_opf(case, convention, has_losses=has_losses)
    by_fuel: Counter[str] = Counter()
    for fuel, mw in zip(case.generators.fuel, found.generation_mw.tolist(), strict=True):
        by_fuel[fuel] += mw
    names = branch_names(case)
    binding = {names[row]: 1 for row in np.flatnonzero(found.is_binding).tolist()}
    return Dispatched(
        str(path), found.objective, UNIT, found.status.value, 1, dict(by_fuel), 0.0,
        float(found.unserved_mw.sum()), int(bool(binding)), binding,
        EngineStatistics(f"dc_opf ({convention.value})", 1, found.iterations, found.cpu_s, peak_mb()),
        (*_isolated(case), *_remarks(found)), _tables(case, found), float(found.loss_mw.sum()) if has_losses else None,
        float(found.untaken_mw.sum()), mean_price=drawn_price(found.price, case.buses.load_mw),
    )


def _isolated(case: Case) -> tuple[str, ...]:
    """What buses out of service would draw or shed."""
    rows = np.flatnonzero(~case.buses.is_on)
    mw = float((case.buses.load_mw + case.buses.shunt_mw)[rows].sum())
    if not rows.size:
        return ()
    names = ", ".join(map(str, case.buses.number[rows[:5]].tolist()))
    return (f"buses {names} are isolated (type 4): {mw:,.1f} MW of load there are left out, and what hangs on them",)


def _remarks(found: Snapshot) -> tuple[str, ...]:
    """What a shortage or a surplus adds to the objective."""
    if found.status is Status.OPTIMAL:
        return ()
    unserved, untaken = float(found.unserved_mw.sum()), float(found.untaken_mw.sum())
    free = untaken + unserved - found.priced_mw
    if found.status is Status.SURPLUS and free >= untaken:
        return (f"{untaken:,.1f} MW are not taken where power has no worth; the objective holds nothing for them",)
    left = [f"{mw:,.1f} MW {name}" for mw, name in ((unserved, "unserved"), (untaken, "untaken")) if mw > SLACK_MW]
    return (f"the limits leave {' and '.join(left)}; the objective holds {VOLL:,.0f} $ for each MWh of it",)


def branch_names(case: Case) -> list[str]:
    """Branches by the numbers of their buses; parallel circuits are told apart."""
    number, b = case.buses.number, case.branches
    seen: Counter[str] = Counter()
    names = []
    for a, z in zip(number[b.from_bus].tolist(), number[b.to_bus].tolist(), strict=True):
        seen[f"{a}-{z}"] += 1
        names.append(f"{a}-{z}" if seen[f"{a}-{z}"] == 1 else f"{a}-{z}#{seen[f'{a}-{z}']}")
    return names


def _tables(case: Case, found: Snapshot) -> dict[str, pd.DataFrame]:
    """Buses, generators and branches of the snapshot."""
    number = case.buses.number
    return {
        "buses": pd.DataFrame({
            "bus": number, "load_mw": case.buses.load_mw, "angle_rad": found.angle_rad, "price": found.price,
            "unserved_mw": found.unserved_mw, "untaken_mw": found.untaken_mw,
        }),
        "generators": pd.DataFrame({
            "generator": np.arange(1, len(case.generators.bus) + 1), "bus": number[case.generators.bus],
            "fuel": case.generators.fuel, "generation_mw": found.generation_mw,
        }),
        "branches": pd.DataFrame({
            "branch": branch_names(case), "flow_mw": found.flow_mw, "limit_mw": case.branches.limit_mw,
            "is_binding": found.is_binding,
        }),
    }

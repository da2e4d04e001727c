"""Capacity credit of what stands in a regional system: the load that it lets the system carry (MODEL_SPEC 7.6).

The system without a resource has some unserved energy; with it, it carries a constant load more at that same unserved
energy: its ELCC. The load is spread over regions as their yearly energy is. All draws but the resource's are common.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, fields, replace

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import Bools, Floats
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_indices import mean_of
from dafeng.network.capacity_credit import UNKNOWN, matching
from dafeng.network.regional import Ways, yearly_mwh
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_system import RegionalStores, RegionalSystem
from dafeng.network.sampling import Machines

SAMPLE_YEARS = 4000
PLAIN = Ways()


@dataclass(frozen=True)
class RegionalCredit:
    """What some of a system's units and stores are worth; not a number where nothing is unserved without them."""

    keys: tuple[str, ...]
    power_mw: float
    elcc_mw: Estimate
    without_mwh: Estimate
    """Unserved energy of the system without them, which the load is added up to."""
    sample_years: int
    """0 by convolution."""


def names_of(system: RegionalSystem) -> tuple[str, ...]:
    """Units and stores, by name."""
    return (*system.units.keys, *system.varying.keys, *system.stores.keys)


def credit_of(system: RegionalSystem, keys: Set[str], luck: Luck | None, sample_years: int = SAMPLE_YEARS,
              ways: Ways = PLAIN) -> RegionalCredit:
    """ELCC of these units and stores, by sampling; with no luck by convolution, for one node without stores."""
    named = tuple(key for key in names_of(system) if key in keys)
    bare, power_mw = without(system, keys), power_of(system, keys)

    def exact_at(of: RegionalSystem) -> Floats:
        return np.array([exact_indices(of).eue_mwh])

    def sampled_at(of: RegionalSystem) -> Floats:
        assert luck is not None
        return yearly_mwh(of, luck, sample_years, ways)

    def estimate(of: Floats) -> Estimate:
        return mean_of(of, np.zeros(len(of), np.int64))

    unserved = exact_at if luck is None else sampled_at
    goal = unserved(bare)
    number = 0 if luck is None else sample_years
    error = float(goal.std(ddof=1) / np.sqrt(number)) if number > 1 else 0.0
    credit = matching(lambda mw: unserved(loaded(system, mw)), goal, estimate, power_mw) if power_mw > 0.0 else UNKNOWN
    if luck is None:
        credit = Estimate(credit.value, 0.0)
    return RegionalCredit(named, power_mw, credit, Estimate(float(goal.mean()), error), number)


def loaded(system: RegionalSystem, added_mw: float) -> RegionalSystem:
    """The system with a constant load more, spread over regions as their yearly energy is."""
    energy = system.yearly_mwh
    share = energy / energy.sum() if energy.sum() > 0.0 else np.full(len(energy), 1.0 / len(energy))
    return replace(system, load_mw=system.load_mw + added_mw * share[:, None])


def without(system: RegionalSystem, keys: Set[str]) -> RegionalSystem:
    """The system without these units and stores."""
    stands = _kept(system.varying.keys, keys)
    nameplate_mw = None if system.nameplate_mw is None else system.nameplate_mw[stands]
    return replace(system, units=_some(system.units, keys), varying=_some(system.varying, keys),
                   varying_mw=system.varying_mw[stands], nameplate_mw=nameplate_mw,
                   stores=_some_stores(system.stores, keys))


def power_of(system: RegionalSystem, keys: Set[str]) -> float:
    """MW of these units and stores; what varies counts with its nameplate, at its highest hour where there is none."""
    units, varying, stores = system.units, system.varying, system.stores
    whole = system.varying_mw.max(axis=1, initial=0.0) if system.nameplate_mw is None else system.nameplate_mw
    most = whole * varying.count
    parts = (~_kept(units.keys, keys)) @ (units.mw * units.count), (~_kept(varying.keys, keys)) @ most
    return float(sum(parts) + (~_kept(stores.keys, keys)) @ stores.discharge_mw)


def _kept(names: tuple[str, ...], keys: Set[str]) -> Bools:
    return np.array([name not in keys for name in names], dtype=np.bool_)


def _some(machines: Machines, keys: Set[str]) -> Machines:
    """Machines without some; rows that stay keep their names and so their luck."""
    stands = _kept(machines.keys, keys)
    columns = {f.name: getattr(machines, f.name)[stands] for f in fields(machines) if f.name not in ("keys", "paces")}
    return replace(machines, keys=tuple(key for key in machines.keys if key not in keys), **columns)


def _some_stores(stores: RegionalStores, keys: Set[str]) -> RegionalStores:
    stands = _kept(stores.keys, keys)
    columns = {f.name: getattr(stores, f.name)[stands] for f in fields(stores) if f.name != "keys"}
    return replace(stores, keys=tuple(key for key in stores.keys if key not in keys), **columns)

"""A regional system as the compiled sampler reads it: MW, steps and keys of luck, nothing else."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from dafeng.configs.luck import Luck
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.adequacy_system import Reservoirs
from dafeng.network.outages_pace import NO_PACES, STEADY
from dafeng.network.regional_response import OfferArrays, RegionalOffers, offer_arrays
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.sampling import MachineArrays, Machines


class StoreArrays(NamedTuple):
    """Stores with energy in MW-steps; `plain` holds the same stores for the fast way through one region."""

    plain: Reservoirs
    region: Ints
    carryover: Floats
    inflow_mw: Floats
    grid_in_mw: Floats
    grid_out_mw: Floats


class BorderArrays(NamedTuple):
    """Interfaces, and the lines that fail."""

    from_region: Ints
    to_region: Ints
    forward_mw: Floats
    backward_mw: Floats
    lines_forward_mw: Floats
    """(interfaces, steps) of all lines of an interface in service; infinite where it has none."""
    lines_backward_mw: Floats
    line_interface: Ints
    """(failing lines,)."""
    line_forward_mw: Floats
    """(failing lines, steps)."""
    line_backward_mw: Floats


class SystemArrays(NamedTuple):
    """All of a system."""

    margin_mw: Floats
    """(regions, steps) of everything in service less the load."""
    lowest_mw: Floats
    """(regions, days) lowest margin of each day."""
    day: int
    """Steps of a day."""
    units: MachineArrays
    varying: MachineArrays
    varying_mw: Floats
    stores: StoreArrays
    store_outages: MachineArrays
    borders: BorderArrays
    line_outages: MachineArrays
    is_single: bool
    """One region without response whose stores are plain: never fail, keep what they hold, have no inflow, no limit
    but their own power."""
    start_level: Floats
    """(stores,) MW-steps at the start of a year."""
    offers: OfferArrays


def arrays_of(system: RegionalSystem, luck: Luck) -> SystemArrays:
    """The system with its keys of luck; machines that never fail are part of the margin."""
    margin = np.ascontiguousarray(system.firm_mw - system.load_mw)
    day = system.steps_a_day
    lowest = by_day(margin, day).min(axis=2)
    failing, stores = np.isfinite(system.varying.mttf_h), _stores(system)
    return cast(SystemArrays, _contiguous(SystemArrays(
        margin, lowest, day, _machines(system.units, np.isfinite(system.units.mttf_h), luck, system.step_h),
        _machines(system.varying, failing, luck, system.step_h), np.ascontiguousarray(system.varying_mw[failing]),
        stores, _store_outages(system, luck), _borders(system), _line_outages(system, luck), _is_single(system),
        stores.plain.energy_mwh * (1.0 if system.starts_full else 0.0),
        offer_arrays(system.offers or RegionalOffers.none(system.steps), system.step_h, day),
    )))


def by_day(values: Floats, day: int) -> Floats:
    """(rows, days, steps of a day) of (rows, steps); a last day that is not whole ends in infinity.

    >>> by_day(np.array([[1.0, 2.0, 3.0]]), 2).tolist()
    [[[1.0, 2.0], [3.0, inf]]]
    """
    rows, steps = values.shape
    whole = np.full((rows, math.ceil(steps / day), day), np.inf)
    whole.reshape(rows, -1)[:, :steps] = values
    return whole


def _contiguous(arrays: Any) -> Any:
    """The same with every array contiguous: another layout would be another type, and compiled once more."""
    if isinstance(arrays, np.ndarray):
        return np.ascontiguousarray(arrays)
    if isinstance(arrays, tuple):
        return type(arrays)(*map(_contiguous, arrays))
    return arrays


def _machines(machines: Machines, kept: Bools, luck: Luck, step_h: float) -> MachineArrays:
    """The machines that fail, with times in steps."""
    keys = np.array([luck.key("adequacy", key, 0) for key, keep in zip(machines.keys, kept, strict=True) if keep],
                    dtype=np.uint64)
    return MachineArrays(keys, machines.count[kept], machines.mw[kept], machines.mttf_h[kept] / step_h,
                         machines.mttr_h[kept] / step_h, machines.derated_rate[kept],
                         machines.derated_mttr_h[kept] / step_h, machines.derated_share[kept], machines.group[kept],
                         machines.repair_shape[kept], machines.pace[kept], machines.takes[kept],
                         machines.paces.arrays)


def _alike(keys: list[str], mttf_h: Floats, mttr_h: Floats, group: Ints, luck: Luck, step_h: float) -> MachineArrays:
    """Machines of one MW that are in or out."""
    n = len(keys)
    found: NDArray[np.uint64] = np.array([luck.key("adequacy", key, 0) for key in keys], dtype=np.uint64)
    return MachineArrays(found, np.ones(n, np.int64), np.ones(n), mttf_h / step_h, mttr_h / step_h, np.zeros(n),
                         np.zeros(n), np.zeros(n), group, np.ones(n), np.full(n, STEADY), np.zeros(n, np.int64),
                         NO_PACES.arrays)


def _stores(system: RegionalSystem) -> StoreArrays:
    stores = system.stores
    plain = Reservoirs(stores.charge_mw, stores.discharge_mw, stores.energy_mwh / system.step_h, stores.efficiency_in,
                       stores.efficiency_out)
    return StoreArrays(plain, stores.region, stores.carryover, stores.inflow_mw, stores.grid_in_mw, stores.grid_out_mw)


def _store_outages(system: RegionalSystem, luck: Luck) -> MachineArrays:
    stores = system.stores
    return _alike([f"store:{key}" for key in stores.keys], stores.mttf_h, stores.mttr_h, stores.region, luck,
                  system.step_h)


def _is_single(system: RegionalSystem) -> bool:
    stores = system.stores
    return bool(
        len(system.regions) == 1 and system.offers is None
        and np.isinf(stores.mttf_h).all() and (stores.carryover == 1.0).all()
        and not stores.inflow_mw.any() and np.isinf(stores.grid_in_mw).all() and np.isinf(stores.grid_out_mw).all()
    )


def _borders(system: RegionalSystem) -> BorderArrays:
    borders, lines = system.interfaces, system.lines
    forward, backward = np.zeros_like(borders.forward_mw), np.zeros_like(borders.backward_mw)
    np.add.at(forward, lines.interface, lines.forward_mw)
    np.add.at(backward, lines.interface, lines.backward_mw)
    without = np.setdiff1d(np.arange(len(forward)), lines.interface)
    forward[without] = backward[without] = np.inf
    fails = np.isfinite(lines.mttf_h)
    return BorderArrays(borders.from_region, borders.to_region, borders.forward_mw, borders.backward_mw, forward,
                        backward, lines.interface[fails], np.ascontiguousarray(lines.forward_mw[fails]),
                        np.ascontiguousarray(lines.backward_mw[fails]))


def _line_outages(system: RegionalSystem, luck: Luck) -> MachineArrays:
    lines = system.lines
    fails = np.isfinite(lines.mttf_h)
    keys = [f"line:{key}" for key, does in zip(lines.keys, fails, strict=True) if does]
    return _alike(keys, lines.mttf_h[fails], lines.mttr_h[fails], lines.interface[fails], luck, system.step_h)

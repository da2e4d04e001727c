"""Reads a PRAS system file (`.pras`, HDF5) of versions 0.5 to 0.8.

Format: docs/src/SystemModel_HDF5_spec.md of NREL/PRAS (MIT). One group a kind of thing; `_core` names its members and
their regions, every other table is steps x members. Chances of failure and repair are those of one step; the rates in
continuous time are chosen so that states read at each step follow the same law (`process_of_steps`). Stores are empty
at the start, as there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.files import shown
from dafeng.configs.units import Floats, Ints
from dafeng.network.outages import Process
from dafeng.network.regional_system import Interfaces, Lines, RegionalStores, RegionalSystem
from dafeng.network.sampling import Machine, Machines
from dafeng.network.system_columns import MOST_MW, TIMES_H

VERSIONS = ("v0.5", "v0.6", "v0.7", "v0.8")
HOURS = {"sec": 1.0 / 3600.0, "min": 1.0 / 60.0, "h": 1.0, "d": 24.0}
MW = {"kW": 1e-3, "MW": 1.0, "GW": 1e3, "TW": 1e6}
MWH = {f"{unit}h": factor for unit, factor in MW.items()}
OUTAGE = ("failureprobability", "repairprobability")
STORE = ("chargecapacity", "dischargecapacity", "energycapacity", "chargeefficiency", "dischargeefficiency",
         "carryoverefficiency", *OUTAGE)
TABLES: Mapping[str, tuple[str, ...]] = {
    "regions": ("load",), "generators": ("capacity", *OUTAGE), "storages": STORE,
    "generatorstorages": (*STORE, "inflow", "gridwithdrawalcapacity", "gridinjectioncapacity"),
    "interfaces": ("forwardcapacity", "backwardcapacity"), "lines": ("forwardcapacity", "backwardcapacity", *OUTAGE),
}
NEEDED = ("regions", "generators")
REFUSED = ("demandresponses",)
"""Load that borrows energy and pays it back with interest by a deadline: no kind of ours behaves like it."""
CHANCES = (*OUTAGE, "chargeefficiency", "dischargeefficiency", "carryoverefficiency")
FASTEST = 12.0
"""Failures and repairs a step beyond which two steps have nothing to do with each other (e^-12)."""
UNKNOWN_STEPS = -1
UNLIMITED = 4294967295
"""How PRAS writes an interface without a limit of its own."""


@dataclass
class _Group:
    """A group as read: member names, ends, and tables turned to members x steps."""

    core: Mapping[str, list[str]]
    tables: Mapping[str, Floats]

    @property
    def names(self) -> list[str]:
        return self.core.get("name", [])


@dataclass
class _File:
    """An open file and what is wrong with it."""

    path: str
    root: Any
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, says: str, close: str | None = None) -> None:
        self.problems.append(Problem(Place(self.path, 0, key), says, close))


def read_pras(path: Path) -> RegionalSystem:
    """The system of a file; an InputError with every problem."""
    try:
        with h5py.File(path, "r") as root:
            file = _File(shown(path), root)
            system = _system(file, path.stem)
    except OSError as error:
        says = f"is no whole HDF5 file ({str(error).splitlines()[0]})"
        raise InputError([Problem(Place(shown(path)), says)]) from error
    if file.problems or system is None:
        raise InputError(dict.fromkeys(file.problems))
    return system


def _system(file: _File, key: str) -> RegionalSystem | None:
    step_h, power, energy, steps = _units(file)
    groups = {kind: _group(file, kind, steps) for kind in TABLES if kind in file.root}
    for kind in NEEDED:
        if kind not in file.root:
            file.problem(kind, "group is missing")
    for kind in file.root:
        if kind in REFUSED:
            _refuse(file, kind)
        elif kind not in TABLES:
            file.problem(kind, "no such group", nearest(kind, TABLES))
    if file.problems:
        return None
    _check_size(file, groups, power)
    regions = tuple(groups["regions"].names)
    generators = _generators(file, groups["generators"], regions, step_h, power)
    stores = _stores(file, groups, regions, step_h, power, energy, steps)
    interfaces, lines = _borders(file, groups, regions, step_h, power, steps)
    if file.problems:
        return None
    return RegionalSystem(
        key, regions, groups["regions"].tables["load"] * power, *generators, stores, interfaces, lines, step_h,
        starts_full=False,
    )


def _refuse(file: _File, kind: str) -> None:
    """Name the members of a group that is not read: indices without them would not be the system's."""
    group = file.root[kind]
    rows: Any = group["_core"][:] if isinstance(group, h5py.Group) and "_core" in group else []
    if len(rows):
        named = [value.decode().strip() for value in rows["name"]] if "name" in (rows.dtype.names or ()) else []
        some = ", ".join([*named[:3], *(["…"] if len(named) > 3 else [])])
        says = f"{len(rows)} members ({some}): load that borrows and pays back is not read; leave the group out"
        file.problem(kind, says)


def _units(file: _File) -> tuple[float, float, float, int]:
    """Hours a step, MW and MWh of the file's units, and the number of steps."""
    version = str(_attribute(file, "pras_dataversion", ""))
    if version and not version.startswith(VERSIONS):
        file.problem("pras_dataversion", f"is {version}; one of {', '.join(VERSIONS)} is expected")
    length, steps = _attribute(file, "timestep_length", 1), _attribute(file, "timestep_count", UNKNOWN_STEPS)
    factors = [_factor(file, name, known) for name, known in
               (("timestep_unit", HOURS), ("power_unit", MW), ("energy_unit", MWH))]
    return float(length) * factors[0], factors[1], factors[2], int(steps)


def _attribute(file: _File, name: str, otherwise: Any) -> Any:
    if name not in file.root.attrs:
        file.problem(name, "attribute is missing", nearest(name, file.root.attrs))
        return otherwise
    value = file.root.attrs[name]
    return value.decode() if isinstance(value, bytes) else value


def _factor(file: _File, name: str, known: Mapping[str, float]) -> float:
    unit = str(_attribute(file, name, next(iter(known))))
    if unit not in known:
        file.problem(name, f"is '{unit}'; one of {', '.join(known)} is expected", nearest(unit, known))
    return known.get(unit, 1.0)


def _group(file: _File, kind: str, steps: int) -> _Group:
    """One group with its tables, each checked for its shape and what it may hold."""
    group = file.root[kind]
    if not isinstance(group, h5py.Group) or "_core" not in group:
        file.problem(f"{kind}._core", "table is missing")
        return _Group({}, {})
    rows = group["_core"][:]
    if rows.dtype.names is None:
        file.problem(f"{kind}._core", "has no columns")
        return _Group({}, {})
    if kind in NEEDED and not len(rows):
        file.problem(kind, "has no members")
    core = {name: [value.decode().strip() for value in rows[name]] for name in rows.dtype.names}
    tables = {}
    for name in TABLES[kind]:
        key = f"{kind}.{name}"
        if name not in group:
            file.problem(key, "table is missing", nearest(name, [other for other in group if other != "_core"]))
            continue
        values = np.asarray(group[name][:], dtype=np.float64)
        if steps == UNKNOWN_STEPS and values.shape[1:] == (len(rows),):
            continue  # the missing attribute is told; how many steps a table should have is not known
        if values.shape != (steps, len(rows)):
            file.problem(key, f"is {' x '.join(map(str, values.shape))}; {steps} x {len(rows)} is expected")
            continue
        _check(file, key, name, values)
        tables[name] = np.ascontiguousarray(values.T)
    return _Group(core, tables)


def _check(file: _File, key: str, name: str, values: Floats) -> None:
    if not values.size:
        return
    if not np.isfinite(values).all():
        file.problem(key, "holds what is no finite number")
    elif values.min() < 0.0:
        file.problem(key, f"holds {values.min():g}; 0 or more is expected")
    elif name in CHANCES and values.max() > 1.0:
        file.problem(key, f"holds {values.max():g}; up to 1 is expected")


def _check_size(file: _File, groups: Mapping[str, _Group], power: float) -> None:
    """Loads and capacities that no system on earth has."""
    for kind, name in (("regions", "load"), ("generators", "capacity")):
        values = groups[kind].tables[name] * power
        if values.size and values.max() > MOST_MW:
            file.problem(f"{kind}.{name}", f"holds {values.max():g} MW; up to {MOST_MW:,.0f} MW is expected")


def _steady(file: _File, kind: str, group: _Group, name: str) -> Floats:
    """(members,) of a table that may not vary by the step."""
    values = group.tables[name]
    varies = (values != values[:, :1]).any(axis=1)
    for row in np.flatnonzero(varies):
        names = group.names
        file.problem(f"{kind}.{name}.{names[row]}", "varies by the step; only a constant is read")
    found: Floats = values[:, 0].copy()
    return found


def _regions_of(file: _File, kind: str, group: _Group, column: str, regions: tuple[str, ...]) -> Ints:
    found = []
    for row, name in enumerate(group.core.get(column, [])):
        if name not in regions:
            label = group.names[row] if group.names else str(row + 1)
            file.problem(f"{kind}.{label}.{column}", f"is '{name}'; no such region", nearest(name, regions))
        found.append(regions.index(name) if name in regions else 0)
    if column not in group.core:
        file.problem(f"{kind}._core.{column}", "column is missing")
        return np.zeros(len(group.names), dtype=np.int64)
    return np.array(found, dtype=np.int64)


def _processes(file: _File, kind: str, group: _Group, step_h: float) -> list[Process]:
    """How each member fails."""
    failure, back = (_steady(file, kind, group, name) for name in OUTAGE)
    found = []
    for row, (up, down) in enumerate(zip(failure, back, strict=True)):
        if up > 0.0 and down <= 0.0:
            file.problem(f"{kind}.repairprobability.{group.names[row]}", "is 0; what fails must come back")
        found.append(process_of_steps(up, down, step_h))
        if found[-1].mttr_h > TIMES_H[1]:
            says = f"is {down:g}: repair takes {found[-1].mttr_h:.3g} h; up to {TIMES_H[1]:g} hours are expected"
            file.problem(f"{kind}.repairprobability.{group.names[row]}", says)
    return found


def process_of_steps(failure: float, repair: float, step_h: float = 1.0) -> Process:
    """The process whose states, read once a step, fail and come back with these chances.

    The chain forgets its state as (1 - failure - repair)^n, the process as exp(-rate n). A chain that forgets within
    one step, or alternates, is taken to have forgotten.

    >>> process = process_of_steps(0.002, 0.02)
    >>> round(process.forced_outage_rate, 6), round(process.mttr_h, 2)
    (0.090909, 49.45)
    """
    if failure <= 0.0 or repair <= 0.0:
        return Process(math.inf, step_h)
    both = failure + repair
    rate = min(-math.log(1.0 - both), FASTEST) if both < 1.0 else FASTEST
    return Process(step_h * both / (rate * failure), step_h * both / (rate * repair))


def _generators(file: _File, group: _Group, regions: tuple[str, ...], step_h: float, power: float
                ) -> tuple[Machines, Machines, Floats]:
    """Generators of constant capacity, those whose capacity varies, and its path."""
    region = _regions_of(file, "generators", group, "region", regions)
    processes = _processes(file, "generators", group, step_h)
    capacity = group.tables["capacity"] * power
    varies = (capacity != capacity[:, :1]).any(axis=1)
    constant = [Machine(name, float(capacity[row, 0]), processes[row], int(region[row]))
                for row, name in enumerate(group.names) if not varies[row]]
    varying = [Machine(name, 1.0, processes[row], int(region[row]))
               for row, name in enumerate(group.names) if varies[row]]
    return Machines.of(constant), Machines.of(varying), np.ascontiguousarray(capacity[varies])


def _stores(file: _File, groups: Mapping[str, _Group], regions: tuple[str, ...], step_h: float, power: float,
            energy: float, steps: int) -> RegionalStores:
    """Storages and generator-storages as one kind: the first have no inflow and no limit at the grid of their own."""
    kinds = [kind for kind in ("storages", "generatorstorages") if kind in groups and groups[kind].names]
    if not kinds:
        return RegionalStores.none(steps)

    def joined(name: str, factor: float = 1.0, otherwise: float = math.inf) -> Floats:
        parts = [_steady(file, kind, groups[kind], name) * factor if name in TABLES[kind]
                 else np.full(len(groups[kind].names), otherwise) for kind in kinds]
        values: Floats = np.concatenate(parts)
        return values

    processes = [process for kind in kinds for process in _processes(file, kind, groups[kind], step_h)]
    inflow = [groups[kind].tables["inflow"] * power if kind == "generatorstorages"
              else np.zeros((len(groups[kind].names), steps)) for kind in kinds]
    region = np.concatenate([_regions_of(file, kind, groups[kind], "region", regions) for kind in kinds])
    return RegionalStores(
        tuple(name for kind in kinds for name in groups[kind].names), region, joined("chargecapacity", power),
        joined("dischargecapacity", power), joined("energycapacity", energy), joined("chargeefficiency"),
        joined("dischargeefficiency"), joined("carryoverefficiency"), np.array([p.mttf_h for p in processes]),
        np.array([p.mttr_h for p in processes]), np.ascontiguousarray(np.concatenate(inflow)),
        joined("gridwithdrawalcapacity", power), joined("gridinjectioncapacity", power),
    )


def _borders(file: _File, groups: Mapping[str, _Group], regions: tuple[str, ...], step_h: float, power: float,
             steps: int) -> tuple[Interfaces, Lines]:
    """Interfaces, and the lines of each."""
    if "interfaces" not in groups or not groups["interfaces"].core.get("region_from"):
        return Interfaces.none(steps), Lines.none(steps)
    group = groups["interfaces"]
    ends = [_regions_of(file, "interfaces", group, column, regions) for column in ("region_from", "region_to")]
    limits = [np.where(group.tables[name] >= UNLIMITED, np.inf, group.tables[name] * power)
              for name in TABLES["interfaces"]]
    interfaces = Interfaces(ends[0], ends[1], limits[0], limits[1])
    if "lines" not in groups or not groups["lines"].names:
        return interfaces, Lines.none(steps)
    return interfaces, _lines(file, groups["lines"], interfaces, regions, step_h, power)


def _lines(file: _File, group: _Group, interfaces: Interfaces, regions: tuple[str, ...], step_h: float, power: float
           ) -> Lines:
    """Lines with their interface; a line drawn the other way round than its interface is turned."""
    ends = [_regions_of(file, "lines", group, column, regions) for column in ("region_from", "region_to")]
    pairs = list(zip(interfaces.from_region.tolist(), interfaces.to_region.tolist(), strict=True))
    forward, backward = (group.tables[name] * power for name in ("forwardcapacity", "backwardcapacity"))
    of = np.zeros(len(group.names), dtype=np.int64)
    for row, pair in enumerate(zip(ends[0].tolist(), ends[1].tolist(), strict=True)):
        if pair in pairs:
            of[row] = pairs.index(pair)
        elif pair[::-1] in pairs:
            of[row] = pairs.index(pair[::-1])
            forward[row], backward[row] = backward[row].copy(), forward[row].copy()
        else:
            file.problem(f"lines.{group.names[row]}", "there is no interface between its regions")
    processes = _processes(file, "lines", group, step_h)
    return Lines(tuple(group.names), of, forward, backward, np.array([p.mttf_h for p in processes]),
                 np.array([p.mttr_h for p in processes]))

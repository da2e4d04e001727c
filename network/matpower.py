"""MATPOWER case files, version 2: a `.m` file becomes a Case, or one error with everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.case import Case, CaseBranches, CaseBuses, CaseGenerators
from dafeng.network.matlab import statements
from dafeng.network.matpower_columns import ISOLATED, REFERENCE
from dafeng.network.matpower_costs import costs
from dafeng.network.matpower_table import Reader, Rows, as_number

NO_ANGLE_LIMIT_DEG = 360.0
"""An angle bound of 0, or of a full turn, is none (User's Manual, section 6.3.2)."""
LEAST_X_PU = 1e-12
"""A smaller reactance, or base power, is none."""
HIGHEST_BUS = 2**53
"""Whole numbers above it are not told apart as floats."""
UNSPECIFIED = "unspecified"
"""Fuel of generators in files that name none."""


def read_case(path: Path) -> Case:
    """The case in a file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem(Place(str(path)), "is not UTF-8 text; save it as UTF-8")]) from None
    except OSError as error:
        raise InputError([Problem(Place(str(path)), f"cannot be read: {error.strerror}")]) from None
    return case_of(text, str(path))


def case_of(text: str, file: str) -> Case:
    """The case in a text; `file` is how problems call it."""
    read = Reader(file, statements(text, file))
    read.problems += read.said.problems
    read.sections()
    _check_version(read)
    base = read.number("baseMVA")
    if base < LEAST_X_PU:
        read.complain(read.said.sections["baseMVA"].line, "mpc.baseMVA", f"is {base}; more than 0 is expected")
    bus, gen, branch = read.table("bus"), read.table("gen"), read.table("branch", may_be_empty=True)
    gencost = read.table("gencost", is_needed=False)
    rows = _bus_rows(read, bus)
    buses = _buses(read, bus)
    generators = _generators(read, gen, gencost, rows, buses.is_on)
    branches = _branches(read, branch, rows, buses.is_on)
    if read.problems:
        raise InputError(read.problems)
    return Case(Path(file).stem, base, buses, generators, branches, file)


def _check_version(read: Reader) -> None:
    """Only version 2 has these columns."""
    found = read.said.sections.get("version")
    version = found.rows[0][1][0].strip("'\"") if found and found.rows else None
    if version != "2":
        says = "is missing; '2' is expected" if version is None else f"is '{version}'; '2' is expected"
        read.complain(found.line if found else 0, "mpc.version", says)


def _bus_rows(read: Reader, bus: Rows) -> dict[int, int]:
    """Rows of buses by number; a bus whose row cannot be read is there, so that only its row is a problem."""
    found: dict[int, int] = {}
    for row, number in enumerate(bus["bus_i"].tolist()):
        if not 1 <= number <= HIGHEST_BUS or number != int(number):
            _complain(read, bus, row, "bus_i", f"is {number:g}; a whole number above 0 is expected")
        elif int(number) in found:
            _complain(read, bus, row, "bus_i", f"is bus {number:g} a second time; row {found[int(number)] + 1} has it")
        else:
            found[int(number)] = row
    section = read.said.sections.get("bus")
    for _, words in section.rows if section else ():
        number = as_number(words[0])
        if 1 <= number <= HIGHEST_BUS and number == int(number):
            found.setdefault(int(number), 0)
    return found


def _buses(read: Reader, bus: Rows) -> CaseBuses:
    """Buses; there is one reference."""
    kind = bus["type"]
    for row in np.flatnonzero(~np.isin(kind, (1, 2, REFERENCE, ISOLATED))).tolist():
        _complain(read, bus, row, "type", f"is {kind[row]:g}; 1 (load), 2 (generator), 3 (reference) or 4 (isolated)")
    references = np.flatnonzero(kind == REFERENCE).tolist()
    for row in references[1:]:
        first = bus["bus_i"][references[0]]
        _complain(read, bus, row, "type", f"is 3 (reference), and so is bus {first:g}; one is expected")
    if not references and len(kind) and not _may_be_reference(read):
        read.complain(0, "mpc.bus", "has no reference bus; one of type 3 is expected")
    return CaseBuses(
        np.clip(bus["bus_i"], 0, HIGHEST_BUS).astype(np.int64), bus["Pd"], bus["Gs"], kind == REFERENCE,
        np.asarray(kind != ISOLATED),
    )


def _may_be_reference(read: Reader) -> bool:
    """Whether a row that says it is the reference, or does not say what it is, could not be read."""
    rows = read.said.sections["bus"].rows
    kinds = [as_number(words[1]) if len(words) > 1 else np.nan for _, words in rows]
    return any(not np.isin(kind, (1, 2, ISOLATED)) for kind in kinds)


def _generators(read: Reader, gen: Rows, gencost: Rows, rows: dict[int, int], is_bus_on: Bools) -> CaseGenerators:
    """Generators with their costs."""
    at = _ends(read, gen, "bus", rows)
    least, most = gen["Pmin"], gen["Pmax"]
    for row in np.flatnonzero((least > most) & (gen["status"] > 0.0)).tolist():
        _complain(read, gen, row, "Pmin", f"is {least[row]:g}, above Pmax of {most[row]:g}")
    fuel = read.words("genfuel") or read.words("gentype")
    if fuel and len(fuel) != len(read.said.sections["gen"].rows):
        name = "genfuel" if read.words("genfuel") else "gentype"
        says = f"has {len(fuel)} words; one for each of {len(read.said.sections['gen'].rows)} generators is expected"
        read.complain(read.said.sections[name].line, f"mpc.{name}", says)
    section = read.said.sections.get("gen")
    given = len(section.rows) if section else 0  # rows that cannot be read have their costs too
    is_on = (gen["status"] > 0.0) & is_bus_on[at] if is_bus_on.size else np.zeros(len(at), dtype=np.bool_)
    return CaseGenerators(
        at, least, most, gen["Pg"], is_on, fuel or (UNSPECIFIED,) * len(least),
        costs(read, gencost, given),
    )


def _branches(read: Reader, branch: Rows, rows: dict[int, int], is_bus_on: Bools) -> CaseBranches:
    """Branches: a rating of 0 is none, a ratio of 0 is that of a line, angle bounds of 0 or a full turn are none."""
    ends = _ends(read, branch, "fbus", rows), _ends(read, branch, "tbus", rows)
    is_on = np.zeros(len(ends[0]), dtype=np.bool_)
    if is_bus_on.size:
        is_on = (branch["status"] > 0.0) & is_bus_on[ends[0]] & is_bus_on[ends[1]]
    tap = np.where(branch["ratio"] == 0.0, 1.0, branch["ratio"])
    for row in np.flatnonzero(is_on & (np.abs(branch["x"] * np.minimum(tap, 1.0)) < LEAST_X_PU)).tolist():
        column = "x" if abs(branch["x"][row]) < LEAST_X_PU else "ratio"
        value = branch[column][row]
        _complain(read, branch, row, column, f"is {value:g}; a branch in service needs a reactance other than 0")
    for row in np.flatnonzero(branch["fbus"] == branch["tbus"]).tolist():
        _complain(read, branch, row, "tbus", f"is bus {branch['tbus'][row]:g}, where the branch begins")
    for column in ("rateA", "ratio"):
        for row in np.flatnonzero(branch[column] < 0.0).tolist():
            _complain(read, branch, row, column, f"is {branch[column][row]:g}; 0 or more is expected")
    least, most = _angle_bounds(branch["angmin"], -1.0), _angle_bounds(branch["angmax"], 1.0)
    for row in np.flatnonzero(least > most).tolist():
        says = f"is {branch['angmin'][row]:g}, above angmax of {branch['angmax'][row]:g}"
        _complain(read, branch, row, "angmin", says)
    return CaseBranches(
        ends[0], ends[1], branch["r"], branch["x"], tap,
        np.deg2rad(branch["angle"]), np.where(branch["rateA"] == 0.0, np.inf, branch["rateA"]), least, most, is_on,
    )


def _angle_bounds(degrees: Floats, side: float) -> Floats:
    """Bounds in radians, infinite where there are none; `side` is -1 for the lower ones."""
    is_none = (degrees == 0.0) | (side * degrees >= NO_ANGLE_LIMIT_DEG)
    return np.where(is_none, side * np.inf, np.deg2rad(degrees))


def _ends(read: Reader, table: Rows, column: str, rows: dict[int, int]) -> Ints:
    """Rows of the buses a column names; 0 where a bus is missing, which is a problem."""
    numbers = table[column].tolist()
    for row, number in enumerate(numbers):
        if number not in rows:
            _complain(read, table, row, column, f"is bus {number:g}; mpc.bus has no such bus")
    return np.array([rows.get(number, 0) for number in numbers], dtype=np.int64)


def _complain(read: Reader, table: Rows, row: int, column: str, says: str) -> None:
    """Note a problem of a cell."""
    read.problems.append(Problem(table.place(row, column), says))


def parallel(case: Case) -> dict[tuple[int, int], int]:
    """How many circuits run between two buses (by number), where there is more than one."""
    number, b = case.buses.number, case.branches
    pairs = Counter(
        (min(a, z), max(a, z)) for a, z in zip(number[b.from_bus].tolist(), number[b.to_bus].tolist(), strict=True)
    )
    return {pair: count for pair, count in pairs.items() if count > 1}

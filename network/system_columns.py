"""The tables of a system folder: which columns each has, and its cells as checked values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dafeng.configs.errors import Place, nearest
from dafeng.configs.files import Reader
from dafeng.configs.schema import Row
from dafeng.configs.tables import Table, read_table

TYPES = ("coal", "gas", "oil", "nuclear", "hydro", "wind", "solar", "biomass", "waste", "geothermal", "other")
"""What a unit may burn or turn: for the reader, not for the indices."""
MOST_MW = 1e7
"""More than all plants of the world: a slip of the pen, or another unit."""
TIMES_H = (0.01, 1e9)
"""Mean times of failure and repair, h: shorter ones change state more often than a year can be kept in memory, longer
ones than a hundred thousand years are another unit, or none."""
MOST_TOLD = 3
"""Wrong cells of an hourly column that are told one by one."""
OUTAGE = {"for": "share", "mttf_h": "time", "mttr_h": "time"}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "units": {"unit": "name", "capacity_mw": "power", **OUTAGE, "region": "text", "type": "type",
              "derated_mw": "power", "derated_probability": "share"},
    "storage": {"unit": "name", "region": "text", "charge_mw": "power", "discharge_mw": "power",
                "energy_mwh": "amount", "efficiency": "efficiency", **OUTAGE},
    "regions": {"region": "name"},
    "response": {"region": "text", "mw": "power", "hours_per_event": "positive", "events_per_year": "amount",
                 "rebound_share": "share"},
    "interfaces": {"from": "text", "to": "text", "forward_mw": "amount", "backward_mw": "amount", **OUTAGE,
                   "reactance": "positive"},
}
"""Kinds: a name is unique; an amount is 0 or more, and power up to MOST_MW;
 positive is above 0; a time lies within TIMES_H; a share is 0 to 1; efficiency above 0 to 1."""
ENDS = ("from", "to")
"""What names a row that joins two regions; other rows are named by their first column."""
NEEDED = {
    "units": ("unit", "capacity_mw"), "regions": ("region",), "interfaces": ("from", "to", "forward_mw"),
    "response": ("mw", "hours_per_event", "events_per_year"),
    "storage": ("unit", "charge_mw", "discharge_mw", "energy_mwh", "efficiency"),
}
RANGES: Mapping[str, tuple[Callable[[float], bool], str]] = {
    "amount": (lambda x: x >= 0.0, "0 or more"),
    "power": (lambda x: 0.0 <= x <= MOST_MW, f"0 or more, up to {MOST_MW:,.0f} MW,"),
    "positive": (lambda x: x > 0.0, "a number above 0"),
    "time": (lambda x: TIMES_H[0] <= x <= TIMES_H[1], f"a number above 0 ({TIMES_H[0]:g} to {TIMES_H[1]:g} hours)"),
    "share": (lambda x: 0.0 <= x <= 1.0, "a number from 0 to 1"),
    "efficiency": (lambda x: 0.0 < x <= 1.0, "a number above 0, up to 1"),
}


@dataclass(frozen=True)
class Sheet:
    """A table of the folder: checked rows and where each stands."""

    table: Table
    rows: tuple[Row, ...]

    @property
    def names(self) -> list[str]:
        """The first column."""
        return [str(row[self.table.keys[0]]) for row in self.rows]


def read_sheet(path: Path, reader: Reader) -> Sheet:
    """A table whose columns are known by its file's name; every wrong cell becomes a problem."""
    known = COLUMNS[path.stem]
    raw = read_table(path, reader)
    keys = ENDS if ENDS[0] in known else (next(iter(known)),)
    table = Table(raw.name, raw.file, raw.rows, raw.lines, keys, joint="-")
    header = list(table.rows[0]) if table.rows else []
    if not header:
        if not reader.problems or reader.problems[-1].place.file != table.file:
            reader.problem(table_place(table, 1), "has no rows")
        return Sheet(table, ())
    for name in header:
        if name not in known:
            says = f"no such column; there are {', '.join(known)}"
            reader.problem(table_place(table, 1, name), says, nearest(name, known))
    for name in NEEDED[path.stem]:
        if name not in header:
            reader.problem(table_place(table, 1, name), "column is missing")
    rows = tuple(_row(table, i, known, reader) for i in range(len(table.rows)))
    _unique(table, rows, known, reader)
    return Sheet(table, rows)


def read_hours(path: Path, reader: Reader, columns: tuple[str, ...], least: str) -> dict[str, list[float]]:
    """Columns of MW by the hour; `hour` counts from 0 or 1 without a gap. `least` says what to call the columns."""
    table = read_table(path, reader)
    if not table.rows:
        if not any(problem.place.file == table.file for problem in reader.problems):
            reader.problem(table_place(table, 1), "has no rows")
        return {}
    header = [name for name in table.rows[0] if name != "hour"]
    if "hour" not in table.rows[0]:
        reader.problem(table_place(table, 1, "hour"), "column is missing")
    for name in header:
        if name not in columns:
            reader.problem(table_place(table, 1, name), f"no such {least}", nearest(name, columns))
    _count_hours(table, reader)
    kept = [name for name in header if name in columns]
    return {name: _column(table, name, reader) for name in kept}


def _column(table: Table, name: str, reader: Reader) -> list[float]:
    """A column of MW; of many wrong cells the first are told, and how many more there are."""
    own = Reader()
    values = [_number(table, i, name, row[name], "power", own) or 0.0 for i, row in table.placed()]
    reader.problems += own.problems[:MOST_TOLD]
    if len(own.problems) > MOST_TOLD:
        says = f"and {len(own.problems) - MOST_TOLD:,} more such cells, up to line {own.problems[-1].place.line}"
        reader.problem(table_place(table, own.problems[MOST_TOLD].place.line, name), says)
    return values


def table_place(table: Table, line: int = 0, key: str = "") -> Place:
    """A place in a table that is no cell."""
    return Place(table.file, line, key)


def _count_hours(table: Table, reader: Reader) -> None:
    """Hours follow one another, and there are whole days of them."""
    first = table.rows[0].get("hour")
    if first is not None and first not in (0.0, 1.0):
        reader.problem(table.place(0, "hour"), f"is {_plain(first)}; hours count from 0 or from 1")
    elif first is not None:
        for i, row in table.placed():
            if row["hour"] != first + i:
                reader.problem(table.place(i, "hour"), f"is {_plain(row['hour'])}; {first + i:g} is expected")
                break
    if len(table.rows) % 24:
        reader.problem(table_place(table), f"has {len(table.rows)} hours; whole days of 24 hours are expected")


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(table: Table, i: int, known: Mapping[str, str], reader: Reader) -> Row:
    row: dict[str, object] = {}
    for name, kind in known.items():
        cell = table.rows[i].get(name)
        if cell is None:
            row[name] = None
            if name in NEEDED[table.name] and name in table.rows[i]:
                reader.problem(table.place(i, name), "is empty; a value is expected")
        elif kind in RANGES:
            row[name] = _number(table, i, name, cell, kind, reader)
        else:
            row[name] = _plain(cell)
            if kind == "type" and row[name] not in TYPES:
                says = f"is '{row[name]}'; no such type; there are {', '.join(TYPES)}"
                reader.problem(table.place(i, name), says, nearest(str(row[name]), TYPES))
    return row


def _number(table: Table, i: int, name: str, cell: object, kind: str, reader: Reader) -> float | None:
    """A cell as a finite number within its range, or a problem."""
    try:
        value = float(str(cell)) if cell is not None else math.nan
    except ValueError:
        reader.problem(table.place(i, name), f"is '{cell}'; a number is expected")
        return None
    fits, wanted = RANGES[kind]
    if not math.isfinite(value) or not fits(value):
        shown = "empty" if cell is None else f"{value:g}"
        reader.problem(table.place(i, name), f"is {shown}; {wanted} is expected")
        return None
    return value


def _unique(table: Table, rows: tuple[Row, ...], known: Mapping[str, str], reader: Reader) -> None:
    key = table.keys[0]
    if known[key] != "name":
        return
    first: dict[object, int] = {}
    for i, row in enumerate(rows):
        if row[key] is not None and first.setdefault(row[key], i) != i:
            reader.problem(table.place(i, key), f"stands twice; first in line {table.lines[first[row[key]]]}")

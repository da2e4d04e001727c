"""What a parameter or series may be, wherever its number comes from: a table's cell, a scenario or `--set`.

`ranges.csv` gives kinds of numbers (`cells.RANGES`) by the key of a parameter or by its unit, first match first; of
what it does not name the kind is that of the column in which its number stands (`columns.csv`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache

from dafeng.configs.cells import RANGES, wanted, wrong_number
from dafeng.configs.errors import Place
from dafeng.configs.families import COLUMNS, DATED, SCALARS
from dafeng.configs.files import Reader, home
from dafeng.configs.tables import Table, column_book

FREE = "number"
"""The kind of what nothing is known about."""


def check_value(key: str, unit: str, value: float, place: Place, reader: Reader) -> None:
    """Keep a problem when a number is outside of what its parameter or series may be."""
    says = wrong_number(value, kind_of(key, unit), f"{value:g}")
    if says:
        reader.problem(place, says)


def may_be(key: str, unit: str) -> str:
    """What a parameter may be, in words.

    >>> may_be("outage.repair_crews_lines", "crews in the city")
    'a whole number from 1 to 10,000'
    """
    return wanted(kind_of(key, unit))


@cache
def kind_of(key: str, unit: str) -> str:
    """The kind of a parameter or series.

    >>> kind_of("reliability.gas_ccgt.mttf_h", "h"), kind_of("coal_usc.capex", "CNY2020/kW")
    ('time', 'amount')
    """
    for start, end, kind in _of_family(key.split(".")[0]):
        if key.startswith(start) and key.endswith(end) and len(key) >= len(start) + len(end):
            return kind
    by_unit = (kind for of, match, kind in _lines() if of == "unit" and fnmatchcase(unit, match))
    return next(by_unit, "") or _of_column(key)


def check_ranges(tables: Mapping[str, Table], reader: Reader) -> None:
    """Keep a problem for each number of the tables that its parameter cannot be; wrong cells were told before."""
    for name, column, key, unit, i in _numbers(tables):
        value = tables[name].rows[i][column]
        kind = kind_of(key, unit)
        if value is not None and kind != FREE:
            says = wrong_number(value, kind, f"{value:g}")
            if says:
                reader.problem(tables[name].place(i, column), says)


def _numbers(tables: Mapping[str, Table]) -> Iterator[tuple[str, str, str, str, int]]:
    """Table, column, key, unit and row of every number of the families."""
    for name, (family, naming) in SCALARS.items():
        for i, key, unit in _keys(tables.get(name), family, naming):
            yield name, "value", key, unit, i
    for name, (family, naming, _, column) in DATED.items():
        for i, key, unit in _keys(tables.get(name), family, naming):
            yield name, column, key, unit, i
    for name, (family, by, columns) in COLUMNS.items():
        for column, (part, unit, _) in columns.items():
            for i, key, _ in _keys(tables.get(name), family, (by,)):
                yield name, column, f"{key}.{part}" if part else key, unit, i


def _keys(table: Table | None, family: str, naming: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Row, key and unit of the rows whose names could be read."""
    for i, row in table.placed() if table else ():
        parts = [row.get(name) for name in naming]
        if all(part is not None for part in parts):
            yield i, ".".join(filter(None, (family, *map(str, parts)))), str(row.get("unit") or "")


@cache
def _of_family(family: str) -> tuple[tuple[str, str, str], ...]:
    """Start, end and kind of the keys that lines of `ranges.csv` name, as far as they may be of a family."""
    split = ((*match.partition("*")[::2], kind) for of, match, kind in _lines() if of == "key")
    return tuple(line for line in split if line[0].startswith(f"{family}.") or not line[0])


@cache
def _lines() -> tuple[tuple[str, str, str], ...]:
    """What, pattern with one star at most, and kind, in the order of `ranges.csv`."""
    with (home() / "ranges.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["of"], row["match"], row["kind"]) for row in csv.DictReader(file))


def _of_column(key: str) -> str:
    """The kind of the column in which the number of a key stands."""
    table, column = _columns().get(key.split(".")[0], ("power_plants", "value"))
    if table in COLUMNS and column == "":
        part = key.rpartition(".")[2]
        column = next((name for name, (of, _, _) in COLUMNS[table][2].items() if of in (part, "")), "")
    if key.count(".") == 0 or table == "":
        return FREE
    kind = next((found.kind for found in column_book().get(table, ()) if found.name == column), FREE)
    return kind if kind in RANGES else FREE


@cache
def _columns() -> Mapping[str, tuple[str, str]]:
    """Family -> its table and column of values; families that no single column feeds have none."""
    mixed = dict.fromkeys(("growth", "socio", "ev", "non_energy", "province_state"), ("", ""))
    scalars = {family: (name, "value") for name, (family, _) in SCALARS.items() if family}
    dated = {family: (name, column) for name, (family, _, _, column) in DATED.items()}
    by_column = {family: (name, "") for name, (family, _, _) in COLUMNS.items()}
    return {**scalars, **by_column, **dated, "province": ("province_dispatch_rules", "value"), **mixed}

"""Tables: CSV files checked cell by cell against the column book `columns.csv`."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from dafeng.configs.cells import Column, cell_value
from dafeng.configs.errors import Place, nearest
from dafeng.configs.files import Reader, home, shown
from dafeng.configs.schema import Row

DATES = {"year", "from_year"}
"""Key columns whose values rise from row to row of one series."""
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d*)?([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Table:
    """A table as read: rows with numbers as floats, empty cells None, and the line of each row."""

    name: str
    file: str
    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    keys: tuple[str, ...]
    is_whole: bool = True
    """Whether every line could be read; else there may be names that are not among the rows."""
    joint: str = "."
    """What stands between the keys of a row where a cell is named."""

    def names(self, column: str) -> frozenset[str] | None:
        """All a column holds; None when some of it could not be read, so that nothing can be said to be missing."""
        found = frozenset(row.get(column) for row in self.rows)
        return frozenset(map(str, found)) if self.is_whole and None not in found else None

    def place(self, i: int, column: str) -> Place:
        """Where a cell stands."""
        return Place(self.file, self.lines[i], cell_name(self.rows[i], self.keys, column, self.joint))

    def placed(self) -> Iterator[tuple[int, Row]]:
        """Rows with their positions."""
        return iter(enumerate(self.rows))


@cache
def column_book() -> Mapping[str, tuple[Column, ...]]:
    """All tables the program knows, with their columns; `table:parameter` holds what one parameter's row must hold."""
    book: dict[str, list[Column]] = {}
    with (home() / "columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            choices = tuple(filter(None, row["choices"].split("|")))
            column = Column(row["column"], row["kind"], row["needed"] == "Y", row["key"] == "Y", choices)
            book.setdefault(row["table"], []).append(column)
    return {table: tuple(columns) for table, columns in book.items()}


def read_table(path: Path, reader: Reader, counties: tuple[str, ...] = ()) -> Table:
    """A checked table; what is wrong is kept by the reader, cell by cell.

    The file's name chooses its columns; `{county}` in a column's name stands for each county of the city. A table
    that the column book does not know (of an agent kind from elsewhere) is read freely: columns of numbers as floats.
    A wrong cell, and every cell of a missing column, is None, so that the rest can be checked in the same round.
    """
    columns = _columns(path.stem, counties)
    empty = Table(path.stem, shown(path), (), (), tuple(column.name for column in columns if column.is_key), False)
    if not counties and any("{county}" in column.name for column in column_book().get(path.stem, ())):
        return empty
    text = reader.text(path)
    sheet = _sheet(text, empty, reader) if text is not None else None
    if sheet is None or not _header_fits(sheet, columns or sheet.inferred(), reader):
        return empty
    wanted = {column.name: column for column in columns or sheet.inferred()[::-1]}  # of two alike the first stands
    series = {name: sheet.values(sheet.header.index(name), wanted[name], reader)
              for name in dict.fromkeys(sheet.header) if name in wanted}
    series |= {name: [None] * len(sheet.cells) for name in wanted if name not in series}
    rows = tuple(dict(zip(series, values, strict=True)) for values in zip(*series.values(), strict=True))
    table = replace(empty, rows=rows, lines=sheet.lines, is_whole=sheet.is_whole)
    _check_rows(table, reader)
    return table


@dataclass(frozen=True)
class _Sheet:
    """A CSV file as text: header, and the cells and line of each row."""

    file: str
    keys: tuple[str, ...]
    header: tuple[str, ...]
    cells: tuple[list[str], ...]
    lines: tuple[int, ...]
    is_whole: bool
    """Whether every row is as long as the header."""

    def values(self, i: int, column: Column, reader: Reader) -> list[Any]:
        """A column's cells as values; each wrong one becomes a problem and None."""
        values: list[Any] = []
        for row, line in zip(self.cells, self.lines, strict=True):
            value, says = cell_value(row[i], column)
            if says:
                named = dict(zip(self.header, row, strict=True))
                close = nearest(row[i], column.choices) if column.kind == "choice" else None
                reader.problem(Place(self.file, line, cell_name(named, self.keys, column.name)), says, close)
            values.append(value)
        return values

    def inferred(self) -> tuple[Column, ...]:
        """Columns as the cells suggest: numbers where every filled cell is one, without leading zeros as in `007`."""
        kinds = ("number" if _all_numbers(row[i] for row in self.cells) else "text" for i in range(len(self.header)))
        return tuple(Column(name, kind, False, False, ()) for name, kind in zip(self.header, kinds, strict=True))


def _all_numbers(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(NUMBER.fullmatch(cell) for cell in filled)


def _sheet(text: str, table: Table, reader: Reader) -> _Sheet | None:
    """The cells of a CSV text, blank lines left out; rows of another length than the header are problems."""
    records, found = csv.reader(StringIO(text, newline=""), strict=True), []
    try:
        for cells in records:
            if any(cells):
                found.append((records.line_num, cells))
    except csv.Error as error:
        reader.problem(Place(table.file, records.line_num), f"is not CSV: {error}")
        return None
    if not found:
        reader.problem(Place(table.file), "is empty")
        return None
    header = tuple(name.strip() for name in found[0][1])
    for line, cells in found[1:]:
        if len(cells) != len(header):
            reader.problem(Place(table.file, line), f"has {len(cells)} cells; the header has {len(header)}")
    fitting = [(line, cells) for line, cells in found[1:] if len(cells) == len(header)]
    cells_only = tuple(cells for _, cells in fitting)
    is_whole = len(fitting) == len(found) - 1
    return _Sheet(table.file, table.keys, header, cells_only, tuple(line for line, _ in fitting), is_whole)


def cell_name(row: Row, keys: tuple[str, ...], column: str, joint: str = ".") -> str:
    """A cell's name: the row's key and the column."""
    key = joint.join(_plain(row[key]) for key in keys if row.get(key) is not None)
    return f"{key}.{column}" if key else column


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _columns(table: str, counties: tuple[str, ...]) -> tuple[Column, ...]:
    found: list[Column] = []
    for column in column_book().get(table, ()):
        many = counties if "{county}" in column.name else ("",)
        found += [replace(column, name=column.name.replace("{county}", county)) for county in many]
    return tuple(found)


def _header_fits(sheet: _Sheet, columns: tuple[Column, ...], reader: Reader) -> bool:
    """Keep a problem for each wrong column; whether any column is one that is known."""
    known, header = [column.name for column in columns], sheet.header
    place = Place(sheet.file, 1)
    if len(header) == 1 and ";" in header[0]:
        reader.problem(place, "columns are separated by ';'; a comma is expected")
        return False
    for name in dict.fromkeys(header):
        if name not in known:
            missing = [column for column in known if column not in header]
            reader.problem(place / (name or "(no name)"), "no such column", nearest(name, missing or known))
        if header.count(name) > 1:
            reader.problem(place / name, "column stands twice")
    for name in known:
        if name not in header:
            reader.problem(place / name, "column is missing")
    return not known or any(name in known for name in header)


def _check_rows(table: Table, reader: Reader) -> None:
    """Keys that stand twice, years out of order, and parameters whose unit is not the expected one."""
    seen: dict[tuple[Any, ...], int] = {}
    latest: dict[tuple[Any, ...], float] = {}
    dated = next((name for name in table.keys if name in DATES), None)
    needed = {column.name for column in column_book().get(table.name, ()) if column.needed}
    for i, row in table.placed():
        key = tuple(row[name] for name in table.keys)
        if any(row[name] is None and name in needed for name in table.keys):
            pass  # said already; nobody knows which row it is
        elif key and seen.setdefault(key, i) != i:
            place = Place(table.file, table.lines[i], ".".join(map(_plain, key)))
            reader.problem(place, f"stands twice; first in line {table.lines[seen[key]]}")
        elif dated and row[dated] is not None:
            series = tuple(row[name] for name in table.keys if name != dated)
            if row[dated] < latest.get(series, -math.inf):
                reader.problem(table.place(i, dated), f"comes after {latest[series]:g}; years are out of order")
            latest[series] = row[dated]
        for column in column_book().get(f"{table.name}:{row.get('parameter')}", ()):
            if row[column.name] not in column.choices and not (row[column.name] is None and column.name in needed):
                says = f"is '{row[column.name]}'; {' or '.join(column.choices)} is expected"
                reader.problem(table.place(i, column.name), says, nearest(row[column.name] or "", column.choices))

"""The matrices of a MATPOWER case as numbers, with a problem for each cell, row or section that is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.errors import Place, Problem, nearest
from dafeng.configs.units import Floats
from dafeng.network.matlab import Section, Statements
from dafeng.network.matpower_columns import MAY_BE_INFINITE, NOT_MODELLED, TABLES, WITHOUT_EFFECT


@dataclass(frozen=True)
class Rows:
    """One matrix: values, the file's lines of its rows, and places of its cells."""

    name: str
    file: str
    values: Floats
    lines: tuple[int, ...]
    widths: tuple[int, ...] = ()
    """Values each row has in the file; shorter rows are filled with zeros."""

    def place(self, row: int, column: str) -> Place:
        """Where a cell stands; rows are counted from 1."""
        return Place(self.file, self.lines[row], f"mpc.{self.name}[{row + 1}].{column}")

    def __getitem__(self, column: str) -> Floats:
        """A column by name; zeros where the file leaves an optional column out."""
        at = TABLES[self.name].columns.index(column)
        values: Floats = self.values[:, at] if at < self.values.shape[1] else np.zeros(len(self.values))
        return values


@dataclass
class Reader:
    """Reads sections and collects what is wrong with them."""

    file: str
    said: Statements
    problems: list[Problem] = field(default_factory=list)

    def complain(self, line: int, key: str, says: str, near: str | None = None) -> None:
        """Note one problem."""
        self.problems.append(Problem(Place(self.file, line, key), says, near))

    def sections(self) -> None:
        """Every section is closed and known, and none that would change the answer is passed over."""
        known = [*TABLES, *WITHOUT_EFFECT, *NOT_MODELLED]
        for name, section in self.said.sections.items():
            if section.is_open:
                says = f"is not closed: a '{']' if section.is_table else '}'}' is expected, the file ends or goes on"
                self.complain(section.last_line, f"mpc.{name}", f"{says} without one")
            if name in NOT_MODELLED and section.rows:
                self.complain(section.line, f"mpc.{name}", f"{NOT_MODELLED[name]} are not modelled; take them out")
            elif name not in known:
                self.complain(section.line, f"mpc.{name}", "no such section", nearest(name, known))

    def number(self, name: str) -> float:
        """A single value."""
        section = self.said.sections.get(name)
        if section is None or not section.rows:
            self.complain(0, f"mpc.{name}", "is missing; a number is expected")
            return np.nan
        line, words = section.rows[0]
        return self._cell(words[0].strip("'"), line, f"mpc.{name}")

    def words(self, name: str) -> tuple[str, ...]:
        """A list of quoted words; empty without the section."""
        section = self.said.sections.get(name)
        return tuple(word.strip("'") for _, row in section.rows for word in row) if section else ()

    def table(self, name: str, *, is_needed: bool = True, may_be_empty: bool = False) -> Rows:
        """A matrix; rows that cannot be read are left out, since each of them is a problem already."""
        section = self.said.sections.get(name)
        if section is None or not section.rows:
            if is_needed and not (may_be_empty and section is not None and section.is_table):
                self.complain(section.line if section else 0, f"mpc.{name}", "is missing; a matrix is expected")
            return Rows(name, self.file, np.zeros((0, TABLES[name].least)), ())
        read = [(line, self._row(section, at, line, words)) for at, (line, words) in enumerate(section.rows)]
        good = [(line, row) for line, row in read if row is not None]
        width = max((len(row) for _, row in good), default=TABLES[name].least)
        values = np.array([row + [0.0] * (width - len(row)) for _, row in good]).reshape(len(good), width)
        return Rows(name, self.file, values, tuple(line for line, _ in good), tuple(len(row) for _, row in good))

    def _row(self, section: Section, at: int, line: int, words: list[str]) -> list[float] | None:
        """One row as numbers, or None with its problems noted."""
        table, width = TABLES[section.name], len(section.rows[0][1])
        key = f"mpc.{section.name}[{at + 1}]"
        if len(words) < table.least or (section.name != "gencost" and len(words) != width):
            expected = f"{table.least} or more" if width < table.least or section.name == "gencost" else str(width)
            self.complain(line, key, f"has {len(words)} values; {expected} are expected")
            return None
        names = [*table.columns, *(f"column {n}" for n in range(len(table.columns) + 1, len(words) + 1))]
        row = [self._cell(word, line, f"{key}.{name}") for word, name in zip(words, names, strict=False)]
        return None if np.isnan(row).any() else row

    def _cell(self, word: str, line: int, key: str) -> float:
        """One number; NaN with a problem noted where it is none."""
        value = as_number(word)
        if np.isinf(value) and key.rpartition(".")[2] not in MAY_BE_INFINITE:
            self.complain(line, key, f"is {value}; a finite number is expected")
            return float(np.nan)
        if np.isnan(value):
            self.complain(line, key, f"is '{word}'; a number is expected")
        return value


def as_number(word: str) -> float:
    """A word as a number; NaN where it is none."""
    try:
        return float(word)
    except ValueError:
        return np.nan

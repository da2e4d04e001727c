"""PyPSA's folders of CSV tables: one table a kind, one a time series."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import numpy as np

from dafeng.configs.cells import short
from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.files import Reader
from dafeng.configs.units import Floats
from dafeng.network.pypsa_kinds import KINDS, MUST_BE, USED, WITHOUT_EFFECT
from dafeng.network.pypsa_tables import Column, Component, Series, Tables

WEIGHTS = ("objective", "generators", "stores")
SIZES = ("p_nom", "s_nom", "e_nom")
TRUTHS = {"true": 1.0, "false": 0.0}


@dataclass
class Wrong:
    """What is wrong with the tables: with their shape, after which nothing else can be said, or with single cells."""

    shape: list[Problem] = field(default_factory=list)
    cells: list[Problem] = field(default_factory=list)


def read_csv_folder(folder: Path, most_hours: int | None = None) -> Tables:
    """The tables of a folder, of the first hours if so asked; every problem of every table at once.

    Cells that are no numbers are told with what else is wrong with the network.
    """
    wrong = Wrong()
    missing = [name for name in ("buses", "snapshots") if not (folder / f"{name}.csv").exists()]
    if missing:
        says = "is missing; every PyPSA folder has it"
        raise InputError([Problem(Place(str(folder / f"{name}.csv")), says) for name in missing])
    stamps, weights = _snapshots(folder / "snapshots.csv", wrong)
    hours = min(len(stamps), most_hours or len(stamps))
    found, unread = dict[str, Component](), list[str]()
    for path in sorted(folder.glob("*.csv")):
        kind, _, attribute = path.stem.partition("-")
        if kind not in KINDS:
            unread += [kind] if kind not in WITHOUT_EFFECT else []
        elif not attribute:
            found[kind] = _component(folder, path, stamps, hours, wrong)
        elif not (folder / f"{kind}.csv").exists():
            wrong.shape.append(Problem(Place(str(path)), f"has no table {kind}.csv beside it"))
    if wrong.shape:
        raise InputError([*wrong.shape, *wrong.cells])
    return Tables(
        str(folder), stamps[:hours], {name: values[:hours] for name, values in weights.items()}, found,
        (folder / "investment_periods.csv").exists(), tuple(dict.fromkeys(unread)),
        len(stamps), tuple(wrong.cells),
    )


def _snapshots(path: Path, wrong: Wrong) -> tuple[tuple[str, ...], dict[str, Floats]]:
    """Labels and weightings; older versions have the labels in the first column."""
    head, rows, lines = _rows(path, wrong)
    at = head.index("snapshot") if "snapshot" in head else 0
    columns: dict[str, int] = {name: head.index(name) for name in WEIGHTS if name in head}
    weights: dict[str, Floats] = {name: np.ones(len(rows)) for name in columns}
    for name, column in columns.items():
        for row, words in enumerate(rows):
            key = f"{name}[{row + 1}]"
            weights[name][row] = _number(words[column], Place(str(path), lines[row], key), wrong, 1.0)
    return tuple(words[at] for words in rows), weights


def _component(folder: Path, path: Path, stamps: tuple[str, ...], hours: int, wrong: Wrong) -> Component:
    """One kind with its series."""
    kind = path.stem
    head, rows, lines = _rows(path, wrong)
    keys = tuple(words[0] for words in rows)
    for row, key in enumerate(keys):
        if key in keys[:row]:
            says = f"is named a second time; line {lines[keys.index(key)]} has the first"
            wrong.shape.append(Problem(Place(str(path), lines[row], f"{kind}.{key}"), says))
    series = {}
    for file in sorted(folder.glob(f"{kind}-*.csv")):
        made = _series(file, keys, stamps, hours, wrong)
        if made is not None:
            series[file.stem.partition("-")[2]] = made
    static = {
        name: _column(kind, name, [words[at] for words in rows], keys, lines, path, wrong)
        for at, name in enumerate(head) if at
    }
    _sized(kind, head, rows, lines, path, wrong)
    return Component(kind, keys, static, series, str(path), lines)


def _sized(
    kind: str, head: list[str], rows: list[list[str]], lines: tuple[int, ...], path: Path, wrong: Wrong
) -> None:
    """Sizes that are not given in a column of sizes, where nothing else gives them (a type, or what PyPSA chose)."""
    for at, name in enumerate(head):
        if name not in SIZES or name not in USED[kind]:
            continue
        elsewhere = (f"{name}_extendable", *(["type"] if kind == "transformers" else []))
        others = [head.index(other) for other in elsewhere if other in head]
        for words, line in zip(rows, lines, strict=True):
            if not words[at] and all(words[other].lower() in ("", "false", "0", "0.0") for other in others):
                says = "is ''; a number is expected"
                wrong.cells.append(Problem(Place(str(path), line, f"{kind}.{words[0]}.{name}"), says))


def _column(
    kind: str, name: str, words: list[str], keys: tuple[str, ...], lines: tuple[int, ...], path: Path,
    wrong: Wrong,
) -> Column:
    """Numbers where the attribute is one; an empty cell is the default."""
    default = USED[kind].get(name, MUST_BE.get(kind, {}).get(name, ""))
    if isinstance(default, str):
        return np.array(words, dtype=object)
    empty = float(default)
    return np.array([
        _number(word, Place(str(path), line, f"{kind}.{key}.{name}"), wrong, empty) if word else empty
        for word, line, key in zip(words, lines, keys, strict=True)
    ])


def _series(
    path: Path, keys: tuple[str, ...], stamps: tuple[str, ...], hours: int, wrong: Wrong
) -> Series | None:
    """A table with one row a snapshot; its labels are those of snapshots.csv, or plain row numbers."""
    head, rows, lines = _rows(path, wrong)
    if len(rows) != len(stamps):
        says = f"has {len(rows)} rows; {len(stamps)} are expected, one for each of the snapshots"
        wrong.shape.append(Problem(Place(str(path)), says))
        return None
    for row, words in enumerate(rows):
        if words[0] not in (stamps[row], str(row)):
            says = f"is row '{short(words[0])}'; snapshots.csv has '{stamps[row]}' there"
            wrong.shape.append(Problem(Place(str(path), lines[row], "snapshot"), says))
            return None
    kind = path.stem.partition("-")[0]
    for name in head[1:]:
        if name not in keys:
            wrong.shape.append(Problem(Place(str(path), 1, name), f"is not in {kind}.csv", nearest(name, keys)))
    try:
        values = np.array([words[1:] for words in rows[:hours]], dtype=np.float64)
    except ValueError:
        default = USED[kind].get(path.stem.partition("-")[2], 0.0)
        usual = 0.0 if isinstance(default, str) else float(default)
        values = np.array([
            [_number(word, Place(str(path), line, head[at]), wrong, usual) for at, word in enumerate(words) if at]
            for words, line in zip(rows[:hours], lines, strict=False)
        ])
    return Series(tuple(head[1:]), values.reshape(hours, len(head) - 1), str(path))


def _rows(path: Path, wrong: Wrong) -> tuple[list[str], list[list[str]], tuple[int, ...]]:
    """Header, rows and their lines; a row with more or fewer cells than the header is a problem."""
    reader = Reader()
    text = reader.text(path)
    wrong.shape += [replace(problem, place=replace(problem.place, file=str(path))) for problem in reader.problems]
    read, found = csv.reader(StringIO(text or "", newline="")), list[tuple[int, list[str]]]()
    try:
        head = next(read, [])
        found += [(read.line_num, words) for words in read if words]
    except csv.Error as error:
        wrong.shape.append(Problem(Place(str(path), read.line_num), f"is not CSV: {error}"))
        return [], [], ()
    for name in sorted({name for name in head if head.count(name) > 1}):
        wrong.shape.append(Problem(Place(str(path), 1, name or "(no name)"), "column stands twice"))
    for line, words in found:
        if len(words) != len(head):
            says = f"has {len(words)} cells; {len(head)} are expected, as in the header"
            wrong.shape.append(Problem(Place(str(path), line), says))
    good = [(line, words) for line, words in found if len(words) == len(head)]
    return head, [words for _, words in good], tuple(line for line, _ in good)


def _number(word: str, place: Place, wrong: Wrong, usual: float) -> float:
    """A number, or what is usual with a problem noted."""
    if word.lower() in TRUTHS:
        return TRUTHS[word.lower()]
    try:
        return float(word)
    except ValueError:
        wrong.cells.append(Problem(place, f"is '{short(word)}'; a number is expected"))
        return usual

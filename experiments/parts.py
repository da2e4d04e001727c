"""Parts of a results folder: finished batches of runs, kept as they come and merged at the end.

A part is a folder `parts/<time>-<process>/` with one file a table, renamed into place whole, so a run is
either there with all its rows or not at all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dafeng.configs.errors import ResultsError
from dafeng.experiments.files import TEMPORARY, discard, replacing
from dafeng.experiments.pool import Attempt
from dafeng.experiments.records import labelled, rows
from dafeng.experiments.tables import COLUMNS, empty, read_table, write_table

STALE_S = 3600.0
"""A temporary folder older than this was left by a killed process: a part is written in seconds."""


@dataclass(frozen=True)
class Found:
    """Where a run's rows are and how it ended."""

    part: Path
    status: str
    error: str = ""


def write_part(folder: Path, batch: Sequence[Attempt]) -> Mapping[str, Found]:
    """Keep a batch of tried runs; hourly files first, so that a run that is found is complete."""
    for tried in batch:
        _write_hourly(folder, tried)
    part = folder / "parts" / part_name()
    with replacing(part) as temporary:
        temporary.mkdir()
        for name in COLUMNS:
            write_table(pa.concat_tables([rows(name, tried) for tried in batch], promote_options="default"),
                        temporary / f"{name}.parquet")
    return {tried.task.key: Found(part, tried.status, tried.error) for tried in batch}


def part_name() -> str:
    """A name that no other part has; names sort by time."""
    return f"{time.time_ns():020d}-{os.getpid()}"


def find_runs(folder: Path) -> dict[str, Found]:
    """All runs kept in a folder; of several tries the one that is done, else the last."""
    found: dict[str, Found] = {}
    for part in _parts(folder):
        runs = _read("runs", part)
        for row in runs.select(["run", "status", "error"]).to_pylist():
            if row["run"] not in found or found[row["run"]].status != "done":
                found[row["run"]] = Found(part, row["status"], row["error"])
    return found


def gather(name: str, order: Sequence[str], found: Mapping[str, Found]) -> pa.Table:
    """One table of all these runs, each run's rows in their own order, runs in the order asked."""
    at = {key: number for number, key in enumerate(order)}
    parts = sorted({found[key].part for key in order})
    pieces = [_rows_of(name, part, {key for key in order if found[key].part == part}) for part in parts]
    if not pieces:
        return empty(name)
    table = pa.concat_tables(pieces, promote_options="default")
    numbers = np.array([at[key] for key in table["run"].to_pylist()], np.int64)
    return table.take(pa.array(np.argsort(numbers, kind="stable")))


def sweep(folder: Path) -> None:
    """Remove what killed processes left half written."""
    oldest = time.time() - STALE_S
    for left in (folder / "parts").glob(f"{TEMPORARY}*"):
        if left.stat().st_mtime < oldest:
            discard(left)


def _rows_of(name: str, part: Path, keys: Iterable[str]) -> pa.Table:
    table = _read(name, part)
    return table.filter(pc.is_in(table["run"], pa.array(sorted(keys), pa.string())))


def _read(name: str, part: Path) -> pa.Table:
    """A table of a part; an error says what to do, since running again meets the same part."""
    try:
        return read_table(name, part / f"{name}.parquet")
    except ResultsError as error:
        said = str(error).removesuffix("; run the study again to go on where it stopped")
        raise ResultsError(f"{said}. Delete the folder {part} and run the study again: the runs that it held are made "
                           "anew, all others are kept") from error


def _parts(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in (folder / "parts").iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ResultsError(f"{folder}: {error.strerror}") from error


def _write_hourly(folder: Path, tried: Attempt) -> None:
    if tried.made is None or tried.made.hourly.empty:
        return
    for year, hours in tried.made.hourly.groupby("year", sort=True):
        table = pa.Table.from_pandas(labelled(hours, tried), preserve_index=False)
        write_table(table.replace_schema_metadata(None), folder / "hourly" / f"{tried.task.key}-{year}.parquet")

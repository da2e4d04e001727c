"""Runs that an earlier version of a study has already made: after one bundle is edited, the others need no new run."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from dafeng.configs.errors import ResultsError
from dafeng.experiments.files import replacing
from dafeng.experiments.parts import Found, find_runs, gather, part_name
from dafeng.experiments.tables import COLUMNS, write_table


def adopt(folder: Path, study: str, wanted: Collection[str]) -> dict[str, Found]:
    """Copy finished runs of these keys from the folders beside this one that belong to the same study."""
    adopted: dict[str, Found] = {}
    for other in sorted(folder.parent.glob(f"{study}-*")):
        keys = sorted(set(wanted) - set(adopted))
        if keys and other.is_dir() and other.resolve() != folder.resolve():
            adopted |= _from(other, folder, keys)
    return adopted


def _from(other: Path, folder: Path, keys: list[str]) -> dict[str, Found]:
    """The runs of one other folder; a damaged one has none to give, and is told of when it is asked for itself."""
    try:
        found = find_runs(other)
        mine = [key for key in keys if key in found and found[key].status == "done"]
        tables = {name: gather(name, mine, found) for name in COLUMNS}
    except ResultsError:
        return {}
    if not mine:
        return {}
    for hours in (path for key in mine for path in (other / "hourly").glob(f"{key}-*.parquet")):
        with replacing(folder / "hourly" / hours.name) as temporary:
            shutil.copyfile(hours, temporary)
    part = folder / "parts" / part_name()
    with replacing(part) as temporary:
        temporary.mkdir()
        for name, table in tables.items():
            write_table(table, temporary / f"{name}.parquet")
    return {key: Found(part, "done") for key in mine}

"""From the parts of a results folder to its tables and the last word of its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dafeng.configs.errors import ResultsError
from dafeng.experiments.expand import Expansion
from dafeng.experiments.files import read_json, reason, write_json
from dafeng.experiments.keys import digest
from dafeng.experiments.manifest import manifest
from dafeng.experiments.parts import Found, gather
from dafeng.experiments.tables import COLUMNS, content_hash, file_hash, write_table


def merge(folder: Path, expansion: Expansion, found: Mapping[str, Found]) -> None:
    """Write the tables of all runs that are there, in the study's order; nothing when they already say so."""
    tasks = [task for task in expansion.tasks if task.key in found]
    state = digest([[task.key, found[task.key].part.name, found[task.key].status] for task in tasks])
    with _alone(folder):
        old = read_json(folder / "manifest.json")
        if old.get("state") == state and old.get("digest") == expansion.digest and _is_whole(folder, old):
            return
        order = [task.key for task in tasks]
        tables = {name: _table(folder, name, order, found) for name in COLUMNS}
        statuses = [found[key].status for key in order]
        counts = {
            "asked": len(expansion.tasks), "done": statuses.count("done"), "failed": statuses.count("failed"),
            "missing": len(expansion.tasks) - len(order),
        }
        status = "complete" if counts["done"] == counts["asked"] else "incomplete"
        last = {"status": status, "runs": counts, "state": state, "tables": tables}
        write_json(folder / "manifest.json", {**manifest(expansion, str(old.get("command", ""))), **last})


def _table(folder: Path, name: str, order: list[str], found: Mapping[str, Found]) -> dict[str, Any]:
    table = gather(name, order, found)
    path = folder / f"{name}.parquet"
    write_table(table, path)
    return {"rows": table.num_rows, "content": content_hash(table), "file": file_hash(path)}


def _is_whole(folder: Path, content: Mapping[str, Any]) -> bool:
    hashes = {name: table["file"] for name, table in content["tables"].items()}
    paths = {name: folder / f"{name}.parquet" for name in COLUMNS}
    return all(path.exists() and hashes.get(name) == file_hash(path) for name, path in paths.items())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Shards that end at the same moment merge one after the other (where the system has file locks)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise ResultsError(f"{folder}: {reason(error)}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

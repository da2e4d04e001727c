"""What a run is: everything that can change its numbers, as one key."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

import dafeng

SIMULATING = ("configs", "network", "agents", "sim")
"""Rooms whose code can change a run's numbers; how runs are compared and drawn cannot."""

LIBRARIES = ("mesa", "simpy", "networkx", "numpy", "scipy", "pandas", "numba", "llvmlite", "highspy", "holidays")
"""Libraries whose version can change a run's numbers."""

IDENTITY = ("key", "label", "city_digest", "bundle_digest")
"""Fields of a Task that say what it is and are no field of a Job."""

PLUGINS = ("dafeng.levers", "dafeng.agents", "dafeng.metrics")


@dataclass(frozen=True)
class Task:
    """One run to be made, with its key and digests; all other fields are those of a Job."""

    key: str
    label: str
    """Key of the bundle; `bundle` may be the path of its file."""
    city_digest: str
    bundle_digest: str
    city: str
    bundle: str
    scenario: str
    values: Mapping[str, float | str]
    replication: int
    seed: int
    first_year: int
    last_year: int
    engine: str
    sample_years: int
    support: tuple[str, ...]
    hourly_years: tuple[int, ...]
    checkpoint: str | None = None
    resume: bool = False

    def job(self) -> dict[str, Any]:
        """The fields of the Job."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in IDENTITY}


def digest(content: Any, size: int = 16) -> str:
    """A hash of plain content (numbers, text, lists, mappings), whatever the order of its keys."""
    text = json.dumps(plain(content), sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=size).hexdigest()


def run_key(task: Task) -> str:
    """The key of a run: its job, city, resolved levers, the code that simulates and the libraries it stands on.

    Names of bundle and scenario are labels of rows and so part of the key; where checkpoints lie is not.
    """
    kept = ("checkpoint", "resume", "city", "bundle")  # where files lie changes no number
    asked = {name: value for name, value in task.job().items() if name not in kept}
    return digest({
        "job": asked, "label": task.label, "city": task.city_digest, "levers": task.bundle_digest,
        "version": dafeng.__version__, "source": source_digest(), "libraries": library_versions(),
    }, size=8)


@cache
def source_digest() -> str:
    """A hash of the package's own code that simulates."""
    front = Path(dafeng.__file__).parent
    files = [path for room in SIMULATING for path in (front / room).rglob("*.py")]
    hashed = blake2b(digest_size=16)
    for path in sorted(files, key=lambda path: path.relative_to(front).as_posix()):
        hashed.update(path.relative_to(front).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


@cache
def library_versions() -> Mapping[str, str]:
    """Versions of the interpreter, the libraries and of packages that add levers, agents or metrics."""
    plugins = {point.dist.name for group in PLUGINS for point in entry_points(group=group) if point.dist}
    found = {name: _version(name) for name in (*LIBRARIES, *sorted(plugins - {"dafeng"}))}
    return {"python": platform.python_version(), **{name: number for name, number in found.items() if number}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def plain(value: Any) -> Any:
    """A value in the words of JSON: keys as text, sets sorted, frozen records as mappings."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value

"""Is this machine fit to run the program: versions, cores, memory, caches, fonts, disk, data."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match

from dafeng.configs.errors import DafengError
from dafeng.experiments.study import cores

LEAST_MEMORY_GB = 1.5
"""One worker with all libraries and a year of hours."""
LEAST_DISK_GB = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    is_fine: bool
    says: str


def examine() -> list[Finding]:
    """Everything that was looked at, in order."""
    return [finding for look in LOOKS for finding in look()]


def _python() -> Iterable[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.system()}")


def _packages() -> Iterable[Finding]:
    for line in requires("dafeng") or ():
        if "extra ==" in line:
            continue
        found = match(r"[\w.-]+", line)
        name = found[0] if found else line
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, f"is not installed; install it with: pip install '{line}'")


def _machine() -> Iterable[Finding]:
    yield Finding("cores", True, f"{cores()} (runs in parallel by default)")
    memory = _memory_gb()
    if memory is not None:
        yield Finding("memory", memory >= LEAST_MEMORY_GB, f"{memory:.1f} GB free")


def _disk() -> Iterable[Finding]:
    free = shutil.disk_usage(Path()).free / 1e9
    yield Finding("disk", free >= LEAST_DISK_GB, f"{free:.1f} GB free in the working folder")
    yield Finding("working folder", _is_writable(Path()), "can be written" if _is_writable(Path()) else "is read-only")


def _compiled() -> Iterable[Finding]:
    import dafeng

    beside = Path(dafeng.__file__).parent / "network" / "__pycache__"
    own = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(own)] if own else [beside, beside.parent, Path.home()]
    fine = any(place.is_dir() and _is_writable(place) for place in places)
    says = "compiled code is kept" if fine else "cannot be kept: each start compiles anew; set NUMBA_CACHE_DIR"
    yield Finding("compiled code", fine, says)


def _fonts() -> Iterable[Finding]:
    import dafeng.experiments

    style = Path(dafeng.experiments.__file__).parent / "style"
    fonts = [path.name for path in sorted(style.glob("*.[ot]tf"))]
    yield Finding("Chinese font", bool(fonts), ", ".join(fonts) or "is missing: reinstall the package")


def _data() -> Iterable[Finding]:
    from dafeng.configs import load

    for name in load.names("cities"):
        try:
            yield Finding(f"city {name}", True, f"digest {load.city(name).digest}")
        except DafengError as error:
            yield Finding(f"city {name}", False, str(error).splitlines()[0])


def _imports() -> Iterable[Finding]:
    for name in ("dafeng.sim.run", "dafeng.experiments.figures.base"):
        try:
            __import__(name)
        except ImportError as error:
            yield Finding(name, False, f"cannot be imported: {error}")
        else:
            yield Finding(name, True, "can be imported")


LOOKS: tuple[Callable[[], Iterable[Finding]], ...] = (
    _python, _packages, _machine, _disk, _compiled, _fonts, _data, _imports,
)


def _memory_gb() -> float | None:
    """Memory that is free for new programs, where the system says so."""
    try:
        pages, size = os.sysconf("SC_AVPHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        lines = Path("/proc/meminfo").read_text().splitlines() if Path("/proc/meminfo").exists() else []
    except (AttributeError, ValueError, OSError):
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1e6
    return pages * size / 1e9


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

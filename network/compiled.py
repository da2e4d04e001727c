"""The one door to numba: compiled, cached, typed.

The cache lies in a folder named after a digest of the sources: numba itself does not notice a change in a function
that is called from another file, and would go on using the old machine code.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from hashlib import blake2b
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
ROOMS = ("dafeng.network", "dafeng.agents")
BARE: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
"""Options of `bare`; the last is numba's own word for its runtime of counted memory."""


def compiled(function: F) -> F:
    """A function compiled on first use and cached on disk; no fast maths, so results are equal everywhere."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


def bare(function: F) -> F:
    """A kernel that makes no array: compiled without counts of references; one that does make one is refused.

    Counts are atomic, and where an array is taken out of a record in a loop they cost more than the loop's arithmetic.
    """
    return cast(F, numba.njit(**BARE)(function))


def inlined(function: F) -> F:
    """A step of one compiled function, written into it: on its own it would be compiled twice, alone and in its caller.

    It also spares the call, which hands over each array of a record one by one.
    """
    return cast(F, numba.njit(cache=True, nogil=True, inline="always")(function))


def source_digest() -> str:
    """Digest of every source file of the rooms that compile."""
    digest = blake2b(digest_size=8)
    for room in ROOMS:
        for file in sorted(Path(str(files(room))).glob("*.py")):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where the machine code is kept: the user's cache, or a temporary folder where that cannot be written."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "dafeng" / source_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.gettempdir()) / f"dafeng-{folder.name}"


def is_warm() -> bool:
    """Whether compiled kernels of these sources lie in the cache."""
    return any(Path(str(numba.config.CACHE_DIR)).rglob("*.nbi"))  # type: ignore[attr-defined]


def load_arrays() -> None:
    """Load numba's array functions, which any kernel needs, without scipy's linear algebra, which none does.

    They look for it on import and do without where there is none; it is 17 MB in every process. What has loaded it
    before keeps it, and it can be imported afterwards as ever.
    """
    is_hidden = "scipy.linalg" not in sys.modules
    if is_hidden:
        sys.modules["scipy.linalg"] = cast(Any, None)
    try:
        import_module("numba.np.arraymath")
    finally:
        if is_hidden:
            del sys.modules["scipy.linalg"]


load_arrays()
if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]

"""The one door to numba: compiled, cached, typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """A function compiled on first use and cached on disk; no fast maths, so results are equal everywhere."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))

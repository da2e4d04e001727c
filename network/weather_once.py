"""A value derived once from frozen things, kept while they are in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
T = TypeVar("T")
KEPT = 64
"""Values kept for each function; the oldest goes first."""


def once(make: Callable[P, T]) -> Callable[P, T]:
    """The function, computed once for the same arguments: names and numbers by value, all else by identity.

    Arrays come back read-only. A City holds mappings and cannot be hashed; being frozen, it can be known by identity.

    >>> calls = []
    >>> double = once(lambda values: calls.append(1) or 2 * values[0])
    >>> values = [4]
    >>> double(values), double(values), len(calls)
    (8, 8, 1)
    """
    known: OrderedDict[tuple[object, ...], tuple[object, T]] = OrderedDict()

    @wraps(make)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        named = (*args, *kwargs.values(), *kwargs)
        key = tuple(arg if isinstance(arg, str | int | float) else id(arg) for arg in named)
        if key not in known:
            known[key] = named, _sealed(make(*args, **kwargs))
            if len(known) > KEPT:
                known.popitem(last=False)
        return known[key][1]

    return remembered


def _sealed(value: T) -> T:
    """Arrays that nobody can write to, because others will be given them too."""
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, np.ndarray):
            part.setflags(write=False)
    return value

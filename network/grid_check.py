"""Whether the numbers of a grid can be dispatched on; all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.network.grid import Grid

NEVER_NEGATIVE = ("capacity_mw", "charge_mw", "discharge_mw", "energy_mwh", "power_mw", "limit_mw", "min_share")


def check_grid(grid: Grid) -> None:
    """No number of a grid is missing, and no size is below 0."""
    problems = list(_loads(grid))
    for name in ("branches", "generators", "stores", "flexible", "offers", "buyers"):
        problems += _rows(name, getattr(grid, name))
    if problems:
        raise InputError(problems)


def _loads(grid: Grid) -> Iterator[Problem]:
    """Loads with a missing number."""
    for bus in np.flatnonzero(~np.isfinite(grid.load_mw).all(axis=1)).tolist():
        hour = int(np.flatnonzero(~np.isfinite(grid.load_mw[bus]))[0])
        place = Place("grid", 0, f"load_mw[{grid.buses[bus]}][{hour}]")
        yield Problem(place, f"is {grid.load_mw[bus, hour]}; a number is expected")


def _rows(name: str, table: Any) -> Iterator[Problem]:
    """Fields of one kind of asset with a missing number or a size below 0; infinite sizes and ramps may be."""
    for field in fields(table):
        values = getattr(table, field.name)
        if not isinstance(values, np.ndarray) or values.dtype != np.float64 or not values.size:
            continue
        wrong = np.isnan(values) | ((values < 0.0) if field.name in NEVER_NEGATIVE else False)
        for row in np.flatnonzero(wrong.reshape(len(values), -1).any(axis=1)).tolist():
            value = values[row] if values.ndim == 1 else values[row][np.flatnonzero(wrong[row])[0]]
            says = f"is {value}; {'0 or more' if value < 0.0 else 'a number'} is expected"
            yield Problem(Place("grid", 0, f"{name}.{table.key[row]}.{field.name}"), says)

"""A PyPSA network as tables: components with static attributes and time series, however it was stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.errors import Place, Problem
from dafeng.configs.units import Floats

Column = np.ndarray
"""Static values of one attribute: floats, or strings as objects."""


@dataclass(frozen=True)
class Series:
    """(hours, names) one attribute by hour, for some components of a kind."""

    names: tuple[str, ...]
    values: Floats
    file: str


@dataclass(frozen=True)
class Component:
    """All components of one kind."""

    kind: str
    keys: tuple[str, ...]
    static: Mapping[str, Column]
    series: Mapping[str, Series]
    file: str
    lines: tuple[int, ...] = ()
    """Lines of the components in a CSV table; empty for a netCDF file."""

    def place(self, row: int, attribute: str) -> Place:
        """Where a value stands."""
        line = self.lines[row] if self.lines else 0
        return Place(self.file, line, f"{self.kind}.{self.keys[row]}.{attribute}")


@dataclass(frozen=True)
class Tables:
    """A whole network as stored."""

    file: str
    snapshots: tuple[str, ...]
    weights: Mapping[str, Floats]
    """(hours,) weightings: objective, generators, stores."""
    components: Mapping[str, Component]
    has_periods: bool = False
    """Several investment periods."""
    unread: tuple[str, ...] = field(default=())
    """Tables whose kind is unknown."""
    whole: int = 0
    """Snapshots of the file, of which the first may have been read."""
    problems: tuple[Problem, ...] = ()
    """Cells that are no numbers; the defaults stand in for them."""

    def of(self, kind: str) -> Component:
        """Components of a kind, none if the network has none."""
        return self.components.get(kind, Component(kind, (), {}, {}, self.file))


TIME = "snapshot"
"""The column of labels in every hourly table."""


def told_apart(named: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names of several kinds for one table: a name that stands twice there has its kind before it.

    >>> told_apart({"generators": ("1", "2"), "storage_units": ("1",)})
    ('generators 1', '2', 'storage_units 1')
    """
    count = Counter([TIME, *(name for names in named.values() for name in names)])
    made = [name if count[name] == 1 else f"{kind} {name}" for kind, names in named.items() for name in names]
    again = Counter[str]()
    for at, name in enumerate(made):
        again[name] += 1
        made[at] = name if again[name] == 1 else f"{name} #{again[name]}"
    return tuple(made)

"""A PyPSA network as tables: components with static attributes and time series, however it was stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.errors import Place
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

    def of(self, kind: str) -> Component:
        """Components of a kind, none if the network has none."""
        return self.components.get(kind, Component(kind, (), {}, {}, self.file))

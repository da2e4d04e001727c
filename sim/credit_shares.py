"""Capacity credits by technology, and how well those of them are known that were computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TABLE = "table"
"""The basis of a credit that is a constant of the data."""


@dataclass(frozen=True)
class Credits(Mapping[str, float]):
    """Technology -> share of its capacity that counts as firm.

    >>> credits = Credits({"import": 1.0, "pv_utility": 0.3}, {"pv_utility": 0.01})
    >>> credits["pv_utility"], credits.basis("pv_utility"), credits.basis("import")
    (0.3, 'all', 'table')
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    se: Mapping[str, float] = field(default_factory=dict)
    """Standard errors of the computed ones; what is not here is a constant of the data and has none."""

    def basis(self, technology: str) -> str:
        """What a credit rests on, as the column of outcomes says it."""
        return "all" if technology in self.se else TABLE

    def __getitem__(self, technology: str) -> float:
        return self.shares[technology]

    def __iter__(self) -> Iterator[str]:
        return iter(self.shares)

    def __len__(self) -> int:
        return len(self.shares)

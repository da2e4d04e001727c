"""One long table of what a year amounted to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

DIMS = ("variable", "county", "sector", "technology", "fuel", "basis")
ALL = "all"


@dataclass(frozen=True)
class Entry:
    """One amount; `all` stands where a dimension does not apply, never null."""

    variable: str
    value: float
    unit: str
    county: str = ALL
    sector: str = ALL
    technology: str = ALL
    fuel: str = ALL
    basis: str = ALL
    se: float = 0.0


@dataclass
class Ledger:
    """Rows of amounts that can be filtered, grouped and summed.

    >>> book = Ledger([Entry("fuel_gj", 3.0, "GJ", fuel="coal"), Entry("fuel_gj", 1.0, "GJ", fuel="diesel")])
    >>> book.where(fuel="coal").total() / book.total()
    0.75
    """

    entries: list[Entry] = field(default_factory=list)
    _of_variable: dict[str, list[Entry]] | None = field(default=None, repr=False, compare=False)

    def add(self, variable: str, value: float, unit: str, **dims: str | float) -> None:
        """One more amount."""
        self.extend((Entry(variable, float(value), unit, **dims),))  # type: ignore[arg-type]

    def extend(self, entries: Iterable[Entry]) -> None:
        """Many more amounts."""
        self.entries.extend(entries)
        self._of_variable = None

    def where(self, **dims: str | tuple[str, ...]) -> Ledger:
        """The rows whose dimensions have these values (or one of these)."""
        found = self._named(dims.pop("variable")) if isinstance(dims.get("variable"), str) else self.entries
        for name, value in dims.items():
            read, values = attrgetter(name), value if isinstance(value, tuple) else (value,)
            found = [entry for entry in found if read(entry) in values]
        return Ledger(found if found is not self.entries else list(found))

    def _named(self, variable: str | tuple[str, ...]) -> list[Entry]:
        """Rows of one variable, sorted out once for all readers."""
        if self._of_variable is None:
            sorted_out: dict[str, list[Entry]] = defaultdict(list)
            for entry in self.entries:
                sorted_out[entry.variable].append(entry)
            self._of_variable = dict(sorted_out)
        return list(self._of_variable.get(str(variable), ()))

    def by(self, *dims: str) -> Ledger:
        """Sums over all dimensions but these (the variable is always kept)."""
        keep = {"variable", *dims}
        sums: dict[tuple[str, ...], float] = defaultdict(float)
        first: dict[tuple[str, ...], Entry] = {}
        for e in self.entries:
            key = tuple(getattr(e, name) if name in keep else ALL for name in DIMS)
            sums[key] += e.value
            first.setdefault(key, e)
        return Ledger(
            [
                replace(first[key], value=value, se=0.0, **dict(zip(DIMS, key, strict=True)))
                for key, value in sums.items()
            ]
        )

    def total(self) -> float:
        """Sum of all values."""
        return float(sum(e.value for e in self.entries))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

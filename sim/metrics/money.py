"""Money of a year by kind, from the variables that share a prefix; not a metric itself."""

from __future__ import annotations

from collections.abc import Mapping

from dafeng.sim.ledger import Entry, Ledger
from dafeng.sim.year import Year


def by_kind(year: Year, prefix: str) -> dict[str, float]:
    """CNY by kind: `cost_fuel_cny` is fuel of the prefix `cost_`. One pass, since a ledger has thousands of rows."""
    found: dict[str, float] = {}
    for entry in year.ledger:
        if entry.variable.startswith(prefix):
            kind = entry.variable.removeprefix(prefix).removesuffix("_cny")
            found[kind] = found.get(kind, 0.0) + entry.value
    return found


def rows_of(variable: str, kinds: Mapping[str, float]) -> Ledger:
    """The total and its kinds (technology) as rows."""
    parts = [Entry(variable, cny, "CNY", technology=kind) for kind, cny in kinds.items()]
    return Ledger([Entry(variable, sum(kinds.values()), "CNY"), *parts])

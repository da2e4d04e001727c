"""Adequacy estimates as ledger rows, one a view; not a metric itself."""

from __future__ import annotations

from math import isfinite

from dafeng.configs.values import Estimate
from dafeng.network.province_ranges import ranged
from dafeng.sim.ledger import Ledger
from dafeng.sim.year import Year


def by_view(year: Year, variable: str, field: str, unit: str) -> Ledger:
    """One index in every view that was assessed, with its standard error."""
    book = Ledger()
    for view, adequacy in sorted(year.adequacy.items()):
        estimate: Estimate = getattr(adequacy, field)
        if not isfinite(estimate.value):
            continue  # the view does not exist: a margin of what is never short is no number
        book.add(variable, estimate.value, unit, basis=view, se=estimate.se)
    return book


def by_states(year: Year, variable: str, index: str, unit: str) -> Ledger:
    """An index of the provincial view with all rare states of the province at the ends of their ranges.

    Where no shortage was seen in any state, 0 has the bound of the view as its error.
    """
    book = Ledger()
    if (adequacy := year.adequacy.get("province")) is not None:
        seen: Estimate = getattr(adequacy, index)
        bound: dict[str, float] = {} if seen.value > 0.0 else {"se": seen.se}
        for end, indices in ranged(year.city, adequacy.state_means).items():
            book.add(variable, indices[index], unit, basis=f"states:{end}", **bound)
    return book

"""Adequacy estimates as ledger rows, one a view; not a metric itself."""

from __future__ import annotations

from dafeng.configs.values import Estimate
from dafeng.sim.ledger import Ledger
from dafeng.sim.year import Year


def by_view(year: Year, variable: str, field: str, unit: str) -> Ledger:
    """One index in every view that was assessed, with its standard error."""
    book = Ledger()
    for view, adequacy in sorted(year.adequacy.items()):
        estimate: Estimate = getattr(adequacy, field)
        book.add(variable, estimate.value, unit, basis=view, se=estimate.se)
    return book

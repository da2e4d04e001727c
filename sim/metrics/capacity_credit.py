"""What a megawatt of each technology counts in capacity payments (MODEL_SPEC 7.6)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("capacity_credit", unit="1", better="higher", title="Capacity credit", title_zh="容量置信度")
def capacity_credit(year: Year) -> Ledger:
    """ELCC over capacity by technology, as last computed: in the first year and every fifth after it.

    What is a constant of the data (imports, small hydro; all of them with `capacity_credit: table`) has basis `table`.
    """
    book, credits = Ledger(), year.credit
    for technology, share in sorted(credits.items()):
        error, basis = credits.se.get(technology, 0.0), credits.basis(technology)
        book.add("capacity_credit", share, "1", technology=technology, basis=basis, se=error)
    return book

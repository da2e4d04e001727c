"""What a megawatt of each technology counts in capacity payments (MODEL_SPEC 7.6)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("capacity_credit", unit="1", better="higher", title="Capacity credit", title_zh="容量置信度")
def capacity_credit(year: Year) -> Ledger:
    """ELCC over capacity by technology, as last computed: in the first year and every fifth after it."""
    book = Ledger()
    for technology, share in sorted(year.credit.items()):
        book.add("capacity_credit", share, "1", technology=technology)
    return book

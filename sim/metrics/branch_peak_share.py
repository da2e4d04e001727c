"""Highest use of each branch over its limit."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("branch_peak_share", unit="1", title="Branch loading", title_zh="线路最大负载率")
def branch_peak_share(year: Year) -> Ledger:
    """Highest hourly flow over the usable limit, by branch."""
    book = Ledger()
    for key, share in year.peaks.items():
        book.add("branch_peak_share", share, "1", technology=key)
    return book

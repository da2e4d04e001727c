"""Storage power standing at the year's end by technology."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("storage_mw", unit="MW", title="Storage", title_zh="储能装机")
def storage_mw(year: Year) -> Ledger:
    """Power of stores in the city, by technology."""
    book = Ledger()
    for store in year.assembly.standing_stores():
        book.add("storage_mw", store.power_mw, "MW", technology=store.technology)
    return Ledger([*book.by(), *book.by("technology")])

"""How many shortages a year's indices and tables of shortages rest on, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("shortages_seen", unit="1", better="lower", title="Shortages seen", title_zh="抽样所见缺电次数")
def shortages_seen(year: Year) -> Ledger:
    """Shortages in all sample years, each counted once, however rare its state of the province; at most those kept."""
    book = Ledger()
    for view, adequacy in sorted(year.adequacy.items()):
        book.add("shortages_seen", float(len(adequacy.events["sample"])), "1", basis=str(view))
    return book

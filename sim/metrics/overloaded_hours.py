"""Hours in which a branch exceeds its N-1 limit."""

from __future__ import annotations

from dafeng.sim.ledger import Entry, Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("overloaded_hours", unit="h", better="lower", title="Overloaded hours", title_zh="越限小时数")
def overloaded_hours(year: Year) -> Ledger:
    """Hours of overload by branch: counted and shown; the fast engine relieves them where `line_relief` asks for it."""
    book = Ledger()
    for key, hours in year.overload.items():
        book.add("overloaded_hours", hours, "h", technology=key)
    return Ledger([Entry("overloaded_hours", book.total(), "h"), *(entry for entry in book if entry.value > 0)])

"""Hours in which a branch exceeds its N-1 limit, and hours in which redispatch kept it."""

from __future__ import annotations

from collections.abc import Mapping

from dafeng.sim.ledger import Entry, Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("overloaded_hours", unit="h", better="lower", title="Overloaded hours", title_zh="越限小时数")
def overloaded_hours(year: Year) -> Ledger:
    """Hours of overload by branch that nothing relieved: counted and shown."""
    return _by_branch("overloaded_hours", year.overload)


@METRICS.add("redispatched_hours", unit="h", better="lower", title="Redispatched hours", title_zh="重新调度小时数")
def redispatched_hours(year: Year) -> Ledger:
    """Hours by branch in which the market asked for more than the N-1 limit and redispatch kept it."""
    return _by_branch("redispatched_hours", year.redispatched)


def _by_branch(name: str, hours: Mapping[str, float]) -> Ledger:
    """The sum, then each branch that has any."""
    book = Ledger()
    for key, value in hours.items():
        book.add(name, value, "h", technology=key)
    return Ledger([Entry(name, book.total(), "h"), *(entry for entry in book if entry.value > 0)])

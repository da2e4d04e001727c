"""Load that response and orders took away, less what came back later."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("response_mwh", unit="MWh", title="Response, less rebound", title_zh="需求响应电量（扣除反弹）")
def response_mwh(year: Year) -> Ledger:
    """Response called in the operated year less its rebound, in all; orders as well where there were any."""
    book = year.book("response_mwh")
    book.add("response_mwh", 0.0, "MWh")
    return Ledger([*book.by(), *(entry for entry in book.by("technology") if entry.technology != "all")])

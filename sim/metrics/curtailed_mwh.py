"""Curtailed output by technology."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("curtailed_mwh", unit="MWh", better="lower", title="Curtailment", title_zh="弃电量")
def curtailed_mwh(year: Year) -> Ledger:
    """Output that weather gave and nobody could take."""
    book = year.book("curtailed_mwh")
    book.add("curtailed_mwh", 0.0, "MWh")
    return Ledger([*book.by(), *(entry for entry in book.by("technology") if entry.technology != "all")])

"""Electricity used in the city by sector and county."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("load_mwh", unit="MWh", title="Electricity use", title_zh="用电量")
def load_mwh(year: Year) -> Ledger:
    """Electricity of the year by sector and county, losses included."""
    book = year.book("load_mwh")
    return Ledger([*book.by(), *book.by("sector"), *book.by("county")])

"""CO2 in the four boundaries (MODEL_SPEC 8.4)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("emissions_tco2", unit="t", better="lower", title="CO2 emissions", title_zh="二氧化碳排放")
def emissions_tco2(year: Year) -> Ledger:
    """CO2 by boundary: in all, by sector, by county, by fuel."""
    book = year.emissions_tco2
    return Ledger(
        [*book.by("basis"), *book.by("basis", "sector"), *book.by("basis", "county"), *book.by("basis", "fuel")]
    )

"""What the city's stores lose in a year."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("storage_losses_mwh", unit="MWh", better="lower", title="Storage losses", title_zh="储能损耗电量")
def storage_losses_mwh(year: Year) -> Ledger:
    """Charge less discharge less the change of level of the city's stores, in all and by technology."""
    book = year.book("storage_losses_mwh")
    book.add("storage_losses_mwh", 0.0, "MWh")
    return Ledger([*book.by(), *(entry for entry in book.by("technology") if entry.technology != "all")])

"""Energy cut by order of the operator in the operated year."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "ordered_mwh", unit="MWh", better="lower", title="Energy cut by order (operated year)",
    title_zh="有序用电削减电量（运行年）",
)  # fmt: skip
def ordered_mwh(year: Year) -> Ledger:
    """Orderly power use in the operated year, city and counties, besides `unserved_mwh`; no row without a plan."""
    book = year.book("ordered_mwh")
    return Ledger([*book.by(), *(entry for entry in book.by("county") if entry.county != "all")]) if len(book) else book

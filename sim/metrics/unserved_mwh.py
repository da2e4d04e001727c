"""Energy not served in the operated year."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "unserved_mwh", unit="MWh", better="lower", title="Unserved energy (operated year)", title_zh="缺供电量（运行年）"
)
def unserved_mwh(year: Year) -> Ledger:
    """What the operated year lost, city and counties; one draw, not an expectation (see eue_mwh)."""
    book = year.book("unserved_mwh")
    book.add("unserved_mwh", 0.0, "MWh")
    return Ledger([*book.by(), *(entry for entry in book.by("county") if entry.county != "all")])

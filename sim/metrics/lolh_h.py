"""Hours a year with unserved energy, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("lolh_h", unit="h/y", better="lower", title="LOLH", title_zh="失负荷小时数")
def lolh_h(year: Year) -> Ledger:
    """Hours a year with unserved energy, by view (MODEL_SPEC 7.3)."""
    return by_view(year, "lolh_h", "lolh_h", "h/y")

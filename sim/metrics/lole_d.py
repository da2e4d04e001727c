"""Days a year with unserved energy, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("lole_d", unit="d/y", better="lower", title="LOLE", title_zh="失负荷期望（天）")
def lole_d(year: Year) -> Ledger:
    """Days a year with unserved energy, by view (MODEL_SPEC 7.3)."""
    return by_view(year, "lole_d", "lole_d", "d/y")

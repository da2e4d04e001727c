"""Events a year, read from hourly states, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("lolf_hourly", unit="1/y", better="lower", title="LOLF (hourly states)", title_zh="失负荷频率")
def lolf_hourly(year: Year) -> Ledger:
    """Events a year, read from hourly states, by view (MODEL_SPEC 7.3)."""
    return by_view(year, "lolf_hourly", "lolf_hourly", "1/y")

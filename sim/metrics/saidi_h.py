"""Hours a year that the average customer is without power (SAIDI, MODEL_SPEC 7.7)."""

from __future__ import annotations

from dafeng.sim import customers
from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("saidi_h", unit="h/y", better="lower", title="SAIDI", title_zh="用户平均停电时间")
def saidi_h(year: Year) -> Ledger:
    """City, causes (bulk, distribution, storm) and counties; without planned work (sim/customers.py)."""
    return customers.ledger(year, "saidi_h", "hours", "h/y")

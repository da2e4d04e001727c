"""How often a year the average customer is without power (SAIFI, MODEL_SPEC 7.7)."""

from __future__ import annotations

from dafeng.sim import customers
from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("saifi", unit="1/y", better="lower", title="SAIFI", title_zh="用户平均停电次数")
def saifi(year: Year) -> Ledger:
    """City, causes (bulk, distribution, storm) and counties; without planned work (sim/customers.py)."""
    return customers.ledger(year, "saifi", "times", "1/y")

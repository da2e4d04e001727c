"""Cost of serving the city, purchases at what it pays for them, excise left out (MODEL_SPEC 10.1)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.money import by_kind, rows_of
from dafeng.sim.year import Year


@METRICS.add("system_cost_cny", unit="CNY", better="lower", title="System cost", title_zh="系统成本")
def system_cost_cny(year: Year) -> Ledger:
    """Annuities of investments in the run, fixed, fuel, variable, start, purchase, response and unserved energy."""
    return rows_of("system_cost_cny", by_kind(year, "cost_"))

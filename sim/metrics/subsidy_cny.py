"""What the city pays agents (MODEL_SPEC 10.2)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("subsidy_cny", unit="CNY", better="lower", title="Policy cost to the budget", title_zh="财政支出")
def subsidy_cny(year: Year) -> float:
    """Payments to buyers, roofs, efficiency measures, response, storage and contracts for difference."""
    return year.book("subsidy_cny").total()

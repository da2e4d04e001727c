"""When in the year shortages fall, by view: hours a year in each month and hour of the day."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.shortages import by_month_and_hour
from dafeng.sim.year import Year


@METRICS.add(
    "shortage_hours", unit="h/y", better="lower", title="Shortage by month and hour", title_zh="缺电时段分布"
)
def shortage_hours(year: Year) -> Ledger:
    """Expected hours of shortage by month (technology) and hour of the day (fuel); none where nothing was short."""
    return by_month_and_hour(year, "shortage_hours")

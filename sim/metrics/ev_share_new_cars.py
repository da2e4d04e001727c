"""Electric share of new passenger cars (target T29)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "ev_share_new_cars", unit="1", better="higher", title="Electric share of new cars", title_zh="新车电动化率"
)
def ev_share_new_cars(year: Year) -> float:
    """Battery and plug-in hybrid cars among new private and business cars."""
    new = year.book("new_vehicles").where(technology=("private_car", "business_car"))
    return new.where(fuel=("bev", "phev")).total() / max(new.total(), 1.0)

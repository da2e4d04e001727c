"""Oil burnt by land transport (target T32)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "oil_land_transport_gj", unit="GJ", better="lower", title="Oil of land transport", title_zh="陆路交通石油消费"
)
def oil_land_transport_gj(year: Year) -> float:
    """Gasoline and diesel of road vehicles."""
    road = year.book("vehicle_stock").by("technology")
    classes = tuple(entry.technology for entry in road)
    return year.fuel_gj.where(sector="transport", technology=classes, fuel=("gasoline", "diesel")).total()

"""New- and clean-energy share of new vehicles (target T28)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "clean_share_new_vehicles",
    unit="1",
    better="higher",
    title="Clean share of new vehicles",
    title_zh="新增清洁车辆占比",
)
def clean_share_new_vehicles(year: Year) -> float:
    """Electric, hydrogen and LNG among all new vehicles but motorcycles."""
    new = year.book("new_vehicles")
    road = new.total() - new.where(technology="motorcycle").total()
    clean = new.where(fuel=("bev", "phev", "h2", "lng"))
    return (clean.total() - clean.where(technology="motorcycle").total()) / max(road, 1.0)

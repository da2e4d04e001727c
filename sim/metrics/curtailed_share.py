"""Curtailed share of the city's wind and sun."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("curtailed_share", unit="1", better="lower", title="Curtailed share", title_zh="弃电率")
def curtailed_share(year: Year) -> float:
    """Curtailed over possible output of wind and sun in the city."""
    kinds = ("wind_onshore", "wind_offshore", "pv_utility", "pv_rooftop")
    lost = year.book("curtailed_mwh").where(technology=kinds).total()
    used = year.generation_mwh.where(technology=kinds, sector=("power", "provincial")).total()
    return lost / max(lost + used, 1.0)

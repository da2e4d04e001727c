"""How long and how deep shortages are, by view: events a year in classes of duration and depth."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.shortages import by_duration_and_depth
from dafeng.sim.year import Year


@METRICS.add(
    "shortage_events", unit="1/y", better="lower", title="Shortages by duration and depth",
    title_zh="缺电事件时长与深度",
)
def shortage_events(year: Year) -> Ledger:
    """Expected shortages a year by duration (technology) and deepest hour (fuel); none where nothing was short."""
    return by_duration_and_depth(year, "shortage_events")

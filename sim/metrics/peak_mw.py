"""Highest load of the city."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("peak_mw", unit="MW", title="Peak load", title_zh="最高负荷")
def peak_mw(year: Year) -> float:
    """Highest hourly load of the city, charging included, before shedding."""
    return float(year.city_load_mw().max())

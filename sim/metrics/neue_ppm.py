"""Unserved energy per energy asked, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("neue_ppm", unit="ppm", better="lower", title="NEUE", title_zh="缺供电量比例")
def neue_ppm(year: Year) -> Ledger:
    """Unserved energy per energy asked, by view (MODEL_SPEC 7.3)."""
    return by_view(year, "neue_ppm", "neue_ppm", "ppm")

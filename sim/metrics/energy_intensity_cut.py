"""Fall of energy intensity since the first year (target T01)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.energy_intensity import energy_intensity
from dafeng.sim.year import Year


@METRICS.add(
    "energy_intensity_cut", unit="1", better="higher", title="Fall of energy intensity", title_zh="能耗强度下降率"
)
def energy_intensity_cut(year: Year) -> float:
    """1 less this year's intensity over the first year's."""
    now = energy_intensity(year)
    return 1.0 - now / year.first.get("energy_intensity", now)

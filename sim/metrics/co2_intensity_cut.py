"""Fall of CO2 intensity since the first year."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.co2_intensity import co2_intensity
from dafeng.sim.year import Year


@METRICS.add("co2_intensity_cut", unit="1", better="higher", title="Fall of CO2 intensity", title_zh="碳强度下降率")
def co2_intensity_cut(year: Year) -> float:
    """1 less this year's intensity over the first year's."""
    now = co2_intensity(year)
    return 1.0 - now / year.first.get("co2_intensity", now)

"""CO2 of the plan boundary per GDP."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("co2_intensity", unit="t/MCNY", better="lower", title="CO2 intensity", title_zh="碳排放强度")
def co2_intensity(year: Year) -> float:
    """t per million CNY of 2020."""
    return year.emissions_tco2.where(basis="plan").total() / year.gdp_mcny

"""Energy per GDP at constant prices."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.energy_tce import energy_tce
from dafeng.sim.year import Year


@METRICS.add("energy_intensity", unit="tce/MCNY", better="lower", title="Energy intensity", title_zh="能耗强度")
def energy_intensity(year: Year) -> float:
    """tce per million CNY of 2020."""
    return energy_tce(year) / year.gdp_mcny

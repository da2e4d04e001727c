"""Fall of CO2 per tonne of clinker since the first year (target T14)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.clinker_co2 import clinker_co2
from dafeng.sim.year import Year


@METRICS.add(
    "clinker_co2_cut",
    unit="1",
    better="higher",
    title="Fall of CO2 per tonne of clinker",
    title_zh="单位熟料碳排放下降率",
)
def clinker_co2_cut(year: Year) -> float:
    """1 less this year's tCO2 per tonne over the first year's."""
    now = clinker_co2(year)
    return 1.0 - now / year.first.get("clinker_co2", now) if now > 0 else 0.0

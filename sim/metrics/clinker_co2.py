"""CO2 per tonne of clinker, fuel and process."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("clinker_co2", unit="t/t", better="lower", title="CO2 per tonne of clinker", title_zh="单位熟料碳排放")
def clinker_co2(year: Year) -> float:
    """tCO2 per tonne; 0 where the city makes none."""
    tonnes = year.book("activity").where(sector="cement").total()
    return year.emissions_tco2.where(basis="territorial", sector="cement").total() / tonnes if tonnes > 0 else 0.0

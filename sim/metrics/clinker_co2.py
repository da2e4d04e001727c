"""CO2 per tonne of clinker, fuel and process."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year

OF_KILNS = ("coal", "process")
"""Fuels of clinker kilns, which burn no gas; some grinding mills dry with coal, and that little is counted too."""


@METRICS.add("clinker_co2", unit="t/t", better="lower", title="CO2 per tonne of clinker", title_zh="单位熟料碳排放")
def clinker_co2(year: Year) -> float:
    """tCO2 per tonne of clinker; 0 where the city makes none. Cement that is only ground is no clinker."""
    tonnes = sum(entry.value for entry in year.book("activity").where(sector="cement") if entry.unit == "t clinker")
    emitted = year.emissions_tco2.where(basis="territorial", sector="cement", fuel=OF_KILNS).total()
    return emitted / tonnes if tonnes > 0 else 0.0

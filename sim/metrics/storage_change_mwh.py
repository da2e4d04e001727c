"""What the city's stores hold more at the end of a year than at its start."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("storage_change_mwh", unit="MWh", title="Change of stored energy", title_zh="储能电量变化")
def storage_change_mwh(year: Year) -> float:
    """Energy in the city's stores at the end of the year less that at its start."""
    return year.book("storage_change_mwh").total()

"""What the city buys from the pool."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("net_import_mwh", unit="MWh", title="Net purchase from the pool", title_zh="净购入电量")
def net_import_mwh(year: Year) -> float:
    """Load and losses less the output of units that serve the city; negative when the city sells."""
    return year.book("pool_purchase_mwh").total()

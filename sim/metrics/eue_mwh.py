"""Expected unserved energy, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("eue_mwh", unit="MWh/y", better="lower", title="EUE", title_zh="期望缺供电量")
def eue_mwh(year: Year) -> Ledger:
    """Expected unserved energy, by view (MODEL_SPEC 7.3)."""
    return by_view(year, "eue_mwh", "eue_mwh", "MWh/y")

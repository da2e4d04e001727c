"""Mean unserved energy of the worst twentieth of sample years, by view (MODEL_SPEC 7.3)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add(
    "cvar95_mwh", unit="MWh/y", better="lower", title="CVaR 95 % of unserved energy", title_zh="缺供电量 CVaR95"
)
def cvar95_mwh(year: Year) -> Ledger:
    """Mean unserved energy of the worst twentieth of sample years, by view (MODEL_SPEC 7.3)."""
    return by_view(year, "cvar95_mwh", "cvar95_mwh", "MWh/y")

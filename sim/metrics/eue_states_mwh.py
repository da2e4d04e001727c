"""EUE of the provincial view where rare states of the province are more or less probable (MODEL_SPEC 7.8)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_states
from dafeng.sim.year import Year


@METRICS.add("eue_states_mwh", unit="MWh/y", better="lower", title="EUE at the ends of the states' ranges",
             title_zh="各省情概率上下限的期望缺供电量")
def eue_states_mwh(year: Year) -> Ledger:
    """Expected unserved energy with all rare states at the low and the high end of their assumed ranges (basis)."""
    return by_states(year, "eue_states_mwh", "eue_mwh", "MWh/y")

"""LOLH of the provincial view where rare states of the province are more or less probable (MODEL_SPEC 7.8)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_states
from dafeng.sim.year import Year


@METRICS.add("lolh_states_h", unit="h/y", better="lower", title="LOLH at the ends of the states' ranges",
             title_zh="各省情概率上下限的缺供小时")
def lolh_states_h(year: Year) -> Ledger:
    """Hours of shortage with all rare states at the low and the high end of their assumed ranges (basis)."""
    return by_states(year, "lolh_states_h", "lolh_h", "h/y")

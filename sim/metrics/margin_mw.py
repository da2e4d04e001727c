"""Constant load that still fits under an LOLH of 2.4 h a year, by view (MODEL_SPEC 7.6)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("margin_mw", unit="MW", better="higher", title="Margin", title_zh="裕度")
def margin_mw(year: Year) -> Ledger:
    """Constant load that still fits under an LOLH of 2.4 h a year, by view (MODEL_SPEC 7.6)."""
    return by_view(year, "margin_mw", "margin_mw", "MW")

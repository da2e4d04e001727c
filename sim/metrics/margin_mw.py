"""Constant load that still fits until a view's pool is short for 2.4 h a year (MODEL_SPEC 7.6)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.reliability import by_view
from dafeng.sim.year import Year


@METRICS.add("margin_mw", unit="MW", better="higher", title="Margin of the pool", title_zh="电力池裕度")
def margin_mw(year: Year) -> Ledger:
    """Constant load that still fits until a view's pool is short for 2.4 h a year (MODEL_SPEC 7.6).

    LOLH of the view also counts hours in which only offtakes or lines do not deliver, and so may be above the standard
    where this is not negative. A view without a pool has the margin of its offtakes and lines.
    """
    return by_view(year, "margin_mw", "margin_mw", "MW")

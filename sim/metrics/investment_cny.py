"""What agents invest."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("investment_cny", unit="CNY", title="Investment", title_zh="投资")
def investment_cny(year: Year) -> Ledger:
    """Money spent on new things this year, by sector."""
    return year.book("investment_cny").by("sector")

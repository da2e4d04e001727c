"""Money that changes hands and uses up nothing: carbon payments and fuel taxes (MODEL_SPEC 10.1)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.money import by_kind, rows_of
from dafeng.sim.year import Year


@METRICS.add("transfer_cny", unit="CNY", title="Carbon payments and fuel taxes", title_zh="碳支付与燃油税（转移支付）")
def transfer_cny(year: Year) -> Ledger:
    """Carbon payments of units that serve the city and excise on its fuel, by technology; in no cost."""
    return rows_of("transfer_cny", by_kind(year, "transfer_"))

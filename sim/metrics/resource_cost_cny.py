"""What city and province use up: system cost, the pool's own cost in place of its price (MODEL_SPEC 10.1)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.money import by_kind, rows_of
from dafeng.sim.year import Year


@METRICS.add(
    "resource_cost_cny", unit="CNY", better="lower", title="Resource cost, city and province",
    title_zh="资源成本（本市与全省）",
)  # fmt: skip
def resource_cost_cny(year: Year) -> Ledger:
    """Costs of the city but purchases, and what the pool uses up to sell to all; of use in differences of bundles."""
    kinds = by_kind(year, "cost_")
    kinds.pop("purchase", None)
    return rows_of("resource_cost_cny", kinds | {"pool": year.book("pool_cost_cny").total()})

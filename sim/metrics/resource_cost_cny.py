"""What the city and the province use up: system cost with the pool's own cost in place of its price (MODEL_SPEC 10.1)."""

from __future__ import annotations

from dataclasses import replace

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year

PURCHASE = "cost_purchase_cny"


@METRICS.add(
    "resource_cost_cny", unit="CNY", better="lower", title="Resource cost, city and province",
    title_zh="资源成本（本市与全省）",
)
def resource_cost_cny(year: Year) -> Ledger:
    """Costs of the city but purchases, and what the pool uses up to sell to all; of use in differences of bundles."""
    costs = [
        replace(e, technology=e.variable.removeprefix("cost_").removesuffix("_cny"))
        for e in year.ledger
        if e.variable.startswith("cost_") and e.variable != PURCHASE
    ]
    pool = [replace(e, technology="pool") for e in year.book("pool_cost_cny")]
    book = Ledger([replace(e, variable="resource_cost_cny") for e in (*costs, *pool)])
    return Ledger([*book.by(), *book.by("technology")])

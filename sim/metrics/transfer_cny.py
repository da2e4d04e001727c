"""Money that changes hands and uses up nothing: carbon payments and fuel taxes (MODEL_SPEC 10.1)."""

from __future__ import annotations

from dataclasses import replace

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("transfer_cny", unit="CNY", title="Carbon payments and fuel taxes", title_zh="碳支付与燃油税（转移支付）")
def transfer_cny(year: Year) -> Ledger:
    """Carbon payments of units that serve the city and excise on its fuel, by technology; in no cost."""
    paid = Ledger(
        [
            replace(e, variable="transfer_cny", technology=e.variable.removeprefix("transfer_").removesuffix("_cny"))
            for e in year.ledger
            if e.variable.startswith("transfer_")
        ]
    )
    return Ledger([*paid.by(), *paid.by("technology")])

"""How the capacity credit of a kind falls with its size, in years whose curves a study asked for (MODEL_SPEC 7.6)."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "capacity_credit_curve", unit="1", better="higher", title="Capacity credit by size", title_zh="容量置信度曲线"
)
def capacity_credit_curve(year: Year) -> Ledger:
    """ELCC over capacity by kind (technology) and size (fuel, 'at 5000 MW'); none without `capacity_credit: curves`."""
    book = Ledger()
    for (kind, mw), share in sorted(year.credit_curves.items()):
        book.add("capacity_credit_curve", share.value, "1", technology=kind, fuel=f"at {mw:.0f} MW", se=share.se)
    return book

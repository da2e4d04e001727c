"""Expected energy cut by order of the operator, by view."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "expected_ordered_mwh", unit="MWh/y", better="lower", title="Expected energy cut by order",
    title_zh="期望有序用电削减电量",
)  # fmt: skip
def expected_ordered_mwh(year: Year) -> Ledger:
    """What adequacy cuts by order a year, besides `eue_mwh`; no row without a plan for it."""
    book = Ledger()
    if not any(offer.is_ordered for offer in year.assembly.offers):
        return book
    for view, adequacy in sorted(year.adequacy.items()):
        if view != "deliverability":
            estimate = adequacy.parts["ordered_mwh"]
            book.add("expected_ordered_mwh", estimate.value, "MWh/y", basis=view, se=estimate.se)
    return book

"""Fuel burnt in the city, by sector and fuel."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("fuel_gj", unit="GJ", title="Fuel use", title_zh="燃料消费")
def fuel_gj(year: Year) -> Ledger:
    """Fuel burnt in the city, by fuel and by sector and fuel."""
    book = Ledger([entry for entry in year.fuel_gj if entry.sector != "province"])
    return Ledger([*book.by("fuel"), *book.by("sector", "fuel")])

"""Capacity at the year's end by technology."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("capacity_mw", unit="MW", title="Capacity", title_zh="装机容量")
def capacity_mw(year: Year) -> Ledger:
    """Capacity standing at the year's end, by technology; the UHVDC terminal is not a plant."""
    book = Ledger()
    for unit in year.assembly.standing_units():
        book.add(
            "capacity_mw",
            unit.capacity_mw / unit.gross_to_net,
            "MW",
            technology=unit.technology,
            fuel=unit.fuel,
            sector="provincial" if unit.is_provincial else "power",
        )
    return Ledger([*book.by("technology"), *book.by("technology", "fuel", "sector")])

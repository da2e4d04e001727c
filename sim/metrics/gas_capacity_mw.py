"""Gas-fired capacity of the city (target T08)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("gas_capacity_mw", unit="MW", title="Gas capacity", title_zh="气电装机")
def gas_capacity_mw(year: Year) -> float:
    """Gas units at the year's end, gross MW."""
    return sum(u.capacity_mw / u.gross_to_net for u in year.assembly.standing_units() if u.fuel == "natural_gas")

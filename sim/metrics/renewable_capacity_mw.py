"""Renewable capacity of the city (target T07)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("renewable_capacity_mw", unit="MW", better="higher", title="Renewable capacity", title_zh="可再生能源装机")
def renewable_capacity_mw(year: Year) -> float:
    """Wind, sun, hydro, biomass and waste at the year's end, gross MW."""
    fuels = {"wind", "solar", "water", "biomass", "msw"}
    return sum(u.capacity_mw / u.gross_to_net for u in year.assembly.standing_units() if u.fuel in fuels)

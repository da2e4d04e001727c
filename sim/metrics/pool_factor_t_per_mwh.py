"""Emission factor of the pool (MODEL_SPEC 8.3)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "pool_factor_t_per_mwh", unit="t/MWh", better="lower", title="Pool emission factor", title_zh="电网排放因子"
)
def pool_factor_t_per_mwh(year: Year) -> float:
    """CO2 over energy of what the pool sold in the year."""
    return year.book("pool_factor_t_per_mwh").total()

"""Mean market price, weighted by the city's load."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("price_cny_per_mwh", unit="CNY/MWh", title="Market price", title_zh="市场电价")
def price_cny_per_mwh(year: Year) -> float:
    """Market price weighted by the city's load."""
    load = year.city_load_mw()
    return float(load @ year.hours.price_cny_per_mwh / load.sum())

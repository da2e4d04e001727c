"""Energy consumption of the city, electricity at the calorific value."""

from __future__ import annotations

from dafeng.configs.units import GJ_PER_TCE
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("energy_tce", unit="tce", better="lower", title="Energy consumption", title_zh="能源消费总量")
def energy_tce(year: Year) -> float:
    """Final fuels of the city plus its electricity at the generation coal rate (the Chinese statistical convention)."""
    sectors = {"power", "provincial", "province"}
    fuels = sum(e.value for e in year.fuel_gj if e.sector not in sectors) / GJ_PER_TCE
    return fuels + year.book("load_mwh").total() * year.city.value("grid_factor.coal_equivalent_generation_2020")

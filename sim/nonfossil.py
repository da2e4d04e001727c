"""Non-fossil power of the city under the grid-mix rule (MODEL_SPEC 8.5)."""

from __future__ import annotations

import numpy as np

from dafeng.sim.year import Year

NON_FOSSIL = ("wind", "solar", "water", "uranium", "biomass", "msw", "import")
"""Western imports are hydro to 95 % (province_fleet counts 0.05 t/MWh)."""


def nonfossil_tce(year: Year) -> float:
    """Primary energy of non-fossil power that the city uses, at the generation coal rate; waste, biomass included."""
    own = year.generation_mwh.where(sector="power", fuel=NON_FOSSIL).total()
    bought = max(year.book("pool_purchase_mwh").total(), 0.0) * pool_share(year)
    return (own + bought) * year.city.value("grid_factor.coal_equivalent_generation_2020")


def pool_share(year: Year) -> float:
    """Non-fossil share of what the pool sells: the province's blocks, imports and provincial units."""
    pool = year.generation_mwh.where(sector=("province", "provincial"))
    total = pool.total()
    return float(np.divide(pool.where(fuel=NON_FOSSIL).total(), total)) if total > 0 else 0.0

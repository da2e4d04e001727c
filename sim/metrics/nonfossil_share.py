"""Non-fossil share of energy consumption (targets T03, T05; MODEL_SPEC 8.5)."""

from __future__ import annotations

from dafeng.sim.metrics.base import METRICS
from dafeng.sim.metrics.energy_tce import energy_tce
from dafeng.sim.nonfossil import nonfossil_tce
from dafeng.sim.year import Year


@METRICS.add("nonfossil_share", unit="1", better="higher", title="Non-fossil share", title_zh="非化石能源占比")
def nonfossil_share(year: Year) -> float:
    """City-owned non-fossil power plus the pool's share of purchases, at the generation coal rate (grid_mix)."""
    return nonfossil_tce(year) / energy_tce(year)

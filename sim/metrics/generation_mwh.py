"""Net generation by technology and sector."""

from __future__ import annotations

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add("generation_mwh", unit="MWh", title="Generation", title_zh="发电量")
def generation_mwh(year: Year) -> Ledger:
    """Net generation of units in the city, by technology; `power` serves the city, `provincial` the pool."""
    in_city = year.generation_mwh.where(sector=("power", "provincial"))
    return Ledger([*in_city.by(), *in_city.by("sector"), *in_city.by("sector", "technology", "fuel")])

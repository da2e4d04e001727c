"""Net generation of the rest of the province by technology."""

from __future__ import annotations

from dataclasses import replace

from dafeng.sim.ledger import Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year


@METRICS.add(
    "generation_province_mwh", unit="MWh", title="Generation of the rest of the province", title_zh="省内其他发电量"
)
def generation_province_mwh(year: Year) -> Ledger:
    """Net generation behind the province node, by technology."""
    return Ledger(
        [
            replace(entry, variable="generation_province_mwh")
            for entry in year.generation_mwh.where(sector="province").by("technology")
        ]
    )

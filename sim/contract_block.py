"""The contract block of the island view: what the baseline's island of 2025 lacks to its standard (MODEL_SPEC 7.8)."""

from __future__ import annotations

from dataclasses import replace

from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.network.adequacy import contract_block_mw
from dafeng.network.adequacy_system import System
from dafeng.network.grid import Engine

CONTRACT_YEAR = 2025
CONTRACT_SAMPLES = 2500
"""Of which the load to the standard rests on 500: LOLH there is known to a tenth."""
BASELINE, BASELINE_SAMPLES = "baseline", 200
"""The bundle lived up to that year, and the sample years that tell its operator which plants may leave."""


def contract_mw(city: City) -> float:
    """MW of the block: sized once for a city and its settings, in one weather, so no bundle and no luck can move it."""
    key = (city.digest, tuple(sorted(city.settings.items())))
    if key not in _CONTRACTS:
        _CONTRACTS[key] = contract_block_mw(base_system(city), Luck(0), sample_years=CONTRACT_SAMPLES)
    return _CONTRACTS[key]


_CONTRACTS: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}


def base_system(city: City) -> System:
    """What adequacy samples in the baseline of 2025, still without the block."""
    from dafeng.sim.request import Asked, lived_to  # a run asks for the block: the modules would import each other

    year = max(CONTRACT_YEAR, city.first_year)
    model = Asked(replace(city, last_year=year), load.bundle(BASELINE), Luck(0), engine=Engine.FAST,
                  sample_years=BASELINE_SAMPLES, support=("province",))
    return lived_to(model, year)

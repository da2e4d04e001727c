"""Hot hours: what gas and coal units lose of their output in the heat (`outage_events`)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.schema import City
from dafeng.configs.units import Floats

DERATED_BY_HEAT: Mapping[str, tuple[str, float]] = {
    "natural_gas": ("outage.temperature_for_slope_gas", 30.0),
    "coal": ("outage.temperature_derate_coal", 32.0),
}
"""Fuel -> its loss of output per kelvin, and the temperature (degrees C) above which it is counted."""


def heat_shares(city: City, temperature_c: Floats) -> dict[str, Floats]:
    """(hours,) share of output that the heat leaves, by fuel."""
    return {
        fuel: 1.0 - city.value(slope) * np.maximum(0.0, temperature_c - above_c)
        for fuel, (slope, above_c) in DERATED_BY_HEAT.items()
    }


def left_by_heat(shares: Mapping[str, Floats], unit: Unit) -> Floats | float:
    """What the heat leaves of a unit of the city; blocks of the province have it in their monthly shares."""
    return 1.0 if unit.is_block or unit.profile else shares.get(unit.fuel, 1.0)

"""What a unit's energy is paid: contracts and tariffs where they hold, the market otherwise (data: tariffs.csv).

Coal sells at the yearly contract price of Guangdong as far as it is known, gas its contract hours at the gas tariff
linked to the gas price, nuclear at its own tariff, wind, sun, water and waste at the price for exports to the grid.
All else is paid the hourly market price: later coal, and what owners build, who bid and invest on that price.
"""

from __future__ import annotations

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.schema import City
from dafeng.configs.units import Floats

KWH_PER_MWH = 1000.0
AT_EXPORT_PRICE = ("wind", "solar", "water", "msw", "biomass")


def revenue_cny(city: City, year: int, unit: Unit, output_mw: Floats, price_cny_per_mwh: Floats) -> float:
    """Revenue of a unit's year of output, (hours,) each."""
    energy, market = float(output_mw.sum()), float(output_mw @ price_cny_per_mwh)
    fixed = contract_price(city, year, unit)
    if fixed is None or energy <= 0.0:
        return market
    bound = contract_share(unit, energy)
    return bound * energy * fixed + (1.0 - bound) * market


def contract_share(unit: Unit, energy_mwh: float) -> float:
    """Share of the year's energy that a contract or tariff pays."""
    if unit.contract_hours <= 0.0:
        return 1.0
    return float(np.clip(unit.contract_hours * unit.capacity_mw / energy_mwh, 0.0, 1.0))


def contract_price(city: City, year: int, unit: Unit) -> float | None:
    """CNY/MWh of a contract or tariff, None where only the market pays."""
    if unit.sells_at_market:
        return None
    if unit.fuel == "coal":
        return _coal_price(city, year)
    if unit.fuel == "natural_gas" and "price.gas_power_tariff" in city.paths:
        gas = city.path("fuel.natural_gas_power")
        linked = gas.at(year) / gas.at(city.first_year)
        return city.path("price.gas_power_tariff").at(year) * KWH_PER_MWH * linked
    if unit.fuel == "uranium" and "price.nuclear_tariff" in city.paths:
        return city.path("price.nuclear_tariff").at(year) * KWH_PER_MWH
    if unit.fuel in AT_EXPORT_PRICE and "tariff.pv_export.flat" in city.paths:
        return city.path("tariff.pv_export.flat").at(year) * KWH_PER_MWH
    return None


def _coal_price(city: City, year: int) -> float | None:
    """The benchmark before the first known contract price, contract prices as far as they are known."""
    if "price.mid_long_term_price" not in city.paths:
        return None
    known = city.path("price.mid_long_term_price")
    if year < min(known.points):
        return city.path("price.coal_benchmark_with_ultra_low_emission").at(year) * KWH_PER_MWH
    return known.at(year) * KWH_PER_MWH if year <= max(known.points) else None

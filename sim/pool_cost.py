"""What the pool uses up to sell its energy: fuel, operation, starts and plants, not prices (MODEL_SPEC 10.1).

The pool is the rest of the province and the units in the city that sell to it. What the city pays for a purchase is the
price of the last megawatt; a bundle that lowers the price pays less for all that it still buys, and nobody has used up
less. Only what the pool's own cost changes by is a saving of resources.
"""

from __future__ import annotations

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.units import Floats
from dafeng.network.grid import Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.ledger import Ledger


def running_cny(unit: Unit, fuel_gj: float, energy_mwh: float, starts: float) -> dict[str, float]:
    """Fuel, variable and start cost of a unit's year, without carbon payments; `energy_mwh` with what heat took."""
    return {
        "fuel": fuel_gj * unit.fuel_price_cny_per_gj,
        "variable": energy_mwh * unit.vom_cny_per_mwh,
        "start": starts * unit.start_wear_cny_per_mw * unit.capacity_mw,
    }


def book_pool_cost(ledger: Ledger, assembly: Assembly, hours: Hours, fuel_gj: Floats, energy_mwh: Floats) -> None:
    """Running cost of what sells to the pool, wear of its stores, and load that was not served outside the city.

    Imports from other provinces have no fuel here; their energy is a budget, which no bundle changes.
    """
    g = assembly.grid.generators
    for i in np.flatnonzero(g.is_provincial | ~g.is_city):
        unit = assembly.units[i]
        cny = sum(running_cny(unit, fuel_gj[i], energy_mwh[i], hours.starts[i]).values())
        _add(ledger, cny, unit.county, unit.technology, unit.fuel)
    stores = assembly.grid.stores
    wear = float((stores.wear_cny_per_mwh * hours.discharge_mw.sum(axis=1))[~stores.is_city].sum())
    unserved = assembly.grid.voll_cny_per_mwh * float(hours.unserved_mw[~assembly.in_city].sum())
    for technology, cny in (("storage", wear), ("unserved", unserved)):
        _add(ledger, cny, "province", technology, "electricity")


def _add(ledger: Ledger, cny: float, county: str, technology: str, fuel: str) -> None:
    if cny:
        ledger.add("pool_cost_cny", cny, "CNY", county=county, sector="pool", technology=technology, fuel=fuel)

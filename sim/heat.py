"""Heat is conserved: steam that firms take and no CHP unit gives is raised in gas boilers (MODEL_SPEC 1.6).

A CHP unit that closes, trips or never comes gives no heat; its customers keep their steam, and the boilers that stand
behind every main burn gas for it. County by county and over the year, since mains hold no steam.
"""

from __future__ import annotations

import numpy as np

from dafeng.agents.assets import Flow
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_MWH
from dafeng.network.grid import Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.ledger import Ledger

SECTOR, BOILER, FUEL = "heat", "park_boiler", "natural_gas"
EFFICIENCY = "chp.reference.eta_heat_boiler_gas"


def given_gj(assembly: Assembly, hours: Hours) -> dict[str, float]:
    """GJ of heat that the CHP units of each county gave in the year: what was asked of them while they were on."""
    grid, found = assembly.grid, dict[str, float]()
    for row in np.flatnonzero(grid.generators.heat_row >= 0):
        asked = grid.heat_mw[grid.generators.heat_row[row]] * grid.generators.heat_share[row]
        county = assembly.units[row].county
        found[county] = found.get(county, 0.0) + float(asked @ hours.committed[row]) * GJ_PER_MWH
    return found


def taken_gj(ledger: Ledger) -> dict[str, float]:
    """GJ of steam that the end users of each county took."""
    found: dict[str, float] = {}
    for entry in ledger.where(variable="fuel_gj", fuel="steam"):
        found[entry.county] = found.get(entry.county, 0.0) + entry.value
    return found


def boilers(city: City, ledger: Ledger, assembly: Assembly, hours: Hours) -> list[Flow]:
    """Gas that the mains' own boilers burn for what is missing; what CHP units give too much is lost, and told."""
    given, taken = given_gj(assembly, hours), taken_gj(ledger)
    flows = []
    for county in sorted(given.keys() | taken.keys()):
        missing = taken.get(county, 0.0) - given.get(county, 0.0)
        if missing > 0.0:
            burnt = missing / city.value(EFFICIENCY)
            flows.append(Flow("energy_gj", county, SECTOR, BOILER, FUEL, burnt, "GJ"))
        elif missing < 0.0:
            flows.append(Flow("heat_lost_gj", county, SECTOR, "chp", "all", -missing, "GJ"))
    return flows

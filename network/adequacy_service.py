"""The city's stores as far as they are there: those that come during the year, and cars that are at their plug.

What is not there is full: a new store arrives so, and a car on the road has not fed back. So a level counts all of a
kind, and what can be taken in an hour is what it holds above the part that is away.
"""

from __future__ import annotations

from dafeng.configs.units import Floats
from dafeng.network.adequacy_stores import charge, discharge
from dafeng.network.adequacy_system import Reservoirs
from dafeng.network.compiled import bare


@bare
def discharge_there(stores: Reservoirs, share: Floats, hour: int, level_mwh: Floats, there: Floats, wanted_mw: float
                    ) -> float:
    """Serve an hour's gap from the city's stores; returns what is left of it. `there` (2, stores) is for its use."""
    if share.shape[0] == 0:
        return discharge(stores, level_mwh, wanted_mw)
    there_mw, there_mwh = there[0], there[1]
    for i in range(level_mwh.shape[0]):
        there_mw[i] = share[i, hour] * stores.discharge_mw[i]
        there_mwh[i] = max(0.0, level_mwh[i] - (1.0 - share[i, hour]) * stores.energy_mwh[i])
    now = Reservoirs(stores.charge_mw, there_mw, stores.energy_mwh, stores.efficiency_in, stores.efficiency_out)
    left = discharge(now, there_mwh, wanted_mw)
    for i in range(level_mwh.shape[0]):
        before = max(0.0, level_mwh[i] - (1.0 - share[i, hour]) * stores.energy_mwh[i])
        level_mwh[i] -= before - there_mwh[i]
    return left


@bare
def charge_there(stores: Reservoirs, share: Floats, hour: int, level_mwh: Floats, surplus_mw: float) -> float:
    """Fill the city's stores from an hour's surplus; returns what is left of it."""
    if share.shape[0] == 0:
        return charge(stores, level_mwh, surplus_mw)
    left = surplus_mw
    for i in range(level_mwh.shape[0]):
        if level_mwh[i] >= stores.energy_mwh[i]:
            continue
        room = (stores.energy_mwh[i] - level_mwh[i]) / stores.efficiency_in[i]
        taken = min(share[i, hour] * stores.charge_mw[i], room, left)
        if taken > 0.0:
            level_mwh[i] = min(stores.energy_mwh[i], level_mwh[i] + taken * stores.efficiency_in[i])
            left -= taken
    return left

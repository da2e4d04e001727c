"""The city's stores as adequacy sees them: what of each kind stands and is expected to work, hour by hour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network.adequacy_system import Reservoirs
from dafeng.sim.assembly import Assembly


def city_stores(assembly: Assembly, planned: Callable[[int], Floats]) -> tuple[Reservoirs, Floats]:
    """Stores of the city, and the (stores, hours) share of each that is there; none where all always are.

    Those of one duration and efficiency fill and empty together and count as one, at the most that is there in any
    hour. `planned` gives the (hours,) share of a row of the grid that outages foreseen, service dates and hours of the
    day leave, as in the operated year.
    """
    stores, first = assembly.grid.stores, assembly.grid.rows.stores.start
    alike: dict[tuple[float, float, float], list[int]] = {}
    for i in np.flatnonzero(stores.is_city & (stores.discharge_mw > 0)).tolist():
        hours = round(float(stores.energy_mwh[i] / stores.discharge_mw[i]), 6)
        key = (hours, float(stores.efficiency_in[i]), float(stores.efficiency_out[i]))
        alike.setdefault(key, []).append(i)
    keys: list[tuple[float, float, float]] = []
    facts: list[list[float]] = []
    shares: list[Floats] = []
    for key in sorted(alike):
        rows = alike[key]
        there = stores.discharge_mw[rows] @ np.array([planned(first + row) for row in rows])
        most = float(there.max())
        if most > 0.0:
            sizes = (stores.charge_mw, stores.discharge_mw, stores.energy_mwh)
            part = most / float(stores.discharge_mw[rows].sum())
            facts.append([part * float(size[rows].sum()) for size in sizes])
            shares.append(there / most)
            keys.append(key)
    power, share = np.array(facts).reshape(len(keys), 3).T.copy(), np.array(shares).reshape(len(keys), HOURS_A_YEAR)
    into, out = (np.array([key[place] for key in keys]) for place in (1, 2))
    found = Reservoirs(power[0], power[1], power[2], into, out)
    return found, share[:0] if (share == 1.0).all() else share

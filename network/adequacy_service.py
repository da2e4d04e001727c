"""The city's stores as far as they are there: those that come during the year, and cars that are at their plug.

What is not there is full: a new store arrives so, and a car on the road has not fed back. So a level counts all of a
kind, and what can be taken in an hour is what it holds above the part that is away.
"""

from __future__ import annotations

from dafeng.network.adequacy_stores import charge, discharge
from dafeng.network.adequacy_system import Measures
from dafeng.network.adequacy_year import Hands
from dafeng.network.compiled import bare


@bare
def discharge_own(measures: Measures, hour: int, wanted_mw: float, hands: Hands) -> float:
    """Serve an hour's gap from the city's stores; returns what is left of it."""
    stores, share, level, there = measures.stores, measures.store_share, hands.own_mwh, hands.there_mwh
    if share.shape[0] == 0:
        return discharge(stores, level, wanted_mw)
    for i in range(level.shape[0]):
        hands.there.discharge_mw[i] = share[i, hour] * stores.discharge_mw[i]
        there[i] = max(0.0, level[i] - (1.0 - share[i, hour]) * stores.energy_mwh[i])
    left = discharge(hands.there, there, wanted_mw)
    for i in range(level.shape[0]):
        before = max(0.0, level[i] - (1.0 - share[i, hour]) * stores.energy_mwh[i])
        level[i] -= before - there[i]
    return left


@bare
def charge_own(measures: Measures, hour: int, surplus_mw: float, hands: Hands) -> float:
    """Fill the city's stores from an hour's surplus; returns what is left of it."""
    stores, share, level = measures.stores, measures.store_share, hands.own_mwh
    if share.shape[0] == 0:
        return charge(stores, level, surplus_mw)
    left = surplus_mw
    for i in range(level.shape[0]):
        if level[i] >= stores.energy_mwh[i]:
            continue
        room = (stores.energy_mwh[i] - level[i]) / stores.efficiency_in[i]
        taken = min(share[i, hour] * stores.charge_mw[i], room, left)
        if taken > 0.0:
            level[i] = min(stores.energy_mwh[i], level[i] + taken * stores.efficiency_in[i])
            left -= taken
    return left

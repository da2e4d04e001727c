"""The least energy that a regional system without outages must leave unserved, by a linear programme (HiGHS).

With perfect foresight over all hours: stores, response and borders are set together. Response keeps to its MW of the
hour, its hours of a day and the hours of all its events as energy, which allows no less than its rules do.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

from dafeng.network.regional_response import RegionalOffers
from dafeng.network.response import REBOUND_H


def least_unserved_mwh(one):
    """The optimum over all hours."""
    regions, hours = one.load_mw.shape
    stores, borders, offers = one.stores, one.interfaces, one.offers or RegionalOffers.none(hours)
    n, m, calls = len(stores.keys), len(borders.from_region), len(offers.region)
    short, spill, inn, out, level, flow, shed = np.cumsum([0, regions, regions, n, n, n, m])
    size = shed + calls
    room = one.firm_mw - one.load_mw
    equal, right = lil_array((hours * (regions + n), hours * size)), np.zeros(hours * (regions + n))
    bounds = []
    for h in range(hours):
        for r in range(regions):
            row = h * (regions + n) + r
            equal[row, h * size + short + r], equal[row, h * size + spill + r] = 1.0, -1.0
            for s in np.flatnonzero(stores.region == r):
                equal[row, h * size + inn + s], equal[row, h * size + out + s] = -1.0, 1.0
            for i in range(m):
                equal[row, h * size + flow + i] = float(borders.to_region[i] == r) - float(borders.from_region[i] == r)
            for o in np.flatnonzero(offers.region == r):
                equal[row, h * size + shed + o] = 1.0
                for age in range(1, min(REBOUND_H, h) + 1):
                    equal[row, (h - age) * size + shed + o] = -offers.rebound_share[o] / REBOUND_H
            right[row] = -room[r, h]
        for s in range(n):
            row = h * (regions + n) + regions + s
            equal[row, h * size + level + s], equal[row, h * size + inn + s] = 1.0, -stores.efficiency_in[s]
            equal[row, h * size + out + s] = 1.0 / stores.efficiency_out[s]
            if h:
                equal[row, (h - 1) * size + level + s] = -1.0
            right[row] = 0.0 if h else stores.energy_mwh[s]
        bounds += [(0, None)] * (2 * regions) + [(0, x) for x in (*stores.charge_mw, *stores.discharge_mw,
                                                                 *stores.energy_mwh)]
        bounds += list(zip(-borders.backward_mw[:, h], borders.forward_mw[:, h], strict=True))
        bounds += [(0, x) for x in offers.mw[:, h]]
    cost = np.tile(np.r_[np.ones(regions), np.zeros(size - regions)], hours)
    most, limit = _calls(offers, hours, size, shed)
    return linprog(cost, A_ub=most, b_ub=limit, A_eq=equal.tocsr(), b_eq=right, bounds=bounds, method="highs").fun


def _calls(offers, hours, size, shed):
    """Energy that each offer may shed on each day and in all."""
    days = -(-hours // 24)
    most, limit = lil_array((len(offers.region) * (days + 1), hours * size)), []
    for o in range(len(offers.region)):
        top = offers.mw[o].max()
        for day in range(days):
            for h in range(day * 24, min(hours, day * 24 + 24)):
                most[len(limit), h * size + shed + o] = 1.0
            limit.append(top * offers.hours_per_event[o])
        for h in range(hours):
            most[len(limit), h * size + shed + o] = 1.0
        limit.append(top * offers.hours_per_event[o] * offers.events_per_year[o])
    return (most.tocsr(), np.array(limit)) if limit else (None, None)

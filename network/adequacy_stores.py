"""Stores against a shortage, hour by hour: what a planner who only wants to lose least would do.

Discharging: those that can last longest first, until all last equally long, which leaves least energy unserved for
any shortage to come (Evans, Tindemans and Angeli 2019). Charging: from every surplus at once, row by row.
"""

from __future__ import annotations

from dafeng.configs.units import Floats
from dafeng.network.adequacy_system import Reservoirs
from dafeng.network.compiled import bare

TINY_MW = 1e-6
"""Below this a gap is rounding."""
ALMOST = 1.0 - 1e-9
NEVER_H = 1e30


@bare
def output_at(stores: Reservoirs, level_mwh: Floats, lasting_h: float) -> float:
    """MW of all stores when each gives what leaves it able to last `lasting_h` at full power."""
    total = 0.0
    for i in range(level_mwh.shape[0]):
        power = stores.discharge_mw[i]
        total += min(power, max(0.0, level_mwh[i] * stores.efficiency_out[i] - lasting_h * power))
    return total


@bare
def lasting_after(stores: Reservoirs, level_mwh: Floats, wanted_mw: float) -> float:
    """Hours that all stores still last after giving `wanted_mw` for an hour; 0 when they cannot give it.

    The output falls piecewise linearly with it; its corners are the hours a store lasts now, and one hour less.
    """
    low, low_mw = 0.0, output_at(stores, level_mwh, 0.0)
    if low_mw <= wanted_mw:
        return 0.0
    high, high_mw = NEVER_H, 0.0
    for i in range(level_mwh.shape[0]):
        if stores.discharge_mw[i] <= 0.0:
            continue
        now = level_mwh[i] * stores.efficiency_out[i] / stores.discharge_mw[i]
        for corner in (now, now - 1.0):
            if corner <= low or corner >= high:
                continue
            corner_mw = output_at(stores, level_mwh, corner)
            if corner_mw > wanted_mw:
                low, low_mw = corner, corner_mw
            else:
                high, high_mw = corner, corner_mw
    return low + (high - low) * (low_mw - wanted_mw) / (low_mw - high_mw)


@bare
def discharge(stores: Reservoirs, level_mwh: Floats, wanted_mw: float) -> float:
    """Lower the levels to serve an hour's gap; returns what is left of it."""
    if level_mwh.shape[0] == 0:
        return wanted_mw
    lasting_h = lasting_after(stores, level_mwh, wanted_mw)
    left = wanted_mw
    for i in range(level_mwh.shape[0]):
        power = stores.discharge_mw[i]
        out = min(power, max(0.0, level_mwh[i] * stores.efficiency_out[i] - lasting_h * power))
        out = min(out, left)
        if out > 0.0:
            level_mwh[i] = max(0.0, level_mwh[i] - out / stores.efficiency_out[i])
            left -= out
    return left


@bare
def charge(stores: Reservoirs, level_mwh: Floats, surplus_mw: float) -> float:
    """Raise the levels from an hour's surplus; returns what is left of it."""
    left = surplus_mw
    for i in range(level_mwh.shape[0]):
        if level_mwh[i] >= stores.energy_mwh[i]:
            continue  # nothing would change; most hours find the stores full
        room = (stores.energy_mwh[i] - level_mwh[i]) / stores.efficiency_in[i]
        taken = min(stores.charge_mw[i], room, left)
        if taken > 0.0:
            level_mwh[i] = min(stores.energy_mwh[i], level_mwh[i] + taken * stores.efficiency_in[i])
            left -= taken
    return left


@bare
def are_full(stores: Reservoirs, level_mwh: Floats) -> bool:
    """Whether no store could take anything more."""
    full = True
    for i in range(level_mwh.shape[0]):
        full = full and level_mwh[i] >= stores.energy_mwh[i] * ALMOST
    return full

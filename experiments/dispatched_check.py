"""What the hours of a network must keep whatever an engine did: power at every bus, ramps, limits over all hours."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools
from dafeng.experiments.dispatched import Use
from dafeng.network.grid import Hours, Limit
from dafeng.network.losses import at_ends_mw
from dafeng.network.pypsa_grid import Imported
from dafeng.network.ramps import Broken, broken_ramps

LEAST_MW, LEAST_PART = 1e-3, 1e-6
"""What may be missing at a bus, in MW and in parts of the highest load."""
BROKEN_PART = 1e-5
"""Part of a limit by which it may be missed; of limits under 1 MWh (or t), that much of it."""


def imbalance_mw(found: Imported, hours: Hours) -> float:
    """The most that is missing or left over at a bus in an hour, 0 where that is what numbers leave over."""
    grid, branches = found.grid, found.grid.branches
    net = hours.unserved_mw - grid.load_mw
    np.add.at(net, grid.generators.bus, hours.generation_mw)
    np.add.at(net, grid.stores.bus, hours.discharge_mw - hours.charge_mw)
    np.add.at(net, branches.from_bus, -hours.flow_mw)
    np.add.at(net, branches.to_bus, hours.flow_mw)
    if len(hours.untaken_mw):
        net -= hours.untaken_mw
    if len(hours.lost_mw):
        net -= at_ends_mw(branches, hours.lost_mw, len(grid.buses))
    most = float(np.abs(net).max(initial=0.0))
    return most if most > LEAST_MW + LEAST_PART * float(np.abs(grid.load_mw).max(initial=0.0)) else 0.0


def used_mwh(limit: Limit, hours: Hours) -> float:
    """What a year of hours uses of a limit, in its own unit."""
    return float(limit.per_mwh @ hours.generation_mw[:, limit.first_hour : limit.last_hour].sum(axis=1))


def uses(found: Imported, hours: Hours) -> tuple[Use, ...]:
    """The use of each energy limit that the network itself has, less what must run, and of the water of reservoirs."""
    limits = found.grid.limits[: found.caps]
    made = []
    for limit in limits:
        used = used_mwh(limit, hours)
        room = BROKEN_PART * max(1.0, abs(used))
        least = limit.at_least if limit.at_least > 0.0 else None
        most = limit.at_most if np.isfinite(limit.at_most) else None
        is_kept = used >= limit.at_least - room and used <= limit.at_most + room
        made.append(Use(limit.key, used, least, most, bool(is_kept)))
    return (*made, *_water(found, hours))


def _water(found: Imported, hours: Hours) -> list[Use]:
    """What reservoirs use of what flows in, all weeks together; kept where it is in every week."""
    weeks: dict[int, list[tuple[float, float]]] = {}
    for limit in found.grid.limits[found.caps :]:
        row = int(np.argmax(limit.per_mwh))
        weeks.setdefault(row, []).append((used_mwh(limit, hours), limit.at_most))
    made = []
    for row, pairs in weeks.items():
        used, most = (float(sum(values)) for values in zip(*pairs, strict=True))
        is_kept = all(spent <= water + BROKEN_PART * max(1.0, water) for spent, water in pairs)
        made.append(Use(f"{found.grid.generators.key[row]} water", used, None, most, is_kept))
    return made


def ramps_of(found: Imported, hours: Hours, in_part: Bools) -> Broken:
    """How often units break their ramps, over all hours and from the output before them; `in_part` are left out.

    (generators,) those may run in part, so that their ramps move with the part. A unit that only ramps is always on.
    """
    units, start = found.grid.generators, found.start
    has_ramp = ~units.is_block & ~units.is_free & (units.ramp_mw_per_h < units.capacity_mw)
    slow = np.flatnonzero(has_ramp & ~in_part)
    switches = (units.min_share > 0.0) | (units.no_load_cny_per_h > 0.0) | (units.start_cny > 0.0)
    switches |= (units.min_up_h > 0.0) | (units.min_down_h > 0.0)
    ramp, least = units.ramp_mw_per_h[slow], (units.min_share * units.capacity_mw)[slow]
    can = units.capacity_mw[slow, None] * found.share[slow]
    on = hours.committed[slow] | ~switches[slow, None]
    before = np.where(start.committed[slow], start.output_mw[slow], np.nan) if start.output_mw.size else None
    return broken_ramps(ramp, np.maximum(ramp, least), can, on, hours.generation_mw[slow], before)

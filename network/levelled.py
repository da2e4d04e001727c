"""Days that stores level: peaks cut and valleys filled as far as power, energy and losses allow (MODEL_SPEC 2.2)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.compiled import bare, compiled, inlined

HALVINGS = 40
"""Steps of a bisection: a level of 100 GW to less than a watt."""


@compiled
def level_days(day: Floats, most: Floats, energy: float, efficiency: float, parts: Floats) -> Floats:
    """(parts, days, 24) load of days after stores did these parts of what they can.

    `day` and `most` (days, 24) are load and the stores' power; `energy` is what they give from full to empty.
    """
    out = np.empty((parts.size, *day.shape))
    _level(day, most, energy, efficiency, parts, np.empty(DAY_H), out)
    return out


@bare
def _level(
    day: Floats, most: Floats, energy: float, efficiency: float, parts: Floats, part: Floats, out: Floats
) -> None:
    """The same into an array made before; a day ends as full as it began."""
    for d in range(day.shape[0]):
        load, power = day[d], most[d]
        low = high = load[0]
        for h in range(DAY_H):
            low, high = min(low, load[h]), max(high, load[h])
        flat = _flat(load, power, efficiency, low, high, part)
        most_mwh = min(_above(load, power, flat, part), energy)
        for k in range(parts.size):
            given = parts[k] * most_mwh
            top = _top(load, power, given, flat, high, part)
            floor = _floor(load, power, given, efficiency, low, flat, part)
            for h in range(load.size):
                cut = min(max(load[h] - top, 0.0), power[h])
                out[k, d, h] = load[h] - cut + min(max(floor - load[h], 0.0), power[h])


@bare
def _flat(load: Floats, power: Floats, efficiency: float, low: float, high: float, part: Floats) -> float:
    """The level at which what is cut above it, less losses, fills what lies below."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if _above(load, power, middle, part) - efficiency * _below(load, power, middle, part) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@bare
def _top(load: Floats, power: Floats, given: float, low: float, high: float, part: Floats) -> float:
    """The level above which so much lies."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if _above(load, power, middle, part) - given > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@bare
def _floor(
    load: Floats, power: Floats, given: float, efficiency: float, low: float, high: float, part: Floats
) -> float:
    """The level below which so much, losses taken off, has its place."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if given - efficiency * _below(load, power, middle, part) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@inlined
def _above(load: Floats, power: Floats, level: float, part: Floats) -> float:
    """MWh of a day above a level that stores have the power to cut; `part` (24,) is a working array."""
    for h in range(DAY_H):
        over = load[h] - level
        over = over if over > 0.0 else 0.0
        part[h] = over if over < power[h] else power[h]
    return _total(part)


@inlined
def _below(load: Floats, power: Floats, level: float, part: Floats) -> float:
    """MWh of a day below a level that stores have the power to fill."""
    for h in range(DAY_H):
        under = level - load[h]
        under = under if under > 0.0 else 0.0
        part[h] = under if under < power[h] else power[h]
    return _total(part)


@inlined
def _total(part: Floats) -> float:
    """Sum of a day in eight lanes, as numpy adds: the price does not depend on who adds."""
    for h in range(8):
        part[h] = (part[h] + part[h + 8]) + part[h + 16]
    total: float = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]))
    return total

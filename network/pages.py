"""The arrays of a year that hours are written into as they are lived."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import bare, compiled
from dafeng.network.fleet import FREE, UNIT
from dafeng.network.tanks import CHARGE, DISCHARGE, LEVEL


class Pages(NamedTuple):
    """(rows, year) arrays that hours are written into; what is 0 is not written, so it takes no memory."""

    generation_mw: Floats
    committed: Bools
    curtailed_mw: Floats
    charge_mw: Floats
    discharge_mw: Floats
    stored_mwh: Floats
    unserved_mw: Floats
    reserve_short_mw: Floats
    """(year,)."""


@bare
def write(
    pages: Pages, at: int, kind: Ints, made: Bounds, on: Bools, output: Floats, tanks_out: Floats, unserved: Floats
) -> None:
    """Write hours, hour first or asset first, into the pages of the year; what free rows do not give is curtailed."""
    hours = output.shape[0]
    for g in range(pages.generation_mw.shape[0]):
        for h in range(hours):
            given = output[h, g]
            if given != 0.0:
                pages.generation_mw[g, at + h] = given
            if (kind[g] == UNIT and on[h, g]) or (kind[g] != UNIT and given > 0.0):
                pages.committed[g, at + h] = True
            if kind[g] == FREE and made.high[h, g] > given:
                pages.curtailed_mw[g, at + h] = made.high[h, g] - given
    for s in range(pages.charge_mw.shape[0]):
        for h in range(hours):
            if tanks_out[s, CHARGE, h] != 0.0:
                pages.charge_mw[s, at + h] = tanks_out[s, CHARGE, h]
            if tanks_out[s, DISCHARGE, h] != 0.0:
                pages.discharge_mw[s, at + h] = tanks_out[s, DISCHARGE, h]
            pages.stored_mwh[s, at + h] = tanks_out[s, LEVEL, h]
    for b in range(unserved.shape[0]):
        for h in range(hours):
            if unserved[b, h] != 0.0:
                pages.unserved_mw[b, at + h] = unserved[b, h]


@bare
def write_short_reserve(
    short: Floats, at: int, made: Bounds, wanted: Floats, output: Floats, tanks_out: Floats, share: Floats,
    discharge_mw: Floats, efficiency_out: Floats,
) -> None:
    """Reserve that is short: wanted less what rows and stores could still give (MODEL_SPEC 6.10)."""
    rows = output.shape[1]
    for h in range(output.shape[0]):
        spare = 0.0
        for g in range(rows - 1):
            spare += made.high[h, g] - output[h, g]
        spare -= output[h, rows - 1]
        for s in range(discharge_mw.size):
            power = discharge_mw[s] * share[s, h] - tanks_out[s, DISCHARGE, h] + tanks_out[s, CHARGE, h]
            spare += min(power, tanks_out[s, LEVEL, h] * efficiency_out[s])
        short[at + h] = max(0.0, wanted[h] - spare)


@compiled
def hours_since(committed: Bools, hours_on: Floats, now: Bools) -> Floats:
    """(generators,) hours since each last went on or off, after hours (generators, hours) in a state."""
    since, hours = np.empty(hours_on.size), now.shape[1]
    for g in range(since.size):
        h = hours - 1
        while h >= 0 and now[g, h] == (now[g, h - 1] if h > 0 else committed[g]):
            h -= 1
        since[g] = hours - h if h >= 0 else hours_on[g] + hours
    return since

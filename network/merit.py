"""The merit order of every hour: must-take first, then the cheapest MW that a row may add (MODEL_SPEC 6.13 iv)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import bare, compiled, inlined
from dafeng.network.fleet import BUDGET, FREE, UNIT, Fleet
from dafeng.network.grid import State


class Fill(NamedTuple):
    """Outcome of the merit order."""

    output_mw: Floats
    """(hours, rows)."""
    marginal: Floats
    """(hours,) cost of the last MW, 0 in a surplus."""
    short_mw: Floats
    """(hours,) what no supply met."""


@compiled
def fill(fleet: Fleet, made: Bounds, on: Bools, load: Floats, ceiling: Floats, before: Floats) -> Fill:
    """Serve a load (hours,) from the bounds; merit output above must-take stays below a ceiling (hours,).

    A unit that was on in the hour before moves within its ramp; `before` (rows,) is its output before the first hour,
    NaN of those that were off or not known. Where load is less than ramps allow, they give way, the dearest unit first.
    """
    hours, rows = made.low.shape
    out = Fill(np.zeros((hours, rows)), np.zeros(hours), np.zeros(hours))
    _fill(fleet, made, on, load, ceiling, before, out, np.empty(rows), np.empty(rows))
    return out


@bare
def _fill(
    fleet: Fleet, made: Bounds, on: Bools, load: Floats, ceiling: Floats, before: Floats, out: Fill, low: Floats,
    high: Floats,
) -> None:
    """The same, into arrays made before; `low` and `high` (rows,) are working arrays."""
    hours, rows = made.low.shape
    for h in range(hours):
        _ramped(fleet, made, on, out.output_mw, before, h, low, high)
        owed, least = 0.0, 0.0
        for g in range(rows):
            owed += made.low[h, g]
            least += low[g]
        given = min(load[h] - owed, ceiling[h])
        out.short_mw[h] = max(0.0, load[h] - owed - given)
        rest = given - (least - owed)
        if rest < 0.0:
            out.marginal[h], rest = _break_ramps(fleet, made.low[h], low, rest)
        for g in range(rows):
            out.output_mw[h, g] = low[g]
        if rest < 0.0:
            out.marginal[h] = 0.0
            _give_way(fleet, out.output_mw[h], -rest)
        elif rest == 0.0:
            continue
        else:
            out.marginal[h], left = _climb(fleet, low, high, rest, out.output_mw[h])
            out.short_mw[h] += left


@inlined
def _ramped(
    fleet: Fleet, made: Bounds, on: Bools, output: Floats, before: Floats, h: int, low: Floats, high: Floats
) -> None:
    """Bounds of an hour, narrowed by ramps of units that stay on."""
    for g in range(low.size):
        low[g], high[g] = made.low[h, g], made.high[h, g]
    for g in fleet.merit:
        ramp = fleet.ramp_mw_per_h[g]
        if fleet.kind[g] == UNIT and on[h, g] and ramp < fleet.capacity_mw[g]:
            if h == 0 and before[g] >= 0.0:
                high[g] = max(low[g], min(high[g], before[g] + ramp))
                low[g] = min(high[g], max(low[g], before[g] - ramp))
            elif h > 0 and on[h - 1, g]:
                high[g] = max(low[g], min(high[g], output[h - 1, g] + ramp))
                low[g] = min(high[g], max(low[g], output[h - 1, g] - ramp))


@inlined
def _break_ramps(fleet: Fleet, floor: Floats, low: Floats, rest: float) -> tuple[float, float]:
    """Lower what ramps hold up, dearest first, by as much as is too much: cost of the last MW, and what remains."""
    marginal = 0.0
    for i in range(fleet.merit.size):
        g = fleet.merit[fleet.merit.size - 1 - i]
        step = min(-rest, low[g] - floor[g])
        if step > 0.0:
            low[g] -= step
            rest = 0.0 if step == -rest else rest + step
            marginal = max(0.0, fleet.cost[g])
        if rest >= 0.0:
            break
    return marginal, rest


def last_mw(fleet: Fleet, start: State) -> Floats:
    """(rows,) output of the hour before a window of units that were on in it, NaN of all else."""
    made = np.full(len(fleet.kind), np.nan)
    if start.output_mw.size:
        n = fleet.n_generators
        made[:n] = np.where(start.committed, start.output_mw, np.nan)
    return made


@inlined
def _climb(fleet: Fleet, low: Floats, high: Floats, rest: float, output: Floats) -> tuple[float, float]:
    """Fill a rest by merit: cost of the last MW and what remains."""
    marginal = 0.0
    for g in fleet.merit:
        if rest <= 0.0:
            break
        step = min(rest, high[g] - low[g])
        if step > 0.0:
            output[g] += step
            rest -= step
            marginal = max(0.0, fleet.cost[g])
    return marginal, max(0.0, rest)


@inlined
def _give_way(fleet: Fleet, output: Floats, surplus: float) -> None:
    """Take a surplus back: free rows above their minimum in proportion, then all must-take unless minima hold."""
    soft = 0.0
    for g in range(fleet.n_generators):
        if fleet.kind[g] == FREE:
            soft += output[g] * (1.0 - fleet.min_share[g])
    part = min(1.0, surplus / soft) if soft > 0.0 else 0.0
    for g in range(fleet.n_generators):
        if fleet.kind[g] == FREE:
            output[g] -= part * output[g] * (1.0 - fleet.min_share[g])
    if fleet.minima_hold:
        return
    rest, total = surplus - part * soft, 0.0
    for g in range(output.size):
        total += output[g]
    if rest > 0.0 and total > 0.0:
        for g in range(output.size):
            output[g] *= max(0.0, 1.0 - rest / total)


@bare
def release(fleet: Fleet, made: Bounds, output: Floats) -> None:
    """Share what a shortage calls from energy budgets among their rows by what each holds back."""
    last = fleet.kind.size - 1
    for h in range(output.shape[0]):
        if output[h, last] <= 0.0:
            continue
        part = output[h, last] / made.high[h, last]
        for g in range(fleet.n_generators):
            if fleet.kind[g] == BUDGET:
                output[h, g] += part * (made.high[h, g] - made.low[h, g])
        output[h, last] = 0.0

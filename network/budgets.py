"""Energy budgets (hydro, imports, contract gas) spent where the residual load is highest (MODEL_SPEC 6.8, 6.11)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled
from dafeng.network.fleet import is_budget
from dafeng.network.grid import Grid, Limit

SWEEPS = 2
"""Passes over all budgets: each sees the residual that the others leave."""
HALVINGS = 52
"""Bisections of the water line: down to the last bit of a double."""


@compiled
def _spent(residual: Floats, low: Floats, high: Floats, weight: Floats, line: float) -> float:
    """Energy spent when everything above a line is shaved off."""
    total = 0.0
    for h in range(residual.size):
        total += weight[h] * min(max(residual[h] - line, low[h]), high[h])
    return total


@compiled
def shave(residual: Floats, low: Floats, high: Floats, weight: Floats, energy: float) -> Floats:
    """Output of an energy budget, x_h = clip(R_h - T, low_h, high_h) with the line T at which the energy is spent.

    This is the exact optimum against any supply curve that is convex and the same in all hours: a MWh moved from an
    hour with a lower to one with a higher residual can only save. MW; `weight` is the budget used by each MWh. A
    budget beyond what the bounds allow is met as far as they do.
    """
    above, below = -np.inf, np.inf
    for h in range(residual.size):
        above = max(above, residual[h] - low[h] + 1.0)
        below = min(below, residual[h] - high[h] - 1.0)
    for _ in range(HALVINGS):
        line = 0.5 * (above + below)
        if _spent(residual, low, high, weight, line) >= energy:
            below = line
        else:
            above = line
    out, over = np.empty(residual.size), _spent(residual, low, high, weight, below) - energy
    for h in range(residual.size):
        out[h] = min(max(residual[h] - below, low[h]), high[h])
        if over <= 0.0 or weight[h] <= 0.0:
            continue
        cut = min(over / weight[h], max(out[h] - low[h], 0.0), above - below)
        out[h] -= cut
        over -= cut * weight[h]
    return out


def along_load(grid: Grid) -> Floats:
    """(generators, hours) MW that budgets owe along the load: the curve a contract settles beforehand.

    The hours of a limit are first_hour <= hour < last_hour; several rows of one budget owe in proportion to their size.
    """
    owed = np.zeros((len(grid.generators.key), grid.hours))
    load = grid.load_mw.sum(axis=0)
    for limit in grid.limits:
        if limit.load_share <= 0.0:
            continue
        hours, rows = slice(limit.first_hour, limit.last_hour), np.flatnonzero(limit.per_mwh > 0.0)
        size = grid.generators.capacity_mw[rows]
        curve = limit.load_share * limit.at_least * load[hours] / load[hours].sum()
        owed[rows, hours] += size[:, None] / max(float(size @ limit.per_mwh[rows]), 1e-9) * curve
    return owed


def schedule(grid: Grid, share: Floats, residual_mw: Floats, owed_mw: Floats) -> Floats:
    """(generators, hours) output of all rows under a budget or a floor of energy, on the availability given.

    Rows of one budget share its output in proportion to what is available, each giving what it owes along the load. A
    single unit then runs fully in the hours in which its part is highest, until its share of the energy is given; what
    heat makes it run anyway counts first. The hours of a limit are first_hour <= hour < last_hour.
    """
    units = grid.generators
    budgets = [limit for limit in grid.limits if is_budget(limit) or limit.at_least > 0.0]
    counted = budget_rows(grid)
    out = np.zeros((len(units.key), grid.hours))
    if not budgets:
        return out  # never written, so it takes no memory
    available = np.zeros(out.shape)
    available[counted] = units.capacity_mw[counted, None] * share[counted]
    residual, stable = residual_mw.copy(), units.min_share * units.is_block
    rooms = [_Room.of(limit, available, owed_mw, stable) for limit in budgets]
    for _ in range(SWEEPS):
        for limit, room in zip(budgets, rooms, strict=True):
            hours = slice(limit.first_hour, limit.last_hour)
            residual[hours] += out[room.rows, hours].sum(axis=0)
            given = room.spread(residual[hours], limit.at_least)
            out[room.rows, hours] = given
            residual[hours] -= given.sum(axis=0)
    for limit in budgets:
        rows = np.flatnonzero((limit.per_mwh > 0.0) & ~units.is_block & ~units.is_free)
        size = units.capacity_mw * (limit.per_mwh > 0.0)
        hours = slice(limit.first_hour, limit.last_hour)
        for row in rows.tolist():
            heat_led = heat_led_mw(grid, row)[hours] * (available[row, hours] > 0.0)
            energy = limit.at_least / limit.per_mwh[row] * size[row] / size.sum() - float(heat_led.sum())
            out[row, hours] = two_shift(out[row, hours], available[row, hours] * (heat_led <= 0.0), energy)
    return out


def budget_rows(grid: Grid) -> Ints:
    """Generators that a budget or a floor of energy counts."""
    counted = [limit.per_mwh > 0.0 for limit in grid.limits if is_budget(limit) or limit.at_least > 0.0]
    return np.flatnonzero(np.any(counted, axis=0)) if counted else np.zeros(0, dtype=np.int64)


def heat_led_mw(grid: Grid, row: int) -> Floats:
    """(hours,) least output of a unit in the hours in which it must deliver heat (MODEL_SPEC 1.6)."""
    units, at = grid.generators, grid.generators.heat_row[row]
    if at < 0:
        return np.zeros(grid.hours)
    heat = grid.heat_mw[at] * units.heat_share[row]
    stable = units.min_share[row] * units.capacity_mw[row] - units.power_loss[row] * heat
    return np.asarray(np.where(heat > 0.0, np.maximum(stable, units.back_pressure[row] * heat), 0.0))


def two_shift(part_mw: Floats, available_mw: Floats, energy_mwh: float) -> Floats:
    """(hours,) an energy given at full output in the hours in which a unit's part of the budget is highest.

    >>> two_shift(np.array([10.0, 30.0, 20.0]), np.full(3, 60.0), 90.0).tolist()
    [0.0, 60.0, 30.0]
    """
    part = np.divide(part_mw, available_mw, out=np.zeros_like(part_mw), where=available_mw > 0.0)
    order = np.argsort(-part, kind="stable")
    before = np.cumsum(available_mw[order]) - available_mw[order]
    out = np.zeros_like(part_mw)
    out[order] = np.clip(energy_mwh - before, 0.0, available_mw[order])
    return out


class _Room(NamedTuple):
    """What a budget's rows may give in its hours, the same in every sweep."""

    rows: Ints
    part: Floats
    """(rows, hours) of what is available."""
    low: Floats
    """(hours,) like the next two."""
    high: Floats
    weight: Floats

    @staticmethod
    def of(limit: Limit, available: Floats, owed_mw: Floats, stable: Floats) -> _Room:
        """The room of a budget; `stable` (generators,) is the least share of what is available."""
        rows: Ints = np.flatnonzero(limit.per_mwh > 0.0)
        hours = slice(limit.first_hour, limit.last_hour)
        most = available[rows, hours]
        low = np.minimum(np.maximum(stable[rows, None] * most, owed_mw[rows, hours]), most)
        high = most.sum(axis=0)
        part = np.divide(most, high, out=np.zeros_like(most), where=high > 0.0)
        return _Room(rows, part, low.sum(axis=0), high, limit.per_mwh[rows] @ part)

    def spread(self, residual: Floats, energy: float) -> Floats:
        """(rows, hours) one budget's output over its rows."""
        spread: Floats = self.part * shave(residual, self.low, self.high, self.weight, energy)
        return spread

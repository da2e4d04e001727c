"""Stores alike run as one: same efficiencies, wear and hours, same availability and same relative level.

Their optimum is the same schedule in proportion to their size, so that placing them together is exact and quick.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import bare, compiled
from dafeng.network.frame import Frame
from dafeng.network.grid import State
from dafeng.network.lived import Firm
from dafeng.network.tanks import LEVEL, Ends, Tanks


@dataclass(frozen=True)
class Gathered:
    """Tanks of a window and the assets behind each."""

    tanks: Tanks
    ends: Ends
    group: Ints
    """(stores + flexible,) tank of each asset."""
    part: Floats
    """(stores + flexible,) its part of the tank."""
    first: Ints
    """(tanks,) the asset whose facts stand for the tank's."""

    def with_ends(self, ends: Ends) -> Gathered:
        """The same tanks with other worths at the end, (stores + flexible, pieces)."""
        return replace(self, ends=Ends(ends.worth[self.first], ends.width[self.first]))

    def spread(self, out: Floats) -> Floats:
        """(stores + flexible, 3, hours) what each asset did."""
        each = out.take(self.group, axis=0)
        each *= self.part[:, None, None]
        return each


def gather(
    frame: Frame, share: Floats, window: range, start: State, ends: Ends, firm: Firm | None = None
) -> Gathered:
    """The tanks of a window: groups of equal stores, then flexible loads one by one, in the order of placing."""
    grid = frame.grid
    energy = grid.stores.energy_mwh
    level = np.divide(start.stored_mwh, energy, out=np.zeros_like(energy), where=energy > 0.0)
    rows = (frame.rows.stores.start, frame.rows.flexible.start)
    alike = np.asarray(np.round(level, 9), dtype=np.float64)
    group, first = _groups(frame.tank_order, frame.tank_kind, alike, share, rows[0], window.start, len(window))
    part = _parts(frame, group)
    low, high = flexible_bounds(frame, window, start, firm)
    charge, discharge, least, most, usual, begun = _together(
        frame.tank_order, group, len(first), window.start, share, rows, grid.stores.charge_mw,
        grid.stores.discharge_mw, energy, start.stored_mwh, grid.flexible.power_mw, frame.usual_mw, low, high,
    )
    facts = frame.tank_facts[:, first]
    tanks = Tanks(
        charge, discharge, least, most, usual, facts[0], facts[1], facts[2], facts[3], begun, frame.is_city_tank[first]
    )
    return Gathered(tanks, Ends(ends.worth[first], ends.width[first]), group, part, first)


def beginning(tanks: Tanks) -> Floats:
    """(tanks, 3, hours) what tanks do before they are placed: flexible loads draw as usual."""
    out = np.zeros((len(tanks.start_mwh), LEVEL + 1, tanks.charge_mw.shape[1]))
    out[:, 0] = tanks.usual_mw
    return out


@compiled
def _groups(
    order: Ints, kind: Ints, level: Floats, share: Floats, stores: int, start: int, hours: int
) -> tuple[Ints, Ints]:
    """Tank of each asset, and the first asset of each tank, tanks in the order of placing.

    Stores run together that are alike in kind, relative level and availability, whose rows begin at `stores`.
    """
    group, first, n = np.zeros(order.size, np.int64), np.empty(order.size, np.int64), 0
    for asset in order:
        at = 0
        while at < n:
            other = first[at]
            if kind[asset] >= 0 and kind[other] == kind[asset] and level[other] == level[asset]:
                h = start
                while h < start + hours and share[stores + asset, h] == share[stores + other, h]:
                    h += 1
                if h == start + hours:
                    break
            at += 1
        if at == n:
            first[n] = asset
            n += 1
        group[asset] = at
    return group, first[:n].copy()


@compiled
def _together(
    order: Ints, group: Ints, tanks: int, start: int, share: Floats, rows: tuple[int, int], charge_mw: Floats,
    discharge_mw: Floats, energy_mwh: Floats, stored_mwh: Floats, power_mw: Floats, usual_mw: Floats, low: Floats,
    high: Floats,
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Of tanks: draw, output, least and most level, usual draw and level at the start, summed over their assets.

    `rows` are where stores and flexible loads begin in `share`; `low` and `high` (flexible, hours + 1) their bounds.
    """
    hours = low.shape[1] - 1
    charge, discharge, usual = np.zeros((tanks, hours)), np.zeros((tanks, hours)), np.zeros((tanks, hours))
    least, most, begun = np.zeros((tanks, hours + 1)), np.zeros((tanks, hours + 1)), np.zeros(tanks)
    made = (charge, discharge, least, most, usual, begun)
    _add_up(order, group, start, share, rows, charge_mw, discharge_mw, energy_mwh, stored_mwh, power_mw, usual_mw, low,
            high, made)
    return made


@bare
def _add_up(
    order: Ints, group: Ints, start: int, share: Floats, rows: tuple[int, int], charge_mw: Floats,
    discharge_mw: Floats, energy_mwh: Floats, stored_mwh: Floats, power_mw: Floats, usual_mw: Floats, low: Floats,
    high: Floats, made: tuple[Floats, Floats, Floats, Floats, Floats, Floats],
) -> None:
    """The same, into arrays of zeros."""
    charge, discharge, least, most, usual, begun = made
    n, hours = charge_mw.size, low.shape[1] - 1
    for asset in order:
        t = group[asset]
        if asset < n:
            begun[t] += stored_mwh[asset]
            for h in range(hours + 1):
                most[t, h] += energy_mwh[asset]
            for h in range(hours):
                charge[t, h] += charge_mw[asset] * share[rows[0] + asset, start + h]
                discharge[t, h] += discharge_mw[asset] * share[rows[0] + asset, start + h]
        else:
            f = asset - n
            begun[t] += low[f, 0]
            for h in range(hours + 1):
                least[t, h] += low[f, h]
                most[t, h] += high[f, h]
            for h in range(hours):
                charge[t, h] += power_mw[f, start + h] * share[rows[1] + f, start + h]
                usual[t, h] += usual_mw[f, start + h]


def _parts(frame: Frame, group: Ints) -> Floats:
    """(stores + flexible,) part of each asset in its tank, by energy; kept, as groups come again."""
    key = group.tobytes()
    if key not in frame.tank_parts:
        energy, part = frame.grid.stores.energy_mwh, np.ones(len(group))
        for tank in range(int(group.max(initial=-1)) + 1):
            rows = frame.tank_order[group[frame.tank_order] == tank]
            if len(rows) > 1:
                part[rows] = energy[rows] / energy[rows].sum()
        frame.tank_parts[key] = part
    return frame.tank_parts[key]


def level_bounds(frame: Frame, window: range, start: State, firm: Firm | None) -> tuple[Floats, Floats]:
    """(stores + flexible, hours + 1) bounds of the level; within its notice a flexible load keeps to its plan."""
    n, steps = len(frame.grid.stores.key), len(window) + 1
    least, most = flexible_bounds(frame, window, start, firm)
    stored = np.repeat(frame.grid.stores.energy_mwh[:, None], steps, axis=1)
    return np.concatenate([np.zeros((n, steps)), least]), np.concatenate([stored, most])


def flexible_bounds(frame: Frame, window: range, start: State, firm: Firm | None) -> tuple[Floats, Floats]:
    """(flexible, hours + 1) bounds of the energy drawn; within its notice a load keeps to its plan."""
    flexible = frame.grid.flexible
    low, high = (np.empty((len(flexible.key), len(window) + 1)) for _ in range(2))
    _copy_bounds(flexible.least_mwh, flexible.most_mwh, start.drawn_mwh, window.start, low, high)
    if firm is not None:
        planned = firm.flexible_mw[:, window.start - firm.first_hour :]
        for row, notice_h in enumerate(flexible.notice_h):
            drawn = planned[row, : min(int(np.ceil(notice_h)), len(window))]
            fixed = slice(1, len(drawn) + 1)
            low[row, fixed] = high[row, fixed] = start.drawn_mwh[row] + np.cumsum(drawn)
    return low, high


@bare
def _copy_bounds(least: Floats, most: Floats, drawn: Floats, first: int, low: Floats, high: Floats) -> None:
    """(flexible, hours + 1) bounds from hour `first` of the year on, behind what is drawn."""
    for row in range(drawn.size):
        low[row, 0] = high[row, 0] = drawn[row]
        for h in range(low.shape[1] - 1):
            low[row, h + 1], high[row, h + 1] = least[row, first + h], most[row, first + h]

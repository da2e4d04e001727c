"""Stores alike run as one: same efficiencies, wear and hours, same availability and same relative level.

Their optimum is the same schedule in proportion to their size, so that placing them together is exact and quick.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled
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
        return out[self.group] * self.part[:, None, None]


def gather(
    frame: Frame, share: Floats, window: range, start: State, ends: Ends, firm: Firm | None = None
) -> Gathered:
    """The tanks of a window: groups of equal stores, then flexible loads one by one, in the order of placing."""
    grid, n = frame.grid, len(frame.grid.stores.key)
    hours = slice(window.start, window.stop)
    store_share = share[frame.rows.stores, hours]
    members = _groups(frame, store_share, start)
    group, part = _membership(frame, members)
    first = np.array([rows[0] for rows in members], dtype=np.int64)

    def together(values: Floats, after: int = 0) -> Floats:
        """(tanks, …) sums of (assets from row `after` on, …); tanks of assets before it are left at zero."""
        out = np.zeros((len(members), values.shape[1]))
        _add_up(frame.tank_order, group, values, after, out)
        return out

    charge = together(grid.stores.charge_mw[:, None] * store_share)
    draw = together(grid.flexible.power_mw[:, hours] * share[frame.rows.flexible, hours], n)
    low, high = level_bounds(frame, window, start, firm)
    begun = np.concatenate([start.stored_mwh, start.drawn_mwh])[:, None]
    tanks = Tanks(
        charge + draw, together(grid.stores.discharge_mw[:, None] * store_share), together(low), together(high),
        together(frame.usual_mw[:, hours], n), _both(frame, "efficiency_in")[first],
        _both(frame, "efficiency_out")[first], _both(frame, "wear_cny_per_mwh", 0.0)[first],
        np.concatenate([np.zeros(n), grid.flexible.cost_cny_per_mwh])[first], together(begun)[:, 0],
        frame.is_city_tank[first],
    )
    return Gathered(tanks, Ends(ends.worth[first], ends.width[first]), group, part, first)


def beginning(tanks: Tanks) -> Floats:
    """(tanks, 3, hours) what tanks do before they are placed: flexible loads draw as usual."""
    out = np.zeros((len(tanks.start_mwh), LEVEL + 1, tanks.charge_mw.shape[1]))
    out[:, 0] = tanks.usual_mw
    return out


def _groups(frame: Frame, share: Floats, start: State) -> list[list[int]]:
    """Assets of each tank, tanks in the order of placing: stores alike in kind, relative level and availability."""
    energy = frame.grid.stores.energy_mwh
    level = np.divide(start.stored_mwh, energy, out=np.zeros_like(energy), where=energy > 0.0)
    levels: list[float] = np.round(level, 9).tolist()
    found: dict[tuple[object, ...], list[int]] = {}
    for row, kind in zip(frame.tank_order.tolist(), frame.tank_kind, strict=True):
        key = (row,) if kind is None else (kind, levels[row], share[row].tobytes())
        found.setdefault(key, []).append(row)
    return list(found.values())


@compiled
def _add_up(order: Ints, group: Ints, values: Floats, after: int, out: Floats) -> None:
    """Add the rows of assets, in the order of placing, to those of their tanks; row 0 is asset number `after`."""
    for asset in order:
        if after <= asset < after + values.shape[0]:
            for h in range(values.shape[1]):
                out[group[asset], h] += values[asset - after, h]


def _membership(frame: Frame, members: list[list[int]]) -> tuple[Ints, Floats]:
    """Tank of each asset, and its part by energy."""
    stores = frame.grid.stores
    group, part = np.zeros(len(frame.tank_order), dtype=np.int64), np.ones(len(frame.tank_order))
    for tank, rows in enumerate(members):
        group[rows] = tank
        if len(rows) > 1:
            part[rows] = stores.energy_mwh[rows] / stores.energy_mwh[rows].sum()
    return group, part


def level_bounds(frame: Frame, window: range, start: State, firm: Firm | None) -> tuple[Floats, Floats]:
    """(stores + flexible, hours + 1) bounds of the level; within its notice a flexible load keeps to its plan."""
    grid, n = frame.grid, len(frame.grid.stores.key)
    low = np.zeros((len(frame.tank_order), len(window) + 1))
    high = np.repeat(np.concatenate([grid.stores.energy_mwh, start.drawn_mwh])[:, None], len(window) + 1, axis=1)
    low[n:, 0] = start.drawn_mwh
    low[n:, 1:] = grid.flexible.least_mwh[:, window.start : window.stop]
    high[n:, 1:] = grid.flexible.most_mwh[:, window.start : window.stop]
    if firm is not None:
        for row, notice_h in enumerate(grid.flexible.notice_h):
            drawn = firm.flexible_mw[row, window.start - firm.first_hour :][: min(int(np.ceil(notice_h)), len(window))]
            fixed = slice(1, len(drawn) + 1)
            low[n + row, fixed] = high[n + row, fixed] = start.drawn_mwh[row] + np.cumsum(drawn)
    return low, high


def _both(frame: Frame, name: str, otherwise: float = 1.0) -> Floats:
    """(stores + flexible,) a fact of stores, and what stands for it in flexible loads."""
    own: Floats = getattr(frame.grid.stores, name)
    return np.concatenate([own, np.full(len(frame.grid.flexible.key), otherwise)])

"""Stores alike at one bus run as one in a window's programme: fewer columns and rows, the same optimum.

Where no line is in the way, so do those of the whole city, or of the province. Alike are stores of one kind with the
same availability in the window, relative level and worth of what they hold at its end. Whatever they do together, each
can do its part of, in proportion to its energy; and what they do one by one, they can do together. So the optimum is
the same, and they stay alike from window to window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.frame import Frame
from dafeng.network.window import Task

DECIMALS = 9
"""Relative levels alike to so many decimals are the same."""
Kind = tuple[object, ...]


@dataclass(frozen=True)
class Slots:
    """Places for tanks in a layout: those of stores by kind, as many as windows have needed, then flexible loads."""

    kinds: tuple[Kind, ...]
    """Kind of each place of a store, equals side by side."""
    asset: Ints
    """(slots,) row of a store or flexible load whose bus, efficiencies and wear are those of the place."""

    @cached_property
    def stores(self) -> int:
        """How many places are those of stores."""
        return len(self.kinds)

    @cached_property
    def first(self) -> dict[Kind, int]:
        """The first place of each kind."""
        found: dict[Kind, int] = {}
        for place, kind in enumerate(self.kinds):
            found.setdefault(kind, place)
        return found

    @cached_property
    def room(self) -> dict[Kind, int]:
        """Places of each kind."""
        return {kind: len(list(places)) for kind, places in groupby(self.kinds)}


@dataclass(frozen=True)
class Shared:
    """Which place each asset has in a window, and its part of what the place does."""

    slot: Ints
    """(stores + flexible,)."""
    part: Floats
    """(stores + flexible,)."""
    slots: int

    def together(self, values: Floats) -> Floats:
        """(slots, …) sums of values of (stores + flexible, …), or of stores alone."""
        made = np.zeros((self.slots, *values.shape[1:]))
        np.add.at(made, self.slot[: len(values)], values)
        return made

    def common(self, values: Floats) -> Floats:
        """(slots, …) values that are the same in all assets of a place."""
        made = np.zeros((self.slots, *values.shape[1:]))
        made[self.slot] = values
        return made

    def spread(self, values: Floats) -> Floats:
        """What each asset does of (slots, …); of stores alone if only their slots are given."""
        mine = self.slot < len(values)
        return np.asarray(values[self.slot[mine]] * self.part[mine, None])


Groups = dict[Kind, list[list[int]]]


def apart(frame: Frame) -> Groups:
    """Every store by itself."""
    return {(row,): [[row]] for row in range(len(frame.grid.stores.key))}


def alike(task: Task, pins_mwh: Floats | None, *, is_pooled: bool = False) -> Groups:
    """Stores by kind and bus, and in each kind those that run as one in a window, largest first.

    `is_pooled` has them by kind alone, in the city and outside it. `pins_mwh` (stores,) are levels asked for at the
    window's end, NaN where their worth decides.
    """
    frame, stores, window = task.frame, task.frame.grid.stores, task.hours
    n, energy = len(stores.key), stores.energy_mwh
    share = task.share[frame.rows.stores, window]
    facts = np.stack([task.start.stored_mwh, np.full(n, np.nan) if pins_mwh is None else pins_mwh[:n]])
    level = np.round(np.divide(facts, energy, out=np.zeros_like(facts), where=energy > 0.0), DECIMALS)
    until = np.divide(task.ends.width[:n], energy[:, None], out=np.zeros_like(task.ends.width[:n]),
                      where=energy[:, None] > 0.0)
    until = np.round(until, DECIMALS)
    found: dict[Kind, dict[Kind, list[int]]] = {}
    for row in frame.tank_order[frame.tank_order < n].tolist():
        kind = int(frame.tank_kind[row])
        place = bool(frame.is_city_tank[row]) if is_pooled else int(stores.bus[row])
        name: Kind = (row,) if kind < 0 else (kind, place)
        worth = task.ends.worth[row].tobytes(), until[row].tobytes()
        state = level[:, row].tobytes(), share[row].tobytes(), *worth
        found.setdefault(name, {}).setdefault(state, []).append(row)
    return {
        name: sorted(groups.values(), key=lambda rows: -float(energy[rows].sum())) for name, groups in found.items()
    }


def slots_of(frame: Frame, groups: Groups, before: Slots | None = None) -> Slots:
    """Places for the groups of a window, and for as many as there were before; the same ones if they are enough."""
    room = {} if before is None else before.room
    if before is not None and all(len(sets) <= room.get(name, 0) for name, sets in groups.items()):
        return before
    wanted = {name: max(len(sets), room.get(name, 0)) for name, sets in groups.items()}
    names = [name for name, places in wanted.items() for _ in range(places)]
    stores = [groups[name][0][0] for name in names]
    flexible = np.arange(len(frame.grid.stores.key), len(frame.tank_order))
    return Slots(tuple(names), np.concatenate([np.array(stores, dtype=np.int64), flexible]))


def shared_of(frame: Frame, groups: Groups, slots: Slots) -> Shared:
    """Where each asset is placed."""
    energy, n = frame.grid.stores.energy_mwh, len(frame.grid.stores.key)
    flexible = len(frame.tank_order) - n
    slot, part = np.zeros(n + flexible, dtype=np.int64), np.ones(n + flexible)
    slot[n:] = slots.stores + np.arange(flexible)
    for name, sets in groups.items():
        for place, rows in enumerate(sets, slots.first[name]):
            slot[rows] = place
            if len(rows) > 1:
                part[rows] = energy[rows] / energy[rows].sum()
    return Shared(slot, part, slots.stores + flexible)

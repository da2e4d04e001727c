"""The coefficients of a window's programme: MODEL_SPEC 6.2 to 6.11 as entries of a matrix."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.frame import Frame
from dafeng.network.lp_shape import Shape
from dafeng.network.response import REBOUND_H


@dataclass
class Entries:
    """Coefficients as (row, column, value), collected piece by piece."""

    rows: list[Ints] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)

    def add(self, rows: Ints, columns: Ints, values: Floats | float) -> None:
        """Some more; all three are spread to one shape."""
        row, column, value = np.broadcast_arrays(rows, columns, values)
        self.rows.append(row.ravel())
        self.columns.append(column.ravel())
        self.values.append(np.asarray(value, dtype=np.float64).ravel())

    def together(self) -> tuple[Ints, Ints, Floats]:
        """All of them."""
        return np.concatenate(self.rows), np.concatenate(self.columns), np.concatenate(self.values)


@dataclass(frozen=True)
class Feeds:
    """What one unit of a column feeds in, entry by entry, hours in order: where the lines see it.

    Bus `len(buses)` stands for the city as a whole, whose shortage is shared by load.
    """

    bus: Ints
    column: Ints
    value: Floats
    hour: Ints
    first: Ints
    """(hours + 1,) where each hour's entries begin."""


def feeds_of(frame: Frame, shape: Shape) -> Feeds:
    """All feeds of a window."""
    made, hours, sites = Entries(), np.arange(shape.hours), frame.sites
    city, tank = len(frame.grid.buses), sites.tank[shape.slots.asset]
    for block, bus, sign in (
        (shape.power, sites.generator[shape.powered], 1.0), (shape.curtail, shape.free_bus, -1.0),
        (shape.charge, tank, -1.0), (shape.discharge, tank[: shape.slots.stores], 1.0),
        (shape.shed, sites.offer, 1.0), (shape.bought, sites.buyer, -1.0),
        (shape.shared, np.full(shape.shared.things, city), 1.0), (shape.unserved, shape.shed_bus, 1.0),
        (shape.spill, shape.spill_bus, -1.0),
    ):
        made.add(bus[:, None] * shape.hours + hours, block.at(), sign)
    back = frame.grid.offers.rebound_share / REBOUND_H
    for age in range(1, min(REBOUND_H, shape.hours - 1) + 1):
        later = sites.offer[:, None] * shape.hours + hours[age:]
        made.add(later, shape.shed.at()[:, :-age], -back[:, None])
    row, column, value = made.together()
    order = np.lexsort((column, row % shape.hours))
    row, column, value = row[order], column[order], value[order]
    hour = row % shape.hours
    return Feeds(
        row // shape.hours, column.astype(np.int32), value, hour,
        np.searchsorted(hour, np.arange(shape.hours + 1)),
    )


def entries_of(frame: Frame, shape: Shape, feeds: Feeds) -> Entries:
    """All coefficients but those of lines."""
    made = Entries()
    made.add(shape.balance.first + feeds.hour, feeds.column.astype(np.int64), feeds.value)
    _levels(frame, shape, made)
    _switching(frame, shape, made)
    _minimum_times(frame, shape, made)
    _offers(frame, shape, made)
    _meters(shape, made)
    return made


def _levels(frame: Frame, shape: Shape, made: Entries) -> None:
    """E_h - E_{h-1} - eta_in ch + d / eta_out = 0, and what is held at the end in pieces of worth (6.9)."""
    n = shape.slots.stores
    stores, asset = frame.grid.stores, shape.slots.asset[:n]
    row, level = shape.levels.at(), shape.level.at()
    into = np.concatenate([stores.efficiency_in[asset], np.ones(len(level) - n)])
    made.add(row, level, 1.0)
    made.add(row[:, 1:], level[:, :-1], -1.0)
    made.add(row, shape.charge.at(), -into[:, None])
    made.add(row[:n], shape.discharge.at(), 1.0 / stores.efficiency_out[asset][:, None])
    made.add(shape.ends.at(), level[:, -1:], 1.0)
    made.add(shape.ends.at(), shape.piece.at(), -1.0)


def _switching(frame: Frame, shape: Shape, made: Entries) -> None:
    """m P u <= p <= P u and y >= u_h - u_{h-1} (6.4, 6.5)."""
    rows = shape.powered[shape.switched]
    capacity, power, on = frame.fleet.capacity_mw[rows][:, None], shape.power.at()[shape.switched], shape.on.at()
    made.add(shape.most.at(), on, capacity)
    made.add(shape.most.at(), power, -1.0)
    made.add(shape.least.at(), power, 1.0)
    made.add(shape.least.at(), on, -capacity * frame.fleet.min_share[rows][:, None])
    on = on[shape.starting]
    made.add(shape.starts.at(), shape.start.at(), 1.0)
    made.add(shape.starts.at(), on, -1.0)
    made.add(shape.starts.at()[:, 1:], on[:, :-1], 1.0)


def _minimum_times(frame: Frame, shape: Shape, made: Entries) -> None:
    """Starts of the last min_up hours <= u_h, and those of the last min_down hours <= 1 - u before them (6.5)."""
    fleet, rows = frame.fleet, shape.powered[shape.switched]
    for unit in range(shape.stays_up.things):
        on, start = shape.on.at()[unit], shape.start.at()[unit]
        up, down = (max(1, int(np.ceil(least[rows[unit]]))) for least in (fleet.min_up_h, fleet.min_down_h))
        made.add(shape.stays_up.at()[unit], on, -1.0)
        for age in range(min(up, shape.hours)):
            made.add(shape.stays_up.at()[unit, age:], start[: shape.hours - age], 1.0)
        for age in range(min(down, shape.hours)):
            made.add(shape.stays_down.at()[unit, age:], start[: shape.hours - age], 1.0)
        made.add(shape.stays_down.at()[unit, down:], on[: max(0, shape.hours - down)], 1.0)


def _offers(frame: Frame, shape: Shape, made: Entries) -> None:
    """Hours of response a day, and events of the window (5.5): energy over that of a full event."""
    offers = frame.grid.offers
    size = offers.power_mw.max(axis=1, initial=0.0) * np.maximum(offers.hours_per_event, 1.0)
    day = np.arange(shape.hours) // 24
    made.add(shape.per_day.at()[:, day], shape.shed.at(), 1.0)
    event = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0.0)[:, None]
    made.add(shape.per_window.at(), shape.shed.at(), event)
    made.add(shape.per_window.at(), shape.extra.at(), -1.0)


def _meters(shape: Shape, made: Entries) -> None:
    """M_s - M_{s-1} - sum of w p - under + over = 0: energy counted against limits (6.8)."""
    row, reading = shape.readings.at(), shape.reading.at()
    made.add(row, reading, 1.0)
    made.add(row[:, 1:], reading[:, :-1], -1.0)
    made.add(row, shape.under.at(), -1.0)
    made.add(row, shape.over.at(), 1.0)
    step = np.arange(shape.hours) // shape.meters.step_h
    for family, weight in enumerate(shape.meters.weight):
        at = np.flatnonzero(weight[shape.powered])
        made.add(row[family][None, step], shape.power.at()[at], -weight[shape.powered][at][:, None])


def compressed(entries: Entries, shape: Shape) -> tuple[Ints, Ints, Floats]:
    """The matrix by columns: starts, rows and values."""
    row, column, value = entries.together()
    kept = value != 0.0
    row, column, value = row[kept], column[kept], value[kept]
    order = np.lexsort((row, column))
    starts = np.searchsorted(column[order], np.arange(shape.columns + 1))
    return starts.astype(np.int32), row[order].astype(np.int32), value[order]


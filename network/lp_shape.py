"""The columns and rows of the programme of a window: which exist and where they stand.

A block is what one kind of thing does in every hour, thing by thing, hour last; so a block of a solution reshaped is
the array (things, hours) that the result holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.fleet import BLOCK, FREE, UNIT, fleet_of, is_budget, is_weekly_cap
from dafeng.network.frame import Frame
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_tanks import Slots

PIECES = 12
"""Pieces in which the worth of stored energy is read at a window's end."""


@dataclass(frozen=True)
class Block:
    """`things` x `width` columns or rows from `first` on."""

    first: int
    things: int
    width: int

    @property
    def size(self) -> int:
        """How many columns or rows."""
        return self.things * self.width

    @property
    def span(self) -> slice:
        """Where they stand."""
        return slice(self.first, self.first + self.size)

    def at(self) -> Ints:
        """(things, width) their numbers."""
        return np.arange(self.first, self.first + self.size).reshape(self.things, self.width)

    def of(self, values: Floats) -> Floats:
        """(things, width) their values."""
        return values[self.span].reshape(self.things, self.width)


@dataclass
class Places:
    """Blocks given out one after another."""

    size: int = 0

    def take(self, things: int, width: int) -> Block:
        """The next block."""
        block = Block(self.size, things, width)
        self.size += block.size
        return block


@dataclass(frozen=True)
class Meters:
    """Energy budgets counted through the window; a family is the limits of the same rows, one after another."""

    weight: Floats
    """(families, generators)."""
    limits: tuple[tuple[int, ...], ...]
    """Rows of Grid.limits of each family, by their first hour."""
    step_h: int
    """Hours between two readings: a day where all limits begin and end with days, else an hour."""


@dataclass(frozen=True)
class Shape:
    """The layout of a window of so many hours."""

    hours: int
    commitment: Commitment
    powered: Ints
    """Generators with a column of output; all but free rows."""
    free_group: Ints
    """(generators,) column of curtailment of each free row, -1 of others."""
    free_bus: Ints
    """(groups,)."""
    free_cost: Floats
    """(groups,) CNY/MWh saved when curtailed."""
    switched: Ints
    """Positions in `powered` of units with commitment."""
    starting: Ints
    """Positions in `switched` of units whose starts cost something or widen a ramp."""
    shed_bus: Ints
    """Buses where load may go unserved."""
    spill_bus: Ints
    """Buses where output that must be taken may be lost."""
    city_weight: Floats
    """(buses,) part of each bus in a shortage shared by the city; zeros without one."""
    meters: Meters
    slots: Slots
    power: Block
    curtail: Block
    on: Block
    start: Block
    charge: Block
    discharge: Block
    level: Block
    piece: Block
    shed: Block
    extra: Block
    bought: Block
    shared: Block
    unserved: Block
    spill: Block
    reading: Block
    under: Block
    over: Block
    columns: int
    balance: Block
    levels: Block
    ends: Block
    most: Block
    least: Block
    starts: Block
    stays_up: Block
    stays_down: Block
    per_day: Block
    per_window: Block
    readings: Block
    rows: int
    days: int = field(default=1)
    is_pooled: bool = field(default=False)
    """Whether columns of tanks, curtailment and output that is lost stand for several buses: no line is written."""


def shape_of(
    frame: Frame, hours: int, commitment: Commitment, meters: Meters, slots: Slots, *, is_pooled: bool = False
) -> Shape:
    """The layout of all windows of so many hours of a grid."""
    grid, n = frame.grid, frame.fleet.n_generators
    kind = frame.fleet.kind[:n]
    powered = np.flatnonzero(kind != FREE)
    group, free_bus, free_cost = _free_groups(frame, is_pooled)
    switched = _switched(frame, powered) if commitment is not Commitment.FIXED else np.zeros(0, dtype=np.int64)
    starting = np.arange(len(switched))
    if commitment is Commitment.RELAXED:
        rows = powered[switched]
        counts = (frame.fleet.start[rows] > 0.0) | (frame.fleet.ramp_mw_per_h[rows] < frame.fleet.capacity_mw[rows])
        starting = np.flatnonzero(counts)
    tanks, offers, families = len(slots.asset), len(grid.offers.key), len(meters.limits)
    shed_bus, spill_bus, weight = _shed_buses(frame), _spill_buses(frame), _city_weight(frame)
    spill_bus = spill_bus[:1] if is_pooled else spill_bus
    timed = len(switched) if commitment is Commitment.BINARY else 0
    days, readings = -(-hours // 24), -(-hours // meters.step_h)
    c, r = Places(), Places()
    return Shape(
        hours, commitment, powered, group, free_bus, free_cost, switched, starting, shed_bus, spill_bus, weight, meters,
        slots,
        power=c.take(len(powered), hours), curtail=c.take(len(free_bus), hours), on=c.take(len(switched), hours),
        start=c.take(len(starting), hours), charge=c.take(tanks, hours),
        discharge=c.take(slots.stores, hours), level=c.take(tanks, hours), piece=c.take(tanks, PIECES),
        shed=c.take(offers, hours), extra=c.take(offers, 1), bought=c.take(len(grid.buyers.key), hours),
        shared=c.take(int(weight.any()), hours), unserved=c.take(len(shed_bus), hours),
        spill=c.take(len(spill_bus), hours), reading=c.take(families, readings), under=c.take(families, readings),
        over=c.take(families, readings), columns=c.size, balance=r.take(1, hours), levels=r.take(tanks, hours),
        ends=r.take(tanks, 1), most=r.take(len(switched), hours), least=r.take(len(switched), hours),
        starts=r.take(len(starting), hours), stays_up=r.take(timed, hours), stays_down=r.take(timed, hours),
        per_day=r.take(offers, days), per_window=r.take(offers, 1),
        readings=r.take(families, readings), rows=r.size, days=days,
        is_pooled=is_pooled,
    )


def meters_of(frame: Frame, is_counted: list[bool], first: int) -> Meters:
    """The energy limits to be counted, in families; readings are daily where limits and windows keep to days."""
    families: dict[bytes, list[list[int]]] = {}
    limits = frame.grid.limits
    for row in sorted(range(len(limits)), key=lambda row: (limits[row].first_hour, row)):
        if not is_counted[row]:
            continue
        found = families.setdefault(limits[row].per_mwh.tobytes(), [])
        chain = next((chain for chain in found if limits[chain[-1]].last_hour <= limits[row].first_hour), None)
        if chain is None:
            found.append([row])
        else:
            chain.append(row)
    chains = [tuple(chain) for found in families.values() for chain in found]
    edges = [edge for chain in chains for row in chain for edge in (limits[row].first_hour, limits[row].last_hour)]
    is_daily = all((edge - first) % 24 == 0 for edge in edges if edge < frame.grid.hours)
    weight = np.array([limits[chain[0]].per_mwh for chain in chains]).reshape(len(chains), frame.fleet.n_generators)
    return Meters(weight, tuple(chains), 24 if is_daily else 1)


def counted_limits(frame: Frame, is_whole: bool) -> list[bool]:
    """Which limits are counted: budgets and caps of a week always; others when the window is the whole year."""
    return [is_budget(limit) or is_whole or is_weekly_cap(limit) for limit in frame.grid.limits]


def counted_cost(frame: Frame) -> Floats:
    """(rows,) CNY/MWh of a programme that counts what it can: with shadow prices of the other limits only."""
    if not frame.limit_price.any():
        return frame.fleet.cost
    return fleet_of(frame.grid, np.where(counted_limits(frame, False), 0.0, frame.limit_price)).cost


def _free_groups(frame: Frame, is_pooled: bool) -> tuple[Ints, Ints, Floats]:
    """Free rows at one bus and cost are curtailed together: group of each row, bus and cost of each group.

    Pooled, those of all buses are, and the bus is that of the first.
    """
    grid, n = frame.grid, frame.fleet.n_generators
    names: dict[tuple[int, float], int] = {}
    group, buses = np.full(n, -1), list[int]()
    for row in np.flatnonzero(frame.fleet.kind[:n] == FREE).tolist():
        bus = int(grid.generators.bus[row])
        group[row] = names.setdefault((-1 if is_pooled else bus, float(frame.fleet.cost[row])), len(names))
        if len(names) > len(buses):
            buses.append(bus)
    return group, np.array(buses, dtype=np.int64), np.array([cost for _, cost in names])


def _switched(frame: Frame, powered: Ints) -> Ints:
    """Units for which being on matters: a minimum, a cost of running idle or of starting."""
    fleet = frame.fleet
    matters = (fleet.min_share > 0.0) | (fleet.no_load > 0.0) | (fleet.start > 0.0)
    return np.flatnonzero((fleet.kind[powered] == UNIT) & matters[powered])


def _shed_buses(frame: Frame) -> Ints:
    """Buses with load or with flexible loads."""
    has: Bools = np.asarray((frame.grid.load_mw > 0.0).any(axis=1))
    has[frame.grid.flexible.bus] = True
    return np.flatnonzero(has)


def _spill_buses(frame: Frame) -> Ints:
    """Buses where output may have to be taken, or where load is negative."""
    grid, n = frame.grid, frame.fleet.n_generators
    kind = frame.fleet.kind[:n]
    forced = np.isin(kind, (FREE, BLOCK)) & (grid.generators.min_share > 0.0)
    forced |= (frame.fleet.heat_row[:n] >= 0) | (kind == UNIT) | frame.fleet.shares_hours[:n]
    for limit in grid.limits:
        if limit.at_least > 0.0 and not is_budget(limit):
            forced |= limit.per_mwh > 0.0
    has: Bools = np.asarray((grid.load_mw < 0.0).any(axis=1))
    has[grid.generators.bus[np.flatnonzero(forced)]] = True
    return np.flatnonzero(has)


def _city_weight(frame: Frame) -> Floats:
    """(buses,) load of the city's buses over that of all of them."""
    load = np.where(frame.sites.is_city, np.maximum(frame.grid.load_mw, 0.0).sum(axis=1), 0.0)
    if np.count_nonzero(load) < 2:
        return np.zeros(len(load))
    return np.asarray(load / load.sum())

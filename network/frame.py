"""What a grid looks like to the fast engine: made once a year, read in every window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.budgets import along_load
from dafeng.network.buses import Sites
from dafeng.network.fleet import UNIT, Fleet, fleet_of
from dafeng.network.flow import Ptdf, build_ptdf
from dafeng.network.grid import Grid, Rows
from dafeng.network.hanging import behind, hanging_together, main_bus
from dafeng.network.supplies import Supplies, supplies_of

OUTSIDE = ("province", "external")
"""Counties of buses that are not the city's."""
HELD_H = 4.0
"""A unit that takes longer to go down may have to feed in what nothing takes."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A grid with everything that does not change within its year worked out."""

    grid: Grid
    rows: Rows
    fleet: Fleet
    sites: Sites
    phi: float
    """Share of a shortage that reaches the city."""
    demand_mw: Floats
    """(hours,) load of all buses and purchases of all buyers."""
    bus_load_mw: Floats
    """(buses, hours), C order."""
    buyers_mw: Floats
    """(buyers, hours)."""
    usual_mw: Floats
    """(flexible, hours) draw half-way between least and most."""
    tank_order: Ints
    """Stores and flexible loads in the order of placing: the province's, then the city's."""
    tank_kind: Ints
    """(stores + flexible,) equal where stores are alike; -1 for what runs alone."""
    is_city_tank: Bools
    """(stores + flexible,)."""
    limit_weights: Floats
    """(limits, generators)."""
    limit_price: Floats
    """(limits,) shadow prices in the costs of the fleet."""
    factors: dict[bytes, Ptdf] = field(default_factory=dict)
    """Distribution factors by what is in service."""
    parts: dict[bytes, list[Bools]] = field(default_factory=dict)
    """Islands by what is in service."""
    tank_parts: dict[bytes, Floats] = field(default_factory=dict)
    """(stores + flexible,) part of each asset in its tank, by who runs with whom."""
    programmes: dict[Any, Any] = field(default_factory=dict)
    """Programmes of spans that relieve lines or ramps, by their layout."""

    @cached_property
    def supplies(self) -> Supplies:
        """What may move when lines are relieved."""
        bus = np.concatenate([self.sites.generator, self.sites.buyer])
        return supplies_of(self.fleet, bus, self.grid.generators.is_block, self.grid.market.curtailment_cny_per_mwh)

    @cached_property
    def owed_mw(self) -> Floats:
        """(generators, hours) what budgets owe along the load."""
        return along_load(self.grid)

    @cached_property
    def tank_facts(self) -> Floats:
        """(4, stores + flexible) efficiency in and out, wear, cost of drawing, of each asset."""
        stores, flexible = self.grid.stores, self.grid.flexible
        one, none = np.ones(len(flexible.key)), np.zeros(len(flexible.key))
        return np.array([
            np.concatenate([stores.efficiency_in, one]), np.concatenate([stores.efficiency_out, one]),
            np.concatenate([stores.wear_cny_per_mwh, none]),
            np.concatenate([np.zeros(len(stores.key)), flexible.cost_cny_per_mwh]),
        ])

    @cached_property
    def limit_hours(self) -> tuple[Ints, Ints]:
        """(limits,) first hour of each limit, and the hour after its last."""
        limits = self.grid.limits
        return (np.array([limit.first_hour for limit in limits], dtype=np.int64),
                np.array([limit.last_hour for limit in limits], dtype=np.int64))

    @cached_property
    def counted(self) -> list[tuple[Ints, Floats]]:
        """Of each limit: the generators that it counts, and the weight of each."""
        rows = [np.flatnonzero(weights) for weights in self.limit_weights]
        return [(counted, weights[counted]) for counted, weights in zip(rows, self.limit_weights, strict=True)]

    @cached_property
    def firm_rows(self) -> Ints:
        """Generators under a budget that never gives way."""
        firm = [limit.per_mwh > 0.0 for limit in self.grid.limits if not limit.gives_way]
        return np.flatnonzero(np.any(firm, axis=0)) if firm else np.zeros(0, dtype=np.int64)

    @cached_property
    def slow_rows(self) -> Ints:
        """Units whose ramps can bind."""
        return np.flatnonzero((self.fleet.kind == UNIT) & (self.fleet.ramp_mw_per_h < self.fleet.capacity_mw))

    @cached_property
    def vre_rows(self) -> Ints:
        """Rows of wind and sun."""
        return np.flatnonzero(self.fleet.is_vre)

    @cached_property
    def is_split(self) -> bool:
        """Whether the buses do not hang together even with all branches in service."""
        branches = self.grid.branches
        return len(hanging_together(len(self.grid.buses), branches.from_bus, branches.to_bus,
                                    np.ones(len(branches.key)))) > 1

    @cached_property
    def may_overflow(self) -> bool:
        """Whether what no row lowers may be fed in: load below 0, minima that hold, units that go down slowly."""
        slow = self.slow_rows
        is_held = (self.fleet.ramp_mw_per_h[slow] * HELD_H < self.fleet.capacity_mw[slow]).any()
        return bool(is_held or self.grid.minima_hold or (self.grid.load_mw < 0.0).any())

    def parted_hours(self, share: Floats) -> list[int]:
        """Hours in which the grid may be in parts, for (branches, hours) shares in service."""
        if self.is_split:
            return list(range(share.shape[1]))
        if not share.size or share.min() > 0.0:
            return []
        found: list[int] = np.flatnonzero((share <= 0.0).any(axis=0)).tolist()
        return found

    def priced(self, limit_price: Floats) -> Frame:
        """The same frame with shadow prices of caps in the costs."""
        return replace(self, fleet=fleet_of(self.grid, limit_price), limit_price=limit_price)

    def ptdf(self, share: Floats) -> Ptdf:
        """Distribution factors for (branches,) shares in service; radial offtakes always stand in the equations."""
        meshed = np.where(self.grid.branches.is_radial, 1.0, share)
        key = meshed.tobytes()
        if key not in self.factors:
            self.factors[key] = build_ptdf(self.grid, meshed)
        return self.factors[key]

    def cut_off(self, share: Floats) -> list[Bools]:
        """(buses,) members of each island that does not hang on the main bus, for (branches,) shares in service."""
        key = share.tobytes()
        if key not in self.parts:
            main, buses = main_bus(self.grid), np.arange(len(self.grid.buses))
            branches = self.grid.branches
            groups = hanging_together(len(buses), branches.from_bus, branches.to_bus, share)
            self.parts[key] = [np.array(np.isin(buses, group)) for group in groups if main not in group]
        return self.parts[key]


def frame_of(grid: Grid, limit_price: Floats) -> Frame:
    """The frame of a grid; `limit_price` (limits,) are the shadow prices of its caps."""
    buyers_mw = _hourly(grid.buyers.power_mw, grid.hours)
    sites = _sites(grid)
    is_city_tank = sites.is_city[sites.tank]
    is_city_tank[: len(grid.stores.key)] = grid.stores.is_city
    order = _tank_order(grid, is_city_tank)
    return Frame(
        grid, grid.rows, fleet_of(grid, limit_price), sites, grid.market.city_share if sites.province >= 0 else 1.0,
        grid.load_mw.sum(axis=0) + buyers_mw.sum(axis=0), np.ascontiguousarray(grid.load_mw, dtype=np.float64),
        buyers_mw, _usual(grid), order, _kinds(grid, len(order)), is_city_tank,
        np.array([limit.per_mwh for limit in grid.limits]).reshape(len(grid.limits), len(grid.generators.key)),
        np.asarray(limit_price, dtype=np.float64),
    )


def _hourly(values: Floats, hours: int) -> Floats:
    """(n, hours) of values that may be one number each."""
    columns = values[:, None] if values.ndim == 1 else values
    return np.ascontiguousarray(np.broadcast_to(columns, (len(values), hours)), dtype=np.float64)


def _usual(grid: Grid) -> Floats:
    """Expected draw of flexible loads: along the middle of their bounds, within their power."""
    middle = 0.5 * (grid.flexible.least_mwh + grid.flexible.most_mwh)
    return np.clip(np.diff(middle, axis=1, prepend=0.0), 0.0, grid.flexible.power_mw)


def _sites(grid: Grid) -> Sites:
    """Buses of all assets."""
    is_city = np.array([county not in OUTSIDE for county in grid.counties], dtype=np.bool_)
    offtake = np.flatnonzero(grid.branches.is_radial)
    leaves = behind(grid, offtake.tolist())
    leaf = np.array([bus for buses in leaves for bus in buses], dtype=np.int64)
    return Sites(
        grid.generators.bus.astype(np.int64), np.concatenate([grid.stores.bus, grid.flexible.bus]).astype(np.int64),
        grid.offers.bus.astype(np.int64), grid.buyers.bus.astype(np.int64), is_city,
        grid.counties.index("province") if "province" in grid.counties else -1,
        offtake, leaf, np.cumsum([0, *map(len, leaves)], dtype=np.int64),
        np.isin(np.arange(len(grid.buses)), leaf), grid.branches.carry_mw[offtake].astype(np.float64),
    )


def _tank_order(grid: Grid, is_city: Bools) -> Ints:
    """The province's stores by size, then what the city can shift, then its stores by size; equals by key."""
    keys = grid.stores.key + grid.flexible.key
    n = len(grid.stores.key)

    def rank(row: int) -> tuple[bool, bool, float, float, str]:
        size = float(grid.stores.discharge_mw[row]) if row < n else 0.0
        wear = float(grid.stores.wear_cny_per_mwh[row]) if row < n else 0.0
        return bool(is_city[row]), row < n, wear, -size, keys[row]

    return np.array(sorted(range(len(keys)), key=rank), dtype=np.int64)


def _kinds(grid: Grid, assets: int) -> Ints:
    """(stores + flexible,) number of what a store has in common with others, -1 for what runs alone."""
    numbers: dict[tuple[object, ...], int] = {}
    kinds = [_kind(grid, row) for row in range(assets)]
    return np.array([-1 if kind is None else numbers.setdefault(kind, len(numbers)) for kind in kinds], dtype=np.int64)


def _kind(grid: Grid, row: int) -> tuple[object, ...] | None:
    """What a store has in common with those it may run with: place, efficiencies, wear, power over energy."""
    stores = grid.stores
    if row >= len(stores.key) or stores.energy_mwh[row] <= 0.0:
        return None
    energy = float(stores.energy_mwh[row])
    facts = (stores.efficiency_in[row], stores.efficiency_out[row], stores.wear_cny_per_mwh[row],
             stores.charge_mw[row] / energy, stores.discharge_mw[row] / energy)
    return (bool(stores.is_city[row]), *(round(float(fact), 9) for fact in facts))

"""What a grid looks like to the fast engine: made once a year, read in every window."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.buses import Sites
from dafeng.network.fleet import Fleet, fleet_of
from dafeng.network.flow import Ptdf, build_ptdf
from dafeng.network.graph import behind
from dafeng.network.grid import Grid

OUTSIDE = ("province", "external")
"""Counties of buses that are not the city's."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A grid with everything that does not change within its year worked out."""

    grid: Grid
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
    is_city_tank: Bools
    """(stores + flexible,)."""
    limit_weights: Floats
    """(limits, generators)."""
    factors: dict[bytes, Ptdf] = field(default_factory=dict)
    """Distribution factors by what is in service."""

    def ptdf(self, share: Floats) -> Ptdf:
        """Distribution factors for (branches,) shares in service; radial offtakes always stand in the equations."""
        meshed = np.where(self.grid.branches.is_radial, 1.0, share)
        key = meshed.tobytes()
        if key not in self.factors:
            self.factors[key] = build_ptdf(self.grid, meshed)
        return self.factors[key]


def frame_of(grid: Grid, limit_price: Floats) -> Frame:
    """The frame of a grid; `limit_price` (limits,) are the shadow prices of its caps."""
    buyers_mw = _hourly(grid.buyers.power_mw, grid.hours)
    sites = _sites(grid)
    is_city_tank = sites.is_city[sites.tank]
    is_city_tank[: len(grid.stores.key)] = grid.stores.is_city
    return Frame(
        grid, fleet_of(grid, limit_price), sites, grid.market.city_share if sites.province >= 0 else 1.0,
        grid.load_mw.sum(axis=0) + buyers_mw.sum(axis=0), np.ascontiguousarray(grid.load_mw, dtype=np.float64),
        buyers_mw, _usual(grid), _tank_order(grid, is_city_tank), is_city_tank,
        np.array([limit.per_mwh for limit in grid.limits]).reshape(len(grid.limits), len(grid.generators.key)),
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
    leaves = [behind(grid, int(row)) for row in offtake]
    leaf = np.array([bus for buses in leaves for bus in buses], dtype=np.int64)
    return Sites(
        grid.generators.bus.astype(np.int64), np.concatenate([grid.stores.bus, grid.flexible.bus]).astype(np.int64),
        grid.offers.bus.astype(np.int64), grid.buyers.bus.astype(np.int64), is_city,
        grid.counties.index("province") if "province" in grid.counties else -1,
        offtake, leaf, np.cumsum([0, *map(len, leaves)], dtype=np.int64),
        np.isin(np.arange(len(grid.buses)), leaf), grid.branches.limit_mw[offtake].astype(np.float64),
    )


def _tank_order(grid: Grid, is_city: Bools) -> Ints:
    """The province's stores by size, then what the city can shift, then its stores by size; equals by key."""
    keys = grid.stores.key + grid.flexible.key
    n = len(grid.stores.key)

    def rank(row: int) -> tuple[bool, bool, float, str]:
        size = float(grid.stores.discharge_mw[row]) if row < n else 0.0
        return bool(is_city[row]), row < n, -size, keys[row]

    return np.array(sorted(range(len(keys)), key=rank), dtype=np.int64)

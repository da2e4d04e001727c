"""Small power systems whose answers fit on a card: for the checks of `dafeng verify`, and for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.grid import (
    Branches,
    Buyers,
    Flexible,
    Generators,
    Grid,
    Limit,
    Market,
    Offers,
    Stores,
)


@dataclass(frozen=True)
class Unit:
    """A unit or block."""

    mw: float
    cost: float
    key: str = ""
    bus: int = 0
    kind: str = "block"
    least: float = 0.0
    ramp: float = 1e9
    up: float = 0.0
    down: float = 0.0
    lead: float = 0.0
    no_load: float = 0.0
    start: float = 0.0
    back: float = 0.0
    loss: float = 0.0
    heat: int = -1
    fuel: str = "coal"
    shares: bool = False
    co2: float = 0.0
    """t/MWh."""


@dataclass(frozen=True)
class Battery:
    """A store."""

    mw: float
    mwh: float
    key: str = ""
    bus: int = 0
    into: float = 1.0
    out: float = 1.0
    wear: float = 0.0
    city: bool = True


@dataclass(frozen=True)
class Offer:
    """A shed offer."""

    mw: float
    price: float
    bus: int = 0
    notice: float = 0.0
    hours: float = 4.0
    events: float = 30.0
    rebound: float = 0.0


@dataclass(frozen=True)
class Line:
    """A branch."""

    a: int
    b: int
    x: float = 0.1
    mw: float = 1e9
    radial: bool = False


def generators(units: Sequence[Unit]) -> Generators:
    """Units as rows of a grid."""
    def of(name: str) -> Floats:
        return np.array([getattr(u, name) for u in units], dtype=float)

    n, zero = len(units), np.zeros(len(units))
    return Generators(
        key=tuple(u.key or f"unit-{i}" for i, u in enumerate(units)),
        bus=np.array([u.bus for u in units], dtype=np.int64),
        technology=("coal_usc",) * n, fuel=tuple(u.fuel for u in units), capacity_mw=of("mw"), min_share=of("least"),
        ramp_mw_per_h=of("ramp"), min_up_h=of("up"), min_down_h=of("down"), lead_time_h=of("lead"),
        back_pressure=of("back"), power_loss=of("loss"), cost_cny_per_mwh=of("cost"), no_load_cny_per_h=of("no_load"),
        start_cny=of("start"), emissions_t_per_mwh=of("co2"), no_load_t_per_h=zero,
        fuel_gj_per_mwh=zero, no_load_gj_per_h=zero,
        is_block=np.array([u.kind == "block" for u in units], dtype=bool),
        is_free=np.array([u.kind == "free" for u in units], dtype=bool),
        shares_hours=np.array([u.shares for u in units], dtype=bool), is_city=np.ones(n, dtype=bool),
        is_provincial=np.zeros(n, dtype=bool), heat_row=np.array([u.heat for u in units], dtype=np.int64),
        heat_share=np.ones(n),
    )


def stores(items: Sequence[Battery]) -> Stores:
    """Stores as rows of a grid."""
    def of(name: str) -> Floats:
        return np.array([getattr(s, name) for s in items], dtype=float)

    return Stores(
        tuple(s.key or f"store-{i}" for i, s in enumerate(items)), np.array([s.bus for s in items], dtype=np.int64),
        ("battery_li",) * len(items), of("mw"), of("mw"), of("mwh"), of("into"), of("out"), of("wear"),
        np.array([s.city for s in items], dtype=bool),
    )


def offers(items: Sequence[Offer], hours: int) -> Offers:
    """Offers as rows of a grid, the same in every hour."""
    def of(name: str) -> Floats:
        return np.array([getattr(o, name) for o in items], dtype=float)

    return Offers(
        tuple(f"offer-{i}" for i in range(len(items))), np.array([o.bus for o in items], dtype=np.int64),
        np.repeat(of("mw")[:, None], hours, axis=1), of("price"), of("notice"), of("hours"), of("events"),
        of("rebound"),
    )


def branches(items: Sequence[Line]) -> Branches:
    """Lines as rows of a grid."""
    return Branches(
        tuple(f"branch-{i}" for i in range(len(items))), np.array([b.a for b in items], dtype=np.int64),
        np.array([b.b for b in items], dtype=np.int64), np.array([b.x for b in items], dtype=float),
        np.array([b.mw for b in items], dtype=float), np.zeros(len(items), dtype=bool),
        np.array([b.radial for b in items], dtype=bool), np.array([b.mw for b in items], dtype=float),
        np.ones(len(items), dtype=np.int64),
    )


def flexible(
    hours: int, power: float, least: Floats, most: Floats, bus: int = 0, notice: float = 0.0, cost: float = 0.0
) -> Flexible:
    """One fleet that draws energy between a least and a most."""
    return Flexible(
        ("ev",), np.array([bus]), np.full((1, hours), power), least[None], most[None], np.array([cost]),
        np.array([notice]),
    )


def no_flexible(hours: int) -> Flexible:
    """No flexible load."""
    none = np.zeros((0, hours))
    return Flexible((), np.zeros(0, dtype=np.int64), none, none, none, np.zeros(0), np.zeros(0))


def small_grid(
    load: Floats, units: Sequence[Unit], *, store: Sequence[Battery] = (), offer: Sequence[Offer] = (),
    branch: Sequence[Line] = (),
    counties: tuple[str, ...] = ("PJ",), limits: tuple[Limit, ...] = (), heat: Floats | None = None,
    market: Market | None = None, voll: float = 10_000.0, flex: Flexible | None = None, buyers: Buyers | None = None,
    **more: Any,
) -> Grid:
    """A grid; one row of load goes to the first bus."""
    rows = np.zeros((len(counties), load.shape[-1]))
    rows[: load.size // load.shape[-1]] = load
    hours = load.shape[-1]
    nobody = Buyers((), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    return Grid(
        buses=tuple(f"N{i}" for i in range(len(counties))), counties=counties, load_mw=rows, branches=branches(branch),
        generators=generators(units), stores=stores(store), flexible=flex or no_flexible(hours),
        offers=offers(offer, hours), buyers=buyers or nobody, limits=limits,
        heat_mw=np.zeros((0, hours)) if heat is None else heat,
        market=market or Market(reserve_share_load=0.0, reserve_share_vre=0.0), voll_cny_per_mwh=voll, **more,
    )


def full(grid: Grid) -> Floats:
    """Everything available in all hours."""
    return np.ones((grid.rows.total, grid.hours))


def with_market(grid: Grid, **changes: float) -> Grid:
    """The same grid under other rules of its market."""
    return replace(grid, market=replace(grid.market, **changes))


def shorter(grid: Grid, share: Floats, hours: int) -> tuple[Grid, Floats]:
    """The first hours only."""
    none = replace(grid.flexible, power_mw=grid.flexible.power_mw[:, :hours],
                   least_mwh=grid.flexible.least_mwh[:, :hours], most_mwh=grid.flexible.most_mwh[:, :hours])
    offers = replace(grid.offers, power_mw=grid.offers.power_mw[:, :hours])
    return (replace(grid, load_mw=grid.load_mw[:, :hours], flexible=none, offers=offers,
                    heat_mw=grid.heat_mw[:, :hours]), share[:, :hours])

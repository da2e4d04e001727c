"""A drawn city of four buses behind a province with everything a grid may have, and whether its buses balance."""

from __future__ import annotations

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import Floats
from dafeng.network.grid import Buyers, Grid, Hours, Limit, Market
from dafeng.network.small_grids import Battery, Line, Offer, Unit, flexible, full, small_grid


def imbalance_mw(grid: Grid, hours: Hours) -> float:
    """Highest mismatch of any bus and hour."""
    span = slice(hours.first_hour, hours.first_hour + hours.price_cny_per_mwh.size)
    net = hours.unserved_mw - grid.load_mw[:, span]
    for rows, buses in (
        (hours.generation_mw, grid.generators.bus), (hours.discharge_mw - hours.charge_mw, grid.stores.bus),
        (-hours.flexible_mw, grid.flexible.bus), (hours.shed_mw, grid.offers.bus), (-hours.bought_mw, grid.buyers.bus),
    ):
        np.add.at(net, buses, rows)
    np.subtract.at(net, grid.branches.from_bus, hours.flow_mw)
    np.add.at(net, grid.branches.to_bus, hours.flow_mw)
    return float(np.abs(net).max())


def drawn_grid(seed: int, hours: int = 72, commitment: bool = True) -> tuple[Grid, Floats]:
    """A city of four buses behind a province, with everything that a grid may have."""
    rng = Luck(seed)("drawn grid")
    t = np.arange(hours)
    shapes = ((900, 0), (40, 1), (50, 0.5), (30, 2))
    load = np.stack([mean * (1 + 0.3 * np.sin(t * 2 * np.pi / 24 + late)) for mean, late in shapes])
    kind = "unit" if commitment else "block"
    units = [
        Unit(600, 250, bus=0, shares=True), Unit(350, float(rng.uniform(300, 500)), bus=0),
        Unit(120, 0, bus=0, kind="free", fuel="wind"),
        Unit(60, 260, bus=1, kind=kind, least=0.4, ramp=30, up=4, down=4, lead=6, no_load=600, start=9000, shares=True),
        Unit(50, 380, bus=2, kind=kind, least=0.4, ramp=25, up=3, down=3, lead=3, no_load=500, start=4000),
        Unit(30, 300, bus=1, kind=kind, least=0.5, no_load=200, start=2000, heat=0, back=0.4, loss=0.15),
        Unit(40, 0, bus=3, kind="free", fuel="solar"), Unit(80, 0, bus=0),
    ]
    budget = Limit("hydro", np.eye(len(units))[-1], 0.4 * 80 * hours, 0.4 * 80 * hours, 0, hours)
    branch = [Line(0, 1, 0.02), Line(0, 2, 0.03), Line(1, 2, 0.05), Line(2, 3, 0.0, mw=45.0, radial=True)]
    store = [Battery(60, 300, bus=0, into=0.87, out=0.87, city=False)]
    store += [Battery(mw, 2 * mw, bus=bus, into=0.93, out=0.93, wear=10) for bus, mw in ((1, 12), (2, 6))]
    day = np.ceil((t + 1) / 24) * 60.0
    flex = flexible(hours, 10.0, np.maximum(day - 60.0, 0.0), np.minimum(day, (t + 1) * 8.0), bus=3)
    buyers = Buyers(("export",), np.array([0]), np.array([260.0]), np.array([40.0]))
    market = Market(equal_hours_share=0.4, city_share=0.1, markup_high=1.6)
    grid = small_grid(
        load * float(rng.uniform(0.9, 1.25)), units, store=store,
        offer=[Offer(8, 1200, bus=2, rebound=0.5)], branch=branch,
        counties=("province", "PJ", "JH", "XH"), limits=(budget,), heat=np.full((1, hours), 12.0), market=market,
        flex=flex, buyers=buyers,
    )
    share = full(grid)
    share[2], share[6] = rng.uniform(0, 1, hours), np.clip(np.sin((t % 24 - 6) * np.pi / 12), 0, 1)
    share[3, 20:50] = 0.0
    share[0, 30:60] = rng.uniform(0.5, 1.0)
    return grid, share

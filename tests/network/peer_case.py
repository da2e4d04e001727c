"""One description of a small network, for Dafeng and for PyPSA, so that both solve the same thing."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.grid import Grid, Market, State
from tests.network.small_grids import B, S, U, small_grid

BUSES, LINES = 8, 14
PAIRS = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 0), (0, 4), (1, 5), (2, 6), (3, 7), (0, 3), (4, 7)]
VOLL = 10_000.0


@dataclass(frozen=True)
class Case:
    """Units, stores, lines and hourly series; wind and sun are units with a row of `share`."""

    units: list[U]
    stores: list[S]
    lines: list[B]
    load_mw: Floats
    share: Floats
    """(units, hours)."""

    @property
    def hours(self) -> int:
        return self.load_mw.shape[1]


def case(seed: int = 8, hours: int = 8760, tight: float = 0.65) -> Case:
    """8 buses, 14 lines, 35 units of 7 kinds and 5 stores; `tight` scales line limits.

    Loads follow day, week and season with noise; wind comes in spells, sun by day. All numbers are made up: they are
    chosen so that lines bind in a fifth to a third of the hours.
    """
    rng, hour = np.random.default_rng(seed), np.arange(hours)
    day, year = hour % 24, hour / 8760.0
    shape = 0.75 + 0.18 * np.sin((day - 9) * np.pi / 12) + 0.06 * np.cos(4 * np.pi * year)
    shape = shape * np.where(hour // 24 % 7 >= 5, 0.9, 1.0)
    part = np.array([0.22, 0.08, 0.15, 0.12, 0.10, 0.14, 0.07, 0.12])
    load = 6000.0 * part[:, None] * shape * (1.0 + 0.04 * rng.standard_normal((BUSES, hours)))
    units, share = [], []
    for k in range(7):
        units.append(U(float(rng.integers(300, 700)), 260.0 + 25.0 * k + 20.0 * rng.random(), f"coal-{k}", k))
        share.append(np.ones(hours))
    for k in range(10):
        cost = 430.0 + 25.0 * k + 20.0 * rng.random()
        units.append(U(float(rng.integers(100, 400)), cost, f"gas-{k}", (3 * k + 1) % BUSES))
        share.append(np.ones(hours))
    for k in range(6):
        units.append(U(float(rng.integers(50, 150)), 900.0 + 400.0 * rng.random(), f"oil-{k}", (5 * k) % BUSES))
        share.append(np.ones(hours))
    for k in range(6):
        units.append(U(float(rng.integers(200, 600)), 0.0, f"wind-{k}", (k + 2) % BUSES, kind="free", fuel="wind"))
        share.append(spells(rng, hours))
    for k in range(6):
        units.append(U(float(rng.integers(200, 500)), 0.0, f"sun-{k}", (k + 5) % BUSES, kind="free", fuel="solar"))
        cloud = np.repeat(0.4 + 0.6 * rng.random(hours // 24 + 1), 24)[:hours]
        share.append(np.clip(np.sin((day - 6) * np.pi / 12), 0.0, 1.0) * cloud)
    stores = [
        S(float(mw), float(mw) * h, f"store-{k}", bus, into=0.92, out=0.92, wear=2.0 + k)
        for k, (mw, h, bus) in enumerate([(300, 6, 0), (150, 2, 3), (150, 4, 5), (100, 2, 2), (200, 8, 7)])
    ]
    limits = tight * np.array([420, 380, 420, 350, 380, 400, 400, 520, 380, 360, 380, 350, 400, 380], dtype=float)
    lines = [B(a, b, 0.05 + 0.1 * rng.random(), mw) for (a, b), mw in zip(PAIRS, limits, strict=True)]
    return Case(units, stores, lines, load, np.array(share))


def spells(rng: np.random.Generator, hours: int) -> Floats:
    """Wind of a random walk that returns to its mean."""
    steps, x = rng.standard_normal(hours) * 0.25, np.empty(hours)
    now = 0.0
    for h in range(hours):  # each hour follows from the one before
        now = 0.96 * now + steps[h]
        x[h] = now
    return 1.0 / (1.0 + np.exp(-1.2 * x + 0.6))


def as_grid(made: Case) -> tuple[Grid, Floats]:
    """The grid and its availability."""
    market = Market(reserve_share_load=0.0, reserve_share_vre=0.0, curtailment_cny_per_mwh=0.0,
                    price_cap_cny_per_mwh=VOLL)
    grid = small_grid(made.load_mw, made.units, store=made.stores, branch=made.lines,
                      counties=("PJ",) * len(made.load_mw), market=market, voll=VOLL)
    share = np.ones((grid.rows.total, grid.hours))
    share[grid.rows.generators] = made.share
    return grid, share


def beginning(grid: Grid) -> State:
    """All stores half full."""
    return State.empty(grid)


def as_pypsa(made: Case) -> Any:
    """The same network in PyPSA; stores end as they began."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        net = pypsa.Network()
        net.set_snapshots(range(made.hours))
        net.add("Carrier", "AC")
        net.add("Bus", [f"N{b}" for b in range(len(made.load_mw))], v_nom=1.0, carrier="AC")
        for b, load in enumerate(made.load_mw):
            net.add("Load", f"load-{b}", bus=f"N{b}", p_set=load)
            net.add("Generator", f"shed-{b}", bus=f"N{b}", p_nom=1e5, marginal_cost=VOLL)
        for unit, share in zip(made.units, made.share, strict=True):
            more = {"p_max_pu": share} if share.min() < 1.0 else {}
            net.add("Generator", unit.key, bus=f"N{unit.bus}", p_nom=unit.mw, marginal_cost=unit.cost, **more)
        for row, line in enumerate(made.lines):
            net.add("Line", f"line-{row}", bus0=f"N{line.a}", bus1=f"N{line.b}", x=line.x, r=0.0, s_nom=line.mw,
                    carrier="AC")
        for store in made.stores:
            level = np.full(made.hours, np.nan)
            level[-1] = 0.5 * store.mwh
            net.add("StorageUnit", store.key, bus=f"N{store.bus}", p_nom=store.mw, max_hours=store.mwh / store.mw,
                    efficiency_store=store.into, efficiency_dispatch=store.out, marginal_cost=store.wear,
                    state_of_charge_initial=0.5 * store.mwh, cyclic_state_of_charge=False, state_of_charge_set=level)
    return net


def solve_pypsa(net: Any) -> float:
    """Its optimum with HiGHS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.optimize(solver_name="highs", solver_options={"output_flag": False, "threads": 1}, log_to_console=False)
    return float(net.objective)

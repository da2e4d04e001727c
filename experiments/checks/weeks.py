"""Test weeks of one node on which both engines are compared: mostly coal, coal and gas, or a third of wind and sun.

All numbers are made up, as the prototype's were; tonnes of CO2 are near those of plants of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from dafeng.configs.luck import Luck
from dafeng.configs.units import WEEK_H, Floats
from dafeng.network.dispatch import plan
from dafeng.network.grid import Engine, Grid, Hours, Market, State
from dafeng.network.rolling import roll
from dafeng.network.small_grids import Battery, Unit, full, small_grid

KINDS = ("coal", "mixed", "green")
SEASONS = 4
FLEETS = {"coal": (14, 3), "mixed": (9, 9), "green": (8, 8)}
"""Coal and gas units of a kind."""


def week(kind: str, season: int, *, seed: int = 11, demand: float = 1.0) -> tuple[Grid, Floats]:
    """A week and its availability; `demand` scales the load."""
    rng, hour = Luck(seed)("twelve weeks", season), np.arange(WEEK_H)
    cold = (1.0, 0.85, 1.1, 0.9)[season]
    load = 4000 * cold * (0.8 + 0.2 * np.sin((hour % 24 - 9) * np.pi / 12)) + 60 * rng.standard_normal(WEEK_H)
    units = _units(kind, rng)
    wind = np.clip(0.4 + 0.25 * np.sin(hour / 17 + season) + 0.05 * rng.standard_normal(WEEK_H), 0, 1)
    sun = np.clip(np.sin((hour % 24 - 6) * np.pi / 12), 0, 1) * (0.6, 0.8, 1.0, 0.8)[season]
    grid = small_grid(demand * load, units, market=Market(reserve_share_load=0.03, reserve_share_vre=0.05),
                      store=[Battery(300, 1800, into=0.88, out=0.88), Battery(150, 300, into=0.94, out=0.94)])
    share = full(grid)
    share[len(units) - 2], share[len(units) - 1] = wind, sun
    return grid, share


def _units(kind: str, rng: Generator) -> list[Unit]:
    """Coal, gas, a peaker, wind and sun, in this order."""
    coal, gas = FLEETS[kind]
    units = [Unit(float(rng.integers(250, 400)), 280 + 6 * k, f"coal-{k}", kind="unit", least=0.45, no_load=5000,
                  start=250_000, up=8, down=8, co2=0.84 + 0.01 * k) for k in range(coal)]
    units += [Unit(float(rng.integers(150, 350)), 430 + 12 * k, f"gas-{k}", kind="unit", least=0.4, no_load=9000,
                   start=60_000, up=3, down=2, fuel="natural_gas", co2=0.36 + 0.01 * k) for k in range(gas)]
    green = 1.0 if kind == "green" else 0.2
    return [*units, Unit(900, 1200, "peak", fuel="natural_gas", co2=0.55),
            Unit(1800 * green, 0, "wind", kind="free", fuel="wind"),
            Unit(2400 * green, 0, "sun", kind="free", fuel="solar")]


def twelve_weeks() -> Iterator[tuple[Grid, Floats]]:
    """Each kind in each season."""
    for kind in KINDS:
        for season in range(SEASONS):
            yield week(kind, season)


def both(grid: Grid, share: Floats) -> tuple[Hours, Hours]:
    """The week by the fast engine and by the exact one, from the same state."""
    start = State.empty(grid)
    fast, exact = (roll(grid, share, plan(grid, share, engine=engine), engine=engine, start=start)
                   for engine in (Engine.FAST, Engine.EXACT))
    return fast, exact


def priced_cny(grid: Grid, hours: Hours) -> float:
    """Cost with every slack priced (MODEL_SPEC, acceptance of section 6)."""
    return hours.cost_cny + grid.market.reserve_slack_cny_per_mwh * float(hours.reserve_short_mw.sum())


def emissions_t(grid: Grid, hours: Hours) -> float:
    """CO2 of what was generated."""
    return float(grid.generators.emissions_t_per_mwh @ hours.generation_mw.sum(axis=1))

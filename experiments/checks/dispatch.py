"""Dispatch of the hour: every node balances, the fast engine against the exact one, and the sign of a carbon tax."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from dafeng.configs.units import Floats
from dafeng.configs.values import Estimate
from dafeng.experiments.checks.base import CHECKS
from dafeng.experiments.checks.drawn_grid import drawn_grid, imbalance_mw
from dafeng.experiments.checks.weeks import SEASONS, both, emissions_t, priced_cny, twelve_weeks, week
from dafeng.network.dispatch import Exactly, dispatch, plan
from dafeng.network.grid import Engine, Grid, Hours, State
from dafeng.network.small_grids import shorter

BALANCE_SEEDS = 6
SHORT = (1.6, 1.7, 1.8)
"""Load of the weeks that are short, over that of the twelve test weeks, of which none is."""
TAX_SEEDS, TAX_H = 20, 48
TAXES_CNY_PER_T = (0.0, 100.0, 200.0, 300.0, 500.0, 1000.0)
ROUNDING = 1e-7
"""Share by which the optimum of a programme may be off."""


@CHECKS.add("dispatch", title="Dispatch of the hour", title_zh="逐时调度")
def dispatching() -> dict[str, float | Estimate]:
    """Values of all rows of the table of this name."""
    return {**_balance(), **_weeks(), **_short_weeks(), "V25b": float(sum(map(tax_never_raises, range(TAX_SEEDS))))}


def _balance() -> dict[str, float | Estimate]:
    """Highest mismatch of any node and hour, by engine."""
    worst = dict.fromkeys(Engine, 0.0)
    for seed in range(BALANCE_SEEDS):
        grid, share = drawn_grid(seed)
        for engine in Engine:
            found = dispatch(grid, share, range(grid.hours), State.empty(grid), plan(grid, share, engine=engine),
                             engine=engine)
            worst[engine] = max(worst[engine], imbalance_mw(grid, found))
    return {"V13a": worst[Engine.FAST], "V13b": worst[Engine.EXACT]}


def _weeks() -> dict[str, float | Estimate]:
    """How far the fast engine is off in the twelve weeks: cost, CO2, and curtailment in share of what was there."""
    cost, co2, curtailed = [], [], []
    for grid, share in twelve_weeks():
        fast, exact = both(grid, share)
        cost.append(priced_cny(grid, fast) / priced_cny(grid, exact) - 1.0)
        co2.append(abs(emissions_t(grid, fast) / emissions_t(grid, exact) - 1.0))
        curtailed.append(abs(curtailed_share(grid, share, fast) - curtailed_share(grid, share, exact)))
    return {"V16a": float(np.median(cost)), "V16b": max(cost), "V16c": float(np.median(co2)), "V16d": max(co2),
            "V16e": max(curtailed)}


def curtailed_share(grid: Grid, share: Floats, hours: Hours) -> float:
    """Curtailed wind and sun over what they could have given."""
    free = grid.generators.is_free
    there = grid.generators.capacity_mw[free] @ share[grid.rows.generators][free].sum(axis=1)
    return float(hours.curtailed_mw[free].sum() / there)


def _short_weeks() -> dict[str, float | Estimate]:
    """Unserved energy of twelve weeks of coal and gas with loads beyond their means, all together."""
    weeks = (week("mixed", season, demand=demand) for demand in SHORT for season in range(SEASONS))
    fast, exact = np.array([[hours.unserved_mw.sum() for hours in both(grid, share)] for grid, share in weeks]).T
    return {"V16f": abs(float(fast.sum() / exact.sum()) - 1.0)}


def tax_never_raises(seed: int) -> bool:
    """Whether CO2 of the whole programme never rises from one tax to a higher one, and falls from none to the last."""
    grid, share = shorter(*week("mixed", seed % SEASONS, seed=seed), TAX_H)
    found = [_taxed_t(grid, share, tax) for tax in TAXES_CNY_PER_T]
    never = all(later <= earlier * (1.0 + ROUNDING) for earlier, later in pairwise(found))
    return never and found[-1] < found[0]


def _taxed_t(grid: Grid, share: Floats, tax_cny_per_t: float) -> float:
    """CO2 of the least-cost hours when each tonne costs so much more; stores end as they began."""
    units = grid.generators
    dearer = replace(units, cost_cny_per_mwh=units.cost_cny_per_mwh + tax_cny_per_t * units.emissions_t_per_mwh)
    taxed, start = replace(grid, generators=dearer), State.empty(grid)
    options = Exactly(pinned_mwh=tuple(start.stored_mwh.tolist()))
    found = dispatch(taxed, share, range(grid.hours), start, plan(taxed, share, engine=Engine.EXACT),
                     engine=Engine.EXACT, options=options)
    return emissions_t(grid, found)

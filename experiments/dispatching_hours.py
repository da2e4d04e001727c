"""`dafeng dispatch` on a PyPSA network: all its hours, week by week with a day of look-ahead."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from dafeng.configs.units import DAY_H, WEEK_H, Floats
from dafeng.experiments.dispatched import Dispatched, EngineStatistics, peak_mb
from dafeng.network.dispatch import Exactly, Solved, dispatch, join, plan
from dafeng.network.grid import Engine, Hours, Relief, State
from dafeng.network.pypsa_grid import Imported, read_network
from dafeng.network.pypsa_tables import TIME

UNIT = "currency of the network"
AT_LIMIT = 1e-6
"""Relative distance from its limit at which a branch counts as bound."""
SERVED, SHORT, OVERLOADED = "optimal", "shortage", "overload"
"""All load met; some not; a branch carries more than its limit, which an engine that screens flows may leave."""
LEAST_MWH = 1e-6


def dispatch_hours(
    path: Path, engine: Engine, most_hours: int | None, relief: Relief = Relief.HOURS, has_losses: bool = False
) -> Dispatched:
    """Every hour of a network, or the first ones; the fast engine relieves lines as asked."""
    found = read_network(path, most_hours)
    started = time.process_time()
    hours, nodal, windows, iterations = _lived(found, engine, relief, has_losses)
    cpu_s = time.process_time() - started
    unserved, loading = float(hours.unserved_mw.sum()), _loading(found, hours)
    binding, over = loading >= 1.0 - AT_LIMIT, int((loading > 1.0 + AT_LIMIT).any(axis=0).sum())
    status = SHORT if unserved > LEAST_MWH else OVERLOADED if over else SERVED
    keys = found.grid.branches.key
    by_branch = Counter({keys[row]: int(n) for row, n in enumerate(binding.sum(axis=1).tolist()) if n})
    return Dispatched(
        str(path), hours.cost_cny + found.must_run_cost, UNIT, status,
        found.grid.hours, _by_carrier(found, hours), float(curtailed_mw(found, hours).sum()), unserved,
        int(binding.any(axis=0).sum()), dict(by_branch.most_common()),
        EngineStatistics(engine.value, windows, iterations, cpu_s, peak_mb()),
        found.remarks + _priced(found, unserved, over, nodal is not None) + _too_fast(found, hours),
        _tables(found, hours, nodal),
        float(hours.lost_mw.sum()) if has_losses else None,
    )


def _lived(
    found: Imported, engine: Engine, relief: Relief, has_losses: bool
) -> tuple[Hours, Floats | None, int, int]:
    """The hours, nodal prices where the engine has them, windows that a programme solved, and its iterations."""
    grid, state, parts, windows, iterations = found.grid, found.start, list[Hours](), 0, 0
    nodal: list[Floats] = []
    made = plan(grid, found.share, engine=engine)
    for first in range(0, grid.hours, WEEK_H):
        ahead = range(first, min(first + WEEK_H + DAY_H, grid.hours))
        options = _pinned(found, state, len(ahead)) if ahead.stop == grid.hours and engine is Engine.EXACT else None
        part = dispatch(grid, found.share, ahead, state, made, engine=engine, relieve=relief, options=options,
                        resistance_pu=found.resistance_pu if has_losses else None)
        lived = part.until(min(WEEK_H, grid.hours - first))
        windows += bool((lived.way > 0).any())
        iterations += int(getattr(part, "iterations", 0))
        state = lived.end
        parts.append(lived)
        if isinstance(part, Solved):
            nodal.append(part.nodal_cny_per_mwh[:, : len(lived.way)])
    return join(parts), np.concatenate(nodal, axis=1) if nodal else None, windows, iterations


def _pinned(found: Imported, now: State, hours: int) -> Exactly:
    """Cyclic stores end as they began, as far as their power allows in the hours left."""
    stores, first, level = found.grid.stores, found.start.stored_mwh, now.stored_mwh
    most = level + stores.charge_mw * stores.efficiency_in * hours
    least = level - stores.discharge_mw / stores.efficiency_out * hours
    can = found.is_cyclic & (first <= most) & (first >= least)
    return Exactly(pinned_mwh=tuple(np.where(can, first, np.nan).tolist()))


def _by_carrier(found: Imported, hours: Hours) -> dict[str, float]:
    """Energy by carrier, that of what must run included; stores give what they give."""
    made: Counter[str] = Counter(found.must_run_mwh)
    for carrier, mwh in zip(found.carrier, hours.generation_mw.sum(axis=1).tolist(), strict=True):
        made[carrier] += mwh
    return dict(made)


def curtailed_mw(found: Imported, hours: Hours) -> Floats:
    """(generators, hours) what those whose availability changes by hour could have given and did not."""
    room = found.grid.generators.capacity_mw[:, None] * found.share[found.grid.rows.generators] - hours.generation_mw
    return np.where(found.is_curtailed[:, None], np.maximum(room, 0.0), 0.0)


def _loading(found: Imported, hours: Hours) -> Floats:
    """(branches, hours) flow over limit; 0 of a branch without capacity, which carries nothing."""
    limit = found.grid.branches.limit_mw[:, None] * found.share[found.grid.rows.branches]
    flow = np.abs(hours.flow_mw)
    return np.asarray(np.divide(flow, limit, out=np.where(flow > LEAST_MWH, np.inf, 0.0), where=limit > 0.0))


def _priced(found: Imported, unserved: float, over: int, has_nodal: bool) -> tuple[str, ...]:
    """What a shortage adds to the objective, what overloads and stores leave out of it, and whose prices are told."""
    said = []
    if unserved > LEAST_MWH:
        price = found.grid.voll_cny_per_mwh
        said.append(f"{unserved:,.1f} MWh are not served; the objective holds {price:,.0f} for each")
    if over:
        said.append(f"in {over} hours a branch carries more than its limit: the objective is too low")
    if (~found.is_cyclic | (not has_nodal)).any():
        said.append("energy left in stores at the end has the worth the plan gives it; PyPSA gives it none")
    if not has_nodal and len(found.grid.branches.key):
        said.append("the price is one for all buses, that of the market; nodal prices: --engine exact")
    return tuple(said)


def _too_fast(found: Imported, hours: Hours) -> tuple[str, ...]:
    """Hours in which a generator without a minimum changes faster than it may: the fast engine does not look ahead."""
    units = found.grid.generators
    slow = np.flatnonzero((units.ramp_mw_per_h < units.capacity_mw) & (units.min_share == 0.0))
    step = np.abs(np.diff(hours.generation_mw[slow], axis=1))
    count = int((step > units.ramp_mw_per_h[slow, None] + AT_LIMIT * units.capacity_mw[slow, None]).any(axis=0).sum())
    if not count:
        return ()
    return (f"in {count} hours a generator changes faster than its ramp limit: the objective is too low",)


def _tables(found: Imported, hours: Hours, nodal: Floats | None) -> dict[str, pd.DataFrame]:
    """Hourly tables, a column an asset."""
    grid = found.grid

    def of(values: Floats, names: tuple[str, ...]) -> pd.DataFrame:
        made = pd.DataFrame(values.T, columns=[name if name != TIME else f"{TIME} #2" for name in names])
        made.insert(0, TIME, list(found.snapshots))
        return made

    prices = np.broadcast_to(hours.price_cny_per_mwh, (len(grid.buses), grid.hours)) if nodal is None else nodal
    return {
        "generation_mw": of(hours.generation_mw, grid.generators.key), "flow_mw": of(hours.flow_mw, grid.branches.key),
        "curtailed_mw": of(curtailed_mw(found, hours), grid.generators.key),
        "unserved_mw": of(hours.unserved_mw, grid.buses),
        "charge_mw": of(hours.charge_mw, grid.stores.key), "discharge_mw": of(hours.discharge_mw, grid.stores.key),
        "stored_mwh": of(hours.stored_mwh, grid.stores.key), "price": of(prices, grid.buses),
    }

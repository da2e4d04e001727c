"""`dafeng dispatch` on a PyPSA network: all its hours, week by week with a day of look-ahead."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from dafeng.configs.errors import DafengError, InputError, Place, Problem
from dafeng.configs.units import Bools, Floats
from dafeng.experiments.dispatched import UNBALANCED, Dispatched, EngineStatistics, Use, drawn_price, peak_mb
from dafeng.experiments.dispatched_check import imbalance_mw, uses
from dafeng.experiments.dispatched_remarks import told
from dafeng.experiments.dispatching_weeks import live_hours
from dafeng.network.dispatch import Commitment, Exactly
from dafeng.network.grid import Engine, Hours, Relief
from dafeng.network.lp_values import LOCAL_CNY_PER_MWH
from dafeng.network.pypsa_grid import Imported, read_network
from dafeng.network.pypsa_stamps import stamps
from dafeng.network.pypsa_tables import TIME

UNIT = "currency of the network"
AT_LIMIT = 1e-6
"""Relative distance from its limit at which a branch counts as bound."""
SERVED, SHORT, OVERLOADED = "optimal", "shortage", "overload"
"""All load met; some not; a branch carries more than its limit, which an engine that screens flows may leave."""
SURPLUS, BROKEN = "surplus", "limit broken"
"""Output that must be fed in and nothing takes; an energy limit that is not kept."""
LEAST_MWH = 1e-6


def dispatch_hours(
    path: Path, engine: Engine, most_hours: int | None, relief: Relief = Relief.DAYS, has_losses: bool = False,
    commitment: Commitment = Commitment.RELAXED,
) -> Dispatched:
    """Every hour of a network, or the first ones; the fast engine relieves lines as asked, the exact one commits so."""
    found = read_network(path, most_hours)
    found = replace(found, remarks=(*_shorter(found, most_hours), *found.remarks))
    started = time.process_time()
    try:
        lived = live_hours(found, engine, relief, has_losses, Exactly(commitment=commitment))
    except InputError:
        raise
    except DafengError as error:
        names = ", ".join(limit.key for limit in found.grid.limits[: found.caps]) or "none"
        raise InputError([Problem(Place(str(path)), f"{error}; energy limits of the network: {names}")]) from error
    cpu_s, hours = time.process_time() - started, lived.hours
    if lived.has_chosen:
        begun = np.where(found.is_cyclic, hours.end.stored_mwh, found.start.stored_mwh)
        found = replace(found, start=replace(found.start, stored_mwh=begun))
    loading = _loading(found, hours)
    binding, over = loading >= 1.0 - AT_LIMIT, int((loading > 1.0 + AT_LIMIT).any(axis=0).sum())
    keys, used = found.grid.branches.key, uses(found, hours)
    prices = _prices(found, hours, lived.nodal)
    by_branch = Counter({keys[row]: int(n) for row, n in enumerate(binding.sum(axis=1).tolist()) if n})
    return Dispatched(
        str(path), hours.cost_cny + found.must_run_cost, UNIT, _status(found, hours, over, used),
        found.grid.hours, _by_carrier(found, hours), float(curtailed_mw(found, hours).sum()),
        float(hours.unserved_mw.sum()), int(binding.any(axis=0).sum()), dict(by_branch.most_common()),
        EngineStatistics(engine.value, lived.windows, lived.iterations, cpu_s, peak_mb()),
        found.remarks
        + told(found, hours, over, lived.nodal is not None, has_losses, commitment, lived.least_mwh,
               lived.has_chosen),
        _tables(found, hours, prices), float(hours.lost_mw.sum()) if has_losses else None,
        float(hours.untaken_mw.sum()), used, _stored(found, hours),
        drawn_price(prices, found.grid.load_mw),
    )


def _status(found: Imported, hours: Hours, over: int, used: tuple[Use, ...]) -> str:
    """The worst that happened, and beside it whether an energy limit is broken."""
    is_broken = not all(use.is_kept for use in used)
    happened = {
        UNBALANCED: imbalance_mw(found, hours) > 0.0, SHORT: hours.unserved_mw.sum() > LEAST_MWH,
        SURPLUS: hours.untaken_mw.sum() > LEAST_MWH, OVERLOADED: over > 0,
        BROKEN: is_broken, SERVED: True,
    }
    worst = next(status for status, is_so in happened.items() if is_so)
    return f"{worst}, {BROKEN}" if is_broken and worst != BROKEN else worst


def _by_carrier(found: Imported, hours: Hours) -> dict[str, float]:
    """Energy by carrier, that of what must run included; stores give what they give."""
    made: Counter[str] = Counter(found.must_run_mwh)
    for carrier, mwh in zip(found.carrier, hours.generation_mw.sum(axis=1).tolist(), strict=True):
        made[carrier] += mwh
    return dict(made)


def _stored(found: Imported, hours: Hours) -> dict[str, tuple[float, float]]:
    """What stores took and gave by carrier."""
    made: dict[str, tuple[float, float]] = {}
    for carrier, taken, given in zip(found.grid.stores.technology, hours.charge_mw.sum(axis=1).tolist(),
                                     hours.discharge_mw.sum(axis=1).tolist(), strict=True):
        before = made.get(carrier, (0.0, 0.0))
        made[carrier] = before[0] + taken, before[1] + given
    return made


def curtailed_mw(found: Imported, hours: Hours) -> Floats:
    """(generators, hours) what those whose availability changes by hour could have given and did not."""
    room = found.grid.generators.capacity_mw[:, None] * found.share[found.grid.rows.generators] - hours.generation_mw
    return np.where(found.is_curtailed[:, None], np.maximum(room, 0.0), 0.0)


def _shorter(found: Imported, most_hours: int | None) -> list[str]:
    """That a network has fewer hours than were asked for."""
    hours = found.grid.hours
    return [f"--hours {most_hours} were asked for; the network has {hours}"] if (most_hours or 0) > hours else []


def _loading(found: Imported, hours: Hours) -> Floats:
    """(branches, hours) flow over limit; 0 of a branch without capacity, which carries nothing."""
    limit = found.grid.branches.limit_mw[:, None] * found.share[found.grid.rows.branches]
    limit = found.grid.parted(limit, slice(0, found.grid.hours))
    flow = np.abs(hours.flow_mw)
    return np.asarray(np.divide(flow, limit, out=np.where(flow > LEAST_MWH, np.inf, 0.0), where=limit > 0.0))


def _prices(found: Imported, hours: Hours, nodal: Floats | None) -> Floats:
    """(buses, hours) prices, the market's where the engine has none by bus; of load that is shed VOLL."""
    grid = found.grid
    prices = np.broadcast_to(hours.price_cny_per_mwh, (len(grid.buses), grid.hours)) if nodal is None else nodal
    is_shed = np.abs(prices - grid.voll_cny_per_mwh - LOCAL_CNY_PER_MWH) < 0.1 * LOCAL_CNY_PER_MWH
    return np.where(is_shed, grid.voll_cny_per_mwh, prices)


def _tables(found: Imported, hours: Hours, prices: Floats) -> dict[str, pd.DataFrame]:
    """Hourly tables, a column an asset."""
    grid, when = found.grid, stamps(found.snapshots)

    def of(values: Floats | Bools, names: tuple[str, ...]) -> pd.DataFrame:
        made = pd.DataFrame(values.T, columns=[name if name != TIME else f"{TIME} #2" for name in names])
        made.insert(0, TIME, when)
        return made

    untaken = hours.untaken_mw if len(hours.untaken_mw) else np.zeros_like(hours.unserved_mw)
    return {
        "untaken_mw": of(untaken, grid.buses),
        "generation_mw": of(hours.generation_mw + found.must_run_mw, grid.generators.key),
        "committed": of(hours.committed, grid.generators.key),
        "flow_mw": of(hours.flow_mw, grid.branches.key),
        "curtailed_mw": of(curtailed_mw(found, hours), grid.generators.key),
        "unserved_mw": of(hours.unserved_mw, grid.buses),
        "charge_mw": of(hours.charge_mw, grid.stores.key), "discharge_mw": of(hours.discharge_mw, grid.stores.key),
        "stored_mwh": of(hours.stored_mwh, grid.stores.key), "price": of(prices, grid.buses),
    }

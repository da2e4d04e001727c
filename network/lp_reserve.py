"""Spare capacity in a window's programme, with a priced slack: written where it is short (MODEL_SPEC 6.10).

Spare is what units that are on, blocks and free rows could give beyond their output, what stores could add within
their power and what they hold, and response not called.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.fleet import UNIT
from dafeng.network.lp_facts import Facts
from dafeng.network.lp_solver import Solver
from dafeng.network.prices import reserve_mw
from dafeng.network.window import demand_of

SHORT_MW = 1e-4
Row = tuple[list[tuple[int, float]], float]
"""Columns with their coefficients, and the most they may come to."""


def wanted_mw(facts: Facts) -> Floats:
    """(hours,) spare capacity wanted."""
    return reserve_mw(facts.task.frame, facts.task.window, facts.made.low, demand_of(facts.task))


def reserve_short(
    facts: Facts, generation: Floats, share: Floats, discharge: Floats, charge: Floats, stored: Floats, shed: Floats
) -> Floats:
    """(hours,) spare capacity that is missing; `share` is the part in which each generator runs."""
    task, fleet, n = facts.task, facts.task.frame.fleet, facts.task.frame.fleet.n_generators
    ready = facts.made.high[:, :n].T.copy()
    unit = fleet.kind[:n] == UNIT
    ready[unit] *= share[unit]
    stores = task.frame.grid.stores
    held = np.minimum(_store_power(facts) - discharge + charge, stored * stores.efficiency_out[:, None])
    offered = task.frame.grid.offers.power_mw[:, task.hours] - np.maximum(shed, 0.0)
    spare = (ready - generation).sum(axis=0) + held.sum(axis=0) + offered.sum(axis=0)
    return np.asarray(np.maximum(wanted_mw(facts) - spare, 0.0))


def write_reserve(solver: Solver, facts: Facts, columns: Floats) -> bool:
    """Ask for reserve in the hours of a solution that are short of it; whether there were any.

    The rows hold in this window only.
    """
    shape, rest, market = solver.shape, facts.rest, facts.task.frame.grid.market
    if market.reserve_share_load <= 0.0 and market.reserve_share_vre <= 0.0:
        return False
    short = _short(solver, facts, columns)
    hours = [h for h in np.flatnonzero(short > SHORT_MW).tolist() if h not in solver.written.reserved]
    if not hours:
        return False
    stores, power = shape.slots.stores, facts.tanks.together(_store_power(facts))
    out = facts.task.frame.grid.stores.efficiency_out[shape.slots.asset[:stores]]
    cost = np.concatenate([np.zeros(stores), [market.reserve_slack_cny_per_mwh]])
    wanted, rows = wanted_mw(facts), list[Row]()
    for h in hours:
        held = solver.add_columns(cost, np.full(stores + 1, np.inf))
        rows.append(_asked(solver, facts, h, held, float(wanted[h])))
        solver.written.reserved.add(h)
        for s in range(stores):
            level = int(shape.level.at()[s, rest + h])
            discharge, charge = int(shape.discharge.at()[s, rest + h]), int(shape.charge.at()[s, rest + h])
            rows.append(([(held[s], 1.0), (discharge, 1.0), (charge, -1.0)], float(power[s, h])))
            rows.append(([(held[s], 1.0), (level, -float(out[s]))], 0.0))
    _write(solver, rows)
    return True


def _asked(solver: Solver, facts: Facts, h: int, held: Ints, wanted: float) -> Row:
    """What is wanted less what is always ready, at most what columns add to it."""
    shape, fleet, hour = solver.shape, facts.task.frame.fleet, facts.rest + h
    high = facts.made.high[h]
    switched = shape.powered[shape.switched]
    ready = float(high[: fleet.n_generators].sum() - high[switched].sum())
    terms = [(int(c), -1.0) for c in shape.power.at()[:, hour]]
    terms += [(int(c), float(high[g])) for c, g in zip(shape.on.at()[:, hour], switched, strict=True)]
    terms += [(int(c), 1.0) for c in shape.curtail.at()[:, hour]]
    terms += [(int(c), -1.0) for c in shape.shed.at()[:, hour]]
    terms += [(int(c), 1.0) for c in held]
    ready += float(facts.task.frame.grid.offers.power_mw[:, facts.task.window.start + h].sum())
    ready -= float(high[: fleet.n_generators][shape.free_group >= 0].sum())
    return [(c, -v) for c, v in terms], ready - wanted


def _write(solver: Solver, rows: list[Row]) -> None:
    """Rows that hold in this window only."""
    at = np.repeat(np.arange(len(rows)), [len(terms) for terms, _ in rows])
    column = np.array([c for terms, _ in rows for c, _ in terms])
    value = np.array([v for terms, _ in rows for _, v in terms])
    most = np.array([most for _, most in rows])
    solver.written.passing.extend(solver.add(at, column, value, np.full(len(rows), -np.inf), most).tolist())


def _short(solver: Solver, facts: Facts, columns: Floats) -> Floats:
    """(hours,) reserve missing in a solution."""
    shape, rest, fleet = solver.shape, facts.rest, facts.task.frame.fleet
    n, stores = fleet.n_generators, shape.slots.stores

    def of(block: object) -> Floats:
        return np.asarray(block.of(columns)[:, rest:])  # type: ignore[attr-defined]

    output = facts.made.high[:, :n].T.copy()
    output[shape.powered] = of(shape.power)
    share = np.ones_like(output)
    if facts.on is not None:
        share = np.where((fleet.kind[:n] == UNIT)[:, None], facts.on[:, :n].T, share)
    share[shape.powered[shape.switched]] = of(shape.on)
    short = reserve_short(
        facts, output, share, facts.tanks.spread(of(shape.discharge)), facts.tanks.spread(of(shape.charge)[:stores]),
        facts.tanks.spread(of(shape.level)[:stores]), of(shape.shed),
    )
    return np.asarray(np.maximum(short - of(shape.curtail).sum(axis=0), 0.0))


def _store_power(facts: Facts) -> Floats:
    """(stores, hours) power of stores as far as it is available."""
    task = facts.task
    share = task.share[task.frame.rows.stores, task.hours]
    return np.asarray(task.frame.grid.stores.discharge_mw[:, None] * share)

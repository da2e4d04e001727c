"""A shortage of the province in a window's programme: the city bears its share of it (MODEL_SPEC 6.11, 7.8 a)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_solver import Solver

SHORT_MW = 1e-4


def shortage_mw(solver: Solver, facts: Facts, columns: Floats) -> Floats:
    """(hours,) what a solution leaves unserved, and what the city's own measures fill of it.

    With a province, a shortage is one of its supply: what only lines keep from being served is none.
    """
    shape, rest, frame = solver.shape, facts.rest, facts.task.frame
    stores = shape.slots.stores
    unserved = shape.unserved.of(columns)[_places(facts, shape)].sum(axis=0)[rest:]
    unserved += shape.shared.of(columns).sum(axis=0)[rest:]
    city = frame.is_city_tank[shape.slots.asset]
    own = -(shape.charge.of(columns)[city].sum(axis=0)[rest:])
    own += shape.discharge.of(columns)[city[:stores]].sum(axis=0)[rest:]
    own += frame.usual_mw[city[stores:], facts.task.hours].sum(axis=0)
    own += shape.shed.of(columns).sum(axis=0)[rest:]
    found = np.where(unserved > SHORT_MW, np.maximum(unserved + own, unserved), 0.0)
    return np.asarray(np.maximum(found, _given(facts)))


def _places(facts: Facts, shape: Shape) -> Bools:
    """(places,) where unserved load is a shortage of supply: at the province if there is one, else anywhere."""
    province = facts.task.frame.sites.province
    return np.asarray((shape.shed_bus == province) | (province < 0))


def share_shortage(solver: Solver, facts: Facts, columns: Floats) -> bool:
    """Bound what the province goes without to its part of the shortage; whether that changes anything.

    The shortage is that of the first solution in which an hour is short: later ones hold the city's answer to it.
    """
    frame, shape, rest = facts.task.frame, solver.shape, facts.rest
    at = np.flatnonzero(shape.shed_bus == frame.sites.province)
    if not at.size or frame.phi >= 1.0:
        return False
    short = shortage_mw(solver, facts, columns)
    province = shape.unserved.of(columns)[at[0], rest:]
    hours = [h for h in np.flatnonzero(short > SHORT_MW).tolist() if h not in solver.written.shortage]
    for h in hours:
        solver.written.shortage[h] = float(short[h])
    most = (1.0 - frame.phi) * short
    over = [h for h in hours if province[h] > most[h] + SHORT_MW]
    if over:
        number = shape.unserved.at()[at[0], rest + np.array(over)]
        solver.bound(number, np.zeros(len(over)), most[over])
    return bool(over)


def bound_shedding(solver: Solver, facts: Facts, values: Values, columns: Floats) -> bool:
    """Where a bus sheds by itself and shares in what the city sheds, both together are no more than it draws.

    Written only in the hours of this window in which a solution does otherwise; whether there were any.
    """
    shape = solver.shape
    if not shape.shared.things:
        return False
    weight, most = shape.city_weight[shape.shed_bus], shape.unserved.of(values.upper)
    shed = shape.unserved.of(columns) + weight[:, None] * shape.shared.of(columns)
    place, hour = np.nonzero((shed > most + SHORT_MW) & (weight > 0.0)[:, None])
    is_new = np.array([key not in solver.written.shed for key in zip(place.tolist(), hour.tolist(), strict=True)],
                      dtype=np.bool_)
    place, hour = place[is_new & (hour >= facts.rest)], hour[is_new & (hour >= facts.rest)]
    if not place.size:
        return False
    columns_of = np.stack([shape.unserved.at()[place, hour], shape.shared.at()[0, hour]], axis=1).ravel()
    much = np.stack([np.ones(len(place)), weight[place]], axis=1).ravel()
    rows = solver.add(np.repeat(np.arange(len(place)), 2), columns_of, much, np.full(len(place), -np.inf),
                      most[place, hour])
    solver.written.passing.extend(rows.tolist())
    solver.written.shed.update(zip(place.tolist(), hour.tolist(), strict=True))
    return True


def give_shortage(solver: Solver, facts: Facts) -> None:
    """A shortage given from outside: that much is unserved or filled by the city's own measures."""
    given, frame, shape = _given(facts), facts.task.frame, solver.shape
    city, stores = frame.is_city_tank[shape.slots.asset], shape.slots.stores
    for h in np.flatnonzero(given > 0.0).tolist():
        hour = facts.rest + h
        columns = [*shape.unserved.at()[:, hour], *shape.shared.at()[:, hour], *shape.shed.at()[:, hour],
                   *shape.discharge.at()[city[:stores], hour]]
        draws = shape.charge.at()[city, hour].tolist()
        usual = float(frame.usual_mw[city[stores:], facts.task.window.start + h].sum())
        sign = np.concatenate([np.ones(len(columns)), np.full(len(draws), -1.0)])
        everything = np.concatenate([np.array(columns), np.array(draws)]).astype(np.int64)
        rows = solver.add(np.zeros(len(everything), dtype=np.int64), everything, sign,
                          np.array([given[h] - usual]), np.array([np.inf]))
        solver.written.passing.extend(rows.tolist())


def _given(facts: Facts) -> Floats:
    """(hours,) a shortage given from outside, 0 without one."""
    given = facts.task.frame.grid.shortage_mw
    return np.zeros(len(facts.task.window)) if given is None else given[facts.task.hours].astype(np.float64)



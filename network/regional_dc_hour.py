"""One hour of a regional system under DC limits: what the transport dispatch sends, if its DC flows can be carried.

If they can, the hour is left as it is: DC flows balance every region and keep every limit, so they are flows of the
transport model too, which can therefore shed no more than the DC network; and here it sheds what the DC network can
attain. If they cannot, shedding, then discharge, is made least, and charging most, by a linear programme with
distribution factors (`redispatch`). A region gives from nothing to all it has, and its load may be shed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_year import write
from dafeng.network.compiled import bare
from dafeng.network.redispatch import WORKING, Programme, by_merit, optimise, take_line
from dafeng.network.regional_arrays import BorderArrays, StoreArrays
from dafeng.network.regional_hour import Desk, is_out, sort_by_lasting

CHARGE, DISCHARGE, SHED = 1e-4, 1e-3, 1.0
"""Costs of a MW that is not charged, is drawn from a store, is not served; what is in surplus costs next to nothing."""
APART, STORES_APART = 1e-6, 0.5
"""Costs of one kind differ by shares up to these: answers that are equally good come in the order of regions, stores
in that of `regional_hour`."""
CARRIED, SOLVED, STUCK = 0, 1, 2


class DcDesk(NamedTuple):
    """What the operator of an hour under DC limits writes on besides."""

    load_mw: Floats
    """(regions, steps)."""
    susceptance: Floats
    """(interfaces,)."""
    is_open: Bools
    """(interfaces,) out of service, as the factors have it."""
    island: Ints
    """(regions,) the first region that it hangs together with."""
    inverse: Floats
    factor: Floats
    """(interfaces, regions) MW on an interface for one MW from a region to the first of its island."""
    injection_mw: Floats
    level: Floats
    """(stores,) before the hour."""
    is_taken: Bools
    """(interfaces,) limits that stand in the programme."""
    store: Ints
    """(columns,) of the programme; -1 for a region's own."""
    programme: Programme


def dc_desk(load_mw: Floats, reactance: Floats, stores: int) -> DcDesk:
    """A desk with every interface in service."""
    regions, n = load_mw.shape[0], len(reactance)
    columns, rows = 2 * (regions + stores), n + 1
    every = columns + n
    programme = Programme(
        np.zeros(every, np.int64), np.zeros(every), np.zeros(every), np.zeros(every), np.zeros(every),
        np.ones((rows, every)), np.zeros(rows, np.int64), np.zeros(every, np.bool_), np.zeros((rows, rows)),
        np.zeros(rows), np.zeros((WORKING, every)))
    desk = DcDesk(
        np.ascontiguousarray(load_mw), 1.0 / reactance, np.zeros(n, np.bool_), np.zeros(regions, np.int64),
        np.zeros((regions, regions)), np.zeros((n, regions)), np.zeros(regions), np.zeros(stores),
        np.zeros(n, np.bool_), np.zeros(columns, np.int64), programme)
    return desk


@bare
def set_factors(from_region: Ints, to_region: Ints, dc: DcDesk) -> None:
    """Islands and distribution factors of the interfaces in service; the first region of an island balances it."""
    island, inverse, regions = dc.island, dc.inverse, dc.island.shape[0]
    for r in range(regions):
        island[r] = r
        for other in range(regions):
            inverse[r, other] = 0.0
    for _ in range(regions):
        for i in range(from_region.shape[0]):
            if not dc.is_open[i]:
                a, b = from_region[i], to_region[i]
                island[a] = island[b] = min(island[a], island[b])
    for i in range(from_region.shape[0]):
        if not dc.is_open[i]:
            a, b = from_region[i], to_region[i]
            inverse[a, a] += dc.susceptance[i]
            inverse[b, b] += dc.susceptance[i]
            inverse[a, b] -= dc.susceptance[i]
            inverse[b, a] -= dc.susceptance[i]
    invert(inverse, island)
    for i in range(from_region.shape[0]):
        b = 0.0 if dc.is_open[i] else dc.susceptance[i]
        for r in range(regions):
            dc.factor[i, r] = b * (inverse[from_region[i], r] - inverse[to_region[i], r])


@bare
def invert(matrix: Floats, island: Ints) -> None:
    """The inverse in place by Gauss and Jordan, without the first region of each island, whose row and column are 0.

    Positive definite, so no pivoting is needed.
    """
    n = matrix.shape[0]
    for r in range(n):
        if island[r] == r:
            for k in range(n):
                matrix[r, k] = matrix[k, r] = 0.0
    for p in range(n):
        if island[p] == p:
            continue
        pivot = 1.0 / matrix[p, p]
        matrix[p, p] = 1.0
        for k in range(n):
            matrix[p, k] *= pivot
        for r in range(n):
            share = matrix[r, p]
            if r != p and share != 0.0:
                matrix[r, p] = 0.0
                for k in range(n):
                    matrix[r, k] -= share * matrix[p, k]


@bare
def in_service(borders: BorderArrays, line_out: Bools, step: int, dc: DcDesk) -> None:
    """The factors of the step: made anew only when another set of interfaces is in service."""
    is_new = False
    for line in range(line_out.shape[0]):
        i, is_out_now = borders.line_interface[line], line_out[line, step]
        is_new = is_new or dc.is_open[i] != is_out_now
        dc.is_open[i] = is_out_now
    if is_new:
        set_factors(borders.from_region, borders.to_region, dc)


@bare
def keep_dc(stores: StoreArrays, borders: BorderArrays, step: int, margin_mw: Floats, store_out: Bools,
            line_out: Bools, desk: Desk, dc: DcDesk) -> int:
    """Carry the transport dispatch of an hour as DC flows, or dispatch anew; what is left on the desk is unserved."""
    in_service(borders, line_out, step, dc)
    dc.injection_mw[:] = 0.0
    for i in range(dc.susceptance.shape[0]):
        dc.injection_mw[borders.from_region[i]] += desk.network.flow_mw[i]
        dc.injection_mw[borders.to_region[i]] -= desk.network.flow_mw[i]
    dc.is_taken[:] = False
    if worst(desk, dc) < 0:
        return CARRIED
    write(dc.level, desk.level)
    sort_by_lasting(stores.plain, desk)
    for first in range(dc.island.shape[0]):
        if dc.island[first] == first and not solve_island(stores, first, step, margin_mw, store_out, desk, dc):
            return STUCK
    return SOLVED


@bare
def worst(desk: Desk, dc: DcDesk) -> int:
    """The interface in service furthest over a limit that is not in the programme yet, -1 if none is."""
    found, most = -1, TINY_MW
    for i in range(dc.susceptance.shape[0]):
        if dc.is_open[i] or dc.is_taken[i]:
            continue
        flow = 0.0
        for r in range(dc.injection_mw.shape[0]):
            flow += dc.factor[i, r] * dc.injection_mw[r]
        over = max(flow - desk.network.forward_mw[i], -flow - desk.network.backward_mw[i])
        if over > most:
            found, most = i, over
    return found


@bare
def add_column(dc: DcDesk, k: int, region: int, store: int, cost: float, low: float, high: float) -> int:
    """One more column after k of them."""
    p = dc.programme
    p.bus[k], p.cost[k], p.low[k], p.high[k], dc.store[k] = region, cost, low, high, store
    return k + 1


@bare
def columns_of(stores: StoreArrays, first: int, step: int, margin_mw: Floats, store_out: Bools, desk: Desk,
               dc: DcDesk) -> int:
    """Columns of an island, the cheapest first: supply, charging given up, discharge, shedding. How many there are."""
    plain, count, k, regions = stores.plain, desk.level.shape[0], 0, dc.island.shape[0]
    for r in range(regions):
        if dc.island[r] == first:
            has = max(0.0, margin_mw[r] + dc.load_mw[r, step])
            k = add_column(dc, k, r, -1, CHARGE * APART * r / regions, 0.0, has)
    for discharges in (False, True):
        for position in range(count):
            s = desk.order[position]
            region, apart = stores.region[s], 1.0 + STORES_APART * position / count
            if dc.island[region] != first or is_out(store_out, s, step):
                continue
            if discharges:
                can = min(plain.discharge_mw[s], desk.level[s] * plain.efficiency_out[s])
                k = add_column(dc, k, region, s, DISCHARGE * apart, 0.0, can)
            else:
                can = min(plain.charge_mw[s], (plain.energy_mwh[s] - desk.level[s]) / plain.efficiency_in[s])
                k = add_column(dc, k, region, s, CHARGE * apart, -max(0.0, can), 0.0)
    for r in range(regions):
        if dc.island[r] == first:
            k = add_column(dc, k, r, -1, SHED * (1.0 + APART * r / regions), 0.0, dc.load_mw[r, step])
    return k


@bare
def solve_island(stores: StoreArrays, first: int, step: int, margin_mw: Floats, store_out: Bools, desk: Desk,
                 dc: DcDesk) -> bool:
    """The programme of an island, limits taken in as they are violated, the worst first; whether it was solved.

    It always has an answer: each region on its own, without any exchange.
    """
    p, total, lines = dc.programme, 0.0, 0
    columns = columns_of(stores, first, step, margin_mw, store_out, desk, dc)
    for r in range(dc.island.shape[0]):
        if dc.island[r] == first:
            total += dc.load_mw[r, step]
    by_merit(p, columns, total)
    while True:
        dc.injection_mw[:] = 0.0
        for r in range(dc.island.shape[0]):
            if dc.island[r] == first:
                dc.injection_mw[r] = -dc.load_mw[r, step]
        for k in range(columns):
            dc.injection_mw[p.bus[k]] += p.x[k]
        line = worst(desk, dc)
        if line < 0:
            break
        of_load = 0.0
        for r in range(dc.island.shape[0]):
            if dc.island[r] == first:
                of_load += dc.factor[line, r] * dc.load_mw[r, step]
        dc.is_taken[line] = True
        take_line(p, columns, lines, dc.factor[line], of_load - desk.network.backward_mw[line],
                  of_load + desk.network.forward_mw[line])
        lines += 1
        if not optimise(p, columns, lines, total):
            return False
    write_down(stores, first, columns, desk, dc)
    return True


@bare
def write_down(stores: StoreArrays, first: int, columns: int, desk: Desk, dc: DcDesk) -> None:
    """What is shed, and the levels after the hour."""
    plain, p = stores.plain, dc.programme
    for r in range(dc.island.shape[0]):
        if dc.island[r] == first:
            desk.demand_mw[r] = 0.0
    for k in range(columns):
        s, x = dc.store[k], p.x[k]
        if s < 0 and p.cost[k] >= SHED:
            desk.demand_mw[p.bus[k]] = max(0.0, x)
        elif s >= 0 and x > 0.0:
            desk.level[s] = max(0.0, desk.level[s] - x / plain.efficiency_out[s])
        elif s >= 0:
            desk.level[s] = min(plain.energy_mwh[s], desk.level[s] - x * plain.efficiency_in[s])

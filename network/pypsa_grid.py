"""PyPSA networks as grids: what stands, what it may do by hour, and what of the network is told otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dafeng.configs.errors import InputError
from dafeng.configs.units import Bools, Floats
from dafeng.network.grid import Branches, Buyers, Flexible, Generators, Grid, Limit, Market, Offers, State, stack
from dafeng.network.pypsa_branches import branches, line_parts, resistances
from dafeng.network.pypsa_csv import read_csv_folder
from dafeng.network.pypsa_generators import UNSPECIFIED, Supply, supply
from dafeng.network.pypsa_hdf5 import read_hdf5
from dafeng.network.pypsa_limits import limits
from dafeng.network.pypsa_reader import ROUNDING, Reader
from dafeng.network.pypsa_shedding import without_shedding
from dafeng.network.pypsa_storage import Storage, has_inflow, storage, weekly_water
from dafeng.network.pypsa_tables import Tables, told_apart

VOLL = 10_000.0
"""Currency a MWh of load not served (MODEL_SPEC 6.12)."""
VOLL_OVER_DEAREST = 10.0
"""Times the dearest generator, where that costs more than the usual value."""
EVERYWHERE = "network"
"""The county of all buses: nothing of another's network is a province of ours."""


@dataclass(frozen=True)
class Imported:
    """A network of others, ready to dispatch."""

    grid: Grid
    share: Floats
    """(rows, hours) availability."""
    start: State
    carrier: tuple[str, ...]
    """(generators,) of the grid."""
    must_run_mwh: dict[str, float]
    """By carrier: what runs in any case, taken off the load."""
    must_run_cost: float
    """Its cost, beside the objective."""
    resistance_pu: Floats
    """(branches,) of the grid, for losses where they are asked for; links have none."""
    is_cyclic: Bools
    """(stores,) whether it ends as it begins."""
    snapshots: tuple[str, ...]
    remarks: tuple[str, ...]
    is_curtailed: Bools
    """(generators,) whose output left aside is told as curtailed."""
    must_run_mw: Floats
    """(generators, hours) output that is taken off the load, since it cannot be otherwise."""
    caps: int
    """Energy limits of the network itself, the first of the grid's; after them come those of weekly water."""


def read_network(path: Path, most_hours: int | None = None, voll: float = VOLL) -> Imported:
    """The network in a netCDF file or CSV folder, of the first hours if so asked."""
    tables = read_csv_folder(path, most_hours) if path.is_dir() else read_hdf5(path, most_hours)
    return imported(tables, voll)


def imported(tables: Tables, voll: float = VOLL) -> Imported:
    """The network in some tables, or one error with everything that the grid cannot say."""
    tables, shedding, wrong = without_shedding(tables)
    voll = voll if shedding is None else shedding
    read = Reader(tables, [*tables.problems, *wrong])
    read.check()
    if read.problems and not (read.hours and tables.of("buses").keys):
        raise InputError(read.problems)
    rows, stored = supply(read), storage(read)
    link_rows = np.array(
        [row for row in range(len(read.live("links").keys)) if row not in stored.used_links], dtype=np.int64
    )
    wired = branches(read, link_rows)
    caps = limits(read, rows)
    water, water_share, water_limits = _reservoirs(read, len(rows.source))
    if read.problems:
        raise InputError(_once(read.problems))
    units = stack(Generators, [rows.generators, water])
    share = np.concatenate([rows.share, water_share])
    caps = (*_padded(caps, len(units.key)), *water_limits)
    is_counted = np.any([cap.per_mwh != 0.0 for cap in caps], axis=0) if caps else np.zeros(len(share), dtype=np.bool_)
    keys = told_apart({"generators": rows.generators.key, "storage_units": water.key})
    units = replace(units, key=keys, is_free=units.is_free & ~is_counted)
    grid = _grid(read, rows, units, stored, wired, caps, _voll(read, units, voll))
    grid = replace(grid, line_part=line_parts(read, len(link_rows)))
    whole = np.ones((grid.rows.total, grid.hours))
    whole[grid.rows.generators], whole[grid.rows.stores] = share, stored.share
    resistance_pu = resistances(read, len(link_rows))
    if read.problems:
        raise InputError(_once(read.problems))
    return Imported(
        grid, whole, _start(grid, rows, stored), units.technology, _must_run(rows), rows.must_run_cost,
        resistance_pu, stored.is_cyclic, tables.snapshots, tuple(dict.fromkeys(read.remarks)),
        np.concatenate([rows.is_curtailed, np.zeros(len(water.key), dtype=np.bool_)]),
        _of_rows(rows, len(units.key)), len(caps) - len(water_limits),
    )


def _once(problems: list[Any]) -> list[Any]:
    """Each problem once, in order."""
    return list(dict.fromkeys(problems))


def _grid(
    read: Reader, rows: Supply, units: Generators, stored: Storage, wired: Branches, caps: tuple[Limit, ...],
    voll: float,
) -> Grid:
    """The grid without the buses that only stood between stores and links."""
    names = read.tables.of("buses").keys
    kept = np.array([row for row in range(len(names)) if row not in stored.hidden_buses], dtype=np.int64)
    at = np.zeros(len(names), dtype=np.int64)
    at[kept] = np.arange(len(kept))
    load = _load(read, rows)[kept]
    hours, none = read.hours, np.zeros((0, read.hours))
    rowless = np.zeros(0, dtype=np.int64)
    market = Market(
        reserve_share_load=0.0, reserve_share_vre=0.0, curtailment_cny_per_mwh=0.0, price_cap_cny_per_mwh=voll
    )
    return Grid(
        buses=tuple(names[row] for row in kept), counties=(EVERYWHERE,) * len(kept), load_mw=load,
        branches=replace(wired, from_bus=at[wired.from_bus], to_bus=at[wired.to_bus]),
        generators=replace(units, bus=at[units.bus]), stores=replace(stored.stores, bus=at[stored.stores.bus]),
        flexible=Flexible((), rowless, none, none, none, np.zeros(0), np.zeros(0)),
        offers=Offers((), rowless, none, *[np.zeros(0)] * 5), buyers=Buyers((), rowless, np.zeros(0), none),
        limits=caps, heat_mw=np.zeros((0, hours)), market=market, voll_cny_per_mwh=voll,
        minima_hold=rows.minima_hold,
    )


def _load(read: Reader, rows: Supply) -> Floats:
    """(buses, hours) load less what must run."""
    loads = read.live("loads")
    drawn = -read.hourly(loads, "p_set") * read.fixed(loads, "sign")[:, None]
    made = np.zeros((len(read.tables.of("buses").keys), read.hours))
    np.add.at(made, read.bus(loads), drawn)
    np.add.at(made, rows.bus, -rows.must_run_mw)
    if read.live("shunt_impedances").keys:
        read.remarks.append("shunt_impedances: draw no active power here, as in PyPSA's own linear dispatch")
    return made


def _voll(read: Reader, units: Generators, voll: float) -> float:
    """A price of shedding above every generator's."""
    dearest = float(units.cost_cny_per_mwh.max(initial=0.0))
    if dearest < voll:
        return voll
    made = VOLL_OVER_DEAREST * dearest
    read.remarks.append(f"a generator costs {dearest:g} a MWh: load not served is priced at {made:g}")
    return made


def _reservoirs(read: Reader, before: int) -> tuple[Generators, Floats, tuple[Limit, ...]]:
    """Storage units with inflow as generators with a budget of water each week."""
    units, is_one = read.live("storage_units"), has_inflow(read)
    size, pumped = read.size(units, "p_nom"), read.hourly(units, "p_min_pu").min(axis=1, initial=0.0)
    most_pu, out = read.hourly(units, "p_max_pu"), read.fixed(units, "efficiency_dispatch")
    inflow, found = read.hourly(units, "inflow"), np.flatnonzero(is_one)
    most = size * most_pu.max(axis=1, initial=0.0)
    for row in found.tolist():
        if np.ptp(most_pu[row]) > ROUNDING:
            read.complain(units, row, "p_max_pu", "of a reservoir changes by hour; the grid has one value a year")
        if pumped[row] < 0.0:
            says = "pumps (p_min_pu below 0) and has an inflow; the grid has stores or reservoirs, not both in one"
            read.complain(units, row, "inflow", says)
    if found.size:
        names = ", ".join(units.keys[row] for row in found[:5])
        read.remarks.append(f"storage_units {names}: water is spent in the week in which it flows in")
        hold, held = size * read.fixed(units, "max_hours"), _held(read)
        says = f"what they hold at most ({hold[found].sum():,.0f} MWh) is not followed, what they hold at the beginning"
        read.remarks.append(f"storage_units {names}: {says} ({held[found].sum():,.0f} MWh) is spent in the first week")
        inflow = inflow.copy()
        inflow[found, :1] += held[found, None]
    words = [word or UNSPECIFIED for word in read.words(units, "carrier")]
    n, zero, none = len(found), np.zeros(len(found)), np.zeros(len(found), dtype=np.bool_)
    carriers = tuple(words[row] for row in found)
    made = Generators(
        key=tuple(units.keys[row] for row in found), bus=read.bus(units)[found], technology=carriers, fuel=carriers,
        capacity_mw=most[found], min_share=zero, ramp_mw_per_h=zero + np.inf, min_up_h=zero, min_down_h=zero,
        lead_time_h=zero, back_pressure=zero, power_loss=zero,
        cost_cny_per_mwh=read.fixed(units, "marginal_cost")[found], no_load_cny_per_h=zero, start_cny=zero,
        emissions_t_per_mwh=zero, no_load_t_per_h=zero, fuel_gj_per_mwh=zero, no_load_gj_per_h=zero, is_block=~none,
        is_free=none, shares_hours=none, is_city=~none, is_provincial=none, heat_row=np.full(n, -1, dtype=np.int64),
        heat_share=zero,
    )
    caps = [
        limit for at, row in enumerate(found.tolist())
        for limit in weekly_water(inflow[row] * out[row], float(most[row]), before + at, before + n, units.keys[row])
    ]
    return made, np.ones((n, read.hours)), tuple(caps)


def _held(read: Reader) -> Floats:
    """(storage units,) MWh of water at the beginning; none where the year ends as it begins."""
    units = read.live("storage_units")
    held = np.nan_to_num(read.fixed(units, "state_of_charge_initial"))
    return np.where(read.flags(units, "cyclic_state_of_charge"), 0.0, np.maximum(held, 0.0))


def _padded(caps: tuple[Limit, ...], rows: int) -> tuple[Limit, ...]:
    """Limits over all rows."""
    return tuple(replace(cap, per_mwh=np.r_[cap.per_mwh, np.zeros(rows - len(cap.per_mwh))]) for cap in caps)


def _of_rows(rows: Supply, number: int) -> Floats:
    """(number, hours) what must run, at the first row of each generator."""
    made = np.zeros((number, rows.must_run_mw.shape[1]))
    source, first = np.unique(rows.source, return_index=True)
    made[first] = rows.must_run_mw[source]
    return made


def _must_run(rows: Supply) -> dict[str, float]:
    """Energy by carrier."""
    made: dict[str, float] = {}
    for carrier, mwh in zip(rows.carrier, rows.must_run_mw.sum(axis=1).tolist(), strict=True):
        if mwh:
            made[carrier] = made.get(carrier, 0.0) + mwh
    return made


def _start(grid: Grid, rows: Supply, stored: Storage) -> State:
    """The state the network begins in."""
    extra = len(grid.generators.key) - len(rows.source)
    committed = np.concatenate([rows.committed, np.zeros(extra, dtype=np.bool_)])
    hours_on = np.concatenate([rows.hours_on, np.zeros(extra)])
    return replace(State.empty(grid), stored_mwh=stored.stored_mwh, committed=committed, hours_on=hours_on)

"""A year of the grid as a PyPSA network in netCDF: what stands, its hours, and what was dispatched."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from dafeng.configs.units import BASE_MVA, DAY_H, Floats, Ints
from dafeng.network.grid import Grid, Hours, State
from dafeng.network.pypsa_export_carbon import Carbon, carbon
from dafeng.network.pypsa_export_file import Table, write_tables
from dafeng.network.pypsa_shedding import SHEDDING, shed_room_mw, shedding_name

SHORT_MW = 1e-3
"""Unserved MW that an hour is called short from."""
DUST_PU = 1e-9
"""A part of a unit that sums leave over."""
FEBRUARY_END_H = 59 * DAY_H
"""Hours of a year before 1 March; 29 February is no day of a simulated year."""


@dataclass
class Export:
    """Tables on their way to a file, and what PyPSA has no word for."""

    tables: dict[str, Table] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def export_network(
    path: Path, grid: Grid, share: Floats, year: int, hours: Hours | None = None, has_shedding: bool = False
) -> tuple[str, ...]:
    """Write a netCDF file that `pypsa.Network(path)` opens; what is left out is told by name.

    `share` (rows, hours) is the availability. With `hours` the file holds what was dispatched: outputs, flows, levels
    and prices, as a solved network does. With shedding each bus with load has a generator that sheds it at VOLL.
    """
    made, emitted = Export(), carbon(grid.generators)
    _buses(made, grid, hours, emitted)
    _generators(made, grid, share, hours, emitted)
    if has_shedding:
        _shedding(made, grid, hours)
    _loads(made, grid, hours, has_shedding)
    _lines(made, grid, share, hours)
    _storage(made, grid, share, hours)
    _flexible(made, grid)
    short_h = 0 if hours is None or has_shedding else int((hours.unserved_mw.sum(axis=0) > SHORT_MW).sum())
    _left_out(made, grid, short_h, has_shedding)
    with h5py.File(path, "w", track_order=True) as file:
        write_tables(file, made.tables, snapshot_hours(grid.hours, year), year)
    return tuple(made.remarks)


def snapshot_hours(hours: int, year: int) -> Ints:
    """Hours since the year began, with the gap that a leap day leaves.

    >>> snapshot_hours(8760, 2020)[[1415, 1416]].tolist(), snapshot_hours(8760, 2021)[-1]
    ([1415, 1440], np.int64(8759))
    """
    hour = np.arange(hours, dtype=np.int64)
    return hour + DAY_H * (isleap(year) & (hour >= FEBRUARY_END_H))


def _buses(made: Export, grid: Grid, hours: Hours | None, emitted: Carbon) -> None:
    """Buses at 1 kV, so that ohms are per unit of 1 MVA; those of the moved loads have a bus of their own."""
    own = tuple(f"{key} use" for key in grid.flexible.key)
    names = (*grid.buses, *own)
    series: dict[str, Floats] = {}
    nodal = getattr(hours, "nodal_cny_per_mwh", None)
    if nodal is not None:
        series["marginal_price"] = np.concatenate([nodal, nodal[grid.flexible.bus]])
    elif hours is not None:
        series["marginal_price"] = np.broadcast_to(hours.price_cny_per_mwh, (len(names), grid.hours))
    carrier = ["AC"] * len(grid.buses) + ["use"] * len(own)
    made.tables["buses"] = Table(names, {"v_nom": np.ones(len(names)), "carrier": carrier}, series)
    extra = {"use": own, "offer": grid.offers.key, "buyer": grid.buyers.key}
    others = [name for name, keys in extra.items() if keys]
    carriers = tuple(dict.fromkeys(["AC", *emitted.carrier, *grid.stores.technology, *others]))
    made.tables["carriers"] = Table(
        carriers, {"co2_emissions": np.array([emitted.t_per_mwh.get(name, 0.0) for name in carriers])}, {}
    )


def _generators(made: Export, grid: Grid, share: Floats, hours: Hours | None, emitted: Carbon) -> None:
    """Units and blocks; offers of response as dear generators; buyers as generators of negative output.

    A year begins with all units free to start (`State.empty`), which PyPSA would else take to have run for an hour.
    """
    units, offers, buyers = grid.generators, grid.offers, grid.buyers
    wanted = np.broadcast_to(_columns(buyers.power_mw), (len(buyers.key), grid.hours))
    sizes = np.concatenate([
        units.capacity_mw, offers.power_mw.max(axis=1, initial=0.0), wanted.max(axis=1, initial=0.0)
    ])
    room = np.concatenate([share[grid.rows.generators] * units.capacity_mw[:, None], offers.power_mw, wanted])
    pu = np.divide(room, sizes[:, None], out=np.zeros_like(room), where=sizes[:, None] > 0.0)
    n, extra = len(units.key), len(offers.key) + len(buyers.key)
    ramp = np.divide(units.ramp_mw_per_h, units.capacity_mw, out=np.full(n, np.nan), where=units.capacity_mw > 0.0)
    ramp = np.where((ramp < 1.0) & ~units.is_block, ramp, np.nan)

    def more(values: Any, value: float) -> Floats:
        return np.concatenate([np.asarray(values, dtype=np.float64), np.full(extra, value)])

    is_unit = ~units.is_block & ~units.is_free
    bus = np.concatenate([units.bus, offers.bus, buyers.bus])
    static: dict[str, Any] = {
        "bus": [grid.buses[b] for b in bus], "p_nom": sizes,
        "carrier": [*emitted.carrier, *["offer"] * len(offers.key), *["buyer"] * len(buyers.key)],
        "marginal_cost": np.concatenate([
            units.cost_cny_per_mwh, offers.price_cny_per_mwh, buyers.price_cny_per_mwh
        ]),
        "efficiency": more(emitted.efficiency, 1.0),
        "sign": np.r_[np.ones(n + len(offers.key)), -np.ones(len(buyers.key))],
        "committable": np.r_[is_unit, np.zeros(extra, dtype=np.bool_)],
        "p_min_pu": more(np.where(is_unit, units.min_share, 0.0), 0.0),
        "stand_by_cost": more(units.no_load_cny_per_h, 0.0), "start_up_cost": more(units.start_cny, 0.0),
        "min_up_time": more(units.min_up_h, 0.0), "min_down_time": more(units.min_down_h, 0.0),
        "ramp_limit_up": more(ramp, np.nan), "ramp_limit_down": more(ramp, np.nan),
        "up_time_before": more(np.where(is_unit, 0.0, 1.0), 1.0),
        "down_time_before": more(np.where(is_unit, State.empty(grid).hours_on, 0.0), 0.0),
    }
    static["marginal_cost"][n + len(offers.key) :] *= -1.0
    series = {"p_max_pu": pu}
    least = np.minimum(static["p_min_pu"][:, None], pu)
    if hours is not None:
        least[:n] = _given_way(made, least[:n], sizes[:n], hours)
    if (least != static["p_min_pu"][:, None]).any():  # an outage or the load leaves less than the minimum
        series["p_min_pu"] = least
    if hours is not None:
        series["p"] = np.concatenate([hours.generation_mw, hours.shed_mw, hours.bought_mw])
    made.tables["generators"] = Table((*units.key, *offers.key, *buyers.key), static, series)


def _given_way(made: Export, least: Floats, size: Floats, hours: Hours) -> Floats:
    """(generators, hours) minima per unit, lower where what was dispatched of a running unit is below them."""
    output = np.divide(hours.generation_mw, size[:, None], out=np.zeros_like(least), where=size[:, None] > 0.0)
    is_below = (hours.committed | (output > 0.0)) & (output < least - DUST_PU)
    if is_below.any():
        says = "units give less than their minimum, since nothing takes it: p_min_pu is lower there"
        made.remarks.append(f"generators: in {int(is_below.any(axis=0).sum()):,} hours {says}")
    return np.where(is_below, output, least)


def _shedding(made: Export, grid: Grid, hours: Hours | None) -> None:
    """Generators at VOLL behind all others, that may give what the load of their bus is in each hour."""
    room = shed_room_mw(grid)
    bus, units = np.flatnonzero(room.any(axis=1)), made.tables["generators"]
    size, n = room[bus].max(axis=1), len(bus)
    fill: dict[str, Any] = {
        "efficiency": 1.0, "sign": 1.0, "ramp_limit_up": np.nan, "ramp_limit_down": np.nan, "up_time_before": 1.0,
    }
    static: dict[str, Any] = {
        name: np.concatenate([values, np.full(n, fill.get(name, 0), dtype=np.asarray(values).dtype)])
        for name, values in units.static.items() if name not in ("bus", "carrier")
    }
    static["p_nom"][-n:], static["marginal_cost"][-n:] = size, grid.voll_cny_per_mwh
    static["bus"] = [*units.static["bus"], *(grid.buses[b] for b in bus)]
    static["carrier"] = [*units.static["carrier"], *[SHEDDING] * n]
    more = {"p_max_pu": room[bus] / size[:, None], "p": np.zeros((n, grid.hours)) if hours is None
            else hours.unserved_mw[bus], "p_min_pu": np.zeros((n, grid.hours))}
    series = {name: np.concatenate([values, more[name]]) for name, values in units.series.items()}
    keys = (*units.keys, *(shedding_name(grid.buses[b]) for b in bus))
    made.tables["generators"] = Table(keys, static, series)
    known = made.tables["carriers"]
    made.tables["carriers"] = Table(
        (*known.keys, SHEDDING), {"co2_emissions": np.r_[known.static["co2_emissions"], 0.0]}, {}
    )


def _loads(made: Export, grid: Grid, hours: Hours | None, has_shedding: bool) -> None:
    """One load a bus; of what was dispatched, the part that was served, unless a generator stands for the rest."""
    keys = tuple(f"load {bus}" for bus in grid.buses)
    series = {"p_set": grid.load_mw}
    if hours is not None:
        series["p"] = grid.load_mw if has_shedding else grid.load_mw - hours.unserved_mw
    made.tables["loads"] = Table(keys, {"bus": list(grid.buses)}, series)


def _lines(made: Export, grid: Grid, share: Floats, hours: Hours | None) -> None:
    """Branches as lines; radial ones need no reactance here and get a small one."""
    branches = grid.branches
    x = np.where(branches.x_pu > 0.0, branches.x_pu, 1e-2) / BASE_MVA
    static = {
        "bus0": [grid.buses[b] for b in branches.from_bus], "bus1": [grid.buses[b] for b in branches.to_bus],
        "x": x, "s_nom": branches.limit_mw, "carrier": ["AC"] * len(x),
    }
    series = {"s_max_pu": grid.parted(share[grid.rows.branches], slice(0, grid.hours))}
    if hours is not None:
        series |= {"p0": hours.flow_mw, "p1": -hours.flow_mw}
    if (share[grid.rows.branches] != 1.0).any():
        made.remarks.append("lines: out of service means a limit of 0 in PyPSA, and the line stays in its equations")
    made.tables["lines"] = Table(branches.key, static, series)


def _storage(made: Export, grid: Grid, share: Floats, hours: Hours | None) -> None:
    """Stores as storage units."""
    stores = grid.stores
    most = stores.discharge_mw
    available = share[grid.rows.stores]
    back = np.divide(stores.charge_mw, most, out=np.zeros_like(most), where=most > 0.0)
    static = {
        "bus": [grid.buses[b] for b in stores.bus], "carrier": list(stores.technology), "p_nom": most,
        "max_hours": np.divide(stores.energy_mwh, most, out=np.zeros_like(most), where=most > 0.0),
        "efficiency_store": stores.efficiency_in, "efficiency_dispatch": stores.efficiency_out,
        "marginal_cost": stores.wear_cny_per_mwh, "cyclic_state_of_charge": np.ones(len(most), dtype=np.bool_),
    }
    series = {"p_max_pu": available, "p_min_pu": -back[:, None] * available}
    if hours is not None:
        series |= {
            "p": hours.discharge_mw - hours.charge_mw, "state_of_charge": hours.stored_mwh,
            "p_dispatch": hours.discharge_mw, "p_store": hours.charge_mw,
        }
    made.tables["storage_units"] = Table(stores.key, static, series)


def _flexible(made: Export, grid: Grid) -> None:
    """Moved loads as a store that only fills, between what must and what may have been drawn by each hour."""
    flexible = grid.flexible
    if not flexible.key:
        return
    size, power = flexible.most_mwh.max(axis=1), _columns(flexible.power_mw)
    power = np.broadcast_to(power, flexible.most_mwh.shape)
    most = np.maximum(power.max(axis=1), 1e-9)
    own = [f"{key} use" for key in flexible.key]
    scale = np.maximum(size, 1e-9)[:, None]
    made.tables["stores"] = Table(
        flexible.key, {"bus": own, "e_nom": scale[:, 0]},
        {"e_min_pu": flexible.least_mwh / scale, "e_max_pu": flexible.most_mwh / scale},
    )
    made.tables["links"] = Table(
        flexible.key,
        {"bus0": [grid.buses[b] for b in flexible.bus], "bus1": own, "p_nom": most,
         "marginal_cost": flexible.cost_cny_per_mwh},
        {"p_max_pu": power / most[:, None]},
    )


def _left_out(made: Export, grid: Grid, short_h: int, has_shedding: bool) -> None:
    """What PyPSA's components have no word for."""
    shedding = "" if has_shedding else "shedding at VOLL, "
    says: Mapping[str, bool] = {
        f"limits {', '.join(limit.key for limit in grid.limits[:5])}: energy budgets and caps": bool(grid.limits),
        "generators: emissions of an hour on, whatever the output,": bool(grid.generators.no_load_t_per_h.any()),
        "lines: resistances, which a grid has none of,": bool(grid.branches.key),
        "heat: the region of extraction units": bool(grid.heat_mw.any()),
        "offers: notice, hours and events": bool(grid.offers.key),
        f"market: {shedding}reserve, equal hours, markup and the share of a shortage": True,
    }
    made.remarks += [f"{name} are left out" for name, is_there in says.items() if is_there]
    if short_h:
        made.remarks.append(f"{short_h:,} hours hold a shortage: PyPSA finds no solution unless generators that shed "
                            "load are added, one a bus (--with-shedding)")


def _columns(values: Floats) -> Floats:
    """(n, 1) or (n, hours)."""
    return values[:, None] if values.ndim == 1 else values

"""Load shedding as PyPSA says it: dear generators, one a bus, of a carrier of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dafeng.configs.errors import Problem
from dafeng.configs.units import Bools, Floats
from dafeng.network.grid import Grid
from dafeng.network.pypsa_tables import Component, Series, Tables

SHEDDING = "load-shedding"
"""Carrier of generators that stand for load not served."""


def shedding_name(bus: str) -> str:
    """The generator that sheds the load of a bus."""
    return f"{bus} {SHEDDING}"


def shed_room_mw(grid: Grid) -> Floats:
    """(buses, hours) most that can go unserved: load and what flexible loads may draw."""
    made = np.maximum(grid.load_mw, 0.0)
    power = grid.flexible.power_mw
    np.add.at(made, grid.flexible.bus, power if power.ndim > 1 else power[:, None])
    return np.asarray(made)


def without_shedding(tables: Tables) -> tuple[Tables, float | None, list[Problem]]:
    """The tables without generators that shed, what a MWh of it costs (None where none does), and what is wrong.

    All of them must cost the same, above every other generator: the grid has one value of load not served.
    """
    units = tables.of("generators")
    words = units.static.get("carrier")
    is_shed = np.array([word == SHEDDING for word in (words.tolist() if words is not None else [])], dtype=np.bool_)
    if not is_shed.any():
        return tables, None, []
    cost = _costs(units, "marginal_cost")
    price, dearest = float(cost[is_shed].max()), float(cost[~is_shed].max(initial=0.0))
    wrong = [
        Problem(units.place(row, "marginal_cost"), f"is {cost[row]:g}, and another of carrier '{SHEDDING}' costs "
                f"{price:g}; one value of load not served is expected")
        for row in np.flatnonzero(is_shed & (cost != price)).tolist()
    ]
    if price <= dearest:
        says = f"is {price:g} and another generator costs {dearest:g}; shedding that costs more than all is expected"
        wrong.append(Problem(units.place(int(np.argmax(is_shed)), "marginal_cost"), says))
    if "marginal_cost" in units.series and set(units.series["marginal_cost"].names) & _names(units, is_shed):
        says = f"changes by hour; of carrier '{SHEDDING}' one value is expected"
        wrong.append(Problem(units.place(int(np.argmax(is_shed)), "marginal_cost"), says))
    kept = {**tables.components, "generators": _rows(units, ~is_shed)}
    return replace(tables, components=kept), price, wrong


def _costs(units: Component, attribute: str) -> Floats:
    """(n,) numbers, the highest of each row's hours."""
    given = units.static.get(attribute)
    made = np.zeros(len(units.keys)) if given is None else np.nan_to_num(np.asarray(given, dtype=np.float64))
    series = units.series.get(attribute)
    if series is not None and len(series.values):
        highest = dict(zip(series.names, series.values.max(axis=0).tolist(), strict=True))
        made = np.array([highest.get(key, value) for key, value in zip(units.keys, made.tolist(), strict=True)])
    return made


def _names(units: Component, rows: Bools) -> set[str]:
    """Keys of some rows."""
    return {key for key, is_one in zip(units.keys, rows.tolist(), strict=True) if is_one}


def _rows(units: Component, kept: Bools) -> Component:
    """Some rows of a component."""
    keys = _names(units, kept)
    cut: dict[str, Any] = {name: values[kept] for name, values in units.static.items()}
    return replace(
        units, keys=tuple(key for key in units.keys if key in keys), static=cut,
        series={name: _columns(series, keys) for name, series in units.series.items()},
        lines=tuple(np.array(units.lines)[kept].tolist()) if units.lines else (),
    )


def _columns(series: Series, keys: set[str]) -> Series:
    """The columns of some keys."""
    at = [column for column, name in enumerate(series.names) if name in keys]
    return Series(tuple(series.names[column] for column in at), series.values[:, at], series.file)

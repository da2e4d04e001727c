"""Hourly load at every bus, from annual use, shape and the weather's response (MODEL_SPEC 5.1, 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dafeng.agents.assets import Load, Shiftable
from dafeng.agents.response import moving
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network import load
from dafeng.network.province import by_month
from dafeng.sim.surroundings import Around

CHARGING = "transport"
"""Sector whose hourly loads are vehicles charging."""


@dataclass(frozen=True, eq=False)
class BusLoads:
    """Hourly load by bus and what it adds up to."""

    bus_mw: Floats
    sector_mwh: Mapping[tuple[str, str], float]
    charging_mw: Floats


def unit_shape(city: City, around: Around, shape: str, cooling: float, heating: float) -> Floats:
    """(hours,) load over the annual mean of a normal year; a hot state raises it as it raises the province."""
    response = load.response(around.weather, around.days, city)
    mean = load.load_mw(HOURS_A_YEAR, load.shape(city.profiles, around.days, shape), response, cooling, heating)
    hot = 1.0 if around.province is None else 1.0 + by_month(around.province.load_uplift)
    noise = 1.0 + load.unexplained(city, around.weather, float(HOURS_A_YEAR))
    return np.asarray(mean * hot * noise * around.season)


def as_lived(city: City, around: Around, items: Iterable[Shiftable]) -> tuple[Shiftable, ...]:
    """Loads that may move with the bounds that the year's weather, holidays and state leave them."""
    curves: dict[tuple[str, float], Floats] = {}
    found = []
    for item in items:
        usual = np.zeros(HOURS_A_YEAR)
        for shape, mwh in item.by_shape:
            key = (shape, item.cooling)
            if key not in curves:
                curves[key] = unit_shape(city, around, shape, item.cooling, 0.0) / HOURS_A_YEAR
            usual += mwh * curves[key]
        if not item.by_shape:
            found.append(item)
            continue
        power, least, most = moving(usual, item.window_h)
        found.append(replace(item, power_mw=power, least_mwh=least, most_mwh=most))
    return tuple(found)


def build(city: City, around: Around, loads: Sequence[Load], at: Mapping[str, int]) -> BusLoads:
    """All loads; those of one shape and response are built once and spread over their buses."""
    bus_mw = np.zeros((len(at), HOURS_A_YEAR))
    charging = np.zeros(HOURS_A_YEAR)
    sector_mwh: dict[tuple[str, str], float] = {}
    shapes = sorted({(item.shape, item.cooling, item.heating) for item in loads if item.hourly_mw is None})
    mean_mw = np.zeros((len(at), len(shapes)))
    column = {shape: i for i, shape in enumerate(shapes)}
    curves = np.array([unit_shape(city, around, *shape) for shape in shapes]).reshape(len(shapes), HOURS_A_YEAR)
    factor = curves.mean(axis=1)
    for item in loads:
        key = (item.sector, item.county)
        if item.hourly_mw is not None:
            bus_mw[at[item.bus]] += item.hourly_mw
            mwh = float(item.hourly_mw.sum())
            charging += item.hourly_mw if item.sector == CHARGING else 0.0
        else:
            i = column[item.shape, item.cooling, item.heating]
            mean_mw[at[item.bus], i] += item.mwh / HOURS_A_YEAR
            mwh = item.mwh * float(factor[i])
        sector_mwh[key] = sector_mwh.get(key, 0.0) + mwh
    bus_mw += mean_mw @ curves
    if around.province is not None:
        bus_mw[next(i for i, bus in enumerate(city.buses) if bus.kind == "province")] += around.province_load_mw
    return BusLoads(bus_mw, sector_mwh, charging)

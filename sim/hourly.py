"""The hours of a year as a wide table, for figures of weeks and duration curves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dafeng.configs.units import Floats
from dafeng.sim.accounts import pool_purchase_mw
from dafeng.sim.year import Year

FREE_FUELS = ("wind", "solar")


def hourly_frame(year: Year) -> pd.DataFrame:
    """One row an hour: the city's load and supply, price, shortage of the province, what was shed and unserved."""
    h, assembly, grid = year.hours, year.assembly, year.grid
    city, g = assembly.in_city, grid.generators
    mine = grid.stores.is_city
    load = grid.load_mw[city].sum(axis=0)
    vre = g.is_city & np.isin(np.array(g.fuel), FREE_FUELS)
    columns: dict[str, Floats] = {
        "year": np.full(grid.hours, float(year.year)),
        "hour": np.arange(float(grid.hours)),
        "load_mw": load + h.flexible_mw.sum(axis=0),
        "residual_load_mw": load - h.generation_mw[vre].sum(axis=0),
        "ev_charging_mw": assembly.charging_mw,
        "smart_ev_mw": _of_sector(year, "transport"),
        "shifted_mw": h.flexible_mw.sum(axis=0) - _of_sector(year, "transport"),
        "response_mw": h.shed_mw.sum(axis=0),
        "charge_mw": h.charge_mw[mine].sum(axis=0),
        "discharge_mw": h.discharge_mw[mine].sum(axis=0),
        "net_import_mw": pool_purchase_mw(assembly, h),
        "price_cny_per_mwh": h.price_cny_per_mwh,
        "unserved_mw": h.unserved_mw[city].sum(axis=0),
        "shortage_mw": h.shortage_mw,
        "curtailed_mw": h.curtailed_mw[g.is_city].sum(axis=0),
    }
    for technology in sorted({u.technology for i, u in enumerate(assembly.units) if g.is_city[i]}):
        rows = [i for i, u in enumerate(assembly.units) if g.is_city[i] and u.technology == technology]
        columns[f"generation:{technology}"] = h.generation_mw[rows].sum(axis=0)
    return pd.DataFrame(columns).astype({"year": "int64", "hour": "int64"})


def _of_sector(year: Year, sector: str) -> Floats:
    rows = [i for i, item in enumerate(year.assembly.shiftables) if item.sector == sector]
    return np.asarray(year.hours.flexible_mw[rows].sum(axis=0))

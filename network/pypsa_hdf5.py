"""PyPSA's netCDF files, read as the HDF5 they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.network.pypsa_kinds import KINDS, WITHOUT_EFFECT
from dafeng.network.pypsa_stamps import decoded
from dafeng.network.pypsa_tables import Component, Series, Tables


def read_hdf5(path: Path, most_hours: int | None = None) -> Tables:
    """The tables of a file, of the first hours if so asked."""
    try:
        with h5py.File(path) as file:
            return _tables(file, str(path), most_hours)
    except OSError as error:
        says = f"cannot be read as netCDF-4 (HDF5): {str(error)[:80]}"
        raise InputError([Problem(Place(str(path)), says)]) from None


def _tables(file: Any, name: str, most_hours: int | None) -> Tables:
    """Variables are called <kind>_<attribute>, <kind>_t_<attribute>, <kind>_i; series have names of their own."""
    if "snapshots" not in file:
        raise InputError([Problem(Place(name, 0, "snapshots"), "is missing; a network as PyPSA writes it is expected")])
    whole = len(file["snapshots"])
    hours = min(whole, most_hours or whole)
    kinds = sorted({key[:-2] for key in file if key.endswith("_i") and "_t_" not in key})
    weights = {
        short: np.asarray(file[key][:hours], dtype=np.float64)
        for short in ("objective", "generators", "stores") for key in (f"snapshots_{short}",) if key in file
    }
    stamps = file["snapshots_snapshot"] if "snapshots_snapshot" in file else file["snapshots"]
    units, calendar = (_word(stamps.attrs.get(name, "")) for name in ("units", "calendar"))
    periods = file.attrs.get("network__multi_invest", np.array([0]))
    return Tables(
        name, decoded(_plain(stamps[:hours]).tolist(), units, calendar), weights,
        {kind: _component(file, name, kind, hours) for kind in kinds if kind in KINDS},
        bool(np.any(periods)), tuple(kind for kind in kinds if kind not in KINDS and kind not in WITHOUT_EFFECT), whole,
    )


def _word(value: Any) -> str:
    """An attribute as a word."""
    return value.decode() if isinstance(value, bytes) else str(value)


def _component(file: Any, name: str, kind: str, hours: int) -> Component:
    """One kind's attributes and series; kinds whose names begin alike are told apart by their own `_i`."""
    keys = tuple(map(str, _plain(file[f"{kind}_i"][:]).tolist()))
    static, series = {}, {}
    for key in file:
        if key.startswith(f"{kind}_t_") and not key.endswith("_i"):
            names = tuple(map(str, _plain(file[f"{key}_i"][:]).tolist()))
            values = np.asarray(file[key][:hours], dtype=np.float64)
            series[key.removeprefix(f"{kind}_t_")] = Series(names, values, name)
        elif key.startswith(f"{kind}_") and key != f"{kind}_i" and not key.startswith(f"{kind}_t_"):
            static[key.removeprefix(f"{kind}_")] = _plain(file[key][:])
    return Component(kind, keys, static, series, name)


def _plain(values: Any) -> np.ndarray:
    """Strings as strings, numbers as floats."""
    if values.dtype.kind in "OS":
        return np.array([v.decode() if isinstance(v, bytes) else str(v) for v in values.tolist()], dtype=object)
    return np.asarray(values, dtype=np.float64)

"""PyPSA's netCDF layout, written as HDF5: variables named by kind and attribute, dimensions as scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

from dafeng.configs.units import Floats, Ints

WRITTEN_AS = "1.0.0"
"""The version of PyPSA whose layout this is."""


@dataclass(frozen=True)
class Table:
    """Components of one kind: static attributes, and series (n, hours)."""

    keys: tuple[str, ...]
    static: Mapping[str, Any]
    series: Mapping[str, Floats]


def write_tables(file: Any, tables: Mapping[str, Table], snapshot_hours: Ints, year: int) -> None:
    """All tables that are not empty."""
    file.attrs["network_name"] = "Dafeng"
    file.attrs["network_pypsa_version"] = WRITTEN_AS
    file.attrs["network__multi_invest"] = 0
    file.attrs["meta"] = "{}"
    _write(file, "snapshots", np.arange(len(snapshot_hours), dtype=np.int64)).make_scale("snapshots")
    stamps = _write(file, "snapshots_snapshot", snapshot_hours, "snapshots")
    stamps.attrs["units"] = np.bytes_(f"hours since {year}-01-01 00:00:00")
    stamps.attrs["calendar"] = np.bytes_("proleptic_gregorian")
    for weight in ("objective", "stores", "generators"):
        _write(file, f"snapshots_{weight}", np.ones(len(snapshot_hours)), "snapshots")
    for kind, table in tables.items():
        if table.keys:
            _table(file, kind, table)


def _table(file: Any, kind: str, table: Table) -> None:
    """One kind; series that stay at their value all year are series all the same."""
    own = f"{kind}_i"
    _write(file, own, table.keys).make_scale(own)
    for name, values in table.static.items():
        _write(file, f"{kind}_{name}", values, own)
    for name, values in table.series.items():
        names = f"{kind}_t_{name}_i"
        _write(file, names, table.keys).make_scale(names)
        _write(file, f"{kind}_t_{name}", np.ascontiguousarray(values.T), "snapshots", names)


def _write(file: Any, name: str, values: Sequence[Any] | np.ndarray, *dimensions: str) -> Any:
    """One variable over its dimensions."""
    array = np.asarray(values)
    if array.dtype.kind in "UO":
        made = file.create_dataset(name, data=[str(v) for v in values], dtype=h5py.string_dtype())
    elif array.dtype.kind == "b":
        made = file.create_dataset(name, data=array.astype(np.int8))
        made.attrs["dtype"] = np.bytes_("bool")
    else:
        made = file.create_dataset(name, data=array, compression="gzip" if array.ndim > 1 else None)
    for axis, dimension in enumerate(dimensions):
        made.dims[axis].attach_scale(file[dimension])
    return made

"""`dafeng dispatch --out`: the hours of a network are dates in its tables, however the network was stored."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.grid import Engine
from dafeng.network.pypsa_export import export_network
from tests.network.peer_network import as_folder, one_bus
from tests.network.small_grids import U, full, small_grid


@pytest.fixture
def file(tmp_path: Path) -> Path:
    grid = small_grid(np.full((1, 24), 5.0), [U(10, 1, "coal")])
    export_network(tmp_path / "year.nc", grid, full(grid), 2030)
    return tmp_path / "year.nc"


def hours_of(path: Path) -> pd.Series:
    return dispatch_hours(path, Engine.FAST, None).tables["price"]["snapshot"]


def test_the_hours_of_a_netcdf_file_are_dates(file: Path) -> None:
    assert hours_of(file).tolist()[::23] == [pd.Timestamp("2030-01-01 00:00"), pd.Timestamp("2030-01-01 23:00")]


def test_the_hours_of_a_folder_are_dates(tmp_path: Path) -> None:
    made = hours_of(as_folder(one_bus(), tmp_path / "net"))
    assert pd.api.types.is_datetime64_dtype(made)
    assert made[3] == pd.Timestamp("2020-01-01 03:00")


def test_plain_numbers_stay_what_they_are(file: Path) -> None:
    with h5py.File(file, "a") as stored:
        for name in ("units", "calendar"):
            del stored["snapshots_snapshot"].attrs[name]
    assert hours_of(file).tolist()[:2] == ["0", "1"]

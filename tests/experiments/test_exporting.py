"""`dafeng export`: PyPSA opens a simulated year and finds an optimum near what was dispatched."""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status
from dafeng.network.pypsa_grid import read_network

WEEK_H = 168


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("export") / "year.nc"
    asked = ["export", "toy3", "baseline", "--year", "2020", "--out", str(path), "--quiet", "--json"]
    assert status(app, asked) == 0
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        yield pypsa.Network(str(path))
    logging.disable(logging.NOTSET)


def unserved_mw(net: Any) -> np.ndarray:
    given = net.generators_t.p.sum(axis=1) + net.storage_units_t.p.sum(axis=1)
    return (net.loads_t.p_set.sum(axis=1) - given).to_numpy()


def test_an_exported_year_balances_but_for_what_was_unserved(network: Any) -> None:
    assert len(network.snapshots) == 8760
    assert str(network.snapshots[0]) == "2020-01-01 00:00:00"
    assert unserved_mw(network).min() > -1e-6
    assert (unserved_mw(network) < 1e-6).mean() > 0.5


def test_the_optimum_of_an_exported_week_is_a_little_below_its_dispatch(network: Any) -> None:
    """Without minima of units, and with the energy budget, which PyPSA has no word for, as it was spent."""
    short = unserved_mw(network).reshape(-1, 24)[: 52 * 7].reshape(52, -1).max(axis=1)
    first = int(np.argmax(short < 1e-6)) * WEEK_H
    week = network.snapshots[first : first + WEEK_H]
    dispatched = network.generators_t.p.loc[week]
    cost = float((dispatched * network.generators.marginal_cost).to_numpy().sum())
    net = network.copy(snapshots=week)
    net.generators["committable"] = False
    net.generators["p_min_pu"] = 0.0
    net.generators_t.p_min_pu = net.generators_t.p_min_pu.iloc[:, :0]
    net.generators_t.p_max_pu["003"] = dispatched["003"] / net.generators.p_nom["003"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, _ = net.optimize(solver_name="highs", log_to_console=False, solver_options={"output_flag": False})
    assert found == "ok"
    assert 0.97 * cost <= net.objective <= cost * (1 + 1e-6)


def test_an_exported_year_with_outages_is_dispatched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Units are out for hours of 2022: their minimum gives way there and comes back as the one value it is."""
    path = tmp_path / "year.nc"
    asked = ["export", "toy3", "baseline", "--year", "2022", "--out", str(path), "--quiet"]
    assert status(app, asked) == 0
    capsys.readouterr()
    with h5py.File(path) as file:
        asked_of = dict(zip(file["generators_i"].asstr()[:], file["generators_p_min_pu"][:], strict=True))
        assert (file["generators_t_p_min_pu"][:] <= file["generators_t_p_max_pu"][:]).all()
    units = read_network(path).grid.generators
    assert units.min_share.max() > 0.0
    assert units.min_share == pytest.approx([asked_of[key] for key in units.key])
    assert status(app, ["dispatch", str(path), "--quiet", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hours"] == 8760
    assert found["untaken_mwh"] == 0.0  # minima gave way to load in the year, and do again


def test_no_unit_of_an_exported_year_runs_below_its_exported_minimum(network: Any) -> None:
    """But PyPSA would have it on before the year, which begins with all units free to start."""
    assert (network.generators.up_time_before[network.generators.committable] == 0).all()
    running = network.generators_t.p > 0.0
    least = network.get_switchable_as_dense("Generator", "p_min_pu") * network.generators.p_nom
    assert ((network.generators_t.p >= least - 1e-6) | ~running).to_numpy().all()
    usual = network.generators.p_min_pu * network.generators.p_nom
    assert ((network.generators_t.p < usual) & running).to_numpy().any()


def test_every_problem_of_an_export_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["export", "toy3", "baselin", "--year", "1990", "--out", str(tmp_path / "year.csv"), "--json"]
    assert status(app, asked) == 2
    said = capsys.readouterr()
    told = json.loads(said.out) if said.out.strip().startswith("{") else said.err
    for part in ("1990", "2020-2022", ".nc", "did you mean 'baseline'"):
        assert part in str(told).replace('\\"', '"') + said.err

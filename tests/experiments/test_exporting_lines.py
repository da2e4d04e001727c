"""Line limits that change by hour: an exported year comes back, and its optimum is PyPSA's of the same files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.experiments.cli import app
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.experiments.terminal import status
from dafeng.network.grid import Engine
from dafeng.network.pypsa_grid import read_network
from dafeng.network.pypsa_shedding import SHEDDING
from tests.network.peer_network import as_folder, network, solved

pytestmark = pytest.mark.filterwarnings("ignore")
WEEK_H = 168
TIES = np.arange(1000) * 1e-3
"""What makes generators of one cost unlike."""


def opened(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        return pypsa.Network(str(path))


def linear_week(net: Any, first: int) -> Any:
    """A week without commitment; in files without shedding, units that cost 9,000 stand in for it."""
    made = net.copy(snapshots=net.snapshots[first : first + WEEK_H])
    made.generators[["committable", "p_min_pu"]] = [False, 0.0]
    made.generators_t.p_min_pu = made.generators_t.p_min_pu.iloc[:, :0]
    is_shed = made.generators["carrier"] == SHEDDING
    made.generators["marginal_cost"] += np.where(is_shed, 0.0, TIES[: len(is_shed)])
    if not is_shed.any():
        made.add("Generator", [f"shed {bus}" for bus in made.buses.index], bus=made.buses.index, p_nom=1e5,
                 marginal_cost=9000.0)
    return made


def pinned(net: Any) -> Any:
    """The same for PyPSA: it begins and ends where our exact engine does."""
    units = net.storage_units
    half = 0.5 * units.p_nom * units.max_hours
    units["cyclic_state_of_charge"], units["state_of_charge_initial"] = False, half
    for key in units.index:
        level = np.full(len(net.snapshots), np.nan)
        level[-1] = half[key]
        net.storage_units_t.state_of_charge_set[key] = level
    return net


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "year.nc"
    assert status(app, ["export", "toy3", "baseline", "--year", "2022", "--out", str(path), "--quiet"]) == 0
    return path


def test_an_exported_week_with_hourly_line_limits_has_pypsas_optimum(year: Path, tmp_path: Path) -> None:
    net = linear_week(opened(year), 20 * WEEK_H)
    rng = np.random.default_rng(3)
    for at, key in enumerate(net.lines.index):
        flow = np.abs(net.lines_t.p0[key]).max() / net.lines.s_nom[key]
        part = np.clip(flow * rng.uniform(0.7, 1.2, WEEK_H), 0.0, 1.0)
        part[10 * at : 10 * at + 3] = 0.0
        net.lines_t.s_max_pu[key] = part
    found = dispatch_hours(as_folder(net, tmp_path / "week"), Engine.EXACT, None)
    assert found.binding_hours > 3
    assert found.objective == pytest.approx(solved(pinned(net)).objective, rel=1e-6)


@pytest.mark.parametrize("engine", list(Engine))
def test_no_line_carries_more_than_it_may_in_its_hour(engine: Engine, tmp_path: Path) -> None:
    net = network(hours=48)
    part = np.where(np.arange(48) % 24 < 8, 0.2, 0.9)
    net.lines_t.s_max_pu["AB"] = part
    net.transformers_t.s_max_pu["AC"] = 1.0 - 0.5 * part
    path = as_folder(net, tmp_path / "net")
    assert read_network(path).grid.line_part is not None
    found = dispatch_hours(path, engine, None)
    flow = found.tables["flow_mw"]
    assert (np.abs(flow["AB"]) <= 100.0 * part * (1.0 + 2e-4)).all()
    assert (np.abs(flow["AC"]) <= 100.0 * (1.0 - 0.5 * part) * (1.0 + 2e-4)).all()
    assert found.status == "optimal"
    net.lines_t.s_max_pu["AB"] = 0.9
    assert dispatch_hours(as_folder(net, tmp_path / "open"), engine, None).objective < found.objective


def test_a_limit_below_nothing_is_told(tmp_path: Path) -> None:
    net = network(hours=24)
    net.lines_t.s_max_pu["AB"] = np.linspace(-0.1, 1.0, 24)
    with pytest.raises(InputError, match=r"lines\.AB\.s_max_pu[\s\S]*below 0"):
        read_network(as_folder(net, tmp_path / "net"))

"""`dafeng export --with-shedding`: a year with a shortage has an optimum in PyPSA, and comes back as a shortage."""

from __future__ import annotations

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
from tests.experiments.test_exporting_lines import WEEK_H, linear_week, opened, pinned
from tests.network.peer_network import as_folder, one_bus, solved

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "year.nc"
    asked = ["export", "toy3", "baseline", "--year", "2020", "--out", str(path), "--with-shedding", "--quiet"]
    assert status(app, asked) == 0
    return path


def shed_mw(net: Any) -> Any:
    return net.generators_t.p[net.generators.index[net.generators["carrier"] == SHEDDING]]


def test_what_was_unserved_stands_in_the_file_as_shedding(year: Path) -> None:
    net = opened(year)
    assert shed_mw(net).to_numpy().sum() > 1.0
    given = net.generators_t.p.sum(axis=1) + net.storage_units_t.p.sum(axis=1)
    assert given.to_numpy() == pytest.approx(net.loads_t.p.sum(axis=1).to_numpy(), abs=1e-6)
    assert net.loads_t.p.to_numpy() == pytest.approx(net.loads_t.p_set.to_numpy())


def test_a_week_of_shortage_has_pypsas_optimum_and_sheds_as_much(year: Path, tmp_path: Path) -> None:
    net = opened(year)
    short = shed_mw(net).sum(axis=1).to_numpy()[: 52 * WEEK_H].reshape(52, WEEK_H).sum(axis=1)
    first = int(short.argmax()) * WEEK_H
    spent = net.generators_t.p["003"].iloc[first : first + WEEK_H] / net.generators.p_nom["003"]
    net = linear_week(net, first)
    net.generators_t.p_max_pu["003"] = spent
    found = dispatch_hours(as_folder(net, tmp_path / "week"), Engine.EXACT, None)
    theirs = solved(pinned(net))
    assert found.status == "shortage"
    assert found.objective == pytest.approx(theirs.objective, rel=1e-6)
    assert found.unserved_mwh == pytest.approx(float(shed_mw(theirs).to_numpy().sum()), rel=1e-5)
    assert SHEDDING not in found.generation_mwh


def test_generators_that_shed_come_back_as_the_value_of_load(year: Path) -> None:
    found = read_network(year)
    net = opened(year)
    is_shed = net.generators["carrier"] == SHEDDING
    assert found.grid.voll_cny_per_mwh == net.generators.marginal_cost[is_shed].max()
    assert len(found.grid.generators.key) == int((~is_shed).sum())


def _unlike(net: Any) -> None:
    net.add("Generator", ["s", "t"], bus="A", p_nom=100.0, carrier=SHEDDING, marginal_cost=[900.0, 800.0])


def _cheap(net: Any) -> None:
    net.add("Generator", "t", bus="A", p_nom=100.0, carrier=SHEDDING, marginal_cost=40.0)


@pytest.mark.parametrize(("change", "says"), [(_unlike, "one value of load"), (_cheap, "costs more than all")])
def test_shedding_at_two_prices_or_below_a_generators_is_told(change: Any, says: str, tmp_path: Path) -> None:
    net = one_bus()
    change(net)
    with pytest.raises(InputError, match=says) as caught:
        read_network(as_folder(net, tmp_path / "net"))
    assert [problem.place.key for problem in caught.value.problems] == ["generators.t.marginal_cost"]


def test_load_of_a_network_with_shedding_goes_unserved_at_its_price(tmp_path: Path) -> None:
    net = one_bus()
    net.generators.loc["g", "p_nom"] = 120.0
    net.add("Generator", "s", bus="A", p_nom=500.0, carrier=SHEDDING, marginal_cost=700.0)
    missing = float(np.maximum(net.loads_t.p_set["l"] - 120.0, 0.0).sum())
    for engine in Engine:
        found = dispatch_hours(as_folder(net, tmp_path / engine.value), engine, None)
        assert found.unserved_mwh == pytest.approx(missing)
        assert found.objective == pytest.approx(50.0 * (2400.0 - missing) + 700.0 * missing, rel=1e-6)

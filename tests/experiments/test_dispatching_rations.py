"""Several energy limits, lines and stores at once in the fast engine: by hand and beside the exact one."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.experiments.dispatched import Dispatched
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.dispatch import Commitment
from dafeng.network.grid import Engine
from dafeng.network.rations import rationed, whole_hours
from tests.network.peer_network import as_folder
from tests.network.small_grids import U, full, small_grid

pytestmark = pytest.mark.filterwarnings("ignore")
OWN = "may be the engine's own"


def _net(hours: int, *buses: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2030-01-01T00") + np.arange(hours) * np.timedelta64(1, "h"))
        net.add("Bus", list(buses), v_nom=220.0)
        return net


def _both(net: Any, folder: Path) -> tuple[Dispatched, Dispatched]:
    path = as_folder(net, folder / "net")
    return dispatch_hours(path, Engine.EXACT, None), dispatch_hours(path, Engine.FAST, None)


@pytest.mark.parametrize(("coal", "gas", "short"), [
    (4000.0, 700.0, 100.0), (4000.0, 900.0, 0.0), (4500.0, 200.0, 100.0), (3000.0, 1000.0, 800.0),
])  # fmt: skip
def test_two_caps_on_one_bus_are_spent_before_load_goes_unserved(
    coal: float, gas: float, short: float, tmp_path: Path
) -> None:
    """4800 MWh of load: coal at 20 as far as its cap goes, gas at 50, and what both leave at 10,000."""
    net = _net(48, "A")
    net.add("Load", "l", bus="A", p_set=100.0 + 40.0 * np.sin(np.arange(48) / 24 * 2 * np.pi))
    net.add("Generator", "coal", bus="A", p_nom=150.0, marginal_cost=20.0, e_sum_max=coal)
    net.add("Generator", "gas", bus="A", p_nom=100.0, marginal_cost=50.0, e_sum_max=gas)
    for found in _both(net, tmp_path):
        assert found.unserved_mwh == pytest.approx(short, abs=1e-3)
        assert found.objective == pytest.approx(20 * coal + 50 * (4800 - coal - short) + 10_000 * short, rel=1e-6)
        assert all(use.is_kept for use in found.limits)
        assert not any(OWN in remark for remark in found.remarks)


def _behind_a_line() -> Any:
    """100 MW at B, 20 of them by a line from cheap power at A; power at 100 at B."""
    net = _net(336, "A", "B")
    net.add("Load", "l", bus="B", p_set=100.0)
    net.add("Line", "AB", bus0="A", bus1="B", x=10.0, s_nom=20.0)
    net.add("Generator", "cheap", bus="A", p_nom=200.0, marginal_cost=10.0)
    net.add("Generator", "dear", bus="B", p_nom=100.0, marginal_cost=100.0)
    return net


def test_a_floor_behind_a_line_is_kept_at_the_optimum(tmp_path: Path) -> None:
    """6720 MWh over the line, 5000 owed at 150, and 21,880 at 100."""
    net = _behind_a_line()
    net.add("Generator", "owed", bus="B", p_nom=100.0, marginal_cost=150.0, e_sum_min=5000.0)
    for found in _both(net, tmp_path):
        assert found.status == "optimal"
        assert found.objective == pytest.approx(6720 * 10.0 + 5000 * 150.0 + 21_880 * 100.0, rel=1e-6)


def test_a_floor_owed_where_a_line_leaves_room_is_kept_by_weeks_with_units_on_or_off(tmp_path: Path) -> None:
    """At A 5, then 20 MW of load and a line of 20 MW: 10,000 of 10,920 MWh, whatever the peaks at B ask for."""
    net = _behind_a_line()
    net.loads_t.p_set["l"] = np.where(np.arange(336) % 168 < 24, 200.0, 100.0)
    net.generators.loc["dear", "p_nom"] = 200.0
    net.add("Load", "l2", bus="A", p_set=np.where(np.arange(336) < 168, 5.0, 20.0))
    net.add("Generator", "owed", bus="A", p_nom=100.0, marginal_cost=30.0, e_sum_min=10_000.0)
    path = as_folder(net, tmp_path / "net")
    found = dispatch_hours(path, Engine.EXACT, None, commitment=Commitment.BINARY)
    assert (found.status, found.unserved_mwh) == ("optimal", 0.0)
    assert found.objective == pytest.approx(10_000 * 30.0 + 920 * 10.0 + 31_680 * 100.0, rel=1e-6)


def test_caps_beside_lines_and_a_store_cost_what_the_exact_engine_finds(tmp_path: Path) -> None:
    """Emissions, a carrier and a unit capped at once, peaks that a store meets in part, and a line that binds."""
    hour, net = np.arange(240), _behind_a_line()
    net.set_snapshots(net.snapshots[:240])
    net.loads_t.p_set["l"] = 100.0 + 50.0 * np.sin(hour / 24 * 2 * np.pi)
    net.add("Carrier", ["coal", "gas"], co2_emissions=[0.34, 0.2])
    net.generators["carrier"] = ["coal", "gas"]
    net.generators.loc["dear", "e_sum_max"] = 12_000.0
    net.add("Generator", "more", bus="B", p_nom=90.0, marginal_cost=60.0, carrier="coal")
    net.add("Generator", "oil", bus="B", p_nom=70.0, marginal_cost=300.0)
    net.add(
        "StorageUnit",
        "s",
        bus="B",
        p_nom=15.0,
        max_hours=4.0,
        efficiency_store=0.9,
        efficiency_dispatch=0.9,
        cyclic_state_of_charge=True,
        marginal_cost=1.0,
    )
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=5500.0)
    net.add("GlobalConstraint", "op", type="operational_limit", carrier_attribute="coal", sense="<=", constant=9000.0)
    exact, fast = _both(net, tmp_path)
    assert (exact.status, fast.status) == ("optimal", "optimal")
    assert any(use.used >= 0.999 * (use.at_most or 0.0) for use in exact.limits)
    assert all(use.is_kept for use in fast.limits)
    assert fast.objective == pytest.approx(exact.objective, rel=1e-5)


def test_a_shortage_that_may_be_the_engines_own_is_told(tmp_path: Path) -> None:
    net = _behind_a_line()
    net.generators.loc["dear", "p_nom"] = 70.0
    exact, fast = _both(net, tmp_path)
    assert exact.unserved_mwh == pytest.approx(fast.unserved_mwh) == pytest.approx(3360.0)
    assert [any(OWN in remark for remark in found.remarks) for found in (exact, fast)] == [False, True]


def test_an_output_that_misses_0_by_roundings_is_no_availability_below_0() -> None:
    grid = small_grid(np.full((1, 3), 50.0), [U(100, 10), U(100, 20)])
    made = rationed(grid, full(grid), np.array([[-1.7e-13, 50.0, 200.0], [0.0, 0.0, 0.0]]), np.array([True, False]))
    assert made[:2].tolist() == [[0.0, 0.5, 1.0], [1.0, 1.0, 1.0]]


def test_a_unit_on_in_part_has_its_energy_in_whole_hours_of_most_worth() -> None:
    """40 MW at least, and 20 on average in four hours: two of them, in which power is worth most."""
    grid = small_grid(np.full((1, 4), 50.0), [U(100, 10, least=0.4)])
    output, worth = np.full((1, 4), 20.0), np.array([[5.0, 9.0, 7.0, 8.0]])
    assert whole_hours(grid, full(grid), output, worth, np.array([True]))[0].tolist() == [0.0, 1.0, 0.0, 1.0]

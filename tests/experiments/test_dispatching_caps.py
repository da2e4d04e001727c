"""Energy under a cap: the fast engine gives it to the hours in which it is worth most, near the exact optimum."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.experiments.dispatched import Dispatched
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.dispatch import Commitment
from dafeng.network.grid import Engine
from tests.network.peer_network import as_folder, solved

pytestmark = pytest.mark.filterwarnings("ignore")
WEEKS = 504


def one_node(hours: int = WEEKS) -> Any:
    """A load of about 100 MW that swings by day and week; gas at 50 and oil at 150."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        hour = np.arange(hours)
        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2020-01-01T00") + hour * np.timedelta64(1, "h"))
        net.add("Bus", "A", v_nom=380.0)
        net.add("Carrier", ["gas", "coal"], co2_emissions=[0.2, 0.35])
        load = 100.0 + 40.0 * np.sin(hour / 24 * 2 * np.pi) + 15.0 * np.sin(hour / 168 * 2 * np.pi)
        net.add("Load", "l", bus="A", p_set=load)
        net.add("Generator", "g", bus="A", p_nom=120.0, marginal_cost=50.0)
        net.add("Generator", "d", bus="A", p_nom=160.0, marginal_cost=150.0)
        return net


def emits(net: Any, hourly_t: float) -> None:
    """Gas and coal under a cap on emissions."""
    net.generators.loc["g", ["carrier", "efficiency"]] = ["gas", 0.5]
    net.add("Generator", "c", bus="A", p_nom=90.0, marginal_cost=25.0, carrier="coal", efficiency=0.4)
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=",
            constant=hourly_t * len(net.snapshots))


def _sum(net: Any, **more: Any) -> None:
    net.add("Generator", "h", bus="A", p_nom=80.0, e_sum_max=20.0 * len(net.snapshots), **more)


def _free(net: Any) -> None:
    _sum(net)


def _committed(net: Any) -> None:
    _sum(net, committable=True, p_min_pu=0.3, min_up_time=6, marginal_cost=5.0)


def _slow(net: Any) -> None:
    _sum(net, ramp_limit_up=0.2, ramp_limit_down=0.2, marginal_cost=5.0)


def _emissions(net: Any) -> None:
    emits(net, 30.0)


def _units_that_emit(net: Any) -> None:
    emits(net, 30.0)
    for key, start in (("g", 900.0), ("c", 500.0)):
        net.generators.loc[key, ["committable", "p_min_pu", "start_up_cost"]] = [True, 0.3, start]


def _two_caps(net: Any) -> None:
    emits(net, 45.0)
    net.add("Generator", "h", bus="A", p_nom=50.0, e_sum_max=16.0 * len(net.snapshots))


def _two_caps_and_commitment(net: Any) -> None:
    emits(net, 45.0)
    _committed(net)


def _with_a_store(net: Any) -> None:
    _committed(net)
    net.add("StorageUnit", "s", bus="A", p_nom=20.0, max_hours=4.0, efficiency_store=0.9, efficiency_dispatch=0.9,
            cyclic_state_of_charge=True)


def _amount(net: Any) -> None:
    """Two blocks under one cap: the dearer one loses all of it."""
    net.add("Generator", ["c", "c2"], bus="A", p_nom=[80.0, 50.0], carrier="coal", marginal_cost=[20.0, 30.0])
    net.add("GlobalConstraint", "most", type="operational_limit", carrier_attribute="coal", sense="<=",
            constant=50.0 * len(net.snapshots))


def both(net: Any, folder: Path) -> tuple[Dispatched, Dispatched]:
    path = as_folder(net, folder / "net")
    return dispatch_hours(path, Engine.EXACT, None), dispatch_hours(path, Engine.FAST, None)


@pytest.mark.parametrize("change", [
    _free, _committed, _slow, _emissions, _units_that_emit, _two_caps, _two_caps_and_commitment, _with_a_store, _amount,
])  # fmt: skip
def test_the_fast_engine_spends_a_cap_where_it_is_worth_most(change: Callable[[Any], None], tmp_path: Path) -> None:
    net = one_node()
    change(net)
    exact, fast = both(net, tmp_path)
    assert (exact.status, fast.status) == ("optimal", "optimal")
    assert exact.objective * (1.0 - 1e-6) <= fast.objective <= exact.objective * 1.02
    for use in (*exact.limits, *fast.limits):
        assert use.at_most is not None
        assert 0.98 * use.at_most <= use.used <= use.at_most * (1.0 + 1e-5)


@pytest.mark.parametrize("change", [_slow, _amount])
def test_the_optimum_over_weeks_under_a_cap_is_pypsas(change: Callable[[Any], None], tmp_path: Path) -> None:
    net = one_node()
    change(net)
    exact, _ = both(net, tmp_path)
    assert exact.objective == pytest.approx(solved(net).objective, rel=1e-6)


def test_a_cap_of_nothing_is_kept_and_load_goes_unserved(tmp_path: Path) -> None:
    """100 MW, oil for 60 of them, and gas that may not burn: 40 MW short, not 120,000 worth of gas."""
    net = one_node(24)
    net.loads_t.p_set["l"] = 100.0
    net.generators.loc["g", ["carrier", "p_nom"]] = ["gas", 200.0]
    net.generators.loc["d", "p_nom"] = 60.0
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=0.0)
    for found in both(net, tmp_path):
        assert (found.status, found.unserved_mwh) == ("shortage", pytest.approx(24 * 40.0))
        assert found.objective == pytest.approx(24 * (60.0 * 150.0 + 40.0 * 10_000.0))
        assert found.limits[0].used == 0.0


def test_what_a_cap_leaves_in_a_shortage_is_used(tmp_path: Path) -> None:
    net = one_node()
    net.remove("Generator", "d")
    net.add("Generator", "h", bus="A", p_nom=80.0, e_sum_max=500.0, marginal_cost=5.0)
    for found in both(net, tmp_path):
        assert found.status == "shortage"
        assert found.limits[0].used == pytest.approx(500.0, rel=1e-3)


def test_weeks_of_a_large_network_have_their_part_of_a_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all hours are one programme: within a thousandth of it."""
    net = one_node()
    _units_that_emit(net)
    path = as_folder(net, tmp_path / "net")
    whole = dispatch_hours(path, Engine.EXACT, None)
    monkeypatch.setattr("dafeng.experiments.dispatching_weeks.MOST_COLUMNS", 0)
    weekly = dispatch_hours(path, Engine.EXACT, None)
    assert (whole.engine.lp_windows, weekly.engine.lp_windows) == (1, 3)
    assert whole.objective * (1.0 - 1e-9) <= weekly.objective <= whole.objective * 1.001
    assert weekly.status == "optimal"


def _plain(*buses: str, hours: int = 336) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2020-01-01T00") + np.arange(hours) * np.timedelta64(1, "h"))
        net.add("Bus", list(buses), v_nom=220.0)
        net.add("Load", "l", bus=buses[-1], p_set=100.0)
        return net


def caps_that_interact(cost: float = 50.0) -> Any:
    """Each cap alone is covered by the other unit; both leave 5,440 MWh unserved."""
    net = _plain("A")
    net.add("Generator", "base", bus="A", p_nom=60.0, marginal_cost=10.0)
    for key, above, most in (("cap0", 0.0, 5000.0), ("cap1", 10.0, 3000.0)):
        net.add("Generator", key, bus="A", p_nom=100.0, marginal_cost=cost + above, e_sum_max=most)
    return net


def cap_behind_a_line() -> Any:
    """On one bus the cheap plant would do; the line leaves 80 MW to the capped and the dear one."""
    net = _plain("A", "B")
    net.add("Line", "AB", bus0="A", bus1="B", x=10.0, s_nom=20.0)
    net.add("Generator", "cheap", bus="A", p_nom=200.0, marginal_cost=10.0)
    net.add("Generator", "capped", bus="B", p_nom=100.0, marginal_cost=50.0, e_sum_max=5000.0)
    net.add("Generator", "dear", bus="B", p_nom=100.0, marginal_cost=100.0)
    return net


WAYS = [(Engine.EXACT, Commitment.RELAXED, 250_000), (Engine.EXACT, Commitment.BINARY, 250_000),
        (Engine.EXACT, Commitment.FIXED, 250_000), (Engine.EXACT, Commitment.RELAXED, 0),
        (Engine.EXACT, Commitment.BINARY, 0), (Engine.FAST, Commitment.RELAXED, 250_000)]  # fmt: skip


@pytest.mark.parametrize(("engine", "commitment", "most"), WAYS)
@pytest.mark.parametrize(
    ("make", "optimum", "unserved"),
    [(caps_that_interact, 55_031_600.0, 5440.0), (lambda: caps_that_interact(0.0), 54_631_600.0, 5440.0),
     (cap_behind_a_line, 2_505_200.0, 0.0)],
)  # fmt: skip
def test_every_cap_is_kept_at_pypsas_optimum(
    make: Callable[[], Any], optimum: float, unserved: float, engine: Engine, commitment: Commitment, most: int,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """`optimum` is PyPSA's, with generators of 10,000 that shed load."""
    monkeypatch.setattr("dafeng.experiments.dispatching_weeks.MOST_COLUMNS", most)
    found = dispatch_hours(as_folder(make(), tmp_path / "net"), engine, None, commitment=commitment)
    assert all(use.is_kept for use in found.limits)
    assert found.status == ("shortage" if unserved else "optimal")
    assert found.unserved_mwh == pytest.approx(unserved, abs=1e-3)
    assert found.objective == pytest.approx(optimum, rel=1e-6)


@pytest.mark.parametrize(
    ("make", "wanted"),
    [(caps_that_interact, 55_031_600.0), (lambda: caps_that_interact(0.0), 54_631_600.0),
     (cap_behind_a_line, 2_505_200.0)],
)  # fmt: skip
def test_the_optima_are_pypsas(make: Callable[[], Any], wanted: float) -> None:
    net = make()
    net.add("Generator", "shed", bus=net.buses.index[-1], p_nom=100.0, marginal_cost=10_000.0)
    assert solved(net).objective == pytest.approx(wanted, rel=1e-6)


def test_a_cap_on_emissions_behind_a_line_is_kept(tmp_path: Path) -> None:
    """Coal breaks it where the line leaves it; gas takes 15,280 of 26,880 MWh: 0.34 x + 0.2 y = 7000."""
    net = cap_behind_a_line()
    net.add("Carrier", ["coal", "gas", "none"], co2_emissions=[0.34, 0.2, 0.0])
    net.generators["carrier"] = ["none", "coal", "none"]
    net.generators["e_sum_max"] = np.inf
    net.add("Generator", "g", bus="B", p_nom=100.0, marginal_cost=70.0, carrier="gas")
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=7000.0)
    exact, fast = both(net, tmp_path)
    assert (exact.status, fast.status) == ("optimal", "optimal")
    assert exact.objective == pytest.approx(336 * 20 * 10.0 + 11_600 * 50.0 + 15_280 * 70.0, rel=1e-6)
    assert exact.objective * (1.0 - 1e-6) <= fast.objective <= exact.objective * 1.1
    assert fast.limits[0].is_kept

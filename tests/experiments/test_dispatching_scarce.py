"""Hours of shortage or surplus against PyPSA's optimum with shedding and spilling at VOLL (numbers made up)."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dafeng.experiments.dispatched import Dispatched
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.grid import Engine
from dafeng.network.lp_options import Commitment
from tests.network.peer_network import as_folder, solved

HOURS, OUT, VOLL = 24, 5, 10_000.0


def buses(*names: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        net = pypsa.Network()
        net.set_snapshots(np.datetime64("2020-01-01T00") + np.arange(HOURS) * np.timedelta64(1, "h"))
        net.add("Bus", names, v_nom=220.0)
        return net


def out_of_service(net: Any, line: str) -> None:
    there = np.where(np.arange(HOURS) == OUT, 0.0, 1.0)
    net.lines_t.s_max_pu = pd.DataFrame({line: there}, index=net.snapshots)


def theirs(net: Any) -> Any:
    """PyPSA's optimum where any bus may shed its load or spill without bound."""
    for bus in net.buses.index:
        load = float(net.loads.p_set[net.loads.bus == bus].sum())
        net.add("Generator", f"shed {bus}", bus=bus, p_nom=load, marginal_cost=VOLL)
        net.add("Generator", f"spill {bus}", bus=bus, p_nom=1e4, p_min_pu=-1.0, p_max_pu=0.0, marginal_cost=-VOLL)
    return solved(net)


def ours(net: Any, tmp_path: Path, engine: Engine = Engine.EXACT) -> Dispatched:
    return dispatch_hours(as_folder(net, tmp_path / "net"), engine, None)


def triangle() -> Any:
    """Equal lines, one out of service: its factors hold with no limit but 0 (s_max_pu), so what flows is bound."""
    net = buses("A", "B", "C")
    net.add("Line", ["AB", "BC", "AC"], bus0=["A", "B", "A"], bus1=["B", "C", "C"], x=10.0, s_nom=[200.0, 200.0, 100.0])
    out_of_service(net, "AC")
    net.add("Generator", "g", bus="A", p_nom=300.0, marginal_cost=10.0)
    net.add("Load", ["lb", "lc"], bus=["B", "C"], p_set=[100.0, 10.0])
    return net


@pytest.mark.parametrize("engine", Engine)
def test_no_bus_sheds_more_than_its_load(tmp_path: Path, engine: Engine) -> None:
    net = triangle()
    found = ours(net, tmp_path, engine)
    assert found.objective == pytest.approx(theirs(net).objective, rel=1e-9)
    assert found.tables["unserved_mw"][["A", "B", "C"]].iloc[OUT].tolist() == pytest.approx([0.0, 100.0, 10.0])


def slow() -> Any:
    """A unit that cannot fall as fast as its line goes out of service."""
    net = buses("A", "B")
    net.add("Line", "AB", bus0="A", bus1="B", x=10.0, s_nom=200.0)
    out_of_service(net, "AB")
    net.add("Generator", "slow", bus="A", p_nom=200.0, marginal_cost=10.0, ramp_limit_up=0.1, ramp_limit_down=0.1)
    net.add("Load", "lb", bus="B", p_set=100.0)
    return net


def test_what_a_ramp_leaves_over_is_untaken_and_paid_for(tmp_path: Path) -> None:
    net = slow()
    found, best = ours(net, tmp_path), theirs(net)
    assert found.objective == pytest.approx(best.objective, rel=1e-9)
    assert found.untaken_mwh == pytest.approx(80.0)
    assert found.tables["untaken_mw"]["A"].iloc[OUT] == pytest.approx(80.0)
    out = found.tables["generation_mw"]["slow"].to_numpy()
    assert out == pytest.approx(best.generators_t.p["slow"].to_numpy(), abs=1e-6)
    assert np.abs(np.diff(out)).max() <= 20.0 + 1e-6
    assert not any("ramp" in remark or "missing" in remark for remark in found.remarks)


def test_a_surplus_alone_is_one_by_its_status(tmp_path: Path) -> None:
    """Behind the line there is a unit in the hour in which it is out, and in no other."""
    net = slow()
    there = np.where(np.arange(HOURS) == OUT, 1.0, 0.0)
    net.add("Generator", "b", bus="B", p_nom=100.0, marginal_cost=50.0, p_max_pu=there)
    found = ours(net, tmp_path)
    assert found.status == "surplus"
    assert found.untaken_mwh == pytest.approx(80.0)
    assert found.objective == pytest.approx(theirs(net).objective, rel=1e-9)


@pytest.mark.parametrize("engine", Engine)
def test_a_shortage_makes_no_water(tmp_path: Path, engine: Engine) -> None:
    """60 MW of 100 and 10 MW of water an hour: 30 MW go unserved whatever the hour in which the water is spent."""
    net = buses("A")
    net.add("Load", "l", bus="A", p_set=100.0)
    net.add("Generator", "g", bus="A", p_nom=60.0, marginal_cost=50.0)
    net.add("StorageUnit", "hy", bus="A", p_nom=30.0, max_hours=100.0, p_min_pu=0.0, inflow=10.0)
    found = ours(net, tmp_path, engine)
    assert found.unserved_mwh == pytest.approx(30.0 * HOURS)
    assert found.objective == pytest.approx(HOURS * (60.0 * 50.0 + 30.0 * VOLL), rel=1e-9)
    (water,) = found.limits
    assert water.limit == "hy water"
    assert water.is_kept
    assert water.at_most == pytest.approx(240.0)
    assert water.used == pytest.approx(240.0)


@pytest.mark.parametrize("falls", [False, True])
def test_a_unit_that_stays_on_keeps_its_minimum_in_both_engines(tmp_path: Path, falls: bool) -> None:
    """60 MW at least where load is 30 for two hours: 60 MWh are left over, and 65 more where load is -5 for one."""
    net = buses("A")
    load = np.full(HOURS, 100.0)
    load[[8, 9]] = 30.0
    if falls:
        load[20] = -5.0
    net.add("Load", "l", bus="A", p_set=load)
    net.add("Generator", "coal", bus="A", p_nom=120.0, marginal_cost=30.0, committable=True, p_min_pu=0.5,
            min_up_time=24, min_down_time=24, start_up_cost=5e5, up_time_before=1)
    fast = ours(net, tmp_path, Engine.FAST)
    exact = dispatch_hours(as_folder(net, tmp_path / "same"), Engine.EXACT, None, commitment=Commitment.BINARY)
    left = 125.0 if falls else 60.0
    assert (fast.untaken_mwh, exact.untaken_mwh) == (pytest.approx(left), pytest.approx(left))
    assert fast.objective == pytest.approx(exact.objective, rel=1e-9)
    assert fast.tables["generation_mw"]["coal"].min() == pytest.approx(60.0)
    assert fast.status == exact.status == "surplus"
    assert fast.tables["committed"]["coal"].all()


def test_a_cap_that_sees_nothing_of_a_generator_says_so(tmp_path: Path) -> None:
    net = buses("A")
    net.add("Load", "l", bus="A", p_set=100.0)
    net.add("Carrier", "gas", co2_emissions=0.4)
    net.add("Generator", "g", bus="A", p_nom=60.0, marginal_cost=50.0, carrier="gas")
    net.add("Generator", "c", bus="A", p_nom=60.0, marginal_cost=50.0, carrier="cole")
    net.add("GlobalConstraint", "cap", type="primary_energy", carrier_attribute="co2_emissions", sense="<=",
            constant=1e6)
    net.add("GlobalConstraint", "most", type="operational_limit", carrier_attribute="coal", sense="<=", constant=10.0)
    said = " | ".join(ours(net, tmp_path).remarks)
    assert "cap: carriers cole are not in carriers" in said
    assert "most: no generator is 'coal'" in said

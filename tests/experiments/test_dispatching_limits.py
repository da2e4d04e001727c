"""What a dispatched network must keep: islands, surplus, ramps across weeks, energy limits; PyPSA's optima by hand."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.experiments.dispatched import Dispatched
from dafeng.experiments.dispatching_case import dispatch_case
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.case import Susceptance
from dafeng.network.grid import Engine
from dafeng.network.lp_options import Commitment
from tests.network.peer_network import as_folder

pytestmark = pytest.mark.filterwarnings("ignore")
ENGINES = [Engine.EXACT, Engine.FAST]
TWO_BUSES = """function mpc = two
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
1 3 0 0 0 0 1 1 0 345 1 1.1 0.9;
2 1 100 0 0 0 1 1 0 345 1 1.1 0.9;
];
mpc.gen = [
1 110 0 300 -300 1 100 1 250 110 0 0 0 0 0 0 0 0 0 0 0;
];
mpc.branch = [
1 2 0.01 0.1 0 250 250 250 0 0 1 -360 360;
];
mpc.gencost = [
2 0 0 3 0.1 5 150;
];
"""
LOAD = 100.0 + 40.0 * np.sin(np.arange(24) / 24 * 2 * np.pi)


def net(hours: int = 24, buses: tuple[str, ...] = ("A",)) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pypsa

        made = pypsa.Network()
        made.set_snapshots(np.datetime64("2020-01-01T00") + np.arange(hours) * np.timedelta64(1, "h"))
        made.add("Bus", list(buses), v_nom=380.0)
        return made


def dispatched(made: Any, folder: Path, engine: Engine, how: Commitment = Commitment.RELAXED) -> Dispatched:
    return dispatch_hours(as_folder(made, folder / "net"), engine, None, commitment=how)


def two_parts() -> Any:
    """100 MW on average at A with power at 10, 50 MW at B with 40 MW at 90 and more at 290; no line."""
    made = net(buses=("A", "B"))
    made.add("Load", "a", bus="A", p_set=LOAD)
    made.add("Load", "b", bus="B", p_set=50.0)
    made.add("Generator", "cheap", bus="A", p_nom=300.0, marginal_cost=10.0)
    made.add("Generator", "dear", bus="B", p_nom=40.0, marginal_cost=90.0)
    made.add("Generator", "dearer", bus="B", p_nom=40.0, marginal_cost=290.0)
    return made


@pytest.mark.parametrize("engine", ENGINES)
def test_parts_of_a_network_live_on_what_they_have(tmp_path: Path, engine: Engine) -> None:
    found = dispatched(two_parts(), tmp_path, engine)
    assert found.objective == pytest.approx(24 * (100 * 10 + 40 * 90 + 10 * 290))
    assert found.status == "optimal"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_with_too_much_must_run_leaves_it_untaken(tmp_path: Path, engine: Engine) -> None:
    made = two_parts()
    made.add("Generator", "must", bus="B", p_nom=64.0, p_min_pu=1.0, marginal_cost=1.0)
    found = dispatched(made, tmp_path, engine)
    assert (found.status, found.unserved_mwh) == ("surplus", 0.0)
    assert found.untaken_mwh == pytest.approx(14.0 * 24)
    assert sum(found.generation_mwh.values()) == pytest.approx(24 * (100 + 64))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_surplus_is_counted_and_priced(tmp_path: Path, engine: Engine) -> None:
    made = net()
    made.add("Load", "l", bus="A", p_set=LOAD)
    made.add("Generator", "must", bus="A", p_nom=180.0, p_min_pu=1.0, marginal_cost=5.0)
    found = dispatched(made, tmp_path, engine)
    assert (found.status, found.untaken_mwh) == ("surplus", pytest.approx(80.0 * 24))
    assert found.objective == pytest.approx(180 * 24 * 5.0 + 80 * 24 * 10_000.0)
    assert found.tables["untaken_mw"]["A"].sum() == pytest.approx(80.0 * 24)


def test_committed_on_or_off_costs_more_than_in_part(tmp_path: Path) -> None:
    made = net()
    made.add("Load", "l", bus="A", p_set=LOAD)
    unit = {"committable": True, "p_min_pu": 0.6, "start_up_cost": 500.0}
    made.add("Generator", "coal", bus="A", p_nom=120.0, marginal_cost=20.0, **unit)
    made.add("Generator", "gas", bus="A", p_nom=80.0, marginal_cost=50.0, **unit)
    part = dispatched(made, tmp_path, Engine.EXACT)
    whole = dispatched(made, tmp_path, Engine.EXACT, Commitment.BINARY)
    assert whole.objective > part.objective * 1.001
    assert any("may run in part" in remark for remark in part.remarks)
    assert not any("may run in part" in remark for remark in whole.remarks)


@pytest.mark.parametrize(("engine", "how"), [
    (Engine.EXACT, Commitment.RELAXED), (Engine.EXACT, Commitment.FIXED), (Engine.EXACT, Commitment.BINARY),
    (Engine.FAST, Commitment.RELAXED),
])
def test_a_ramp_holds_from_one_week_to_the_next(tmp_path: Path, engine: Engine, how: Commitment) -> None:
    made = net(hours=336)
    made.add("Load", "l", bus="A", p_set=np.repeat([100.0, 160.0], 168))
    made.add("Generator", "c", bus="A", p_nom=200.0, marginal_cost=20.0, committable=True, up_time_before=1,
             ramp_limit_up=0.1, ramp_limit_down=0.1)
    made.add("Generator", "o", bus="A", p_nom=200.0, marginal_cost=150.0)
    found = dispatched(made, tmp_path, engine, how)
    out = found.tables["generation_mw"]["c"].to_numpy()
    assert np.abs(np.diff(out)).max() <= 20.0 + 1e-4
    assert found.status == "optimal"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("hours", [48, 504])
def test_a_cap_is_spent_whatever_its_price_would_do(tmp_path: Path, engine: Engine, hours: int) -> None:
    """Gas at 50 may burn for a third of the load; the rest is nuclear power at 150."""
    made = net(hours=hours)
    made.add("Carrier", ["gas", "nuc"], co2_emissions=[0.2, 0.0])
    made.add("Load", "l", bus="A", p_set=100.0)
    made.add("Generator", "g", bus="A", p_nom=200.0, marginal_cost=50.0, carrier="gas")
    made.add("Generator", "n", bus="A", p_nom=200.0, marginal_cost=150.0, carrier="nuc")
    cap = 0.2 * 100.0 * hours / 3
    made.add("GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions", sense="<=",
             constant=cap)
    found = dispatched(made, tmp_path, engine)
    assert found.limits[0].used == pytest.approx(cap, rel=1e-6)
    assert found.objective == pytest.approx(100.0 * hours * (50.0 + 2 * 150.0) / 3, rel=1e-6)
    assert found.status == "optimal"


def test_a_floor_that_cannot_be_met_is_a_result(tmp_path: Path) -> None:
    made = net(hours=336)
    made.add("Load", "l", bus="A", p_set=np.tile(LOAD, 14))
    made.add("Generator", "h", bus="A", p_nom=80.0, e_sum_min=40_000.0, marginal_cost=60.0)
    made.add("Generator", "g", bus="A", p_nom=200.0, marginal_cost=50.0)
    found = dispatched(made, tmp_path, Engine.EXACT)
    assert found.status == "limit broken"
    assert not found.limits[0].is_kept


def test_a_cap_below_what_must_run_is_bad_input(tmp_path: Path) -> None:
    made = net()
    made.add("Carrier", "bio")
    made.add("Load", "l", bus="A", p_set=LOAD)
    made.add("Generator", "b", bus="A", p_nom=80.0, p_min_pu=0.5, carrier="bio")
    made.add("GlobalConstraint", "o", type="operational_limit", carrier_attribute="bio", sense="<=", constant=500.0)
    with pytest.raises(InputError, match=r"constraints\.csv[\s\S]*global_constraints\.o\.constant[\s\S]*960"):
        dispatched(made, tmp_path, Engine.EXACT)


def test_water_at_the_beginning_is_spent(tmp_path: Path) -> None:
    made = net()
    made.add("Load", "l", bus="A", p_set=LOAD)
    made.add("Generator", "g", bus="A", p_nom=200.0, marginal_cost=50.0)
    made.add("Carrier", "hydro")
    made.add("StorageUnit", "s", bus="A", p_nom=50.0, max_hours=10.0, inflow=np.full(24, 10.0), carrier="hydro",
             p_min_pu=0.0, state_of_charge_initial=300.0, efficiency_dispatch=0.9)
    found = dispatched(made, tmp_path, Engine.EXACT)
    assert found.generation_mwh["hydro"] == pytest.approx(0.9 * (240.0 + 300.0))
    assert any("500 MWh" in remark and "300 MWh" in remark for remark in found.remarks)


def test_losses_above_those_of_flows_are_not_called_losses(tmp_path: Path) -> None:
    """A unit that must give 110 MW for a load of 100 over 0.01 per unit, which loses about 1 MW."""
    path = tmp_path / "two.m"
    path.write_text(TWO_BUSES)
    found = dispatch_case(path, Susceptance.MATPOWER, has_losses=True)
    assert found.status == "surplus"
    assert found.lost_mwh is not None
    flow = float(found.tables["branches"]["flow_mw"][0])
    assert found.lost_mwh == pytest.approx(0.01 * flow**2 / 100.0, abs=1e-3)
    assert found.untaken_mwh == pytest.approx(10.0 - found.lost_mwh, abs=1e-3)
    assert any("not taken" in remark for remark in found.remarks)

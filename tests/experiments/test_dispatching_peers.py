"""Mended cases: PyPSA's own optimum where the grid has a word, and a name where it has none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

from dafeng.configs.errors import InputError
from dafeng.experiments.dispatched import Dispatched
from dafeng.experiments.dispatching_hours import dispatch_hours
from dafeng.network.dispatch import Exactly, dispatch, plan
from dafeng.network.grid import Engine, Relief
from dafeng.network.pypsa_grid import read_network
from tests.network.peer_network import as_folder, network, one_bus, solved

DATA = Path(__file__).parent.parent / "network" / "data" / "pypsa"
HOURS = 24


def exact(net: Any, tmp_path: Path) -> Dispatched:
    return dispatch_hours(as_folder(net, tmp_path / "net"), Engine.EXACT, None)


def _ramp(net: Any) -> None:
    net.add("Generator", "h", bus="A", p_nom=150.0, marginal_cost=1.0, ramp_limit_up=0.02, ramp_limit_down=0.02)


def _free_ramp(net: Any) -> None:
    net.add("Generator", "h", bus="A", p_nom=150.0, ramp_limit_up=0.02, ramp_limit_down=0.02, start_up_cost=99.0)


def _must_ramp(net: Any) -> None:
    net.add("Generator", "h", bus="A", p_nom=150.0, marginal_cost=60.0, p_min_pu=0.4, ramp_limit_up=0.02,
            ramp_limit_down=0.02)
    net.generators.loc["g", "p_nom"] = 65.0


def _energy(net: Any) -> None:
    net.add("Generator", "h", bus="A", p_nom=80.0, e_sum_max=500.0)


def _amount(net: Any) -> None:
    net.add("Generator", "h", bus="A", p_nom=80.0, carrier="coal")
    net.add("GlobalConstraint", "most", type="operational_limit", carrier_attribute="coal", sense="<=", constant=500.0)


def _store(net: Any) -> None:
    """A store whose power halves in the evening, at both its sides."""
    there = np.where(np.arange(HOURS) < 18, 1.0, 0.5)
    net.add("Generator", "h", bus="A", p_nom=110.0, marginal_cost=1.0)
    net.add("StorageUnit", "s", bus="A", p_nom=20.0, max_hours=4.0, state_of_charge_initial=80.0, p_max_pu=there,
            p_min_pu=-0.5 * there)


@pytest.mark.parametrize("change", [_ramp, _free_ramp, _must_ramp, _energy, _amount])
def test_ramps_and_limits_of_what_is_not_committed_are_kept(change: Callable[[Any], None], tmp_path: Path) -> None:
    net = one_bus()
    change(net)
    assert exact(net, tmp_path).objective == pytest.approx(solved(net).objective, rel=1e-9)


def test_a_free_generator_that_emits_is_held_by_a_cap(tmp_path: Path) -> None:
    """2,400 MWh, of gas at 0.4 t and of coal at 0.85 t: 960 + 0.45 x = 1,200 lets x = 533.3 MWh of free coal run."""
    net = one_bus()
    net.add("Generator", "h", bus="A", p_nom=80.0, carrier="coal", efficiency=0.4)
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=1200.0)
    found = exact(net, tmp_path)
    assert found.generation_mwh["coal"] == pytest.approx(240.0 / 0.45, rel=1e-6)
    assert found.objective == pytest.approx(50.0 * (2400.0 - 240.0 / 0.45), rel=1e-6)


def test_a_store_may_be_there_in_part_by_hour(tmp_path: Path) -> None:
    """It ends empty: what is left is worth nothing to PyPSA."""
    net = one_bus()
    _store(net)
    found = read_network(as_folder(net, tmp_path / "net"))
    made = plan(found.grid, found.share, engine=Engine.EXACT)
    ours = dispatch(found.grid, found.share, range(HOURS), found.start, made, engine=Engine.EXACT,
                    options=Exactly(pinned_mwh=(0.0,)))
    assert ours.cost_cny == pytest.approx(solved(net).objective, rel=1e-9)


def test_the_fast_engine_says_where_a_ramp_is_broken(tmp_path: Path) -> None:
    net = one_bus()
    _ramp(net)
    found = dispatch_hours(as_folder(net, tmp_path / "net"), Engine.FAST, None, Relief.NONE)
    assert any("moves by more than its ramp" in remark for remark in found.remarks)


@pytest.mark.parametrize("change", [_ramp, _free_ramp, _must_ramp])
def test_the_fast_engine_keeps_ramps_as_the_optimum_does_and_says_what_it_took(
    change: Callable[[Any], None], tmp_path: Path
) -> None:
    net = one_bus()
    change(net)
    found = dispatch_hours(as_folder(net, tmp_path / "net"), Engine.FAST, None)
    assert found.objective == pytest.approx(solved(net).objective, rel=1e-3)
    assert not any("moves by more than its ramp" in remark for remark in found.remarks)
    assert found.unserved_mwh == pytest.approx(0.0, abs=1e-3)
    assert any("units could not ramp" in remark for remark in found.remarks)


def test_a_committable_generator_without_room_for_its_minimum_is_off(tmp_path: Path) -> None:
    net = one_bus()
    there = np.where(np.arange(HOURS) < 12, 1.0, 0.5)
    net.add("Generator", "c", bus="A", p_nom=60.0, p_min_pu=0.6, p_max_pu=there, marginal_cost=20.0, committable=True)
    theirs = solved(net)
    assert theirs.generators_t.p["c"].iloc[12:].max() == 0.0
    assert exact(net, tmp_path).objective == pytest.approx(theirs.objective, rel=1e-6)


def test_curtailed_is_what_varying_generators_leave_as_pypsa_counts(tmp_path: Path) -> None:
    """Wind at a cost counts; a free thermal block that is there all day does not."""
    net = one_bus()
    net.add("Generator", "w", bus="A", p_nom=250.0, marginal_cost=0.01, p_max_pu=0.5 + 0.4 * np.cos(np.arange(HOURS)))
    net.add("Generator", "z", bus="A", p_nom=10.0)
    found, theirs = exact(net, tmp_path), solved(net)
    left = float((theirs.generators_t.p_max_pu["w"] * 250.0 - theirs.generators_t.p["w"]).sum())
    assert left > 100.0
    assert found.curtailed_mwh == pytest.approx(left, rel=1e-6)


def test_names_that_stand_twice_are_told_apart(tmp_path: Path) -> None:
    net = network(hours=HOURS)
    net.add("StorageUnit", "c", bus="A", p_nom=5.0, p_min_pu=0.0, max_hours=9.0, inflow=2.0)
    net.add("StorageUnit", "e", bus="A", p_nom=5.0)
    net.add("Bus", "E", v_nom=220.0)
    net.add("Link", "AB", bus0="D", bus1="E", p_nom=5.0, p_min_pu=-1.0)
    net.add("Generator", "snapshot", bus="A", p_nom=5.0)
    exact(net, tmp_path).write(tmp_path / "out")
    names = [*pd.read_parquet(tmp_path / "out" / "generation_mw.parquet")]
    assert names[:2] == ["snapshot", "generators c"]
    assert {"storage_units c", "generators snapshot"} < set(names)
    assert {"lines AB", "links AB"} < {*pd.read_parquet(tmp_path / "out" / "flow_mw.parquet")}
    assert {"storage_units e", "stores e"} < {*pd.read_parquet(tmp_path / "out" / "stored_mwh.parquet")}


def test_a_solved_netcdf_file_is_read(tmp_path: Path) -> None:
    """Solving adds the table of sub-networks."""
    shutil.copy(DATA / "peer.nc", tmp_path / "solved.nc")
    with h5py.File(tmp_path / "solved.nc", "a") as file:
        file.create_dataset("sub_networks_i", data=["0"], dtype=h5py.string_dtype())
    assert read_network(tmp_path / "solved.nc").grid.buses == read_network(DATA / "peer.nc").grid.buses


def test_lines_and_transformers_of_a_type_are_computed_from_it_as_in_pypsa(tmp_path: Path) -> None:
    net = network(hours=HOURS)
    net.lines.loc["AB", ["type", "length", "num_parallel"]] = ["Al/St 240/40 4-bundle 380.0", 60.0, 2.0]
    net.transformers.loc["AC", ["type", "tap_position", "num_parallel"]] = ["160 MVA 380/110 kV", 3, 1.0]
    found = read_network(as_folder(net, tmp_path / "net", export_standard_types=True))
    net.calculate_dependent_values()
    expected = [*net.lines.x_pu, *net.transformers.x_pu_eff]
    assert found.grid.branches.x_pu[:3] == pytest.approx(100.0 * np.array(expected))
    assert found.resistance_pu[:3] == pytest.approx(100.0 * np.array([*net.lines.r_pu, *net.transformers.r_pu_eff]))
    assert found.grid.branches.limit_mw[2] == 160.0


def _unknown_type(net: Any) -> None:
    net.lines.loc["AB", ["type", "length"]] = ["Al/St 240/40 4-bundle 380.0", 60.0]


def _link_that_must_run(net: Any) -> None:
    net.links.loc["out", "p_min_pu"] = 0.2


def _first_output(net: Any) -> None:
    net.generators.loc["c", "p_init"] = 0.0


def _ramp_and_minimum(net: Any) -> None:
    net.generators.loc["g", ["ramp_limit_up", "ramp_limit_down"]] = 0.05
    net.generators_t.p_min_pu["g"] = np.where(np.arange(HOURS) < 12, 0.0, 0.4)
    net.generators_t.marginal_cost = net.generators_t.marginal_cost.drop(columns="g")


def _store_that_emits(net: Any) -> None:
    net.storage_units.loc["s", "carrier"] = "gas"
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=9000.0)


def _limit_on_a_store(net: Any) -> None:
    net.storage_units.loc["s", "carrier"] = "battery"
    net.add("GlobalConstraint", "most", type="operational_limit", carrier_attribute="battery", sense="<=", constant=9.0)


def _limit_on_a_reservoir(net: Any) -> None:
    net.add("StorageUnit", "lake", bus="A", p_nom=9.0, max_hours=90.0, p_min_pu=0.0, inflow=5.0, carrier="hydro")
    net.add("GlobalConstraint", "most", type="operational_limit", carrier_attribute="hydro", sense="<=", constant=9.0)


def _store_of_two_ways(net: Any) -> None:
    net.storage_units_t.p_max_pu["s"] = np.linspace(0.1, 1.0, HOURS)


@pytest.mark.parametrize(("change", "key", "says"), [
    (_unknown_type, "lines.AB.type", "export_standard_types"),
    (_link_that_must_run, "links.out.p_min_pu", "a store that must run"),
    (_first_output, "generators.c.p_init", "no word for it"),
    (_ramp_and_minimum, "generators.g.p_min_pu", "beside a ramp limit"),
    (_store_that_emits, "storage_units.s.carrier", "counts in 'cap'"),
    (_limit_on_a_store, "storage_units.s.carrier", "is 'battery', what is left in it counts in 'most'"),
    (_limit_on_a_reservoir, "storage_units.lake.carrier", "is 'hydro', what is left in it counts in 'most'"),
    (_store_of_two_ways, "storage_units.s.p_max_pu", "each in its own way"),
])  # fmt: skip
def test_what_was_passed_over_is_refused_by_name(
    change: Callable[[Any], None], key: str, says: str, tmp_path: Path
) -> None:
    net = network(hours=HOURS)
    change(net)
    with pytest.raises(InputError) as caught:
        read_network(as_folder(net, tmp_path / "net"))
    assert [problem.place.key for problem in caught.value.problems] == [key]
    assert says in str(caught.value)


def test_limits_of_the_whole_over_fewer_hours_and_levels_that_do_not_fit_are_told(tmp_path: Path) -> None:
    net = network(hours=48)
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=9000.0)
    net.storage_units.loc["s", "state_of_charge_initial"] = 70.0
    folder = as_folder(net, tmp_path / "net")
    whole, part = (" ".join(read_network(folder, hours).remarks) for hours in (None, 24))
    assert "limits cap: what they allow in all 48 snapshots bounds the 24 dispatched" in part
    assert "all 48" not in whole
    assert "state_of_charge_initial of 70 MWh is not within 0 and 40; it begins with 40" in whole


def test_bad_cells_and_what_else_is_wrong_come_at_once(tmp_path: Path) -> None:
    """A reactance that is no number is no reactance of 0 besides."""
    folder = as_folder(network(hours=HOURS), tmp_path / "net")
    for file, old, new in (("lines.csv", "10.0", "ten"), ("generators.csv", "c,A,", "c,Q,")):
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_network(folder)
    assert sorted(problem.place.key for problem in caught.value.problems) == ["generators.c.bus", "lines.AB.x"]


@pytest.mark.parametrize("engine", list(Engine))
def test_the_table_of_output_holds_what_must_run_as_well(tmp_path: Path, engine: Engine) -> None:
    net = one_bus(HOURS)
    net.add("Generator", "m", bus="A", p_nom=50.0, marginal_cost=500.0, p_min_pu=0.4)
    done = dispatch_hours(as_folder(net, tmp_path / "net"), engine, None)
    made = done.tables["generation_mw"]
    assert (made["m"] >= 20.0 - 1e-9).all()
    served = made.drop(columns="snapshot").sum(axis=1).to_numpy() + done.tables["unserved_mw"]["A"].to_numpy()
    load = net.loads_t.p_set.sum(axis=1).to_numpy()
    assert served == pytest.approx(load, abs=1e-6)


@pytest.mark.parametrize(("value", "told"), [(np.nan, "is no number in snapshot"), (1e300, "is beyond 1e+15")])
def test_a_load_that_is_no_amount_is_told_and_not_passed_over(tmp_path: Path, value: float, told: str) -> None:
    net = one_bus()
    net.loads_t.p_set = pd.DataFrame({"l": np.where(np.arange(HOURS) == 3, value, 100.0)}, index=net.snapshots)
    folder = as_folder(net, tmp_path / "net")
    table = folder / "loads-p_set.csv"
    table.write_text("\n".join(line if line[-1] != "," else f"{line}nan" for line in table.read_text().splitlines()))
    with pytest.raises(InputError) as caught:
        dispatch_hours(folder, Engine.FAST, None)
    assert told in str(caught.value)
    assert "p_set" in str(caught.value)

"""PyPSA networks: the same optimum as PyPSA's, and by name whatever the grid cannot say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.network.dispatch import Exactly, dispatch, plan
from dafeng.network.grid import Engine
from dafeng.network.pypsa_grid import Imported, read_network
from tests.network.peer_network import ENDS_MWH, as_folder, network, solved

DATA = Path(__file__).parent / "data" / "pypsa"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_folder(network(), tmp_path_factory.mktemp("pypsa") / "net")


@pytest.fixture(scope="module")
def found(folder: Path) -> Imported:
    return read_network(folder)


def changed(folder: Path, tmp_path: Path, file: str, old: str, new: str) -> Path:
    """The folder with one word changed in one file."""
    for path in folder.iterdir():
        text = path.read_text()
        if path.name == file:
            assert old in text, text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text)
    return tmp_path


def told(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_network(path)
    return str(caught.value)


def test_the_optimum_is_pypsas(found: Imported) -> None:
    theirs = solved(network())
    made = plan(found.grid, found.share, engine=Engine.EXACT)
    ours = dispatch(
        found.grid, found.share, range(found.grid.hours), found.start, made, engine=Engine.EXACT,
        options=Exactly(pinned_mwh=ENDS_MWH),
    )
    assert ours.cost_cny + found.must_run_cost == pytest.approx(theirs.objective, rel=1e-6)
    assert ours.unserved_mw.sum() == pytest.approx(0.0, abs=1e-6)
    wind = list(found.grid.generators.key).index("w")
    assert ours.generation_mw[wind].sum() == pytest.approx(theirs.generators_t.p["w"].sum(), abs=1e-3)


def test_sizes_ends_and_series_are_those_of_the_network(found: Imported) -> None:
    grid = found.grid
    assert grid.buses == ("A", "B", "C", "D")
    assert grid.branches.key == ("AB", "BC", "AC", "CD")
    assert grid.branches.limit_mw.tolist() == [100.0, pytest.approx(56.0), 100.0, 50.0]
    assert grid.branches.x_pu[:3] == pytest.approx([1000 / 220**2, 2000 / 220**2, 0.1])
    assert grid.load_mw[3].tolist() == [30.0] * 72
    assert grid.load_mw[1].tolist() == [-10.0] * 72
    assert grid.generators.emissions_t_per_mwh[0] == pytest.approx(0.85)
    assert len(found.snapshots) == 72


def test_a_store_behind_links_is_a_store_at_the_bus_of_the_links(found: Imported) -> None:
    stores = found.grid.stores
    assert stores.key == ("s", "e")
    assert stores.bus.tolist() == [1, 3]
    assert stores.charge_mw.tolist() == [10.0, 20.0]
    assert stores.discharge_mw == pytest.approx([10.0, 19.8])
    assert stores.efficiency_in.tolist() == [0.9, 0.95]
    assert stores.wear_cny_per_mwh.tolist() == [1.0, 1.0]
    assert found.start.stored_mwh.tolist() == [20.0, 30.0]


def test_a_cost_by_hour_becomes_rows_that_are_there_in_their_hours(found: Imported) -> None:
    keys = found.grid.generators.key
    cheap, dear = keys.index("g at 45"), keys.index("g at 60")
    share = found.share[found.grid.rows.generators]
    assert share[cheap, :24].tolist() == [1.0] * 12 + [0.0] * 12
    assert (share[cheap] + share[dear]).tolist() == [1.0] * 72


def test_what_must_run_comes_off_the_load_with_its_cost(found: Imported) -> None:
    assert found.must_run_mwh == {"coal": 720.0}
    assert found.must_run_cost == pytest.approx(720 * 30)


def test_only_the_first_hours_are_read_when_asked(folder: Path) -> None:
    assert read_network(folder, most_hours=24).grid.hours == 24


def test_a_netcdf_file_gives_what_its_folder_gives(found: Imported) -> None:
    """`peer.nc` is the same network, written by PyPSA 1.4.0."""
    other = read_network(DATA / "peer.nc")
    assert other.grid.generators.key == found.grid.generators.key
    assert other.grid.load_mw == pytest.approx(found.grid.load_mw)
    assert other.share == pytest.approx(found.share)
    assert other.grid.stores.discharge_mw == pytest.approx(found.grid.stores.discharge_mw)
    assert other.must_run_cost == pytest.approx(found.must_run_cost)


def _link_beside_a_line(net: Any) -> None:
    net.add("Link", "AB2", bus0="A", bus1="B", p_nom=10.0, p_min_pu=-1.0)


def _losing_link(net: Any) -> None:
    net.links.loc["CD", "efficiency"] = 0.97


def _one_way(net: Any) -> None:
    net.links.loc["CD", "p_min_pu"] = 0.0


def _shift(net: Any) -> None:
    net.transformers.loc["AC", "phase_shift"] = 30.0


def _no_reactance(net: Any) -> None:
    net.lines.loc["AB", "x"] = 0.0


def _standing_loss(net: Any) -> None:
    net.storage_units.loc["s", "standing_loss"] = 0.01


def _prices_of_their_own(net: Any) -> None:
    net.generators_t.marginal_cost["g"] = np.linspace(10.0, 90.0, 72)


def _pumped_river(net: Any) -> None:
    net.storage_units.loc["s", "inflow"] = 3.0


def _weights(net: Any) -> None:
    net.snapshot_weightings.loc[:, "objective"] = 3.0


def _two_ramps(net: Any) -> None:
    net.generators.loc["c", ["ramp_limit_up", "ramp_limit_down"]] = (0.1, 0.2)


def _one_ramp(net: Any) -> None:
    net.generators.loc["c", "ramp_limit_up"] = 0.1


@pytest.mark.parametrize(("change", "key", "says"), [
    (_link_beside_a_line, "links.AB2.bus1", "the link's flow could be chosen (HVDC beside AC)"),
    (_losing_link, "links.CD.efficiency", "with efficiency 1"),
    (_one_way, "links.CD.p_min_pu", "lets 0 MW back and 50 MW forth; a link not of a store must be the only way"),
    (_shift, "transformers.AC.phase_shift", "the grid has no word for it"),
    (_no_reactance, "lines.AB.x", "more than 0"),
    (_standing_loss, "storage_units.s.standing_loss", "the grid has no word for it"),
    (_prices_of_their_own, "generators.g.marginal_cost", "takes 72 values"),
    (_pumped_river, "storage_units.s.inflow", "pumps"),
    (_weights, "snapshot_weightings.objective", "one hour"),
    (_two_ramps, "generators.c.ramp_limit_up", "one ramp"),
    (_one_ramp, "generators.c.ramp_limit_up", "is 0.1 up and not limited down"),
])  # fmt: skip
def test_what_the_grid_cannot_say_is_refused_by_name(
    change: Callable[[Any], None], key: str, says: str, tmp_path: Path
) -> None:
    net = network()
    change(net)
    message = told(as_folder(net, tmp_path / "net"))
    assert key in message
    assert says in message


def test_a_ramp_as_wide_as_the_output_is_none_whatever_the_other_is(tmp_path: Path) -> None:
    """Up alone, down alone, or two that differ: where neither limits anything the grid needs no ramp."""
    for name, ramps in (("up", (1.0, np.nan)), ("down", (np.nan, 1.0)), ("both", (1.0, 2.0))):
        net = network()
        net.generators.loc["g", ["ramp_limit_up", "ramp_limit_down"]] = ramps
        units = read_network(as_folder(net, tmp_path / name)).grid.generators
        assert np.isinf(units.ramp_mw_per_h[[key.startswith("g") for key in units.key]]).all(), name


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("generators.csv", "c,A,", "c,Q,", "line 2: generators.c.bus  is 'Q'; there is no such bus"),
    ("generators.csv", "300.0", "many", "line 2: generators.c.p_nom  is 'many'; a number is expected"),
    ("generators.csv", "300.0", "", "line 2: generators.c.p_nom  is ''; a number is expected"),
    ("snapshots.csv", "2020-01-01 05:00:00", "2020-01-01 04:00:00", "a second time in row 6; row 5 has it"),
    ("snapshots.csv", "2020-01-01 05:00:00", "2019-01-01 05:00:00", "in row 6 is not after the one before it"),
    ("snapshots.csv", "2020-01-01 05:00:00", "noon", "'noon' in row 6 is no date, as the first one is"),
    ("lines.csv", "AB,A,B", "BC,A,B", "is named a second time"),
    ("lines.csv", "AB,A,B", "AB,A", "cells"),
    ("generators.csv", "marginal_cost", "marginal_cst", "did you mean 'marginal_cost'?"),
    ("generators.csv", "p_nom,", "p_nomm,", "did you mean 'p_nom'?"),
    ("generators-p_max_pu.csv", "\n5,", "\n7,", "is row '7'; snapshots.csv has"),
    ("loads-p_set.csv", ",l\n", ",lo\n", "is not in loads.csv"),
])  # fmt: skip
def test_a_mistake_in_a_table_is_told_with_its_line(
    folder: Path, tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    assert says in told(changed(folder, tmp_path, file, old, new))


def test_missing_tables_and_snapshots_that_do_not_match_are_told(folder: Path, tmp_path: Path) -> None:
    text = (folder / "generators-p_max_pu.csv").read_text()
    short = changed(folder, tmp_path, "generators-p_max_pu.csv", text, text.rsplit("\n", 2)[0] + "\n")
    assert "has 71 rows; 72 are expected" in told(short)
    (tmp_path / "snapshots.csv").unlink()
    (tmp_path / "buses.csv").unlink()
    assert told(tmp_path).count("is missing; every PyPSA folder has it") == 2


def test_a_slip_in_the_name_of_a_series_is_no_attribute_of_ones_own(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name.replace("generators-p_max_pu", "generators-p_max_puu")).write_bytes(file.read_bytes())
    said = told(tmp_path)
    assert "generators.p_max_puu  is no attribute that PyPSA or the grid knows; did you mean 'p_max_pu'?" in said


def test_a_reservoir_that_never_charges_may_lose_all_that_it_would(tmp_path: Path) -> None:
    """The usual form of reservoirs: no pump, and an efficiency of charging of 0."""
    net = network()
    inflow = np.full(len(net.snapshots), 5.0)
    net.add("StorageUnit", "hyd", bus="A", carrier="hydro", p_nom=40.0, max_hours=20.0, p_min_pu=0.0,
            efficiency_store=0.0, inflow=inflow, cyclic_state_of_charge=True)
    found = read_network(as_folder(net, tmp_path / "net"))
    assert "hyd" in found.grid.generators.key
    assert not any("half full" in remark and "hyd" in remark for remark in found.remarks)


def test_a_missing_value_in_a_series_is_no_number(folder: Path, tmp_path: Path) -> None:
    text = (folder / "generators-p_max_pu.csv").read_text()
    cell = text.split("\n")[3].split(",")[1]
    assert "is ''; a number is expected" in told(changed(folder, tmp_path, "generators-p_max_pu.csv", cell, ""))


def test_an_open_size_is_told_unless_it_was_solved(folder: Path, tmp_path: Path) -> None:
    head, first, rest = (folder / "generators.csv").read_text().split("\n", 2)
    text = "\n".join([f"{head},p_nom_extendable", f"{first},True", *(f"{row},False" for row in rest.split())])
    for path in folder.iterdir():
        (tmp_path / path.name).write_text(text if path.name == "generators.csv" else path.read_text())
    assert "generators.c.p_nom  is open (extendable)" in told(tmp_path)
    rows = text.split("\n")
    solved_rows = [f"{rows[0]},p_nom_opt", *(f"{row},123.0" for row in rows[1:] if row)]
    (tmp_path / "generators.csv").write_text("\n".join(solved_rows))
    assert read_network(tmp_path).grid.generators.capacity_mw[0] == 123.0


def test_a_file_that_is_no_netcdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.nc").write_text("no")
    assert "cannot be read as netCDF-4" in told(tmp_path / "x.nc")


def test_what_is_left_aside_is_told(tmp_path: Path) -> None:
    net = network()
    net.generators["owner"] = "somebody"
    net.generators["rampp"] = 0.5
    remarks = " ".join(read_network(as_folder(net, tmp_path / "net")).remarks)
    assert "generators: nothing is made of owner, rampp (did you mean ramp_limit_up?)" in remarks


def test_a_reservoir_spends_each_weeks_water_and_a_carbon_cap_is_a_limit(tmp_path: Path) -> None:
    net = network(hours=336)
    river = {"p_min_pu": 0.0, "max_hours": 100.0, "efficiency_dispatch": 0.8, "inflow": 2.0}
    net.add("StorageUnit", "river", bus="A", p_nom=5.0, **river)
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=4000.0)
    grid = read_network(as_folder(net, tmp_path / "net")).grid
    water = [limit for limit in grid.limits if limit.key.startswith("river")]
    assert [limit.at_most for limit in water] == pytest.approx([168 * 1.6] * 2)
    cap = next(limit for limit in grid.limits if limit.key == "cap")
    assert cap.at_most == pytest.approx(4000.0 - 336 * 10 * 0.85)

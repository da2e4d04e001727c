"""`dafeng dispatch`: answers, tables, and messages for what is no network."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status
from tests.network.peer_network import as_folder, network, one_bus, solved
from tests.network.written import SMALL

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = status(app, ["dispatch", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.m"
    path.write_text(SMALL)
    return path


def test_a_case_is_one_json_object_of_the_agreed_shape(small: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "dafeng", "dispatch", str(small), "--json"], capture_output=True)
    said = json.loads(done.stdout)
    assert said["objective"] == pytest.approx(1850.0)
    assert (said["unit"], said["status"], said["binding_hours"]) == ("$/h", "optimal", 1)
    assert said["generation_mwh"] == {"unspecified": pytest.approx(150.0)}
    assert said["binding"] == {"1-3": 1}
    assert said["mean_price"] > 0.0
    assert set(said["engine"]) == {"name", "lp_windows", "iterations", "cpu_s", "peak_mb"}


def test_tables_are_written_where_asked(call: Call, small: Path, tmp_path: Path) -> None:
    code, said, _ = call(small, "--out", tmp_path / "tables")
    assert code == 0
    assert "branches.parquet" in said
    table = pd.read_parquet(tmp_path / "tables" / "branches.parquet")
    assert table["flow_mw"].tolist() == pytest.approx([55.0, 5.0, 60.0])


def test_a_shortage_is_a_result(call: Call, small: Path) -> None:
    small.write_text(SMALL.replace("100  1  200  0;\n];", "100  0  200  0;\n];"))
    code, said, remarks = call(small)
    assert code == 0
    assert "shortage" in said
    assert "35.0 MW unserved;" in remarks


@pytest.mark.parametrize(("arguments", "says"), [
    (["--engine", "exat"], "did you mean 'exact'?"),
    (["--susceptance", "powermodel"], "did you mean 'powermodels'?"),
    (["--hours", "24"], "is one hour"),
    (["--relief", "dais"], "did you mean 'days'?"),
    (["--relief", "yes"], "others keep limits"),
    (["--commitment", "milp"], "a MATPOWER case is one hour"),
])
def test_wrong_options_are_told(call: Call, small: Path, arguments: list[str], says: str) -> None:
    code, _, error = call(small, *arguments)
    assert code == 2
    assert says in error


def test_what_is_no_network_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("nothing")
    assert call(tmp_path / "x.txt")[0] == 2
    code, _, error = call(tmp_path / "none.m")
    assert code == 2
    assert "is not there" in error


def test_a_bad_case_is_bad_input_with_lines(call: Call, small: Path) -> None:
    small.write_text(SMALL.replace("2  1  50", "2  1  fifty").replace("3  0  0  0  0  1  100", "9  0  0  0  0  1  100"))
    code, _, error = call(small)
    assert code == 2
    assert "2 problems" in error
    assert "line 7: mpc.bus[2].Pd" in error
    assert "Traceback" not in error


def test_a_case_tells_that_no_engine_of_hours_was_asked(call: Call, small: Path) -> None:
    code, said, _ = call(small, "--engine", "exact", "--json")
    assert code == 0
    assert any("one DC optimal power flow, whichever --engine" in remark for remark in json.loads(said)["remarks"])
    assert not any("--engine" in remark for remark in json.loads(call(small, "--json")[1])["remarks"])


def test_the_price_of_hours_that_shed_is_the_value_of_lost_load(call: Call, tmp_path: Path) -> None:
    """10,000 a MWh, as documented, without what only breaks ties between places."""
    net = one_bus()
    net.generators.loc["g", "p_nom"] = 120.0
    call(as_folder(net, tmp_path / "net"), "--engine", "exact", "--out", tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "price.parquet")["A"].max() == 10_000.0


def test_the_mean_price_is_that_of_what_is_drawn_and_a_cap_is_told_to_be_outside_it(
    call: Call, tmp_path: Path,
) -> None:
    """Hours of 50 and of 10,000, where load is shed: the mean is by load, as read from the written table."""
    net = one_bus()
    net.generators.loc["g", "p_nom"] = 120.0
    net.add("GlobalConstraint", "cap", carrier_attribute="co2_emissions", sense="<=", constant=1e9)
    load = net.loads_t.p_set.sum(axis=1).to_numpy()
    folder = as_folder(net, tmp_path / "net")
    code, said, remarks = call(folder, "--engine", "exact", "--json", "--out", tmp_path / "out")
    price = pd.read_parquet(tmp_path / "out" / "price.parquet")["A"].to_numpy()
    assert code == 0
    assert json.loads(said)["mean_price"] == pytest.approx((price * load).sum() / load.sum())
    assert "no worth of energy limits" not in remarks
    assert "no worth of energy limits" in call(folder)[2]
    assert "needs --engine exact" in call(folder, "--commitment", "milp")[2]


def test_more_hours_than_there_are_is_told(call: Call, tmp_path: Path) -> None:
    folder = as_folder(network(hours=24), tmp_path / "net")
    remarks = [json.loads(call(folder, "--hours", hours, "--json")[1])["remarks"] for hours in (24, 48)]
    assert "--hours 48 were asked for; the network has 24" in remarks[1]
    assert not any("--hours" in remark for remark in remarks[0])


def test_a_pypsa_folder_is_dispatched_over_all_its_hours(call: Call, tmp_path: Path) -> None:
    folder = as_folder(network(hours=192), tmp_path / "net")
    code, said, remarks = call(folder, "--engine", "exact", "--json", "--out", tmp_path / "tables")
    found = json.loads(said)
    assert code == 0
    assert (found["hours"], found["status"], found["unserved_mwh"]) == (192, "optimal", 0.0)
    assert set(found["generation_mwh"]) == {"coal", "gas", "wind"}
    assert found["engine"]["lp_windows"] == 2
    assert found["binding_hours"] > 0
    table = pd.read_parquet(tmp_path / "tables" / "generation_mw.parquet")
    assert table["w"].sum() == pytest.approx(found["generation_mwh"]["wind"])
    assert pd.read_parquet(tmp_path / "tables" / "stored_mwh.parquet")[["s", "e"]].iloc[-1].tolist() == [0.0, 0.0]
    assert "look-ahead" not in remarks
    code, _, error = call(folder, "--susceptance", "matpower")
    assert code == 2
    assert "is for MATPOWER cases" in error


def test_a_broken_pypsa_folder_is_bad_input(call: Call, tmp_path: Path) -> None:
    folder = as_folder(network(hours=24), tmp_path / "net")
    (folder / "buses.csv").unlink()
    code, _, error = call(folder)
    assert code == 2
    assert "is missing" in error


def test_the_fast_engine_relieves_lines_unless_told_not_to(call: Call, tmp_path: Path) -> None:
    folder = as_folder(network(hours=192), tmp_path / "net")
    exact, yes, days, no = (
        json.loads(call(folder, *options, "--json")[1])
        for options in (["--engine", "exact"], [], ["--relief", "days"], ["--relief", "no"])
    )
    assert (yes["status"], days["status"], no["status"]) == ("optimal", "optimal", "overload")
    assert no["engine"]["lp_windows"] == 0
    assert exact["objective"] * (1 - 1e-6) <= days["objective"] <= yes["objective"] * (1 + 1e-6)


@pytest.mark.parametrize("engine", ["fast", "exact"])
def test_losses_are_those_of_the_flows_by_the_resistances_of_the_file(
    call: Call, tmp_path: Path, engine: str
) -> None:
    """Lines of 1 ohm at 220 kV lose F^2 / 220^2 MW at F MW; the transformer and the link have no resistance."""
    folder = as_folder(network(hours=24), tmp_path / "net")
    without = json.loads(call(folder, "--engine", engine, "--json")[1])
    found = json.loads(call(folder, "--engine", engine, "--losses", "--json", "--out", tmp_path / "out")[1])
    flow = pd.read_parquet(tmp_path / "out" / "flow_mw.parquet")
    expected = float((flow[["AB", "BC"]] ** 2).to_numpy().sum()) / 220.0**2
    assert found["lost_mwh"] == pytest.approx(expected, rel=1e-3)
    assert found["lost_mwh"] > 0.1
    assert without["lost_mwh"] is None
    more = sum(found["generation_mwh"].values()) - sum(without["generation_mwh"].values())
    assert more == pytest.approx(found["lost_mwh"], abs=0.5)


def test_output_that_nothing_takes_is_a_surplus(call: Call, small: Path) -> None:
    small.write_text(SMALL.replace("2  1  50  0", "2  1  -4000  0"))
    code, said, remarks = call(small)
    assert code == 0
    assert ": surplus, 1 hour" in said
    assert "MW untaken; the objective holds 10,000 $ for each MWh" in remarks
    assert "unserved" not in remarks


def test_the_load_of_an_isolated_bus_is_told(call: Call, small: Path) -> None:
    small.write_text(SMALL.replace("2  1  50  0", "2  4  50  0"))
    assert "buses 2 are isolated (type 4): 50.0 MW of load there are left out" in call(small)[2]


def test_a_case_may_have_losses(call: Call, small: Path) -> None:
    """Flows of 55, 5 and 60 MW over 0.01 lose 0.01 x (55^2 + 5^2 + 60^2) / 100 = 0.665 MW, and a little for these."""
    found = json.loads(call(small, "--losses", "--json")[1])
    assert found["lost_mwh"] == pytest.approx(0.67, abs=0.03)
    assert sum(found["generation_mwh"].values()) == pytest.approx(150.0 + found["lost_mwh"], abs=1e-3)


def test_prices_of_the_exact_engine_are_those_of_each_bus(call: Call, tmp_path: Path) -> None:
    """A line that binds parts the prices of its ends; the fast engine has one price and says so."""
    folder = as_folder(network(hours=192), tmp_path / "net")
    found = json.loads(call(folder, "--engine", "exact", "--json", "--out", tmp_path / "out")[1])
    assert found["binding_hours"] > 0
    price = pd.read_parquet(tmp_path / "out" / "price.parquet").drop(columns="snapshot")
    apart = price.max(axis=1) - price.min(axis=1) > 1e-6
    assert 0 < int(apart.sum()) <= found["binding_hours"]
    assert "nodal prices: --engine exact" in call(folder)[2]


def test_a_cyclic_store_ends_as_it_began(call: Call, tmp_path: Path) -> None:
    """Over eight days the battery behind links begins half full, is emptied, and is full enough again at their end."""
    net = network(hours=192)
    net.stores["e_cyclic"] = True
    folder = as_folder(net, tmp_path / "net")
    said = call(folder, "--engine", "exact", "--json", "--out", tmp_path / "out")
    assert json.loads(said[1])["unserved_mwh"] == pytest.approx(0.0, abs=1e-6)
    held = pd.read_parquet(tmp_path / "out" / "stored_mwh.parquet")[net.stores.index[0]]
    assert held.iloc[-1] == pytest.approx(0.5 * float(net.stores["e_nom"].iloc[0]))
    assert held.std() > 0.0
    assert "cyclic stores e begin half full and end so" in said[2]
    assert "too low" not in said[2]


@pytest.mark.parametrize("engine", ["fast", "exact"])
def test_what_non_cyclic_stores_hold_at_the_end_has_no_worth(call: Call, tmp_path: Path, engine: str) -> None:
    """PyPSA gives it none: a store that could be kept for a dear next year is emptied."""
    folder = as_folder(network(hours=192), tmp_path / "net")
    call(folder, "--engine", engine, "--out", tmp_path / "out")
    held = pd.read_parquet(tmp_path / "out" / "stored_mwh.parquet")[["s", "e"]]
    assert held.iloc[-1].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    assert held.iloc[0].min() > 0.0


def test_both_engines_end_a_cyclic_store_as_it_began(call: Call, tmp_path: Path) -> None:
    """Load is high at last, and energy cheap as the day begins: emptied, the store would make the day look cheaper."""
    net = one_bus()
    net.loads_t.p_set["l"] = net.loads_t.p_set["l"].to_numpy()[::-1]
    net.add("Generator", "c", bus="A", p_nom=110.0, marginal_cost=20.0, carrier="coal", efficiency=0.5)
    net.add("StorageUnit", "s", bus="A", p_nom=20.0, max_hours=6.0, cyclic_state_of_charge=True)
    folder = as_folder(net, tmp_path / "net")
    _, fast, remarks = call(folder, "--json", "--out", tmp_path / "out")
    exact = json.loads(call(folder, "--engine", "exact", "--json")[1])["objective"]
    assert "cyclic stores do not end as they begin" not in remarks
    assert pd.read_parquet(tmp_path / "out" / "stored_mwh.parquet")["s"].iloc[-1] == pytest.approx(60.0)
    assert exact <= json.loads(fast)["objective"]
    assert exact == pytest.approx(solved(net).objective, rel=1e-9)


@pytest.mark.parametrize("hours", [24, 72])
def test_the_exact_engine_chooses_the_level_of_cyclic_stores_in_one_programme(
    call: Call, tmp_path: Path, hours: int,
) -> None:
    """As PyPSA does: a battery of 4 h, one whose level is wanted low, and one behind links; they end as they begin."""
    net = network(hours=hours)
    net.storage_units["cyclic_state_of_charge"] = True
    net.stores["e_cyclic"] = True
    folder = as_folder(net, tmp_path / "net")
    _, said, remarks = call(folder, "--engine", "exact", "--json")
    assert json.loads(said)["objective"] == pytest.approx(solved(net).objective, rel=1e-8)
    assert "cyclic" not in remarks


def test_stores_of_more_than_a_day_are_told_to_be_dispatched_week_by_week(call: Call, tmp_path: Path) -> None:
    """A week is one programme; more hours are several, which see a day ahead."""
    net = network(hours=192)
    net.stores["e_nom"] = 2000.0
    folder = as_folder(net, tmp_path / "net")
    assert "week by week" in call(folder, "--engine", "exact")[2]
    assert "week by week" not in call(folder, "--engine", "exact", "--hours", "168")[2]

"""What mistakes are told: one JSON shape for all of them, nearest names, and words that are true of what was given."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from dafeng.experiments.explain import kinds_as_text
from dafeng.experiments.nearby import agents_of, candidates
from dafeng.experiments.study import run_study
from tests.experiments.fake import Fake, Tables, tables, toy_study

Call = Callable[..., tuple[int, str, str]]
KEYS = {"file", "line", "key", "says", "nearest"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("messages")
    run_study(toy_study(), out=place / "r", workers=1, runner=Fake(str(place / "log")))
    return place / "r"


@pytest.mark.parametrize(
    ("arguments", "file", "key", "close"),
    [
        (["stud", "toy"], "dafeng", "stud", "study"),
        (["study"], "dafeng study", "FILE", None),
        (["run", "toy3"], "dafeng run", "--bundle", None),
        (["study", "toy", "--dryrun"], "dafeng study", "--dryrun", "--dry-run"),
        (["study", "toy", "-j", "two"], "dafeng study", "--jobs", None),
        (["study", "toyy"], "toyy", "", "toy"),
        (["list", "figurs"], "dafeng list", "figurs", "figures"),
        (["compare", "nowhere"], "nowhere", "", None),
    ],
)
def test_every_mistake_has_one_json_shape(
    call: Call, arguments: list[str], file: str, key: str, close: str | None
) -> None:
    code, out, _ = call(*arguments, "--json")
    assert code == 2
    said = json.loads(out)
    assert set(said) == {"error", "problems"}
    assert all(set(problem) == KEYS for problem in said["problems"])
    first = said["problems"][0]
    assert (first["file"], first["line"], first["key"], first["nearest"]) == (file, 0, key, close)
    assert first["says"]


def test_unknown_requirements_are_all_told_with_what_may_be_asked(call: Call, folder: Path) -> None:
    asked = ["--require", "co2_cum<0", "--require", "demand_respons:lole_d<1", "--require", "nonsense<1"]
    code, _, said = call("compare", folder, *asked)
    assert code == 2
    assert "--require: 3 problems" in said
    assert "did you mean 'co2_cum_mt'?" in said
    assert "did you mean 'demand_response'?" in said
    assert "no such measure 'nonsense'; there are peak_year, peak_mt, peaked, co2_cum_mt" in said
    assert "MEASURE is one of peak_year" in call("compare", folder, "--require", "co2_cum_mt")[2]


@dataclass(frozen=True)
class Aimless(Fake):
    """A city without targets."""

    def __call__(self, task) -> Tables:
        made = tables(task)
        outcomes = made.outcomes[~made.outcomes["variable"].str.startswith("target")]
        return Tables({}, outcomes, made.summary.assign(targets_met=0.0, targets_counted=0.0), made.events,
                      made.decisions, made.hourly)


def test_a_city_without_targets_meets_none_rather_than_zero(call: Call, tmp_path: Path) -> None:
    run_study(toy_study(), out=tmp_path / "r", workers=1, runner=Aimless(str(tmp_path / "log")))
    code, out, _ = call("compare", tmp_path / "r", "--targets")
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("Targets met"))
    assert row.split()[2:] == ["1", "–", "–"]
    assert "no targets:" in out
    assert "Targets, scenario" not in out
    said = json.loads(call("compare", tmp_path / "r", "--json")[1])
    assert {found["mean"] for found in said["levels"] if found["measure"] == "targets_met"} == {None}
    assert call("report", tmp_path / "r")[0] == 0
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "No targets: the city sets none" in html


def test_a_wrong_agent_is_answered_with_several_near_ones_of_any_kind() -> None:
    decisions = pd.DataFrame({
        "agent": ["toy_coal", "toy_coal", "N12", "firms-T", "N07"],
        "kind": ["owners", "owners", "nodes", "firms", "nodes"],
        "topic": ["retrofit 012", "invest", "connect", "new boilers", "connect"],
    })
    agents = agents_of(decisions)
    assert agents == {"toy_coal": "owners", "N12": "nodes", "firms-T": "firms", "N07": "nodes", "012": "by owners"}
    assert candidates("12", agents) == ["012", "N12"]
    assert candidates("n012", agents)[0] == "N12"
    units = {"N99": "nodes", "N98": "nodes", "199": "plants", "989": "plants"}
    assert candidates("999", units)[:2] == ["199", "989"]
    assert candidates("firm_t", agents)[0] == "firms-T"
    assert candidates("zzzzzz", agents) == []


def test_a_long_list_of_agents_says_how_many_more_there_are_and_how_to_see_them() -> None:
    found = {"owners": ["a", "b"], "plants": [f"{i:03d}" for i in range(8)]}
    assert kinds_as_text(found).splitlines() == [
        "owners: a, b", "plants: 000, 001, 002, 003, 004 and 3 more (--kind plants lists all)",
    ]
    assert kinds_as_text({"plants": found["plants"]}, is_whole=True).splitlines() == found["plants"]


def test_agents_of_one_kind_are_listed_whole(call: Call, folder: Path) -> None:
    assert call("explain", folder, "--kind", "plants")[:2] == (0, "coal-1\n")
    code, _, said = call("explain", folder, "--kind", "plant")
    assert code == 2
    assert "did you mean 'plants'?" in said


@pytest.mark.parametrize("method", ["exact", "sequential"])
def test_a_system_of_two_days_is_not_said_to_last_a_year(call: Call, tmp_path: Path, method: str) -> None:
    (tmp_path / "units.csv").write_text("unit,capacity_mw,for,mttr_h\na,60,0.1,20\nb,60,0.1,20\n", encoding="utf-8")
    hours = "\n".join(f"{hour},70" for hour in range(48))
    (tmp_path / "load.csv").write_text(f"hour,load_mw\n{hours}\n", encoding="utf-8")
    asked = ["adequacy", tmp_path, "--method", method, *(["--sample-years", "50"] if method == "sequential" else [])]
    code, out, _ = call(*asked)
    assert code == 0
    assert "year" not in out.replace("--sample-years", "")  # an option's name
    assert "per horizon of 48 hours" in out
    said = json.loads(call(*asked, "--json")[1])
    assert (said["horizon_hours"], said["per"]) == (48, "horizon of 48 hours")
    assert said["units"]["eue_mwh"] == "MWh/horizon"
    assert "year" not in "".join(said["units"].values())


def test_a_system_of_52_weeks_or_more_lasts_a_year(call: Call) -> None:
    said = json.loads(call("adequacy", "rts79", "--method", "exact", "--json")[1])
    assert (said["horizon_hours"], said["per"], said["units"]["eue_mwh"]) == (8736, "year", "MWh/y")


LOOP = {"units": "unit,region,capacity_mw\nu,A,100\n", "regions": "region\nA\nB\nC\n",
        "load": "hour,A,B,C\n" + "".join(f"{hour},0,0,100\n" for hour in range(24)),
        "interfaces": "from,to,forward_mw,reactance\nA,B,100,1\nB,C,100,1\nA,C,20,1\n"}


def test_the_dc_network_tells_how_each_hour_was_treated(call: Call, tmp_path: Path) -> None:
    for name, text in LOOP.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    code, out, _ = call("adequacy", tmp_path, "--network", "dc", "--sample-years", "10")
    assert code == 0
    assert "240 sample hours: 0 without exchange" in out
    assert "240 break a limit and were solved by linear programme" in out
    said = json.loads(call("adequacy", tmp_path, "--network", "dc", "--sample-years", "10", "--json")[1])
    assert said["network"] == "dc"
    assert said["sample_hours"] == {"all": 240, "exchanging": 240, "solved": 240, "short_in_transport": 0, "short": 240}
    assert said["indices"]["eue_mwh"]["value"] == pytest.approx(24 * 70.0)
    assert json.loads(call("adequacy", tmp_path, "--sample-years", "10", "--json")[1])["sample_hours"] == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rts79", "--network", "dc"], "the DC network needs lines between regions"),
        (["rts79", "--network", "dcc"], "did you mean 'dc'?"),
        (["rts79", "--network", "dc", "--method", "exact"], "the exact method knows one region and no network"),
        (["toy3", "--year", "2022", "--network", "dc"], "is for systems in folders"),
    ],
)
def test_a_dc_network_where_there_is_none_is_told(call: Call, arguments: list[str], says: str) -> None:
    code, _, said = call("adequacy", *arguments)
    assert code == 2
    assert says in said


def test_a_misspelt_column_of_a_system_folder_names_the_nearest_or_all(call: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit,capacity,rampp\na,60,1\n", encoding="utf-8")
    (tmp_path / "load.csv").write_text("hour,load_mw\n" + "\n".join(f"{h},70" for h in range(24)), encoding="utf-8")
    code, _, said = call("adequacy", tmp_path)
    assert code == 2
    assert "capacity  no such column; there are unit, capacity_mw" in said
    assert "did you mean 'capacity_mw'?" in said
    assert "rampp  no such column; there are unit" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", ""], "no such city, bundle or study"),
        (["study", ""], "nothing is given"),
        (["run", "toy3", "--bundle", "baseline", "--seed", "9" * 400], "--seed"),
        (["adequacy", "rts79", "--sample-years", "9" * 400], "2 or more, up to 100,000,000, are expected"),
    ],
)
def test_nothing_and_far_too_much_are_told(call: Call, arguments: list[str], says: str) -> None:
    code, out, _ = call(*arguments, "--json")
    assert code == 2
    assert says in json.loads(out)["error"]


@pytest.mark.parametrize(
    ("arguments", "option", "given"),
    [
        (["explain", "--agent", "012", "--bundle", "pln"], "--bundle", "pln"),
        (["explain", "--agent", "012", "--replication", "9"], "--replication", "9"),
        (["compare", "--baseline", "plna"], "--baseline", "plna"),
    ],
)
def test_a_wrong_option_is_told_by_its_name_and_value(
    call: Call, folder: Path, arguments: list[str], option: str, given: str
) -> None:
    code, out, err = call(arguments[0], folder, *arguments[1:], "--json")
    assert code == 2
    (problem,) = json.loads(out)["problems"]
    assert (problem["file"], problem["key"]) == (option, given)
    assert "whole file" not in err


def test_help_of_adequacy_says_one_thing_of_jobs(call: Call) -> None:
    said = " ".join(call("adequacy", "-h")[1].split())
    assert "one a core" not in said
    assert "Threads of a system's sampling; default: 1." in said.replace("│ │ ", "")


def test_a_list_of_agents_is_that_of_the_run_that_was_asked_for(call: Call, folder: Path) -> None:
    code, _, said = call("explain", folder, "--scenario", "tite")
    assert code == 2
    assert "there is default" in said


def test_a_load_without_hours_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit,capacity_mw\na,60\n", encoding="utf-8")
    (tmp_path / "load.csv").write_text("hour,load_mw\n", encoding="utf-8")
    (tmp_path / "capacity.csv").write_text("hour,a\n" + "\n".join(f"{h},7" for h in range(24)), encoding="utf-8")
    code, out, _ = call("adequacy", tmp_path, "--json")
    assert code == 2
    found = json.loads(out)["problems"][0]
    assert (Path(found["file"]).name, found["line"], found["says"]) == ("load.csv", 1, "has no rows")


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [(b"name,bus\ng,\xff\n", 2, "is not UTF-8 text"), (b"", 0, "is empty"),
     (b"name,bus,bus\ng,A,A\n", 1, "column stands twice")],
)
def test_a_table_of_a_network_that_cannot_be_read_is_told(
    call: Call, tmp_path: Path, data: bytes, line: int, says: str
) -> None:
    for name, text in (("buses", "name\nA\n"), ("snapshots", "snapshot\n0\n"), ("loads", "name,bus,p_set\nl,A,many\n")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "generators.csv").write_bytes(data)
    code, out, _ = call("dispatch", tmp_path, "--json")
    assert code == 2
    found = {(Path(p["file"]).name, p["line"]): p["says"] for p in json.loads(out)["problems"]}
    assert says in found["generators.csv", line]
    assert ("loads.csv", 2) in found

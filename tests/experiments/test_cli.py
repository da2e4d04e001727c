"""The command line: exit codes, one JSON object, messages instead of tracebacks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dafeng.configs.errors import LawError, ResultsError
from dafeng.experiments import study as studies
from dafeng.experiments.progress import Silent
from dafeng.experiments.study import run_study
from dafeng.experiments.terminal import as_object, status
from tests.experiments.fake import Fake, toy_study

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli")
    run_study(toy_study(), out=place / "r", workers=1, runner=Fake(str(place / "log")))
    return place / "r"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def install(**misbehaviour: Any) -> None:
        runner = Fake(str(tmp_path / "log"), **misbehaviour)
        monkeypatch.setattr(studies, "run_study", partial(run_study, runner=runner))

    return install


BAD_STUDY = """title: Bad
city: jiangmn
years: [2040, 2020]
seed: -1
engine: fasst
bundles: [baselin, mine.yaml]
adequacy: {support: [provnce]}
extra: 1
"""
BAD_BUNDLE = """title: Bad
extends: [renewable]
levers:
  storge: {target_mw: 5}
  storage: {target_mw: {2030: -5}, budgets: {2023: 600}}
"""


def test_all_files_of_a_study_tell_all_their_problems_in_one_round(call: Call, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(BAD_STUDY)
    (tmp_path / "mine.yaml").write_text(BAD_BUNDLE)
    code, _, said = call("study", tmp_path / "study.yaml")
    assert code == 2
    lines = [line.strip() for line in said.splitlines()]
    study = ["line 2: city", "line 3: years", "line 4: seed", "line 5: engine", "line 6: bundles.0",
             "line 7: adequacy.support.0", "line 8: extra"]
    bundle = ["line 2: extends.0", "line 4: levers.storge", "line 5: levers.storage.target_mw[2030]",
              "line 5: levers.storage.budgets"]
    assert all(any(line.startswith(wanted) for line in lines) for wanted in study + bundle)
    assert len([line for line in lines if line.startswith("line ")]) == len(study + bundle)


def test_a_run_with_another_seed_does_not_replace_what_a_folder_holds(call: Call, tmp_path: Path) -> None:
    from dafeng.experiments.single import run_one

    def once(seed: int) -> None:
        run_one("toy3", "baseline", years=(2020, 2020), seed=seed, engine="fast", values={}, out=tmp_path / "one",
                resume=False, watcher=Silent(), command=f"seed {seed}", runner=lambda _: Fake(str(tmp_path / "log")))

    once(1)
    before = (tmp_path / "one" / "summary.parquet").read_bytes()
    with pytest.raises(ResultsError, match=r"holds another run \(seed 1\)"):
        once(2)
    assert (tmp_path / "one" / "summary.parquet").read_bytes() == before


def test_help_comes_within_a_second_and_imports_nothing_heavy() -> None:
    started = time.perf_counter()
    heavy = "{'mesa', 'numba', 'pandas', 'matplotlib', 'scipy', 'pyarrow', 'numpy'}"
    program = f"import sys; from dafeng.experiments import cli; print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "set()"
    done = subprocess.run([sys.executable, "-m", "dafeng", "--help"], capture_output=True, text=True, check=True)
    assert "compare" in done.stdout
    assert time.perf_counter() - started < 4.0  # two starts on a machine that others use too


@pytest.mark.parametrize("arguments", [["nonsense"], ["study"], ["run", "toy3"], ["study", "toy", "-j", "0"], ["list"]])
def test_a_wrong_command_line_ends_with_2(call: Call, arguments: list[str]) -> None:
    code, out, err = call(*arguments)
    assert code == 2
    assert "Usage" in err
    assert out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "figurs"], "did you mean 'figures'"),
        (["check", "jiangmenn"], "did you mean 'jiangmen'"),
        (["study", "toyy"], "did you mean 'toy'"),
        (["run", "toy3", "--bundle", "storge"], "did you mean 'storage'"),
        (["run", "toy3", "--bundle", "storage", "--engine", "quick"], "is no engine"),
        (["run", "toy3", "--bundle", "storage", "--years", "2025-2020"], "is no span of years"),
        (["run", "toy3", "--bundle", "storage", "--years", "2020-2060"], "end by 2022"),
        (["study", "toy", "--shard", "3/2"], "is no part of the runs"),
        (["study", "toy", "--dry-run", "--set", "extra.boiler_fl=3"], "did you mean 'extra.boiler_flh'"),
        (["study", "toy", "--dry-run", "--set", "extra.boiler_flh"], "write key=value"),
        (["study", "toy", "--dry-run", "--shard", "3/2", "--set", "a", "--set", "extra.boiler_fl=3"],
         "a  is no setting"),
        (["study", "toy", "--dry-run", "--shard", "3/2", "--set", "a"], "3/2  is no part of the runs"),
        (["study", "toy", "--dry-run", "--set", "a", "--set", "extra.boiler_fl=3"], "extra.boiler_flh"),
        (["run", "toy3", "--bundle", "storge", "--set", "a", "--set", "extra.boiler_fl=3"], "--set: 2 problems"),
        (["run", "toy3", "--bundle", "storge"], "--bundle: 1 problem\n  storge  no such bundle"),
        (["adequacy", "toy3", "--bundle", "pln", "--year", "2021"], "--bundle: 1 problem\n  pln  no such bundle"),
        (["adequacy", "jiangmen", "--cv", "0.1"], "--year: 1 problem\n  (not given)  say which year of the city"),
        (["adequacy", "rts79", "--year", "2030"], "2030  'rts79' is a system and has no years"),
        (["adequacy", "rts79", "--cv", "-1"], "--cv (--target): 1 problem\n  -1  a share above 0"),
        (["compare", "nowhere", "--format", "json"], "use --json"),
        (["compare", "nowhere"], "no such results folder"),
        (["report", "nowhere"], "no such results folder"),
        (["explain", "nowhere"], "no such results folder"),
    ],
)
def test_a_wrong_input_ends_with_2_and_says_what_would_be_right(call: Call, arguments: list[str], says: str) -> None:
    code, out, err = call(*arguments)
    assert code == 2
    assert says in err
    assert "Traceback" not in err
    assert out == ""


@pytest.mark.parametrize(
    "arguments",
    [["list", "bundles"], ["list", "levers"], ["list", "measures"], ["list", "targets"], ["list", "cities"],
     ["list", "studies"], ["list", "nothing"], ["check", "toy3"], ["check", "plan"], ["check", "nothing"],
     ["study", "toy", "--dry-run"], ["study", "nothing"], ["nonsense"], ["study"], ["compare", "nowhere"]],
)
def test_json_is_one_object_and_nothing_else_even_for_mistakes(call: Call, arguments: list[str]) -> None:
    code, out, _ = call(*arguments, "--json")
    assert isinstance(json.loads(out), dict)
    assert out.count("\n") == 1
    assert ("error" in json.loads(out)) == (code == 2)


def test_lists_name_what_serves_what(call: Call) -> None:
    measures = {item["name"]: item for item in json.loads(call("list", "measures", "--json")[1])["items"]}
    assert len(measures) == 37
    assert "coal_control" in measures["M01"]["levers"]
    targets = json.loads(call("list", "targets", "--json")[1])["items"]
    assert len(targets) == 47
    assert all({"name", "title", "title_zh", "status"} <= set(item) for item in targets)


def test_checking_a_bundle_tells_wrong_levers_and_fields_with_their_lines(call: Call, tmp_path: Path) -> None:
    bundle = tmp_path / "mine.yaml"
    bundle.write_text("title: Mine\nlevers:\n  storge: {}\n  coal_control:\n    power_cap_mtt: {2031: 2}\n")
    code, _, err = call("check", bundle)
    assert code == 2
    assert "2 problems" in err
    assert "line 3: levers.storge  no such lever; did you mean 'storage'?" in err
    assert "power_cap_mtt  no such field; did you mean 'power_cap_mt'?" in err


def test_a_study_runs_and_is_then_found_in_the_cache(call: Call, fake: Any, tmp_path: Path) -> None:
    fake()
    code, out, _ = call("study", "toy", "-j", "1", "--out", tmp_path / "r", "--json")
    assert (code, json.loads(out)["done"], json.loads(out)["cached"]) == (0, 4, 0)
    code, out, _ = call("study", "toy", "-j", "1", "--out", tmp_path / "r", "--json")
    assert (code, json.loads(out)["done"], json.loads(out)["cached"]) == (0, 0, 4)


def test_failed_runs_end_with_3(call: Call, fake: Any, tmp_path: Path) -> None:
    fake(fails=("baseline/0",))
    code, out, err = call("study", "toy", "-j", "1", "--out", tmp_path / "r")
    assert code == 3
    assert "energy does not balance" in err
    assert out.endswith("failed: baseline, scenario default, replication 0: energy does not balance in hour 7\n")


def test_the_keyboard_ends_with_130_and_a_word_on_going_on(call: Call, fake: Any, tmp_path: Path) -> None:
    fake(interrupted_after=2)
    code, _, err = call("study", "toy", "-j", "1", "--out", tmp_path / "r")
    assert code == 130
    assert "goes on from there" in err
    assert "Traceback" not in err


def test_a_broken_law_ends_with_4(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(**_: Any) -> None:
        raise LawError("carbon does not close")

    assert status(broken, ["run", "--json"]) == 4
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == "carbon does not close"
    assert [problem["says"] for problem in json.loads(said.out)["problems"]] == ["carbon does not close"]
    assert said.err == "carbon does not close\n"


def test_an_unwritable_place_is_told_without_a_traceback(call: Call, fake: Any, tmp_path: Path) -> None:
    fake()
    (tmp_path / "file").write_text("")
    code, _, err = call("study", "toy", "-j", "1", "--out", tmp_path / "file" / "r")
    assert code == 2
    assert "Not a directory" in err or "File exists" in err


def test_a_requirement_that_is_not_kept_ends_with_4(call: Call, folder: Path) -> None:
    code, out, _ = call("compare", folder, "--require", "co2_cum_mt<0")
    assert code == 0
    assert "kept: co2_cum_mt<0 by demand_response, scenario default: -3 Mt in 2020-2022, 95 % interval -3 to -3" in out
    assert len(json.loads(call("compare", folder, "--require", "co2_cum_mt<0", "--json")[1])["kept"]) == 1
    code, out, _ = call("compare", folder, "--require", "co2_cum_mt<-100")
    assert code == 4
    assert "not kept by demand_response" in out


@pytest.mark.parametrize("form", ["text", "md", "csv", "xlsx", "tex"])
def test_comparisons_come_in_every_form(call: Call, folder: Path, form: str) -> None:
    code, out, _ = call("compare", folder, "--targets", "--format", form)
    assert code == 0
    assert Path(out.strip()).stat().st_size > 1000 if form == "xlsx" else "demand_response" in out or "demand\\_" in out


def test_a_workbook_goes_where_it_is_asked_for_or_says_why_not(call: Call, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    assert call("compare", folder, "--format", "xlsx", "--out", path)[:2] == (0, f"{path}\n")
    assert path.stat().st_size > 1000
    for out, form, says in (
        (tmp_path / "mine.csv", "xlsx", "ends in .xlsx"), (tmp_path / "no" / "mine.xlsx", "xlsx", "does not exist"),
        (path, "csv", "is for --format xlsx"),
    ):
        code, _, err = call("compare", folder, "--format", form, "--out", out)
        assert code == 2
        assert says in err


def test_a_folder_that_cannot_be_written_names_the_way_out(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("dafeng.experiments.files.os.replace", refuse)
    code, out, err = call("compare", folder, "--format", "xlsx")
    assert code == 2
    assert out == ""
    assert "Permission denied; --out FILE.xlsx" in err
    assert "Traceback" not in err


def test_a_title_without_another_language_is_told_once(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "early.yaml"
    path.write_text("title: Response early\nextends: [storage]\n", encoding="utf-8")
    code, out, _ = call("check", path)
    assert code == 0
    assert out.count("Response early") == 1
    assert "储能" in call("check", "storage")[1]


def test_a_comparison_as_json_has_no_nan(call: Call, folder: Path) -> None:
    out = call("compare", folder, "--json")[1]
    assert "NaN" not in out
    found = {(row["bundle"], row["measure"]): row for row in json.loads(out)["differences"]}
    assert found["demand_response", "co2_cum_mt"]["mean"] == pytest.approx(-3.0)
    assert found["demand_response", "peak_year"]["mean"] is None


def test_explain_tells_the_agent_and_without_one_the_kinds(call: Call, folder: Path) -> None:
    code, out, _ = call("explain", folder)
    assert (code, out) == (0, "plants: coal-1\n")
    code, out, _ = call("explain", folder, "--agent", "coal-1", "--year", "2021")
    assert code == 0
    assert "→ retire  1.5 MCNY" in out
    assert call("explain", folder, "--agent", "coal-2")[0] == 2


def test_numbers_that_are_not_finite_become_null() -> None:
    import numpy as np

    given = {"a": float("nan"), "b": np.float64("inf"), "c": [np.int64(3)], "d": Path("x"), "e": True}
    said = json.loads(as_object(given))
    assert said == {"a": None, "b": None, "c": [3], "d": "x", "e": True}


def test_levers_are_listed_with_the_units_of_their_fields(call: Call) -> None:
    code, said, _ = call("list", "levers")
    assert code == 0
    assert "    capacity_cny_per_kw    [CNY/kW-y]  payment for standing ready" in said.splitlines()

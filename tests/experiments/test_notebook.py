"""Studies from Python, the demo, a single run, the doctor, the progress that is told."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dafeng.configs.errors import ResultsError
from dafeng.experiments import demo, notebook
from dafeng.experiments.doctor import examine
from dafeng.experiments.given import settings, shard, years
from dafeng.experiments.progress import Bar
from dafeng.experiments.results import Results
from dafeng.experiments.single import run_one
from dafeng.experiments.study import run_study
from tests.experiments.fake import Fake, tables


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(**misbehaviour: Any) -> Fake:
        runner = Fake(str(tmp_path / "log"), **misbehaviour)
        for module in (notebook, demo):
            monkeypatch.setattr(module, "run_study", partial(run_study, runner=runner))
        return runner

    return install


def test_a_study_in_a_notebook_gives_tables_and_comparisons(fake: Any, tmp_path: Path) -> None:
    fake()
    found = notebook.study("toy", out=tmp_path / "r", workers=1, is_quiet=True)
    table = found.compare("baseline").set_index(["bundle", "measure"])
    assert table.loc[("demand_response", "co2_cum_mt"), "mean"] == pytest.approx(-3.0)
    assert len(found.outcomes) == len(notebook.results(tmp_path / "r").outcomes) > 0
    assert found.explain("coal-1", year=2021)[0].choice == "retire"


def test_a_study_in_a_notebook_whose_runs_fail_says_which_and_why(fake: Any, tmp_path: Path) -> None:
    fake(fails=("baseline/1",))
    with pytest.raises(ResultsError, match="replication 1: energy does not balance"):
        notebook.study("toy", out=tmp_path / "r", workers=1, is_quiet=True)
    assert len(notebook.results(tmp_path / "r").summary) == 3


def test_a_single_run_is_told_year_by_year_and_kept_like_a_study(tmp_path: Path) -> None:
    seen: list[Any] = []

    def yearly(watcher: Any) -> Any:
        def make(task: Any) -> Any:
            seen.append((task.first_year, task.last_year, task.seed, task.resume, Path(task.checkpoint).parent))
            watcher.advance()
            return tables(task)

        return make

    with Bar("run", unit="years", is_drawn=False) as bar:
        finished = run_one(
            "toy3", "storage", years=(2020, 2021), seed=7, engine="fast", values={}, out=tmp_path / "r", resume=True,
            watcher=bar, command="dafeng run", runner=yearly,
        )
    assert seen == [(2020, 2021, 7, True, tmp_path / "r" / "checkpoints")]
    assert (finished.done, bar.total, bar.done) == (1, 2, 1)
    assert notebook.results(tmp_path / "r").summary["bundle"].tolist() == ["storage"]


def test_the_doctor_looks_at_every_dependency_and_every_city() -> None:
    findings = {found.name: found for found in examine()}
    assert {"python", "numba", "pyarrow", "cores", "disk", "city toy3", "city jiangmen"} <= set(findings)
    assert findings["city toy3"].is_fine


def test_a_missing_package_is_told_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from dafeng.experiments import doctor

    monkeypatch.setattr(doctor, "requires", lambda _: ["no-such-package>=3", "numpy>=2", "pytest>=8; extra == 'test'"])
    found = {finding.name: finding for finding in doctor._packages()}
    assert set(found) == {"no-such-package", "numpy"}
    assert not found["no-such-package"].is_fine
    assert "pip install 'no-such-package>=3'" in found["no-such-package"].says


def test_what_is_given_is_read_exactly() -> None:
    assert years(" 2020-2040 ") == (2020, 2040)
    assert shard("1/1") == (1, 1)
    assert settings(["a.b=1e3", "c=x=y"], []) == {"a.b": 1000.0, "c": "x=y"}


def test_without_a_terminal_progress_is_told_in_lines(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    from dafeng.experiments import progress

    monkeypatch.setattr(progress, "LINE_EVERY_S", 0.0)
    with Bar("first") as bar:
        bar.begin(total=5, cached=2)
        bar.advance()
        bar.advance(failed=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert "first: 1 done, 2 cached, 1 failed of 5 runs, 0 s left" in said.err


def test_a_quiet_watcher_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("first", is_quiet=True) as bar:
        bar.begin(2, 0)
        bar.advance(failed=True)
        bar.say("failed: first")
    assert capsys.readouterr().err == ""


def test_the_demo_runs_its_study_and_draws_one_figure(fake: Any, tmp_path: Path, monkeypatch: Any) -> None:
    drawn: list[Any] = []

    def draw(*asked: Any) -> list[Path]:
        drawn.append(asked)
        return [tmp_path / "emissions.en.svg"]

    monkeypatch.setitem(sys.modules, "dafeng.experiments.figures.base", SimpleNamespace(draw=draw))
    fake()
    shown = demo.demo(tmp_path / "r", workers=1)
    assert (shown.finished.done, shown.figures) == (2, (tmp_path / "emissions.en.svg",))
    assert drawn == [(tmp_path / "r", "emissions", "en", ("svg",))]


def test_a_demo_whose_runs_fail_draws_nothing(fake: Any, tmp_path: Path) -> None:
    fake(fails=("plan/0",))
    shown = demo.demo(tmp_path / "r", workers=1)
    assert (shown.finished.failed, shown.figures) == (1, ())


def test_nothing_is_looked_at_first_where_kernels_are_compiled(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("dafeng.network.compiled.is_warm", lambda: True)
    assert demo.first_look(tmp_path / "r", "en") == ()


def test_the_first_look_draws_the_toy_city_without_a_compiler(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("dafeng.network.compiled.is_warm", lambda: False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    figures = demo.first_look(tmp_path / "r", "en")
    assert figures[0] == tmp_path / "r-first_look" / "figures" / "stress_week.en.svg"
    assert figures[0].stat().st_size > 1000
    assert not list((tmp_path / "cache").rglob("*.nbi"))


@pytest.mark.parametrize(("lang", "words"), [("en", "emits 3,000 kt CO2 less"), ("zh", "少排放二氧化碳3,000千吨")])
def test_the_demo_ends_with_what_it_found_and_what_comes_next(
    fake: Any, tmp_path: Path, monkeypatch: Any, lang: str, words: str
) -> None:
    draw = SimpleNamespace(draw=lambda *asked: [])
    monkeypatch.setitem(sys.modules, "dafeng.experiments.figures.base", draw)
    fake()
    shown = demo.demo(tmp_path / "r", workers=1)
    results = Results(tmp_path / "r")
    change = results.summary.set_index("bundle")["co2_cum_mt"].diff().iloc[-1]
    found, following = demo.told(tmp_path / "r", lang)
    assert words.replace("3,000", f"{abs(change) * 1e3:,.0f}") in found
    assert f"dafeng compare {tmp_path / 'r'}" in following
    assert "--bundle plan" in following
    assert shown.said == demo.told(tmp_path / "r", "en")

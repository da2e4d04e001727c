"""Studies: cached, resumable, the same for any number of processes."""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dafeng.configs.errors import InputError, ResultsError
from dafeng.experiments import pool, tables
from dafeng.experiments.expand import expand, part_of
from dafeng.experiments.keys import run_key
from dafeng.experiments.parts import find_runs
from dafeng.experiments.plan import plan
from dafeng.experiments.results import Results
from dafeng.experiments.study import run_study
from tests.experiments.fake import Fake, toy_study


def contents(folder: Path) -> dict[str, str]:
    return {name: table["content"] for name, table in Results(folder).manifest["tables"].items()}


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(str(tmp_path / "calls.log"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_a_study_makes_every_bundle_scenario_and_replication_once(fake: Fake, folder: Path) -> None:
    study = toy_study(scenarios={"normal": {}, "dear": {"extra.boiler_flh": 30.0}})
    finished = run_study(study, out=folder, workers=1, runner=fake)
    runs = Results(folder).runs
    assert (finished.done, finished.cached, finished.failed, finished.missing) == (8, 0, 0, 0)
    assert list(zip(runs["bundle"], runs["scenario"], runs["replication"], strict=True)) == [
        (bundle, scenario, replication)
        for bundle in ("baseline", "demand_response") for scenario in ("normal", "dear") for replication in (0, 1)
    ]
    assert set(runs.loc[runs["scenario"] == "dear", "values"]) == {'{"extra.boiler_flh": 30.0}'}


def test_running_again_makes_nothing_and_changes_no_table(fake: Fake, folder: Path) -> None:
    run_study(toy_study(), out=folder, workers=1, runner=fake)
    before, files = contents(folder), {p: p.stat().st_mtime_ns for p in folder.glob("*.parquet")}
    again = run_study(toy_study(), out=folder, workers=1, runner=fake)
    assert (again.done, again.cached) == (0, 4)
    assert len(fake.calls()) == 4
    assert contents(folder) == before
    assert files == {p: p.stat().st_mtime_ns for p in folder.glob("*.parquet")}


def test_one_more_replication_makes_only_the_new_runs(fake: Fake, folder: Path) -> None:
    run_study(toy_study(replications=1), out=folder, workers=1, runner=fake)
    more = run_study(toy_study(replications=2), out=folder, workers=1, runner=fake)
    assert (more.done, more.cached) == (2, 2)
    assert fake.calls()[2:] == ["baseline/1", "demand_response/1"]
    assert len(Results(folder).summary) == 4


def test_a_study_stopped_from_the_keyboard_keeps_what_is_finished_and_goes_on(tmp_path: Path, folder: Path) -> None:
    study, log = toy_study(replications=3), str(tmp_path / "calls.log")
    with pytest.raises(KeyboardInterrupt):
        run_study(study, out=folder, workers=1, runner=Fake(log, interrupted_after=4))
    with pytest.raises(ResultsError, match="has not come to its end"):
        _ = Results(folder).summary
    resumed = run_study(study, out=folder, workers=1, runner=Fake(log))
    assert (resumed.done, resumed.cached) == (2, 4)
    whole = run_study(study, out=tmp_path / "whole", workers=1, runner=Fake(str(tmp_path / "other.log")))
    assert whole.done == 6
    assert contents(folder) == contents(tmp_path / "whole")


def test_tables_are_identical_for_one_and_two_processes(tmp_path: Path) -> None:
    study = toy_study(replications=3)
    for workers in (1, 2):
        run_study(study, out=tmp_path / str(workers), workers=workers, runner=Fake(str(tmp_path / f"{workers}.log")))
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    assert one == two
    assert set(one) == {"runs", "outcomes", "summary", "events", "decisions"}
    for name in ("outcomes", "summary", "events", "decisions"):
        assert (tmp_path / "1" / f"{name}.parquet").read_bytes() == (tmp_path / "2" / f"{name}.parquet").read_bytes()


def test_a_worker_that_dies_once_costs_no_run(tmp_path: Path, folder: Path) -> None:
    fake = Fake(str(tmp_path / "calls.log"), dies_once=("demand_response/0",), sleeps_s=0.05)
    finished = run_study(toy_study(), out=folder, workers=2, runner=fake)
    assert (finished.done, finished.failed) == (4, 0)
    assert fake.calls().count("demand_response/0") == 2


def test_a_run_that_always_kills_its_process_is_a_row_and_harms_no_other(tmp_path: Path, folder: Path) -> None:
    fake = Fake(str(tmp_path / "calls.log"), dies=("baseline/1",))
    finished = run_study(toy_study(), out=folder, workers=2, runner=fake)
    assert (finished.done, finished.failed) == (3, 1)
    runs = Results(folder).runs.set_index(["bundle", "replication"])
    assert runs.loc[("baseline", 1), "status"] == "failed"
    assert runs.loc[("baseline", 1), "error"] == pool.DIED


def test_a_failed_run_is_a_row_with_its_reason_and_is_tried_again_on_request(tmp_path: Path, folder: Path) -> None:
    log = str(tmp_path / "calls.log")
    finished = run_study(toy_study(), out=folder, workers=1, runner=Fake(log, fails=("baseline/0",)))
    assert (finished.done, finished.failed) == (3, 1)
    runs = Results(folder).runs
    assert runs.loc[runs["status"] == "failed", "error"].tolist() == ["energy does not balance in hour 7"]
    kept = run_study(toy_study(), out=folder, workers=1, runner=Fake(log))
    assert (kept.done, kept.failed) == (0, 1)
    retried = run_study(toy_study(), out=folder, workers=1, runner=Fake(log), retry_failed=True)
    assert (retried.done, retried.failed) == (1, 0)
    assert Results(folder).manifest["status"] == "complete"


def test_shards_make_each_run_once_and_the_last_one_sees_them_all(fake: Fake, folder: Path) -> None:
    first = run_study(toy_study(), out=folder, workers=1, runner=fake, shard=(1, 3))
    assert first.missing == 2
    assert Results(folder).manifest["status"] == "incomplete"
    for number in (2, 3):
        last = run_study(toy_study(), out=folder, workers=1, runner=fake, shard=(number, 3))
    assert last.is_complete
    assert sorted(fake.calls()) == ["baseline/0", "baseline/1", "demand_response/0", "demand_response/1"]
    assert len(Results(folder).summary) == 4


@pytest.mark.parametrize("of", [1, 2, 3, 5, 7])
def test_all_shards_together_are_all_runs_once(of: int) -> None:
    tasks = expand(toy_study(replications=5)).in_turn()
    parts = [task.key for number in range(1, of + 1) for task in part_of(tasks, (number, of))]
    assert sorted(parts) == sorted(task.key for task in tasks)


def test_an_edited_bundle_costs_only_its_own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mine, fake = tmp_path / "storage.yaml", Fake("calls.log")
    study = toy_study(bundles=("baseline", str(mine)), baseline="baseline", hourly_years=(2021,))
    mine.write_text("title: Mine\nlevers:\n  storage: {target_mw: {2025: 100.0}}\n")
    first = run_study(study, workers=1, runner=fake)
    mine.write_text("title: Mine\nlevers:\n  storage: {target_mw: {2025: 200.0}}\n")
    second = run_study(study, workers=1, runner=fake)
    assert first.folder != second.folder
    assert (second.done, second.cached) == (2, 2)
    assert fake.calls() == ["baseline/0", "storage/0", "baseline/1", "storage/1", "storage/0", "storage/1"]
    assert len(Results(second.folder).summary) == 4
    assert len(list((second.folder / "hourly").glob("*.parquet"))) == 4


def test_a_plan_says_what_would_be_run_and_runs_nothing(fake: Fake, folder: Path) -> None:
    run_study(toy_study(replications=1), out=folder, workers=1, runner=fake)
    planned = plan(expand(toy_study()), folder, (1, 1), retry_failed=False)
    assert [run["plan"] for run in planned] == ["done", "done", "run", "run"]
    assert len(fake.calls()) == 2


def test_the_disk_running_full_is_told_and_leaves_no_half_written_part(
    fake: Fake, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = tables.pq.write_table, []

    def full(table: Any, path: Path, **options: Any) -> None:
        written.append(path)
        if len(written) > 2:
            Path(path).write_bytes(b"half a ta")
            raise OSError(errno.ENOSPC, "No space left on device")
        real(table, path, **options)

    monkeypatch.setattr(tables.pq, "write_table", full)
    with pytest.raises(ResultsError, match="the disk is full"):
        run_study(toy_study(), out=folder, workers=1, runner=fake)
    monkeypatch.undo()
    assert not list((folder / "parts").iterdir())
    assert find_runs(folder) == {}
    assert run_study(toy_study(), out=folder, workers=1, runner=fake).done == 4


def test_a_damaged_part_is_named_with_the_reason(fake: Fake, folder: Path) -> None:
    run_study(toy_study(), out=folder, workers=1, runner=fake)
    part = next((folder / "parts").iterdir()) / "runs.parquet"
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(ResultsError, match=r"runs\.parquet: is damaged"):
        run_study(toy_study(), out=folder, workers=1, runner=fake)


@pytest.mark.parametrize("name", ["runs", "outcomes"])
def test_a_damaged_part_says_what_to_delete_and_that_is_enough(fake: Fake, folder: Path, name: str) -> None:
    run_study(toy_study(), out=folder, workers=1, runner=fake)
    part = next((folder / "parts").iterdir())
    (part / f"{name}.parquet").write_bytes(b"no table")
    (folder / "outcomes.parquet").unlink()
    with pytest.raises(ResultsError, match=rf"Delete the folder .*{part.name} and run the study again"):
        run_study(toy_study(), out=folder, workers=1, runner=fake)
    shutil.rmtree(part)
    again = run_study(toy_study(), out=folder, workers=1, runner=fake)
    assert again.is_complete
    assert again.done > 0


def test_hours_are_kept_when_asked_for(fake: Fake, folder: Path) -> None:
    run_study(toy_study(hourly_years=(2021,)), out=folder, workers=1, runner=fake)
    results = Results(folder)
    key = results.runs["run"].iloc[0]
    hours = results.hourly(key, 2021)
    assert hours["load_mw"].tolist() == [100.0, 110.0, 90.0]
    assert hours.columns[:4].tolist() == ["run", "bundle", "scenario", "replication"]
    assert len(list((folder / "hourly").glob("*.parquet"))) == 4


def test_the_ledger_outlives_a_torn_line(fake: Fake, folder: Path) -> None:
    from dafeng.experiments.files import read_lines

    run_study(toy_study(), out=folder, workers=1, runner=fake)
    with (folder / "ledger.jsonl").open("a") as log:
        log.write('{"what": "ru')
    lines = read_lines(folder / "ledger.jsonl")
    assert [line["status"] for line in lines if line["what"] == "run"] == ["done"] * 4


def test_the_manifest_names_what_the_numbers_stand_on(fake: Fake, folder: Path) -> None:
    run_study(toy_study(), out=folder, workers=1, runner=fake, command="dafeng study toy")
    said = json.loads((folder / "manifest.json").read_text())
    assert said["baseline"] == "baseline"
    assert [bundle["key"] for bundle in said["bundles"]] == ["baseline", "demand_response"]
    assert all(bundle["title_zh"] for bundle in said["bundles"])
    assert sum(said["parameters_by_grade"].values()) == pytest.approx(1.0)
    assert said["parameters_grade_share"] == said["parameters_by_grade"]["C"]
    assert {"numpy", "numba", "python"} <= set(said["libraries"])
    assert said["runs"] == {"asked": 4, "done": 4, "failed": 0, "missing": 0}


def test_resolved_yaml_holds_every_lever_with_its_values(fake: Fake, folder: Path) -> None:
    from ruamel.yaml import YAML

    expansion = expand(toy_study())
    run_study(expansion, out=folder, workers=1, runner=fake)
    said = YAML(typ="safe").load((folder / "resolved.yaml").read_text(encoding="utf-8"))
    assert said["years"] == [2020, 2022]
    assert set(said["bundles"]["demand_response"]["levers"]) == set(expansion.bundles[1].levers)


def test_a_key_changes_with_all_that_can_change_a_number_and_with_nothing_else() -> None:
    plain = expand(toy_study())
    key = plain.tasks[0].key
    assert expand(toy_study()).tasks[0].key == key
    assert expand(toy_study(replications=9)).tasks[0].key == key
    for changed in (
        toy_study(seed=2), toy_study(engine="exact"), toy_study(sample_years=51), toy_study(last_year=2021),
        toy_study(scenarios={"default": {"extra.boiler_flh": 30.0}}), toy_study(support=("province", "island")),
        toy_study(bundles=("storage",), baseline="storage"),
    ):
        assert expand(changed).tasks[0].key != key
    assert expand(toy_study(), {"extra.boiler_flh": 30.0}).tasks[0].key != key


def test_a_key_changes_with_the_code_and_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    from dafeng.experiments import keys

    task = expand(toy_study()).tasks[0]
    monkeypatch.setattr(keys, "source_digest", lambda: "other code")
    assert run_key(task) != task.key
    monkeypatch.undo()
    monkeypatch.setattr(keys, "library_versions", lambda: {"numpy": "0.1"})
    assert run_key(task) != task.key


def test_every_problem_of_a_study_is_told_before_the_first_run(tmp_path: Path) -> None:
    bundle = tmp_path / "wrong.yaml"
    bundle.write_text("title: Wrong\nlevers:\n  storge: {target_mw: {2025: 1.0}}\n")
    study = toy_study(bundles=("baseline", str(bundle)), scenarios={"odd": {"extra.boiler_fl": 1.0}}, last_year=2090)
    with pytest.raises(InputError) as caught:
        expand(study, {"extra.boiler_flh": float("inf")})
    said = str(caught.value)
    for fragment in ("did you mean 'storage'", "line 3", "did you mean 'extra.boiler_flh'", "2020 to 2090", "--set"):
        assert fragment in said


def test_two_bundles_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text("title: Mine\n")
    with pytest.raises(InputError, match="two bundles have this name"):
        expand(toy_study(bundles=("baseline", str(tmp_path / "baseline.yaml"))))


def test_a_run_without_a_column_is_refused_with_its_name(fake: Fake, folder: Path) -> None:
    def lame(task: Any) -> Any:
        made = fake(task)
        return replace(made, summary=made.summary.drop(columns="peak_mt"))

    with pytest.raises(ResultsError, match="'summary' lacks peak_mt"):
        run_study(toy_study(), out=folder, workers=1, runner=lame)


def test_content_hashes_tell_order_values_and_gaps_apart() -> None:
    import pyarrow as pa

    frames = [
        pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0]}), pd.DataFrame({"a": ["y", "x"], "b": [2.0, 1.0]}),
        pd.DataFrame({"a": ["xy", ""], "b": [1.0, 2.0]}), pd.DataFrame({"a": ["x", None], "b": [1.0, 2.0]}),
        pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0000000001]}),
    ]
    hashes = {tables.content_hash(pa.Table.from_pandas(frame)) for frame in frames}
    assert len(hashes) == len(frames)

"""Processes: they leave with their parent, keep the keyboard out, and share one compilation."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from dafeng.configs import load
from dafeng.experiments.expand import expand
from dafeng.experiments.parts import find_runs
from dafeng.experiments.pool import attempt, attempts, sample_little, simulate
from dafeng.experiments.study import _first, run_study
from dafeng.network.adequacy_samples import fill
from tests.experiments.fake import Fake, toy_study

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from pathlib import Path
from dafeng.experiments import pool
from dafeng.experiments.study import run_study
from tests.experiments.fake import Fake, toy_study

if __name__ == "__main__":
    pool.PRELOADED = ()
    study = toy_study(replications=8)
    run_study(study, out=Path(sys.argv[1]), workers=2, runner=Fake(sys.argv[2], sleeps_s=float(sys.argv[3])))
"""


def started(tmp_path: Path, sleeps_s: float) -> subprocess.Popen[bytes]:
    """A study in its own process, running for a while."""
    program = tmp_path / "program.py"
    program.write_text(f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{PROGRAM}")
    log = tmp_path / "log"
    process = subprocess.Popen(
        [sys.executable, str(program), str(tmp_path / "r"), str(log), str(sleeps_s)], cwd=ROOT, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30.0
    while not (log.exists() and len(log.read_text().split()) >= 3):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def test_a_killed_study_leaves_no_process_and_resumes(tmp_path: Path) -> None:
    process = started(tmp_path, 0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)  # its end comes when the last process that shares stderr has left
    again = run_study(toy_study(replications=8), out=tmp_path / "r", workers=1, runner=Fake(str(tmp_path / "log2")))
    assert again.is_complete
    assert again.done + again.cached == 16


def test_the_keyboard_ends_a_study_with_its_runs_kept(tmp_path: Path) -> None:
    process = started(tmp_path, 0.2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert said.count(b"KeyboardInterrupt") == 1
    begun = len((tmp_path / "log").read_text().split())
    assert 1 <= len(find_runs(tmp_path / "r")) <= begun < 16


def test_any_error_of_a_run_is_its_reason() -> None:
    def bad(task: object) -> object:
        return {}["coal"]

    task = expand(toy_study()).tasks[0]
    tried = attempt(bad, task)  # type: ignore[arg-type]
    assert (tried.status, tried.error) == ("failed", "KeyError: 'coal'")
    assert "in bad" in tried.trace


def test_a_result_that_cannot_travel_is_a_failed_run(tmp_path: Path) -> None:
    tasks = expand(toy_study()).in_turn()
    told = list(attempts(tasks, travels_not, 2))
    assert [tried.status for tried in told] == ["failed"] * 4
    assert all("pickle" in tried.error.lower() for tried in told)


def travels_not(task: object) -> object:
    return lambda: task


def test_compilation_is_shared_through_the_first_years_of_the_widest_run() -> None:
    tasks = expand(toy_study(scenarios={"odd": {"extra.boiler_flh": 3.0}})).tasks
    first, levers = _first(tasks), {task.bundle: len(load.bundle(task.bundle).levers) for task in tasks}
    assert levers[first.bundle] == max(levers.values()) > min(levers.values())
    assert (first.values, first.engine, first.city) == (tasks[0].values, tasks[0].engine, tasks[0].city)
    assert (first.first_year, first.last_year) == (2020, 2022)
    assert first.sample_years < tasks[0].sample_years


def test_the_sampler_compiled_on_one_machine_is_that_of_a_city() -> None:
    sample_little()
    known = list(fill.signatures)
    simulate(_first(expand(toy_study()).tasks))
    assert known
    assert fill.signatures == known

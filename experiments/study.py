"""A study from its file to its results folder: cached, resumable, the same for any number of processes."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dafeng.configs.schema import Study
from dafeng.experiments.adopt import adopt
from dafeng.experiments.expand import Expansion, expand, part_of
from dafeng.experiments.files import append_line
from dafeng.experiments.keys import Task, source_digest
from dafeng.experiments.manifest import begin
from dafeng.experiments.merge import merge
from dafeng.experiments.parts import Found, find_runs, sweep, write_part
from dafeng.experiments.pool import Attempt, Runner, attempts, simulate, warm_up
from dafeng.experiments.progress import Silent, Watcher

RESULTS = Path("results")
KEEP_EVERY_S = 5.0
"""Finished runs are kept on disk at least this often; shorter runs share a part (a thousand parts read slowly)."""
KEEP_EVERY = 64
WARM_YEARS, WARM_SAMPLES = 3, 20
"""Years and sample years of the run that compiles for all others: by the third year every kernel has been called."""


@dataclass(frozen=True)
class Failure:
    """A run that failed, in words, and its reason."""

    run: str
    error: str

    def __str__(self) -> str:
        return f"{self.run}: {self.error}"


@dataclass(frozen=True)
class Finished:
    """What became of a study."""

    folder: Path
    done: int
    cached: int
    failed: int
    missing: int
    """Runs of the study that were neither made now nor found: those of other shards."""
    wall_s: float
    errors: tuple[Failure, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Every run of the study is there and none failed."""
        return not (self.failed or self.missing)


def run_study(
    study: Study | Expansion,
    *,
    out: Path | None = None,
    workers: int | None = None,
    shard: tuple[int, int] = (1, 1),
    retry_failed: bool = False,
    runner: Runner = simulate,
    watcher: Watcher | None = None,
    command: str = "",
) -> Finished:
    """Make the runs that are not yet there, keep them as they come, and merge the tables.

    Results are the same for any number of workers; a killed study goes on where it stopped.
    """
    started, watcher = time.monotonic(), watcher or Silent()
    expansion = study if isinstance(study, Expansion) else expand(study)
    folder = out or default_folder(expansion)
    begin(folder, expansion, command)
    sweep(folder)
    found = find_runs(folder)
    mine = part_of(expansion.in_turn(), shard)
    found.update(adopt(folder, expansion.study.key, [task.key for task in mine if task.key not in found]))
    due = [task for task in mine if is_due(found.get(task.key), retry_failed)]
    watcher.begin(len(mine), len(mine) - len(due))
    for remark in expansion.remarks:
        watcher.say(remark)
    made = _make(folder, due, runner, workers or cores(), watcher)
    found.update(made)
    merge(folder, expansion, found)
    cached = sum(task.key not in made and task.key in found and found[task.key].status == "done" for task in mine)
    return _finished(folder, expansion.tasks, found, made, cached, time.monotonic() - started)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_folder(expansion: Expansion) -> Path:
    """`results/<study>-<hash>`, the hash being that of all its runs."""
    return RESULTS / f"{expansion.study.key}-{expansion.digest}"


def is_due(found: Found | None, retry_failed: bool) -> bool:
    """Whether a run is still to be made."""
    return found is None or (retry_failed and found.status == "failed")


def _make(
    folder: Path, due: Sequence[Task], runner: Runner, workers: int, watcher: Watcher
) -> dict[str, Found]:
    """Make these runs; whatever ends the work, those that are finished are kept."""
    keeper = _Keeper(folder)
    append_line(folder / "ledger.jsonl", {**_now("begin"), "due": len(due), "source": source_digest()})
    if runner is simulate and workers > 1 and len(due) > 1 and not os.environ.get("NUMBA_DISABLE_JIT"):
        warm_up(_first(due))
    making = attempts(due, runner, workers)
    try:
        for tried in making:
            keeper.take(tried)
            watcher.advance(tried.status == "failed")
            if tried.status == "failed":
                watcher.say(f"failed: {name_of(tried.task)}: {tried.error}")
    finally:
        making.close()
        keeper.keep()
    return keeper.kept


def name_of(task: Task) -> str:
    """A run in words."""
    return f"{task.label}, scenario {task.scenario}, replication {task.replication}"


class _Keeper:
    """Gathers finished runs and writes them to disk every few seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, Found] = {}
        self._pending: list[Attempt] = []
        self._last = time.monotonic()

    def take(self, tried: Attempt) -> None:
        """One finished run more."""
        self._pending.append(tried)
        if len(self._pending) >= KEEP_EVERY or time.monotonic() - self._last > KEEP_EVERY_S:
            self.keep()

    def keep(self) -> None:
        """Write what is pending."""
        batch, self._pending, self._last = self._pending, [], time.monotonic()
        if not batch:
            return
        self.kept.update(write_part(self.folder, batch))
        for tried in batch:
            line = {**_now("run"), "run": tried.task.key, "status": tried.status}
            failure = {"error": tried.error, "trace": tried.trace} if tried.error else {}
            append_line(self.folder / "ledger.jsonl", {**line, **failure})


def _first(due: Sequence[Task]) -> Task:
    """The first years of the run with the most levers: it compiles what all runs need, so that no worker has to."""
    from dafeng.configs import load

    widest = max(due, key=lambda task: len(load.bundle(task.bundle).levers))
    last = min(widest.first_year + WARM_YEARS - 1, widest.last_year)
    return replace(widest, last_year=last, sample_years=WARM_SAMPLES, hourly_years=(), checkpoint=None)


def _finished(
    folder: Path, tasks: Sequence[Task], found: Mapping[str, Found], made: Mapping[str, Found], cached: int,
    wall_s: float,
) -> Finished:
    failed = [task for task in tasks if task.key in found and found[task.key].status == "failed"]
    errors = tuple(Failure(name_of(task), found[task.key].error) for task in failed)
    done = sum(run.status == "done" for run in made.values())
    missing = sum(task.key not in found for task in tasks)
    return Finished(folder, done, cached, len(failed), missing, wall_s, errors)


def _now(what: str) -> dict[str, str]:
    return {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "what": what}

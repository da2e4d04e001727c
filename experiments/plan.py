"""What a study would do, without doing it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from dafeng.experiments.expand import Expansion, part_of
from dafeng.experiments.parts import find_runs
from dafeng.experiments.study import default_folder, is_due


def plan(expansion: Expansion, out: Path | None, shard: tuple[int, int], retry_failed: bool) -> list[dict[str, Any]]:
    """Each run of a shard in the order in which it would be made, with what would become of it."""
    found = find_runs(out or default_folder(expansion))
    return [
        {
            "run": task.key, "bundle": task.label, "scenario": task.scenario, "replication": task.replication,
            "years": [task.first_year, task.last_year], "values": dict(task.values),
            "plan": "run" if is_due(found.get(task.key), retry_failed) else found[task.key].status,
        }
        for task in part_of(expansion.in_turn(), shard)
    ]


def as_text(planned: list[dict[str, Any]]) -> str:
    """A line for each run, then how many of which kind."""
    lines = [
        f"{run['run']}  {run['bundle']}, scenario {run['scenario']}, replication {run['replication']}: {run['plan']}"
        for run in planned
    ]
    counts = Counter(str(run["plan"]) for run in planned)
    told = [f"{counts['run']} to run", f"{counts['done']} already done", f"{counts['failed']} failed before"]
    return "\n".join([*lines, ", ".join(told)])

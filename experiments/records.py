"""From a tried run to its rows in each table."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow as pa

import dafeng
from dafeng.experiments.keys import library_versions, source_digest
from dafeng.experiments.pool import Attempt
from dafeng.experiments.tables import COLUMNS, MEASURED, RUN_COLUMNS, empty, shaped


def rows(name: str, tried: Attempt) -> pa.Table:
    """A run's rows in one table; a failed run has one in `runs` and none elsewhere."""
    if name == "runs":
        return shaped("runs", pd.DataFrame([run_row(tried)]))
    if tried.made is None:
        return empty(name)
    frame = getattr(tried.made, name)
    if name == "summary":
        frame = frame.drop(columns=[column for column in MEASURED if column in frame.columns])
    return shaped(name, labelled(frame, tried, name)) if len(frame) else empty(name)


def labelled(frame: pd.DataFrame, tried: Attempt, name: str = "") -> pd.DataFrame:
    """A frame with the run's key and, where the table has them, its bundle, scenario and replication in front."""
    task = tried.task
    labels = {"run": task.key, "bundle": task.label, "scenario": task.scenario, "replication": task.replication}
    wanted = [column for column in RUN_COLUMNS if not name or column in COLUMNS[name]]
    rest = [column for column in frame.columns if column not in RUN_COLUMNS]
    front = pd.DataFrame({column: labels[column] for column in wanted}, index=frame.index)
    return pd.concat([front, frame[rest]], axis=1)


def run_row(tried: Attempt) -> dict[str, Any]:
    """The row of `runs`: what was asked, how it ended, what it cost, on what it stands."""
    task = tried.task
    return {
        "run": task.key, "bundle": task.label, "scenario": task.scenario, "replication": task.replication,
        "seed": task.seed, "engine": task.engine, "first_year": task.first_year, "last_year": task.last_year,
        "sample_years": task.sample_years, "values": json.dumps(dict(task.values), sort_keys=True),
        "status": tried.status, "error": tried.error, **_measured(tried),
        "city_digest": task.city_digest, "bundle_digest": task.bundle_digest, "source_digest": source_digest(),
        "version": dafeng.__version__, "libraries": json.dumps(dict(library_versions()), sort_keys=True),
    }


def _measured(tried: Attempt) -> dict[str, float]:
    """Seconds and memory that the run says it took; nothing for a failed one."""
    summary = None if tried.made is None else tried.made.summary
    if summary is None or summary.empty:
        return dict.fromkeys(MEASURED, float("nan"))
    return {name: float(summary[name].iloc[0]) if name in summary else float("nan") for name in MEASURED}

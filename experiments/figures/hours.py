"""The hours that a study kept: which years there are, and one run's hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dafeng.configs.units import DAY_H, WEEK_H, Floats
from dafeng.experiments.figures.data import Missing, Results

FREE = ("generation:wind", "generation:pv")
HALF_WEEK_D = 3


def kept(results: Results) -> dict[tuple[str, int], dict[int, str]]:
    """(bundle, replication) -> year -> run, for runs of the first scenario whose hours were kept."""
    runs = results.runs[(results.runs["scenario"] == results.scenario) & (results.runs["status"] == "done")]
    keys = {str(row["run"]): (str(row["bundle"]), int(row["replication"])) for row in runs.to_dict("records")}
    found: dict[tuple[str, int], dict[int, str]] = {}
    for path in sorted((results.folder / "hourly").glob("*.parquet")):
        run, _, year = path.stem.rpartition("-")
        if run in keys and year.isdigit():
            found.setdefault(keys[run], {})[int(year)] = run
    if not found:
        raise Missing("the study kept no hours; name a year under 'hourly' in the study file")
    return found


def last_year(results: Results) -> int:
    """The last year whose hours were kept."""
    return max(year for years in kept(results).values() for year in years)


def each(results: Results, year: int, bundle: str) -> Iterator[tuple[int, pd.DataFrame]]:
    """The replications of a bundle whose hours of a year were kept, with these hours."""
    for (name, replication), years in sorted(kept(results).items()):
        if name == bundle and year in years:
            yield replication, results.hourly(years[year], year)


def column(hours: pd.DataFrame, name: str) -> Floats:
    """A column by name; what a run does not have was zero."""
    return hours[name].to_numpy(np.float64) if name in hours else np.zeros(len(hours))


def after_flexibility(hours: pd.DataFrame) -> Floats:
    """What must be bought or burnt: load and charging less wind, sun, discharging, response and unserved load."""
    free = np.zeros(len(hours))
    for name in (name for name in hours.columns if name.startswith(FREE)):
        free += column(hours, name)
    given = column(hours, "discharge_mw") + column(hours, "response_mw") + column(hours, "unserved_mw")
    return np.asarray(column(hours, "load_mw") + column(hours, "charge_mw") - free - given)


STRESS = ("shortage_mw", "unserved_mw", "residual_load_mw")
"""What makes a week the worst, the first of which a day has more than nothing."""
NOTHING_MWH = 0.5
"""A day's shortage below this is rounding: it prints as 0 MWh."""


def worst_week(frames: list[pd.DataFrame]) -> tuple[int, int, str]:
    """Which of the frames, the first hour of its worst week, and what made it the worst.

    The day of most stress stands in the middle.
    """
    if min(map(len, frames)) < WEEK_H or any(len(frame) % DAY_H for frame in frames):
        raise Missing("the hours kept are not a year of whole days")
    for name in STRESS:
        by_day = [column(frame, name).reshape(-1, DAY_H).sum(axis=1) for frame in frames]
        highest = [float(days.max()) for days in by_day]
        if max(highest) > NOTHING_MWH:
            at = int(np.argmax(highest))
            day = int(np.argmax(by_day[at]))
            last_start = len(frames[at]) - WEEK_H
            return at, min(max(0, (day - HALF_WEEK_D) * DAY_H), last_start), name
    raise Missing("the hours hold no load")

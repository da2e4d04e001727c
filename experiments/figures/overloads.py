"""Overloaded hours of each branch, for the map and the report's table."""

from __future__ import annotations

import pandas as pd

from dafeng.experiments.figures.data import Missing, Results

COLUMNS = {"bundle": "object", "year": "int64", "branch": "object", "hours": "float64"}


def overloads(results: Results, variable: str = "overloaded_hours") -> pd.DataFrame:
    """bundle, year, branch, hours: mean over all replications of the bundle; branches without an overload are absent.

    A run tells of branches with an overload only, so the others of its replication count as zero. The `variable` may
    also be `redispatched_hours`.
    """
    try:
        rows = results.rows(variable)
    except Missing:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})
    runs = rows.groupby("bundle", observed=True)["replication"].nunique()
    rows = rows[rows["technology"] != "all"].assign(branch=lambda part: part["technology"].astype(str))
    keys = ["bundle", "year", "branch"]
    table = rows.groupby(keys, sort=True, observed=True)["value"].sum().rename("hours").reset_index()
    return table.assign(hours=table["hours"] / table["bundle"].map(runs).astype(float))


def branch_title(results: Results, branch: str, lang: str) -> str:
    """The titles of a line's ends; the station of a transformer; the key where the city is not at hand."""
    found = next((item for item in (results.city.branches if results.city else ()) if item.key == branch), None)
    if results.city is None or found is None:
        return branch
    buses = {bus.key: bus for bus in results.city.buses}
    first, last = (buses[key].title_zh if lang == "zh" else buses[key].title for key in (found.from_bus, found.to_bus))
    return f"{first}–{last}" if found.kind == "line" else first

"""Means over the years assessed of each view of reliability beside the provincial one, run by run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dafeng.configs import load
from dafeng.configs.errors import DafengError

VIEWS = {"deliverability": "deliverability view", "island": "entitlement island"}
ALONE = {**VIEWS, "island": "island"}
"""The same of a city without a province: it has no entitlements."""
VIEWED = {"eue_mwh": ("EUE", "MWh/y"), "lole_d": ("LOLE", "d/y")}
PROVINCIAL = ("lole_d", "eue_mwh", "margin_mw")
"""Columns of the summary that hold the provincial view; empty where no run assessed it."""


def with_views(summary: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The summary with `variable.view` and `variable.view.se` for each other view; without empty provincial columns."""
    rows = outcomes[outcomes["variable"].isin(VIEWED) & outcomes["basis"].isin(VIEWS)]
    rows = rows[(rows[["county", "sector", "technology", "fuel"]] == "all").all(axis=1)]
    columns: dict[str, pd.Series] = {}
    for (variable, view), found in rows.groupby(["variable", "basis"], sort=True, observed=True):
        years = found.assign(se=found["se"].where(found["value"] > 0.0, 0.0)).groupby("run")
        errors = years["se"].agg(lambda se: float(np.sqrt((se**2).sum()) / len(se)))
        columns[f"{variable}.{view}"] = summary["run"].map(years["value"].mean())
        columns[f"{variable}.{view}.se"] = summary["run"].map(errors)
    empty = [name for name in PROVINCIAL if name in summary and summary[name].isna().all()]
    return summary.drop(columns=empty if columns else []).assign(**columns)


def stands_alone(city: str) -> bool:
    """Whether a city has no province; as far as its files are at hand."""
    try:
        return all(bus.kind != "province" for bus in load.city(city).buses)
    except DafengError:
        return False


def views_of(table: pd.DataFrame, variable: str) -> list[str]:
    """Names of the other views for which a table made by `with_views` holds a variable."""
    return [view for view in VIEWS if f"{variable}.{view}" in table]


def most_of(table: pd.DataFrame, variable: str) -> str | None:
    """The column of the provincial view of a variable; where it was not assessed, of the view that has most of it."""
    if variable in table:
        return variable
    columns = [f"{variable}.{view}" for view in views_of(table, variable)]
    return max(columns, key=lambda column: float(table[column].to_numpy(np.float64).max()), default=None)

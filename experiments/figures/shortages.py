"""What the figures of shortages read: expected rows of one view by their two classes, mean over years and runs."""

from __future__ import annotations

import pandas as pd

from dafeng.experiments.figures.data import Missing, Results

VIEWS = ("province", "island", "deliverability")


def by_class(results: Results, variable: str) -> tuple[str, pd.DataFrame]:
    """The view shown and bundle, first, second, value: classes as numbers, mean over all years and replications."""
    rows = results.rows(variable, basis=None)
    view = next((view for view in VIEWS if view in set(rows["basis"])), "")
    rows = rows[(rows["basis"] == view) & rows["bundle"].isin(results.pair)]
    if rows.empty:
        raise Missing("no shortage was sampled")
    told = results.yearly("lole_d", basis=view)
    years = told.groupby("bundle", observed=True).size()
    found = rows.assign(first=number_in(rows["technology"]), second=number_in(rows["fuel"]))
    table = found.groupby(["bundle", "first", "second"], observed=True)["value"].sum().reset_index()
    table["value"] = table["value"] / table["bundle"].map(years).astype(float)
    return view, table.assign(bundle=table["bundle"].astype(str))


def years_of(results: Results) -> tuple[int, int]:
    """First and last year that was assessed."""
    years = results.rows("lole_d", basis=None)["year"]
    return int(years.min()), int(years.max())


def number_in(classes: pd.Series) -> pd.Series:
    """The number in the name of each class: 'month 7', 'from 200 MW', 'at 5000 MW'."""
    return classes.astype(str).str.extract(r"(\d+)")[0].astype(int)

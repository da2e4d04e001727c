"""The report's table of overloaded hours: lines and transformers down, bundles across."""

from __future__ import annotations

import pandas as pd

from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.overloads import branch_title, overloads
from dafeng.experiments.labels import say
from dafeng.experiments.report_tables import Cell, Table

LEAST_H = 0.5
"""What rounds to no hour: no more than this in every bundle is no row, in one bundle a dash."""


def overloaded(results: Results, lang: str) -> Table | None:
    """Hours above the N-1 limit over all years, and in the worst of them; None where nothing was ever overloaded.

    Last the hours, summed over branches, in which redispatch kept the limit.
    """
    found, kept = (_shown(results, name) for name in ("overloaded_hours", "redispatched_hours"))
    whole = found.groupby(["branch", "bundle"], observed=True)["hours"].sum().unstack().fillna(0.0)
    whole = whole[(whole > LEAST_H).any(axis=1)] if len(whole) else whole
    if whole.empty and kept.empty:
        return None
    order = whole.max(axis=1).sort_values(ascending=False, kind="stable").index
    rows = []
    for branch in (str(name) for name in order):
        mine = found[found["branch"] == branch]
        cells = [_cell(mine[mine["bundle"] == bundle], lang) for bundle in results.shown]
        rows.append([Cell(f"{branch} {branch_title(results, branch, lang)}"), *cells])
    for name, hours in (("overload.all", found), ("overload.kept", kept)):
        cells = [_cell(_by_year(hours[hours["bundle"] == bundle]), lang) for bundle in results.shown]
        rows.append([Cell(say(name, lang)), *cells])
    years = "–".join(str(year) for year in results.manifest["years"])
    head = [say("overload.branch", lang), *(results.title(bundle, lang) for bundle in results.shown)]
    return Table(say("overload.caption", lang, years=years, n=results.n), head, rows)


def _shown(results: Results, variable: str) -> pd.DataFrame:
    hours = overloads(results, variable)
    return hours[hours["bundle"].isin(results.shown)]


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("year")["hours"].sum().reset_index()


def _cell(rows: pd.DataFrame, lang: str) -> Cell:
    """All hours, and those of the worst year where they round to one or more; a dash where nothing does."""
    whole = float(rows["hours"].sum())
    if whole <= LEAST_H:
        return Cell("–")
    worst = rows.sort_values("hours", ascending=False, kind="stable").iloc[0]
    if worst["hours"] <= LEAST_H:
        return Cell(f"{whole:,.0f}")
    return Cell(say("overload.cell", lang, hours=f"{whole:,.0f}", most=f"{worst['hours']:,.0f}",
                    year=int(worst["year"])))

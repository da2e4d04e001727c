"""What is built? Renewables, gas, storage and coal by bundle, with the targets of the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from dafeng.configs.schema import Target
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import (
    bundle_legend,
    canvas,
    fit,
    lines,
    named,
    note,
    panel_title,
    plain,
    target_of,
    whole_years,
    wide,
)
from dafeng.experiments.figures.data import ALL, PAIR, Missing, Results, spread
from dafeng.experiments.labels import say, sentences

MW_PER_GW = 1000.0
HEADROOM = 1.25
"""A target stands at most this far below the top of its panel."""


@FIGURES.add("capacity", title="Installed capacity and targets", title_zh="装机容量与目标", place=3)
def capacity(results: Results, lang: str) -> Drawing:
    """Four panels of lines with bands; a target is a line up to its year."""
    found = {panel.key: _table(results, panel) for panel in PANELS}
    tables = {key: table for key, table in found.items() if table is not None}
    if not tables:
        raise Missing("the results hold no capacity")
    figure, panels = canvas(9.0, 5.6, 2, 2, sharex=True)
    for axes, panel in zip(panels, PANELS, strict=True):
        _panel(axes, panel, tables.get(panel.key), results, lang)
    for axes in panels[2:]:
        axes.set_xlabel(say("year", lang))
    bundle_legend(figure, results, lang, results.shown)
    data = pd.concat([wide(table, {"what": key, "unit": "GW"}) for key, table in tables.items()])
    return Drawing(figure, data, _finding(results, tables, lang), note(results, lang, say("capacity.note", lang)))


@dataclass(frozen=True)
class Panel:
    """One panel: where its rows come from, and the metric of its target."""

    key: str
    rows: Callable[[Results], pd.DataFrame]
    metric: str = ""


def _storage(results: Results) -> pd.DataFrame:
    """Storage of every technology."""
    try:
        return _each_year(results, results.yearly("storage_mw"))
    except Missing:  # not one store in any run
        return _each_year(results, results.yearly("load_mwh").head(0))


def _coal(results: Results) -> pd.DataFrame:
    """Coal units in the city, provincial ones included."""
    rows = results.rows("capacity_mw")
    rows = rows[(rows["fuel"] == ALL) & (rows["sector"] == ALL) & rows["technology"].str.startswith("coal")]
    return _each_year(results, rows.groupby(["bundle", *PAIR], observed=True)[["value", "se"]].sum().reset_index())


def _each_year(results: Results, rows: pd.DataFrame) -> pd.DataFrame:
    """A row for every year of every run: one without capacity of a kind has none, and that means zero."""
    every = results.yearly("load_mwh")[["bundle", *PAIR]]
    return every.merge(rows, on=["bundle", *PAIR], how="left").fillna({"value": 0.0, "se": 0.0})


PANELS = (
    Panel("renewables", lambda results: results.yearly("renewable_capacity_mw"), "renewable_capacity_mw"),
    Panel("gas", lambda results: results.yearly("gas_capacity_mw"), "gas_capacity_mw"),
    Panel("storage", _storage, "storage_mw"),
    Panel("coal", _coal),
)


def _table(results: Results, panel: Panel) -> pd.DataFrame | None:
    try:
        rows = panel.rows(results)
    except Missing:
        return None
    return spread(rows.assign(value=rows["value"] / MW_PER_GW, se=0.0)) if len(rows) else None


def _panel(axes: Axes, panel: Panel, table: pd.DataFrame | None, results: Results, lang: str) -> None:
    panel_title(axes, say(f"capacity.{panel.key}", lang))
    if table is None:
        axes.text(0.5, 0.5, say("no_data", lang), transform=axes.transAxes, ha="center", color="#777777")
        return
    lines(axes, table, results, results.pair)
    axes.set_ylabel("GW")
    whole_years(axes, table["year"].tolist())
    fit(axes, table, from_zero=True)
    if not table["most"].any():
        axes.set_ylim(0.0, 1.0)
    target = target_of(results, panel.metric) if panel.metric else None
    if target is not None and target.value and target.year:
        axes.set_ylim(top=max(axes.get_ylim()[1], HEADROOM * target.value / MW_PER_GW))
        _mark(axes, target.year, target.value / MW_PER_GW, say("capacity.target", lang, year=target.year))


def _mark(axes: Axes, year: int, gigawatts: float, text: str) -> None:
    """A target: dashed to its year, a bar at its end."""
    start = axes.get_xlim()[0]
    axes.plot([start, year], [gigawatts] * 2, color="#555555", linewidth=1.0, linestyle=(0, (2, 2)), zorder=0)
    axes.plot([year], [gigawatts], marker="_", markersize=12, markeredgewidth=2.2, color="#555555", zorder=4)
    axes.annotate(f"{text} {gigawatts:g} GW", (start, gigawatts), xytext=(4, 3), textcoords="offset points",
                  fontsize=8, color="#555555")


def _finding(results: Results, tables: dict[str, pd.DataFrame], lang: str) -> str:
    """For each target, which bundles meet it."""
    said = []
    for panel in PANELS:
        target = target_of(results, panel.metric) if panel.metric else None
        if target is not None and panel.key in tables and target.year in set(tables[panel.key]["year"]):
            said.append(_met(results, panel, target, tables[panel.key], lang))
    if not said:
        last = tables[next(iter(tables))]
        return say("capacity.plain", lang, first=int(last["year"].min()), last=int(last["year"].max()))
    return sentences(said, lang)


def _met(results: Results, panel: Panel, target: Target, table: pd.DataFrame, lang: str) -> str:
    """One clause: who reaches the target in its year, or how far the best is from it."""
    asked = (target.value or 0.0) / MW_PER_GW
    there = table[table["year"] == target.year]
    meeting = there[there["mean"] >= asked]["bundle"].tolist()
    meeting = [bundle for bundle in results.shown if bundle in meeting]
    what = say(f"capacity.{panel.key}", lang)
    values = {"what": what.lower() if not meeting else what, "asked": f"{asked:g}", "year": target.year}
    if not meeting:
        return say("capacity.unmet", lang, best=plain(float(there["mean"].max())), **values)
    number = "met" if panel.key == "renewables" else "met_one"
    return say(f"capacity.{number}", lang, names=named(results, meeting, lang), **values)

"""Do the lights stay on? Expected unserved energy and loss of load by bundle, period and view."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from dafeng.configs.units import Floats
from dafeng.experiments.bounds import pooled, rounded_up, with_bounds
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import (
    bundle_legend,
    canvas,
    named,
    named_scenario,
    note,
    panel_title,
    with_error,
)
from dafeng.experiments.figures.data import Missing, Results, difference, level, spread
from dafeng.experiments.figures.style import Look, looks
from dafeng.experiments.labels import say, sentences
from dafeng.experiments.paired import Interval
from dafeng.experiments.viewed import most_of

MEASURES = {"eue_mwh": "MWh/y", "lole_d": "d/y"}
PROVINCIAL = "eue_mwh"
"""The column of the summary in the provincial view."""
PLAN_YEARS = 5
"""Years are pooled as five-year plans do: 2021-25, 2026-30 …"""
FEW_YEARS = 8
"""So many years are shown one by one."""
MOST_PANELS = 4
SPREAD = 0.72
"""Width over which the bundles of a period stand side by side."""
LOGARITHMIC_RATIO = 100.0
"""A logarithmic axis where the highest bundle is so many times the median."""
ARROW_PT = 11.0
"""Length of the arrow below an upper bound."""
HEADROOM, MOST_MEANS = 1.08, 2.5
"""The frame ends so far above the highest end of an interval, but at no more than so many times the highest mean."""
CUT_MARKER, CUT_PT = "$\\uparrow$", 8.0
"""Where an interval or a bound goes on beyond the frame: an arrow of this size below the frame's edge."""


@FIGURES.add("reliability", title="Reliability by view", title_zh="供电可靠性（按视角）", place=4)
def reliability(results: Results, lang: str) -> Drawing:
    """EUE above, LOLE below; a column for each view that was assessed, the provincial one for each scenario."""
    columns = _columns(results)
    data = pd.concat([_pooled(results, variable, *column) for variable in MEASURES for column in columns])
    figure, panels = canvas(max(3.1, 4.8 / len(columns)) * len(columns) + 1.9, 5.4, 2, len(columns), sharex="col")
    for row, variable in enumerate(MEASURES):
        for at, (view, scenario) in enumerate(columns):
            axes = panels[row * len(columns) + at]
            is_here = (data["variable"] == variable) & (data["view"] == view) & (data["scenario"] == scenario)
            _dots(axes, data[is_here], results)
            if row == 0:
                panel_title(axes, _head(results, view, scenario, lang))
        panels[row * len(columns)].set_ylabel(say(f"reliability.{variable}", lang))
    bundle_legend(figure, results, lang, results.shown, is_marked=True)
    is_pooled = data["period"].astype(str).str.contains("–").any()
    pooling = say("reliability.pooled" if is_pooled else "reliability.by_year", lang)
    caption = note(results, lang, say("reliability.note", lang, years=_sample_years(results), pooling=pooling))
    return Drawing(figure, data, _finding(results, lang), caption)


def _columns(results: Results) -> list[tuple[str, str]]:
    """(view, scenario) of each column."""
    views = results.rows("eue_mwh", basis=None)["basis"].unique()
    provincial = [("province", scenario) for scenario in results.scenarios if "province" in views]
    others = [(view, results.scenario) for view in ("deliverability", "island") if view in views]
    columns = [*provincial, *others][:MOST_PANELS]
    if not columns:
        raise Missing("the study assessed no view of reliability")
    return columns


def _head(results: Results, view: str, scenario: str, lang: str) -> str:
    return f"{results.view(view, lang)}\n{named_scenario(scenario, lang)}"


def _pooled(results: Results, variable: str, view: str, scenario: str) -> pd.DataFrame:
    """Mean a year over a period with its interval; `bound` is the upper bound where nothing was ever unserved."""
    rows = results.yearly(variable, scenario, view)
    rows = rows.assign(period=_periods(rows["year"]), variance=rows["se"].where(rows["value"] > 0.0, 0.0) ** 2)
    runs = rows.groupby(["bundle", "replication", "period"], observed=True).agg(
        value=("value", "mean"), variance=("variance", "sum"), years=("year", "size"), bound=("se", "mean")
    )
    runs = runs.assign(se=np.sqrt(runs["variance"]) / runs["years"]).reset_index()
    table = spread(runs, by=("bundle", "period"))
    bounds = runs.groupby(["bundle", "period"], observed=True).agg(bound=("bound", "mean"), years=("years", "sum"))
    table = table.merge(bounds.reset_index(), on=["bundle", "period"])
    is_none = table["mean"] == 0.0
    table["bound"] = (table["bound"] / table["years"]).where(is_none)
    table["low"] = table["low"].clip(lower=0.0).where(~is_none, 0.0)
    table["high"] = table["high"].where(~is_none, table["bound"])
    return table.drop(columns="years").assign(variable=variable, unit=MEASURES[variable], view=view, scenario=scenario)


def _periods(years: pd.Series) -> pd.Series:
    """The five-year period of each year, as '2026–30'; a first year alone joins the next period; few stand alone."""
    if int(years.max()) - int(years.min()) < FEW_YEARS:
        return years.astype(str)
    end = -(-years // PLAN_YEARS) * PLAN_YEARS
    first, last = int(years.min()), int(years.max())
    if int(end.min()) == first < last:
        end = end.where(years > first, first + PLAN_YEARS)
    start = (end - PLAN_YEARS + 1).clip(lower=first).where(end > int(end.min()), first)
    stop = end.clip(upper=last)
    span = start.astype(str) + "–" + (stop % 100).map("{:02d}".format)
    return span.where(start < stop, start.astype(str))


def _dots(axes: Axes, table: pd.DataFrame, results: Results) -> None:
    """A dot with its interval for each bundle and period; where nothing was seen, a hollow dot at the upper bound."""
    _limit(axes, table)
    top = axes.get_ylim()[1]
    periods, look = sorted(table["period"].unique()), looks(results.bundles)
    offsets = np.linspace(-SPREAD / 2, SPREAD / 2, len(results.shown)) if len(results.shown) > 1 else [0.0]
    for bundle, offset in zip(results.shown, offsets, strict=True):
        mine = table[table["bundle"] == bundle].set_index("period").reindex(periods)
        x = np.arange(len(periods)) + offset
        mean, bound = (mine[name].to_numpy(np.float64) for name in ("mean", "bound"))
        low, high = (mine[name].fillna(mine["mean"]).to_numpy(np.float64) for name in ("low", "high"))
        seen = np.isnan(bound)
        axes.vlines(x[seen], low[seen], high[seen], color=look[bundle].colour, linewidth=1.3, alpha=0.8)
        _marks(axes, x[seen], mean[seen], **look[bundle].of_marker())
        _bounds(axes, x[~seen], bound[~seen], top, look[bundle])
        _cuts(axes, x[np.where(seen, high, bound) > top], look[bundle])
    axes.set_xticks(range(len(periods)), periods)
    axes.set_xlim(-0.6, len(periods) - 0.4)
    axes.grid(False, axis="x")
    for edge in range(1, len(periods)):
        axes.axvline(edge - 0.5, color="#e3e3e3", linewidth=0.7, zorder=0)
    axes.yaxis.set_major_formatter("{x:,.10g}")


def _bounds(axes: Axes, x: Floats, bound: Floats, top: float, look: Look) -> None:
    """An upper bound is no estimate: hollow, with an arrow down; on the axis where the bound lies beyond the frame."""
    inside = bound <= top
    for at, height in zip(x[inside], bound[inside], strict=True):
        how = {"arrowstyle": "<-", "color": look.colour, "linewidth": 1.0, "shrinkA": 0.0, "shrinkB": 2.5}
        arrow = axes.annotate("", xy=(at, height), xytext=(0.0, -ARROW_PT), textcoords="offset points",
                              arrowprops=how, annotation_clip=False, zorder=3)
        arrow.set_in_layout(False)
    axes.vlines(x[~inside], 0.0, top, color=look.colour, linewidth=0.9, linestyle=":")
    _marks(axes, x, np.where(inside, bound, 0.0), **look.of_marker(is_hollow=True))


def _cuts(axes: Axes, x: Floats, look: Look) -> None:
    """Arrows whose tips touch the frame's upper edge from below: above it stands the panel's title."""
    edge = offset_copy(axes.get_xaxis_transform(), axes.get_figure(root=True), y=-CUT_PT / 2, units="points")
    _marks(axes, x, np.ones(len(x)), marker=CUT_MARKER, markersize=CUT_PT, color=look.colour, transform=edge)


def _marks(axes: Axes, x: Floats, y: Floats, **look: Any) -> None:
    """Marks that may reach over the frame; of none, nothing: the extent of an unclipped line without points is void."""
    if len(x):
        axes.plot(x, y, linestyle="", clip_on=False, zorder=4, **look)


def _limit(axes: Axes, table: pd.DataFrame) -> None:
    """From zero to what the means need; intervals that reach far beyond are cut, and a cut is seen at the frame."""
    means = table["mean"].to_numpy(np.float64)
    top = float(means.max())
    highest = float(np.nanmax([*table["high"].to_numpy(np.float64), top, 1e-9]))
    positive = means[means > 0]
    if len(positive) and top > LOGARITHMIC_RATIO * float(np.median(positive)):
        axes.set_yscale("symlog", linthresh=float(np.median(positive)))
    to_page = axes.yaxis.get_transform()
    with_room = float(to_page.inverted().transform(HEADROOM * to_page.transform(np.array([highest])))[0])
    axes.set_ylim(0.0, min(with_room, MOST_MEANS * top) if top > 0 else with_room)


def _sample_years(results: Results) -> str:
    return str(results.manifest.get("sample_years", "–"))


def _finding(results: Results, lang: str) -> str:
    """Which bundles lower or raise unserved energy in every pair of replications.

    In the provincial view; where it was not assessed, in the view that has most of it.
    Not those whose interval leaves zero out: of six intervals over few pairs that picks the least noisy effect.
    """
    column = most_of(results.viewed, PROVINCIAL)
    if column is None:
        raise Missing("the study assessed no view of reliability")
    error = "eue_se" if column == PROVINCIAL else f"{column}.se"
    base = level(results, column, results.baseline)
    rows = results.viewed[(results.viewed["bundle"] == results.baseline)
                          & (results.viewed["scenario"] == results.scenario)]
    bound = pooled(with_bounds(rows, results.outcomes), column) if base.mean == 0.0 else nan
    told = with_error(base, say("unit.MWh/y", lang))
    leaves = say("reliability.leaves", lang, base=told) if isnan(bound) else say(
        "reliability.none", lang, bound=rounded_up(bound))
    changes = {b: difference(results, column, b, se=error) for b in results.shown if b != results.baseline}
    lower = [b for b, change in changes.items() if _is_same(change) and change.mean < 0]
    higher = [b for b, change in changes.items() if _is_same(change) and change.mean > 0]
    view = results.view(column.partition(".")[2] or "province", lang)
    start = say("reliability.base" if column == PROVINCIAL else "reliability.no_province", lang, view=view,
                leaves=leaves)
    parts = [_clause("lower", lower, changes, results, lang), _clause("higher", higher, changes, results, lang)]
    if changes and not lower and not higher:
        parts = [say("reliability.unclear", lang, n=base.n)]
    elif (lower or higher) and all(changes[b].low <= 0.0 <= changes[b].high for b in (*lower, *higher)):
        pairs = min(changes[b].n for b in (*lower, *higher))
        parts.append(say("reliability.chance", lang, odds=f"1/{2 ** (pairs - 1)}"))
    return sentences([start, *parts], lang)


def _is_same(change: Interval) -> bool:
    """Whether all of several pairs have the sign of the mean."""
    return change.n > 1 and change.same_sign == 1.0


def _clause(kind: str, bundles: Sequence[str], changes: dict[str, Interval], results: Results, lang: str) -> str:
    """Names, and the change of the one that changes most."""
    if not bundles:
        return ""
    most = max(bundles, key=lambda bundle: abs(changes[bundle].mean))
    change = changes[most]
    told = with_error(change, say("unit.MWh/y", lang), signed=True)
    values = {"names": named(results, bundles, lang), "change": told, "n": change.n}
    if len(bundles) == 1:
        return say(f"reliability.{kind}", lang, **values)
    return say(f"reliability.{kind}_most", lang, most=results.title(most, lang), **values)

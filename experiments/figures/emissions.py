"""When do emissions peak? CO2 of the plan boundary by bundle, and what each bundle changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import (
    bundle_legend,
    canvas,
    fit,
    lines,
    named,
    note,
    panel_title,
    target_of,
    whole_years,
    wide,
)
from dafeng.experiments.figures.data import Results, against, spread
from dafeng.experiments.figures.style import looks
from dafeng.experiments.labels import say, sentences

TONNES = 1e6
HALF = 0.5
DODGE = 0.016
"""Share of the axis by which markers of one year are set apart."""
SETTLED_YEARS = 5
"""A peak is established when so many years without a higher one follow (MODEL_SPEC 8.11)."""


@FIGURES.add("emissions", title="CO2 emissions of the plan boundary", title_zh="规划口径二氧化碳排放", place=1)
def emissions(results: Results, lang: str) -> Drawing:
    """Trajectories with bands and peaks; below, paired differences from the baseline."""
    rows = results.yearly("emissions_tco2", basis="plan")
    rows = rows.assign(value=rows["value"] / TONNES, se=rows["se"] / TONNES)
    levels, changes = spread(rows), spread(against(rows, results.baseline))
    deadline = _deadline(results)
    figure, (above, below) = canvas(8.6, 5.8, 2, height_ratios=[2.2, 1.0], sharex=True)
    lines(above, levels, results, results.pair)
    lines(below, changes, results, results.shown)
    fit(above, levels)
    fit(below, changes)
    peaks = _peaks(rows, results.shown, deadline)
    _frame(above, below, levels, deadline, lang)
    _mark_peaks(above, peaks, results)
    hollow = Line2D([], [], color="#555555", marker="o", markerfacecolor="white", linestyle="",
                    label=say("emissions.beyond", lang))
    order = sorted(results.shown, key=lambda name: -_last(levels, name))
    bundle_legend(figure, results, lang, order, is_marked=True, more=[hollow] if any(peaks["at_end"] > HALF) else [])
    data = pd.concat([wide(levels, {"what": "level_mt"}), wide(changes, {"what": "difference_mt"}), _markers(peaks)])
    caption = note(results, lang, say("note.plan", lang), say("emissions.markers", lang))
    return Drawing(figure, data, _finding(results, peaks, deadline, lang), caption)


def _deadline(results: Results) -> int | None:
    """The year by which the plan wants the peak."""
    target = target_of(results, "peak_year")
    return int(target.value) if target and target.value else None


def _peaks(rows: pd.DataFrame, shown: Sequence[str], deadline: int | None) -> pd.DataFrame:
    """bundle; first, median and last peak year, mean level; shares of runs not yet past their peak, in time."""
    top = rows.loc[rows.groupby(["bundle", "replication"])["value"].idxmax()]
    last = int(rows["year"].max())
    settled = top["year"] <= last - SETTLED_YEARS
    top = top.assign(in_time=settled & (top["year"] <= (deadline or last)), at_end=~settled)
    found = top.groupby("bundle").agg(
        first=("year", "min"), median=("year", lambda years: int(np.quantile(years, HALF, method="higher"))),
        last=("year", "max"), level=("value", "mean"), at_end=("at_end", "mean"),
        in_time=("in_time", "mean"), n=("year", "size"),
    )
    return found.loc[[bundle for bundle in shown if bundle in found.index]].reset_index()


def _markers(peaks: pd.DataFrame) -> pd.DataFrame:
    """The markers as rows of the figure's data: median peak year, mean peak level, range of years, hollow or not.

    `peak_settled` is the share of runs in which five years follow the peak, `peak_in_time` of those by the deadline.
    """
    return pd.DataFrame({
        "what": "peak_mt", "bundle": peaks["bundle"], "year": peaks["median"], "mean": peaks["level"], "n": peaks["n"],
        "peak_first_year": peaks["first"], "peak_last_year": peaks["last"], "peak_settled": 1.0 - peaks["at_end"],
        "peak_in_time": peaks["in_time"], "marker": np.where(peaks["at_end"] > HALF, "hollow", "full"),
    })


def _mark_peaks(axes: Axes, peaks: pd.DataFrame, results: Results) -> None:
    """A marker at the median peak year, with the range of years over replications."""
    look = looks(results.bundles)
    span = float(np.diff(axes.get_xlim())[0])
    aside = np.linspace(-DODGE * span, DODGE * span, len(peaks)) if len(peaks) > 1 else [0.0]
    for peak, dodge in zip(peaks.to_dict("records"), aside, strict=True):
        mine = look[str(peak["bundle"])]
        if peak["first"] < peak["last"]:
            axes.plot([peak["first"], peak["last"]], [peak["level"]] * 2, color=mine.colour, linewidth=0.9)
        is_hollow = peak["at_end"] > HALF
        axes.plot(peak["median"] + dodge, peak["level"], linestyle="", zorder=5, **mine.of_marker(is_hollow=is_hollow))


def _frame(above: Axes, below: Axes, levels: pd.DataFrame, deadline: int | None, lang: str) -> None:
    panel_title(above, say("emissions.level", lang))
    panel_title(below, say("emissions.change", lang))
    above.set_ylabel(say("unit.mt_a_year", lang))
    below.set_ylabel(say("unit.mt_a_year", lang))
    below.axhline(0, color="#000000", linewidth=1.0)
    below.set_xlabel(say("year", lang))
    whole_years(below, levels["year"].tolist())
    if deadline is not None and deadline <= levels["year"].max():
        for axes in (above, below):
            axes.axvline(deadline, color="#777777", linewidth=1.0, linestyle=(0, (2, 2)), zorder=0)
        above.text(deadline + 0.15, 0.02, say("emissions.deadline", lang, year=deadline), color="#555555", fontsize=8,
                   transform=above.get_xaxis_transform())


def _last(levels: pd.DataFrame, bundle: str) -> float:
    mine = levels[levels["bundle"] == bundle]
    return float(mine["mean"].iloc[-1]) if len(mine) else 0.0


def _finding(results: Results, peaks: pd.DataFrame, deadline: int | None, lang: str) -> str:
    """Which bundles peak by the deadline, which later, which not within the years simulated."""
    end = results.manifest["years"][1]
    limit = end if deadline is None or deadline > end else deadline
    is_open = peaks["at_end"] > HALF
    in_time, some = peaks["in_time"] == 1.0, (peaks["in_time"] > 0.0) & (peaks["in_time"] < 1.0)
    late = ~in_time & ~some
    groups = {"in_time": in_time, "some": some, "late": late & ~is_open, "open": late & is_open}
    told = {key: peaks[rows] for key, rows in groups.items() if rows.any()}
    said: list[str] = []
    for key, group in told.items():
        names = named(results, group["bundle"].tolist(), lang, said)
        key = f"{key}_once" if results.n == 1 and key == "in_time" else key
        said.append(say(f"emissions.{key}", lang, names=names, years=_years(group), limit=limit, end=end,
                        met=_met(results, group, lang)))
    return sentences([say("emissions.finding", lang, said=said[0]), *said[1:]], lang)


def _met(results: Results, group: pd.DataFrame, lang: str) -> str:
    """Runs in time of all runs, bundles with as many together, most first."""
    told = []
    for share, alike in group.groupby("in_time", sort=True):
        n, names = int(alike["n"].iloc[0]), named(results, alike["bundle"].tolist(), lang)
        told.append(say("emissions.met", lang, met=round(float(str(share)) * n), n=n, names=names))
    return (", " if lang == "en" else "，").join(reversed(told))


def _years(group: pd.DataFrame) -> str:
    first, last = int(group["first"].min()), int(group["last"].max())
    return str(first) if first == last else f"{first}–{last}"

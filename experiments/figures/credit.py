"""What is a megawatt worth to adequacy? Capacity credits over the years, as the system around them changes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.lines import Line2D

from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, place_legend, plain, whole_years
from dafeng.experiments.figures.data import SHARE, Missing, Results, spread
from dafeng.experiments.figures.style import Dashes
from dafeng.experiments.labels import say

KINDS: Mapping[str, tuple[str, str, Dashes]] = {
    "coal_usc": ("coal", "#000000", "-"),
    "gas_ccgt": ("gas", "#882255", "--"),
    "nuclear_epr": ("nuclear", "#AA4499", "-."),
    "pumped_hydro": ("pumped", "#0072B2", "-"),
    "battery_li": ("battery", "#56B4E9", "--"),
    "pv_utility": ("solar", "#E69F00", "-"),
    "wind_offshore": ("offshore", "#009E73", "-"),
    "wind_onshore": ("onshore", "#117733", ":"),
}
"""Technology -> word, colour, line."""
WIDEST = 0.5
"""An interval that fills half the frame says that nothing is known, and would bury the others."""
LEAST = 0.005
"""A smaller change of a credit is none."""


@FIGURES.add("credit", title="Capacity credits", title_zh="容量置信度", place=12)
def credit(results: Results, lang: str) -> Drawing:
    """One line a technology, of the bundle beside the baseline."""
    rows = results.rows("capacity_credit")
    bundle = results.pair[-1] if results.pair else ""
    rows = rows[(rows["bundle"] == bundle) & rows["technology"].isin(list(KINDS))]
    if rows.empty:
        raise Missing("the results hold no capacity credit")
    rows = rows.assign(technology=rows["technology"].astype(str))
    table = spread(rows, by=("technology", "year"), within=SHARE)
    figure, (axes,) = canvas(7.2, 4.2)
    handles = []
    for technology, (word, colour, line) in KINDS.items():
        mine = table[table["technology"] == technology]
        if mine.empty:
            continue
        mine = through_the_last_year(mine)
        shown = (mine["high"] - mine["low"]) < WIDEST
        axes.fill_between(mine["year"], mine["low"].where(shown), mine["high"].where(shown), step="post", color=colour,
                          alpha=0.12, linewidth=0)
        axes.step(mine["year"], mine["mean"], where="post", color=colour, linestyle=line)
        handles.append(Line2D([], [], color=colour, linestyle=line, label=say(f"credit.{word}", lang)))
    axes.set_ylim(0.0, 1.04)
    axes.set_ylabel(say("credit.y", lang))
    whole_years(axes, sorted(set(table["year"])))
    axes.set_xlim(int(table["year"].min()), int(table["year"].max()) + 1.2)
    place_legend(figure, handles)
    caption = note(results, lang, say("credit.note", lang, bundle=results.title(bundle, lang)))
    return Drawing(figure, table, _finding(table, lang), caption)


def through_the_last_year(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of steps with the end of the last year: its value holds for the year, not for no time at all."""
    end = rows.iloc[[-1]]
    return pd.concat([rows, end.assign(year=end["year"] + 1)], ignore_index=True)


def _finding(table: pd.DataFrame, lang: str) -> str:
    """The technology whose credit changes most between the first year and the last."""
    first, last = int(table["year"].min()), int(table["year"].max())
    ends = table.pivot(index="technology", columns="year", values="mean")
    moved = (ends[last] - ends[first]).abs()
    if float(moved.max()) == 0.0:
        return say("credit.held", lang, first=first)
    if not float(moved.max()) >= LEAST:
        return say("credit.still", lang, first=first, last=last)
    most = str(moved.idxmax())
    start, end = (plain(float(ends[year].to_dict()[most]), 2) for year in (first, last))
    return say("credit.finding", lang, first=first, last=last, name=say(f"credit.{KINDS[most][0]}", lang), start=start,
               end=end)

"""What is a shortage like? Duration against depth, by how often a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title, plain
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.shortages import by_class, years_of
from dafeng.experiments.figures.style import looks
from dafeng.experiments.labels import say, sentences

LARGEST = 900.0
"""Area of the largest bubble, in square points."""


@FIGURES.add("shortage_events", title="Duration and depth of shortages", title_zh="缺电事件的时长与深度", place=11)
def shortage_events(results: Results, lang: str) -> Drawing:
    """A panel for the baseline and one for the bundle beside it, both axes logarithmic."""
    view, table = by_class(results, "shortage_events")
    shown = [bundle for bundle in results.pair if bundle in set(table["bundle"])]
    most, look = float(table["value"].max()), looks(results.bundles)
    figure, panels = canvas(4.4 * len(shown) + 0.6, 4.2, 1, len(shown), sharex=True, sharey=True)
    for axes, bundle in zip(panels, shown, strict=True):
        mine = table[table["bundle"] == bundle]
        axes.scatter(mine["first"], mine["second"], s=LARGEST * mine["value"] / most, color=look[bundle].colour,
                     alpha=0.6, linewidths=0.4, edgecolors="white")
        panel_title(axes, results.title(bundle, lang))
        axes.set_xlabel(say("shortage_events.x", lang))
    panels[0].set_xscale("log")
    panels[0].set_yscale("log")
    ticks = sorted(set(table["first"]))
    panels[0].set_xticks(ticks, [str(tick) for tick in ticks])
    panels[0].minorticks_off()
    panels[0].margins(0.15)
    panels[0].yaxis.set_major_formatter("{x:,.10g}")
    panels[0].set_ylabel(say("shortage_events.y", lang))
    first, last = years_of(results)
    about = say("shortages.sampled", lang, view=results.view(view, lang), first=first, last=last)
    caption = note(results, lang, about, say("shortage_events.note", lang, most=plain(most, 2)), bands=False)
    data = table.rename(columns={"first": "from_h", "second": "from_mw"})
    return Drawing(figure, data, sentences([_finding(results, table, bundle, lang) for bundle in shown], lang), caption)


def median_class(classes: pd.Series, weights: pd.Series) -> int:
    """The highest class that at least half of the weight reaches.

    >>> median_class(pd.Series([1, 4, 8]), pd.Series([1.0, 2.0, 1.0]))
    4
    """
    order = np.argsort(classes.to_numpy())[::-1]
    reached = np.cumsum(weights.to_numpy(np.float64)[order])
    return int(classes.to_numpy()[order][int(np.argmax(reached >= 0.5 * reached[-1]))])


def _finding(results: Results, table: pd.DataFrame, bundle: str, lang: str) -> str:
    mine = table[table["bundle"] == bundle]
    return say(
        "shortage_events.finding", lang, bundle=results.title(bundle, lang), times=plain(float(mine["value"].sum()), 2),
        hours=median_class(mine["first"], mine["value"]), depth=plain(median_class(mine["second"], mine["value"]), 2),
    )

"""What is a shortage like? Duration against depth, by how often a year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dafeng.configs.units import Floats, Ints
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title, plain
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.page import RIGHT
from dafeng.experiments.figures.shortages import by_class, counted, few, seen, years_of
from dafeng.experiments.figures.style import looks
from dafeng.experiments.labels import say, sentences
from dafeng.sim.shortages import DEPTHS_MW, DURATIONS_H

PANEL_IN = (3.6, 3.3)
"""About the size of a panel inside its frame."""
FILLED = 0.95
"""Diameter of the largest bubble over the smaller side of a class: bubbles of neighbours never overlap."""
WIDEST_PT = 30.0
KEYS = (1.0, 0.25, 0.05)
"""Sizes in the key, as shares of the largest."""
SPACED = 2.0
"""Lines of text between the entries of the key, so that its bubbles stand apart."""
LEAST_CLASSES = 4
POINTS_PER_INCH = 72.0


@FIGURES.add("shortage_events", title="Duration and depth of shortages", title_zh="缺电事件的时长与深度", place=11)
def shortage_events(results: Results, lang: str) -> Drawing:
    """A panel for the baseline and one for the bundle beside it; a place for each class of duration and depth."""
    view, table = by_class(results, "shortage_events")
    shown = [bundle for bundle in results.pair if bundle in set(table["bundle"])]
    most, look = float(table["value"].max()), looks(results.bundles)
    across, up = classes_of(table["first"], DURATIONS_H), classes_of(table["second"], DEPTHS_MW)
    widest = FILLED * POINTS_PER_INCH * min(PANEL_IN[0] / len(across), PANEL_IN[1] / len(up))
    largest = min(widest, WIDEST_PT) ** 2
    figure, panels = canvas(4.2 * len(shown) + 1.4, 4.2, 1, len(shown), sharex=True, sharey=True)
    for axes, bundle in zip(panels, shown, strict=True):
        mine = table[table["bundle"] == bundle]
        axes.scatter(np.searchsorted(across, mine["first"]), np.searchsorted(up, mine["second"]),
                     s=largest * mine["value"] / most, color=look[bundle].colour, linewidths=0.0)
        panel_title(axes, results.title(bundle, lang))
        axes.set_xlabel(say("shortage_events.x", lang))
    _frame(panels[0], across, up)
    panels[0].set_ylabel(say("shortage_events.y", lang))
    _key(figure, most, largest, lang)
    first, last = years_of(results)
    about = say("shortages.sampled", lang, view=results.view(view, lang), first=first, last=last)
    counts = seen(results, view)
    told_of = counted(results, view, counts, lang)
    caption = note(results, lang, about, say("shortage_events.note", lang), told_of, bands=False)
    finding = sentences([few(results, bundle, counts[bundle], "shortages.like", lang)
                         or _finding(results, table, bundle, counts[bundle][0], lang) for bundle in shown], lang)
    return Drawing(figure, table.rename(columns={"first": "from_h", "second": "from_mw"}), finding, caption)


def classes_of(found: pd.Series, every: tuple[int, ...]) -> Ints:
    """The classes between the lowest and the highest that were met, at least four.

    >>> classes_of(pd.Series([3, 8]), DURATIONS_H).tolist()
    [3, 4, 6, 8]
    """
    classes = np.array(every, dtype=np.int64)
    low, high = (int(np.searchsorted(classes, value)) for value in (found.min(), found.max()))
    high = min(max(high, low + LEAST_CLASSES - 1), len(classes) - 1)
    return classes[min(low, high - LEAST_CLASSES + 1):high + 1]


def _frame(axes: Axes, across: Ints, up: Ints) -> None:
    """A tick for each class, and half a class beyond the last ones."""
    axes.set_xticks(range(len(across)), [str(lowest) for lowest in across])
    axes.set_yticks(range(len(up)), [f"{lowest:,}" for lowest in up])
    axes.set_xlim(-0.6, len(across) - 0.4)
    axes.set_ylim(-0.6, len(up) - 0.4)


def _key(figure: Figure, most: float, largest: float, lang: str) -> None:
    """What the sizes of bubbles mean."""
    sizes: Floats = np.array(KEYS)
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=float(np.sqrt(largest * share)), color="#888888",
               markeredgewidth=0.0, label=plain(most * share, 2))
        for share in sizes
    ]
    legend = figure.legend(handles=handles, loc="upper right", labelspacing=SPACED, borderpad=SPACED / 2.0,
                           title=say("shortage_events.keys", lang))
    legend.set_gid(RIGHT)


def median_class(classes: pd.Series, weights: pd.Series) -> int:
    """The highest class that at least half of the weight reaches.

    >>> median_class(pd.Series([1, 4, 8]), pd.Series([1.0, 2.0, 1.0]))
    4
    """
    order = np.argsort(classes.to_numpy())[::-1]
    reached = np.cumsum(weights.to_numpy(np.float64)[order])
    return int(classes.to_numpy()[order][int(np.argmax(reached >= 0.5 * reached[-1]))])


def _finding(results: Results, table: pd.DataFrame, bundle: str, count: int, lang: str) -> str:
    mine = table[table["bundle"] == bundle]
    return say(
        "shortage_events.finding", lang, bundle=results.title(bundle, lang), times=plain(float(mine["value"].sum()), 2),
        count=f"{count:,}", hours=median_class(mine["first"], mine["value"]),
        depth=plain(median_class(mine["second"], mine["value"]), 2),
    )

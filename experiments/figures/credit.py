"""What is a megawatt worth to adequacy? Capacity credits over the years, as the system around them changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title, place_legend, plain
from dafeng.experiments.figures.data import SHARE, Missing, Results, spread
from dafeng.experiments.figures.style import Dashes
from dafeng.experiments.labels import listed, say, sentences
from dafeng.sim.credit import EVERY_YEARS
from dafeng.sim.credit_shares import TABLE

KINDS: Mapping[str, tuple[str, str, Dashes, str]] = {
    "coal_usc": ("coal", "#000000", "-", "o"),
    "gas_ccgt": ("gas", "#882255", "--", "D"),
    "nuclear_epr": ("nuclear", "#AA4499", "-.", "P"),
    "pumped_hydro": ("pumped", "#0072B2", "-", "v"),
    "battery_li": ("battery", "#56B4E9", "--", "^"),
    "pv_utility": ("solar", "#E69F00", "-", "*"),
    "wind_offshore": ("offshore", "#009E73", "-", "s"),
    "wind_onshore": ("onshore", "#117733", ":", "X"),
}
"""Technology -> word, colour, line, marker."""
STANDING: Mapping[str, tuple[str, ...]] = {
    "coal_usc": ("coal_",), "gas_ccgt": ("gas_",), "pv_utility": ("pv_",), "nuclear_epr": ("nuclear_epr",),
    "wind_offshore": ("wind_offshore",), "wind_onshore": ("wind_onshore",),
}
"""Technology -> how the names of what stands of it begin; stores are told by `storage_mw`."""
LEAST = 0.005
"""A smaller change of a credit is none."""
APART = 0.5
"""Years over which the technologies of one year stand side by side, where their intervals would bury each other."""


@FIGURES.add("credit", title="Capacity credits", title_zh="容量置信度", place=12)
def credit(results: Results, lang: str) -> Drawing:
    """A panel for the baseline and one for the bundle beside it; a mark with its interval where one was computed."""
    rows, shown = _rows(results, lang)
    here, absent = _there(results, [name for name in KINDS if name in set(rows["technology"])])
    table = spread(rows[rows["technology"].isin(here)], by=("bundle", "technology", "year"), within=SHARE)
    table = table[(table["year"] - int(table["year"].min())) % EVERY_YEARS == 0]
    figure, panels = canvas(3.9 * len(shown) + 1.7, 4.2, 1, len(shown), sharey=True)
    for axes, bundle in zip(panels, shown, strict=True):
        _draw(axes, table[table["bundle"] == bundle], here)
        panel_title(axes, results.title(bundle, lang))
    panels[0].set_ylabel(say("credit.y", lang))
    words = {name: say(f"credit.{word}", lang) for name, (word, *_) in KINDS.items()}
    place_legend(figure, [Line2D([], [], label=words[name], **_look(name)) for name in here])
    absence = [say("credit.absent", lang, names=listed([words[name] for name in absent], lang))] if absent else []
    caption = note(results, lang, say("credit.note", lang), *absence)
    finding = sentences([_finding(results, table, bundle, lang) for bundle in shown], lang)
    return Drawing(figure, table, finding, caption)


def _rows(results: Results, lang: str) -> tuple[pd.DataFrame, list[str]]:
    """Computed credits of the baseline and the bundle beside it, and the bundles that have them."""
    every = results.rows("capacity_credit", basis=None)
    rows = every[(every["basis"] != TABLE) & every["bundle"].isin(results.pair) & every["technology"].isin(list(KINDS))]
    if rows.empty:
        raise Missing(say("credit.constants", lang) if len(every) else "the results hold no capacity credit")
    rows = rows.assign(technology=rows["technology"].astype(str), bundle=rows["bundle"].astype(str))
    return rows, [bundle for bundle in results.pair if bundle in set(rows["bundle"])]


def _there(results: Results, technologies: Sequence[str]) -> tuple[list[str], list[str]]:
    """Technologies of which some run had a megawatt in some year, and those of which none had."""
    try:
        standing = results.rows("capacity_mw")
    except Missing:
        return [*technologies], []
    names = {str(name) for name in standing.loc[standing["value"] > 0.0, "technology"]}
    stores = results.outcomes["variable"].eq("storage_mw") & (results.outcomes["value"] > 0.0)
    is_there = {name: any(one.startswith(STANDING[name]) for one in names) if name in STANDING else bool(stores.any())
                for name in technologies}
    here = [name for name in technologies if is_there[name]]
    return (here, [name for name in technologies if not is_there[name]]) if here else ([*technologies], [])


def _look(technology: str) -> dict[str, Any]:
    _, colour, line, marker = KINDS[technology]
    return {"color": colour, "linestyle": line, "marker": marker, "markersize": 5.0, "linewidth": 1.0}


def _draw(axes: Axes, table: pd.DataFrame, technologies: Sequence[str]) -> None:
    """Marks of a year side by side, joined by a line; a single year has no line."""
    years = sorted(set(table["year"]))
    offsets = np.linspace(-APART, APART, len(technologies)) if len(technologies) > 1 else np.zeros(1)
    for technology, offset in zip(technologies, offsets, strict=True):
        mine = table[table["technology"] == technology]
        x, mean = mine["year"].to_numpy(np.float64) + offset, mine["mean"].to_numpy(np.float64)
        low, high = (mine[name].fillna(mine["mean"]).to_numpy(np.float64) for name in ("low", "high"))
        axes.errorbar(x, mean, yerr=[mean - low, high - mean], capsize=2.5, elinewidth=1.0, **_look(technology))
    axes.set_ylim(0.0, 1.04)
    axes.set_xticks(years, [str(year) for year in years])
    axes.set_xlim(min(years) - 1.0, max(years) + 1.0)
    axes.grid(False, axis="x")


def _finding(results: Results, table: pd.DataFrame, bundle: str, lang: str) -> str:
    """The technology whose credit changes most between the first year and the last that has one."""
    mine, title = table[table["bundle"] == bundle], results.title(bundle, lang)
    first, last = int(mine["year"].min()), int(mine["year"].max())
    ends = mine.pivot(index="technology", columns="year", values="mean")
    if first == last:
        return say("credit.held", lang, first=first, bundle=title)
    moved = (ends[last] - ends[first]).abs()
    if not float(moved.max()) >= LEAST:
        return say("credit.still", lang, first=first, last=last, bundle=title)
    most = str(moved.idxmax())
    start, end = (plain(float(ends[year].to_dict()[most]), 2) for year in (first, last))
    return say("credit.finding", lang, first=first, last=last, name=say(f"credit.{KINDS[most][0]}", lang), start=start,
               end=end, bundle=title)

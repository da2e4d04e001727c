"""Where does the city's electricity come from? Own units and purchases; and what here serves the province."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dafeng.configs.units import MWH_PER_TWH
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title, place_legend, plain, whole_years
from dafeng.experiments.figures.data import ALL, Missing, Results, spread
from dafeng.experiments.figures.style import SOURCES, source_of
from dafeng.experiments.labels import say

OWN, PROVINCIAL = "power", "provincial"
TITLES: Mapping[str, str] = {OWN: "generation.serves_city", PROVINCIAL: "generation.serves_province"}
"""Rows of panels; a city without provincial units has only the first."""
PURCHASE = "purchase"
BAR = 0.86
HEADROOM = 0.08


@FIGURES.add("generation", title="Electricity by source", title_zh="电力来源构成", place=2)
def generation(results: Results, lang: str) -> Drawing:
    """Stacked bars by year: the baseline and the plan, units of the city above, provincial units below."""
    pair = results.pair
    if not pair:
        raise Missing("neither the baseline nor the plan has a finished run")
    stacks = _stacks(results, pair)
    kinds = [serves for serves in TITLES if serves == OWN or (stacks["serves"] == serves).any()]
    more: dict[str, Any] = {"sharex": True, "sharey": "row", "height_ratios": [1.1, 1.0][: len(kinds)]}
    figure, panels = canvas(4.7 * len(pair) + 1.6, 3.2 * len(kinds), len(kinds), len(pair), **more)
    for axes, (serves, bundle) in zip(panels, product(kinds, pair), strict=True):
        _bars(axes, stacks, bundle, serves)
        panel_title(axes, say(TITLES[serves], lang, bundle=results.title(bundle, lang)))
        if serves == OWN:
            _load(axes, results, bundle)
            axes.set_ylim(_range(stacks, results))
        if serves == kinds[-1]:
            axes.set_xlabel(say("year", lang))
            whole_years(axes, stacks["year"].tolist())
    for row in range(0, len(panels), len(pair)):
        panels[row].set_ylabel(say("unit.twh_a_year", lang))
    _legend(figure, stacks, lang)
    caption = note(results, lang, say("generation.note", lang))
    return Drawing(figure, stacks, _finding(results, pair, lang), caption)


def _stacks(results: Results, pair: Sequence[str]) -> pd.DataFrame:
    """bundle, year, serves, source, twh: mean over replications."""
    rows = results.rows("generation_mwh")
    rows = rows[rows["bundle"].isin(pair) & (rows["technology"] != ALL) & rows["sector"].isin([OWN, PROVINCIAL])]
    if rows.empty:
        raise Missing("the results hold no generation by technology")
    rows = rows.assign(source=rows["technology"].map(source_of), serves=rows["sector"])
    bought = results.yearly("net_import_mwh")
    bought = bought[bought["bundle"].isin(pair)].assign(source=PURCHASE, serves=OWN)
    both = pd.concat([rows, bought])
    keys = ["bundle", "year", "serves", "source"]
    runs = both.groupby([*keys, "replication"], observed=True)["value"].sum()
    mean = runs.groupby(level=keys, observed=True).mean() / MWH_PER_TWH
    return mean.rename("twh").reset_index()


def _bars(axes: Axes, stacks: pd.DataFrame, bundle: str, serves: str) -> None:
    """One bar a year; what the city sells stands below zero."""
    mine = stacks[(stacks["bundle"] == bundle) & (stacks["serves"] == serves)]
    table = mine.pivot(index="year", columns="source", values="twh").fillna(0.0)
    base = np.zeros(len(table))
    for source in (source for source in SOURCES if source.key in table):
        values = table[source.key].to_numpy(np.float64)
        start = np.where(values < 0, 0.0, base)
        axes.bar(table.index, values, BAR, bottom=start, color=source.colour, hatch=source.hatch, edgecolor="white",
                 linewidth=0.3)
        base = base + np.maximum(values, 0.0)
    axes.axhline(0, color="#777777", linewidth=0.7)


def _load(axes: Axes, results: Results, bundle: str) -> None:
    """The city's load as a line, and the interval of its own generation as bars on the stack."""
    load = spread(results.yearly("load_mwh"))
    load = load[load["bundle"] == bundle]
    axes.plot(load["year"], load["mean"] / MWH_PER_TWH, color="#000000", linewidth=1.3, marker=".", markersize=4)
    own = spread(results.yearly("generation_mwh", sector=OWN))
    own = own[(own["bundle"] == bundle) & own["low"].notna()]
    if len(own):
        mean = own["mean"].to_numpy(np.float64) / MWH_PER_TWH
        half = (own["high"] - own["mean"]).to_numpy(np.float64) / MWH_PER_TWH
        axes.errorbar(own["year"], mean, yerr=half, fmt="none", ecolor="#000000", elinewidth=0.8, capsize=1.5)


def _range(stacks: pd.DataFrame, results: Results) -> tuple[float, float]:
    """From what is sold at most to a little above the highest load; an interval of few runs may leave the frame."""
    sold = stacks[stacks["twh"] < 0].groupby(["bundle", "year"], observed=True)["twh"].sum()
    highest = float(results.yearly("load_mwh")["value"].max()) / MWH_PER_TWH
    lowest = float(sold.min()) if len(sold) else 0.0
    return (1 + HEADROOM) * lowest, (1 + HEADROOM) * highest


def _legend(figure: Figure, stacks: pd.DataFrame, lang: str) -> None:
    """From the top of the stack to its bottom."""
    there = set(stacks["source"])
    patches = [
        Patch(facecolor=s.colour, hatch=s.hatch, edgecolor="#666666", label=say(f"source.{s.key}", lang))
        for s in reversed(SOURCES) if s.key in there
    ]
    line = Line2D([], [], color="#000000", marker=".", linewidth=1.3, label=say("load", lang))
    place_legend(figure, [line, *patches])


def _finding(results: Results, pair: Sequence[str], lang: str) -> str:
    """The share of load that own units cover at the end, and how much the plan differs from the baseline."""
    own, load = results.yearly("generation_mwh", sector=OWN), results.yearly("load_mwh")
    last = int(own["year"].max())
    shares = []
    for bundle in pair:
        mine, all_of_it = (t[(t["bundle"] == bundle) & (t["year"] == last)]["value"].mean() for t in (own, load))
        shares.append((results.title(bundle, lang), mine / MWH_PER_TWH, mine / all_of_it))
    each = [
        say("generation.share", lang, bundle=name, twh=plain(twh), share=f"{share:.0%}") for name, twh, share in shares
    ]
    joint = "; " if lang == "en" else "；"
    return say("generation.finding", lang, year=last, each=joint.join(each))

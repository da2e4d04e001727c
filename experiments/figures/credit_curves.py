"""How far does a kind's worth go? Capacity credits by size, in the last year whose curves were computed."""

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
from dafeng.experiments.figures.shortages import number_in
from dafeng.experiments.figures.style import Dashes
from dafeng.experiments.labels import say, sentences

KINDS: Mapping[str, tuple[str, Dashes, str]] = {
    "solar": ("#E69F00", "-", "o"),
    "wind_offshore": ("#009E73", "-", "s"),
    "storage_1h": ("#56B4E9", ":", "^"),
    "storage_2h": ("#56B4E9", "--", "^"),
    "storage_4h": ("#0072B2", "-.", "^"),
    "storage_8h": ("#0072B2", "-", "^"),
    "response": ("#CC79A7", "--", "v"),
    "v2g": ("#882255", "-.", "D"),
}
"""Kind -> colour, line, marker."""
MW_PER_GW = 1000.0
APART = 0.16
"""Share of a size over which its marks stand side by side, where their intervals would bury each other."""


@FIGURES.add("credit_curves", title="Capacity credit by size", title_zh="容量置信度随规模的变化", place=13)
def credit_curves(results: Results, lang: str) -> Drawing:
    """A panel for the baseline and one for the bundle beside it; one curve a kind, with its intervals."""
    try:
        rows = results.rows("capacity_credit_curve")
    except Missing as error:
        raise Missing(say("credit_curves.missing", lang)) from error
    rows = rows[rows["bundle"].isin(results.pair)]
    if rows.empty:
        raise Missing(say("credit_curves.missing", lang))
    year = int(rows["year"].max())
    rows = rows[rows["year"] == year]
    rows = rows.assign(kind=rows["technology"].astype(str), gw=number_in(rows["fuel"]) / MW_PER_GW,
                       bundle=rows["bundle"].astype(str))
    table = spread(rows, by=("bundle", "kind", "gw"), within=SHARE)
    shown, here = [[name for name in names if name in set(table[column])]
                   for names, column in ((results.pair, "bundle"), (KINDS, "kind"))]
    figure, panels = canvas(4.3 * len(shown) + 1.6, 4.2, 1, len(shown), sharey=True, sharex=True)
    for axes, bundle in zip(panels, shown, strict=True):
        _draw(axes, table[table["bundle"] == bundle], here)
        panel_title(axes, results.title(bundle, lang))
        axes.set_xlabel(say("curve.x", lang))
    sizes = sorted(set(table["gw"]))
    panels[0].set_xscale("log")
    panels[0].set_xticks(sizes, [f"{size:g}" for size in sizes])
    panels[0].minorticks_off()
    panels[0].set_ylim(0.0, min(1.0, 1.1 * float(table["high"].fillna(table["mean"]).max())) * 1.04)
    panels[0].set_ylabel(say("credit.y", lang))
    place_legend(figure, [Line2D([], [], label=say(f"curve.{kind}", lang), **_look(kind)) for kind in here])
    caption = note(results, lang, say("curve.note", lang, year=year))
    finding = sentences([_finding(results, table, bundle, lang, year) for bundle in shown], lang)
    return Drawing(figure, table.assign(year=year), finding, caption)


def _look(kind: str) -> dict[str, Any]:
    colour, line, marker = KINDS[kind]
    return {"color": colour, "linestyle": line, "marker": marker, "markersize": 4.0, "linewidth": 1.0}


def _draw(axes: Axes, table: pd.DataFrame, kinds: Sequence[str]) -> None:
    """Curves, with the marks of one size side by side."""
    offsets = np.linspace(-APART, APART, len(kinds)) if len(kinds) > 1 else np.zeros(1)
    for kind, offset in zip(kinds, offsets, strict=True):
        mine = table[table["kind"] == kind]
        x, mean = mine["gw"].to_numpy(np.float64) * (1.0 + offset), mine["mean"].to_numpy(np.float64)
        low, high = (mine[name].fillna(mine["mean"]).to_numpy(np.float64) for name in ("low", "high"))
        axes.errorbar(x, mean, yerr=[mean - low, high - mean], capsize=2.0, elinewidth=0.9, **_look(kind))


def _finding(results: Results, table: pd.DataFrame, bundle: str, lang: str, year: int) -> str:
    """The kind that loses most between the smallest and the largest size."""
    wide = table[table["bundle"] == bundle].pivot(index="kind", columns="gw", values="mean")
    small, large = wide.columns.min(), wide.columns.max()
    ends = wide[[small, large]].to_numpy(np.float64)
    at = int(np.argmax(ends[:, 0] - ends[:, 1]))
    return say(
        "curve.finding", lang, year=year, bundle=results.title(bundle, lang), name=say(f"curve.{wide.index[at]}", lang),
        start=plain(float(ends[at, 0]), 2), end=plain(float(ends[at, 1]), 2), small=f"{float(small):g}",
        large=f"{float(large):g}",
    )

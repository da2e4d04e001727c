"""How far does a kind's worth go? Capacity credits by size, in the last year whose curves were computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, place_legend, plain
from dafeng.experiments.figures.data import SHARE, Missing, Results, spread
from dafeng.experiments.figures.shortages import number_in
from dafeng.experiments.figures.style import Dashes
from dafeng.experiments.labels import say

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


@FIGURES.add("credit_curves", title="Capacity credit by size", title_zh="容量置信度随规模的变化", place=13)
def credit_curves(results: Results, lang: str) -> Drawing:
    """One curve a kind, with its interval, of the bundle beside the baseline."""
    bundle = results.pair[-1] if results.pair else ""
    try:
        rows = results.rows("capacity_credit_curve")
    except Missing as error:
        raise Missing(say("credit_curves.missing", lang)) from error
    rows = rows[rows["bundle"] == bundle]
    if rows.empty:
        raise Missing(say("credit_curves.missing", lang))
    year = int(rows["year"].max())
    rows = rows[rows["year"] == year]
    rows = rows.assign(kind=rows["technology"].astype(str), gw=number_in(rows["fuel"]) / MW_PER_GW)
    table = spread(rows, by=("kind", "gw"), within=SHARE)
    figure, (axes,) = canvas(7.2, 4.2)
    handles = []
    for kind, (colour, line, marker) in KINDS.items():
        mine = table[table["kind"] == kind]
        if mine.empty:
            continue
        look: dict[str, Any] = {"color": colour, "linestyle": line, "marker": marker, "markersize": 4.0}
        axes.fill_between(mine["gw"], mine["low"], mine["high"], color=colour, alpha=0.12, linewidth=0)
        axes.plot(mine["gw"], mine["mean"], **look)
        handles.append(Line2D([], [], label=say(f"curve.{kind}", lang), **look))
    axes.set_xscale("log")
    sizes = sorted(set(table["gw"]))
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.minorticks_off()
    axes.set_ylim(0.0, min(1.0, 1.1 * float(table["high"].fillna(table["mean"]).max())) * 1.04)
    axes.set_xlabel(say("curve.x", lang))
    axes.set_ylabel(say("credit.y", lang))
    place_legend(figure, handles)
    caption = note(results, lang, say("curve.note", lang, bundle=results.title(bundle, lang), year=year))
    return Drawing(figure, table.assign(year=year, bundle=bundle), _finding(table, lang, year), caption)


def _finding(table: pd.DataFrame, lang: str, year: int) -> str:
    """The kind that loses most between the smallest and the largest size."""
    wide = table.pivot(index="kind", columns="gw", values="mean")
    small, large = wide.columns.min(), wide.columns.max()
    ends = wide[[small, large]].to_numpy(np.float64)
    at = int(np.argmax(ends[:, 0] - ends[:, 1]))
    return say(
        "curve.finding", lang, year=year, name=say(f"curve.{wide.index[at]}", lang), start=plain(float(ends[at, 0]), 2),
        end=plain(float(ends[at, 1]), 2), small=f"{float(small):g}", large=f"{float(large):g}",
    )

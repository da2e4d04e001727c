"""What do storage, response and smart charging shave? Duration curves of load and of what is left to buy or burn."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dafeng.configs.units import Floats
from dafeng.experiments.figures import hours as kept_hours
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import bundle_legend, canvas, fit, lines, note, panel_title, with_error
from dafeng.experiments.figures.data import Missing, Results, is_clear, spread
from dafeng.experiments.labels import say
from dafeng.experiments.paired import Interval, interval, paired

MW_PER_GW = 1000.0
POINTS = 160
"""Ranks drawn of 8,760: evenly on the logarithmic axis."""
HIGHEST_H = 10
"""The finding speaks of the mean of this many highest hours: one hour is too much chance."""
CURVES = ("load", "residual")

Sorted: TypeAlias = dict[tuple[str, int], dict[str, Floats]]
"""(bundle, replication) -> curve -> GW from the highest hour to the lowest."""


@FIGURES.add("duration", title="Load duration curves", title_zh="负荷持续曲线", place=6)
def duration(results: Results, lang: str) -> Drawing:
    """Load on the left, residual load after all flexibility on the right; hours on a logarithmic axis."""
    year = kept_hours.last_year(results)
    found = _sorted(results, year)
    tables = {curve: _table(found, curve) for curve in CURVES}
    figure, panels = canvas(9.4, 4.2, 1, 2, sharey=True)
    for axes, curve in zip(panels, CURVES, strict=True):
        lines(axes, tables[curve], results, results.pair, "rank")
        panel_title(axes, say(f"duration.{curve}", lang))
        _scale(axes, lang)
    fit(panels[0], pd.concat(tables.values()))
    panels[0].set_ylabel("GW")
    bundles = {bundle for bundle, _ in found}
    bundle_legend(figure, results, lang, [bundle for bundle in results.shown if bundle in bundles])
    data = pd.concat([table.assign(what=curve, year=year) for curve, table in tables.items()])
    caption = note(results, lang, say("duration.note", lang, year=year))
    return Drawing(figure, data, _finding(results, found, year, lang), caption)


def _sorted(results: Results, year: int) -> Sorted:
    found: Sorted = {}
    for bundle in results.shown:
        for replication, hours in kept_hours.each(results, year, bundle):
            curves = {"load": kept_hours.column(hours, "load_mw"), "residual": kept_hours.after_flexibility(hours)}
            found[bundle, replication] = {name: np.sort(mw)[::-1] / MW_PER_GW for name, mw in curves.items()}
    if not found:
        raise Missing("no finished run kept its hours")
    return found


def _table(found: Sorted, curve: str) -> pd.DataFrame:
    """bundle, rank, mean, low, high over replications, rank by rank."""
    hours = len(next(iter(found.values()))[curve])
    ranks = np.unique(np.geomspace(1, hours, POINTS).round().astype(np.int64))
    rows = [
        pd.DataFrame({"bundle": bundle, "replication": replication, "rank": ranks, "value": curves[curve][ranks - 1]})
        for (bundle, replication), curves in found.items()
    ]
    return spread(pd.concat(rows).assign(se=0.0), by=("bundle", "rank"))


def _scale(axes: Axes, lang: str) -> None:
    axes.set_xscale("log")
    axes.set_xticks([1, 10, 100, 1000, 8760], ["1", "10", "100", "1,000", "8,760"])
    axes.minorticks_off()
    axes.set_xlim(1, 8760)
    axes.set_xlabel(say("duration.hours", lang))


def _highest(found: Sorted, bundle: str) -> dict[int, float]:
    """Mean residual load of the highest hours, by replication."""
    return {r: float(curves["residual"][:HIGHEST_H].mean()) for (b, r), curves in found.items() if b == bundle}


def _change(found: Sorted, bundle: str, baseline: str) -> Interval:
    """Paired change of the highest hours from the baseline."""
    ours, theirs = _highest(found, bundle), _highest(found, baseline)
    both = sorted(set(ours) & set(theirs))
    return paired(np.array([ours[r] for r in both]), np.array([theirs[r] for r in both]))


def _finding(results: Results, found: Sorted, year: int, lang: str) -> str:
    """The bundle that lowers the highest hours most, and by how much."""
    base = interval(np.array(list(_highest(found, results.baseline).values())))
    others = {bundle for bundle, _ in found} - {results.baseline}
    changes = {bundle: _change(found, bundle, results.baseline) for bundle in results.shown if bundle in others}
    known = {bundle: change for bundle, change in changes.items() if change.n}
    values = {"year": year, "hours": HIGHEST_H, "base": with_error(base, "GW")}
    if not known:
        return say("duration.alone", lang, **values)
    best = min(known, key=lambda bundle: known[bundle].mean)
    change = known[best]
    kind = "lowered" if change.mean < 0 and (is_clear(change) or change.n == 1) else "unclear"
    shown = with_error(change, "GW", signed=True)
    return say(f"duration.{kind}", lang, bundle=results.title(best, lang), change=shown, n=change.n, **values)

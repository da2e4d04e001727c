"""What does each bundle change? Paired differences from the baseline with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from dafeng.experiments.compare import span_of
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, note, panel_title, place_legend, with_error
from dafeng.experiments.figures.data import Missing, Results, difference, is_clear
from dafeng.experiments.figures.page import BELOW
from dafeng.experiments.figures.style import looks
from dafeng.experiments.labels import say, sentences
from dafeng.experiments.paired import Interval
from dafeng.experiments.viewed import most_of


@dataclass(frozen=True)
class Panel:
    """One measure: its column in the summary, its unit, the column of its sampling error."""

    column: str
    unit: str
    se: str = ""


TICKS = 4
"""At most so many intervals between ticks: panels are narrow."""
PANELS = (
    Panel("co2_cum_mt", "Mt"),
    Panel("system_cum_mt", "Mt"),
    Panel("cost_bn_cny", "bn_cny"),
    Panel("eue_mwh", "MWh/y", "eue_se"),
)


@FIGURES.add("differences", title="What each bundle changes", title_zh="各组合相对基准的变化", place=7)
def differences(results: Results, lang: str) -> Drawing:
    """A dot and interval for each bundle; filled where there are pairs whose interval leaves zero out."""
    bundles = [bundle for bundle in results.shown if bundle != results.baseline]
    if not bundles or results.baseline not in results.shown:
        raise Missing("differences need the baseline and another bundle")
    shown = _panels(results)
    found = {(p.column, b): difference(results, p.column, b, se=p.se) for p in shown for b in bundles}
    figure, panels = canvas(2.6 * len(shown), 1.5 + 0.42 * len(bundles), 1, len(shown), sharey=True)
    for axes, panel in zip(panels, shown, strict=True):
        _dots(axes, [found[panel.column, bundle] for bundle in bundles], bundles, results)
        of_its_own = results.stands_alone and panel.column.endswith(".island")
        panel_title(axes, say(f"measure.{panel.column}{'.alone' if of_its_own else ''}", lang))
        axes.set_xlabel(_unit(panel, results, lang))
    panels[0].set_yticks(range(len(bundles)), [results.title(bundle, lang) for bundle in bundles])
    panels[0].invert_yaxis()
    _legend(figure, lang)
    caption = note(results, lang, say("differences.note", lang))
    return Drawing(figure, _table(found, shown, bundles), _finding(results, found, bundles, lang), caption)


def _panels(results: Results) -> list[Panel]:
    """The panels; where the provincial view was not assessed, unserved energy in the view that has most of it."""
    *others, eue = PANELS
    column = most_of(results.viewed, eue.column)
    if column == eue.column:
        return [*PANELS]
    return [*others, *([Panel(column, eue.unit, f"{column}.se")] if column else [])]


def _dots(axes: Axes, found: Sequence[Interval], bundles: Sequence[str], results: Results) -> None:
    look = looks(results.bundles)
    axes.axvline(0, color="#000000", linewidth=1.0)
    for at, (bundle, change) in enumerate(zip(bundles, found, strict=True)):
        if isfinite(change.half):
            axes.hlines(at, change.low, change.high, color=look[bundle].colour, linewidth=2.0)
        is_hollow = change.n == 1 or not is_clear(change)
        axes.plot(change.mean, at, linestyle="", **look[bundle].of_marker(is_hollow=is_hollow))
    axes.xaxis.set_major_locator(MaxNLocator(TICKS))
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _unit(panel: Panel, results: Results, lang: str) -> str:
    """The unit of a panel; sums name their years."""
    if panel.unit == "MWh/y":
        return say("unit.MWh/y", lang)
    unit = say("unit.bn_cny", lang) if panel.unit == "bn_cny" else panel.unit
    return say("unit.sum", lang, unit=unit, span=span_of(results).replace("-", "–"))


def _legend(figure: Figure, lang: str) -> None:
    filled = Line2D([], [], color="#444444", marker="o", linewidth=2.0, label=say("differences.clear", lang))
    hollow = Line2D([], [], color="#444444", marker="o", markerfacecolor="white", linewidth=2.0,
                    label=say("differences.unclear", lang))
    place_legend(figure, [filled, hollow], BELOW)


def _table(found: dict[tuple[str, str], Interval], shown: Sequence[Panel], bundles: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"measure": panel.column, "unit": panel.unit, "bundle": bundle, "mean": change.mean, "low": change.low,
             "high": change.high, "same_sign": change.same_sign, "n": change.n}
            for panel in shown for bundle in bundles for change in [found[panel.column, bundle]]
        ]
    )


def _finding(
    results: Results, found: dict[tuple[str, str], Interval], bundles: Sequence[str], lang: str
) -> str:
    """The strongest bundle among those whose saving of CO2 is clear, with what it does to the system and to cost."""
    changes = {bundle: found["co2_cum_mt", bundle] for bundle in bundles}
    saving = [b for b, co2 in changes.items() if co2.mean < 0 and (not isfinite(co2.half) or is_clear(co2))]
    if not saving:
        return say("differences.none", lang, n=changes[bundles[0]].n)
    best = min(saving, key=lambda bundle: changes[bundle].mean)
    co2, system, cost = (found[panel.column, best] for panel in PANELS[:3])
    name = results.title(best, lang)
    span = span_of(results).replace("-", "–")
    first = say("differences.co2", lang, bundle=name, span=span, change=with_error(co2, "Mt", signed=True))
    rest = [
        say("differences.system", lang, change=with_error(system, "Mt", signed=True)),
        say("differences.cost", lang, change=with_error(cost, say("unit.bn_cny", lang), signed=True)),
    ]
    return sentences([first, *rest], lang)

"""Pieces that several figures share: lines with bands, legends, panels, notes, numbers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dafeng.configs.schema import Target
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.page import RIGHT
from dafeng.experiments.figures.style import looks
from dafeng.experiments.formats import number
from dafeng.experiments.labels import WORDS, listed, say
from dafeng.experiments.paired import ROUNDING, Interval

BAND_ALPHA = 0.16
ROOM = 0.3
"""Room above and below the runs, as a share of their range."""
MANY = 3
"""Longer lists of bundles are counted, not named, when another list has been named."""
YEAR_MARGIN = 0.5


def canvas(width: float, height: float, rows: int = 1, columns: int = 1, **more: Any) -> tuple[Figure, list[Axes]]:
    """A figure with panels in reading order."""
    figure = Figure(figsize=(width, height), layout="constrained")
    made = figure.subplots(rows, columns, squeeze=False, **more)
    return figure, list(made.ravel())


def lines(axes: Axes, table: pd.DataFrame, results: Results, bands: Sequence[str], x: str = "year") -> None:
    """Mean of each bundle in its look; the 95 % band of some of them, where all would bury each other."""
    look = looks(results.bundles)
    for bundle in reversed([name for name in results.shown if name in set(table["bundle"])]):
        rows = table[table["bundle"] == bundle]
        if bundle in bands:
            axes.fill_between(
                rows[x], rows["low"], rows["high"], color=look[bundle].colour, alpha=BAND_ALPHA, linewidth=0
            )
        axes.plot(rows[x], rows["mean"], **look[bundle].of_line())


def fit(axes: Axes, table: pd.DataFrame, *, from_zero: bool = False) -> None:
    """The vertical axis from what single runs reach, with room; the band of a few runs may leave the frame."""
    if table.empty:
        return
    least, most = float(table["least"].min()), float(table["most"].max())
    room = ROOM * (most - least) if most - least > ROUNDING * abs(most) else abs(most) or 1.0
    low, high = axes.get_ylim()
    low, high = max(low, least - room), min(high, most + room)
    axes.set_ylim(0.0 if from_zero else low, high)


def whole_years(axes: Axes, years: Sequence[int]) -> None:
    """Ticks on whole years only, with a small margin."""
    first, last = min(years), max(years)
    step = max(1, int(np.ceil((last - first) / 5)))
    axes.set_xticks(range(first, last + 1, step))
    axes.set_xlim(first - YEAR_MARGIN, last + YEAR_MARGIN)


def bundle_legend(
    figure: Figure, results: Results, lang: str, bundles: Sequence[str], *, is_marked: bool = False,
    where: str = RIGHT, more: Sequence[Any] = (),
) -> None:
    """One entry a bundle, beside or below the panels, so that it never covers data."""
    look = looks(results.bundles)
    handles = [
        Line2D([], [], label=results.title(name, lang), **look[name].of_line(),
               **(look[name].of_marker() if is_marked else {}))
        for name in bundles
    ]
    place_legend(figure, [*handles, *more], where)


def place_legend(figure: Figure, handles: Sequence[Any], where: str = RIGHT, columns: int = 5) -> None:
    """A legend outside the panels."""
    if where == RIGHT:
        legend = figure.legend(handles=list(handles), loc="upper right")
    else:
        legend = figure.legend(handles=list(handles), loc="lower center", ncols=min(len(handles), columns))
    legend.set_gid(where)


def note(results: Results, lang: str, *first: str, scenario: str | None = None, bands: bool = True) -> str:
    """What must stand below every figure: boundary or view, scenario, replications, intervals, weak data, source."""
    parts = [*first, say("note.scenario", lang, name=named_scenario(scenario or results.scenario, lang))]
    if bands:
        parts.append(say("note.bands" if results.n > 1 else "note.no_bands", lang, n=results.n))
    share = results.manifest.get("parameters_grade_share")
    if isinstance(share, int | float):
        parts.append(say("note.grade", lang, share=f"{share:.0%}"))
    parts.append(say("note.source", lang, study=results.manifest["study"], digest=results.manifest.get("digest", "")))
    return " ".join(parts) if lang == "en" else "".join(parts)


def named_scenario(name: str, lang: str) -> str:
    """A scenario's name in words, or as the study wrote it."""
    return say(f"scenario.{name}", lang) if f"scenario.{name}" in WORDS else name


def target_of(results: Results, metric: str) -> Target | None:
    """The target of the plan that a metric measures, if the city has one with a number."""
    if results.city is None:
        return None
    found = (t for t in results.city.targets if t.metric == metric and t.value is not None)
    return next(found, None)


def named(results: Results, bundles: Sequence[str], lang: str, others: Sequence[str] = ()) -> str:
    """Bundles in running text; 'all N bundles', or 'the other N' once the rest has been named."""
    if len(bundles) == len(results.shown) > 1:
        return say("both_bundles", lang) if len(bundles) == 2 else say("all_bundles", lang, n=len(bundles))
    if len(bundles) > MANY and others:
        return say("other_bundles", lang, n=len(bundles))
    return listed([results.title(bundle, lang) for bundle in bundles], lang)


def with_error(found: Interval, unit: str = "", *, signed: bool = False, scale: float = 1.0) -> str:
    """A mean with half of its interval and its unit, to the precision that the interval allows."""
    text = number(found.mean * scale, found.half * scale, signed=signed).replace("-", "−")
    return f"{text} {unit}".strip()


def plain(value: float, digits: int = 3) -> str:
    """A number to some significant digits, without exponent.

    >>> plain(12345.6), plain(0.01234), plain(0.0)
    ('12,300', '0.0123', '0')
    """
    if value == 0 or not np.isfinite(value):
        return "0" if value == 0 else "–"
    decimals = digits - 1 - int(np.floor(np.log10(abs(value))))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}".replace("-", "−")


def panel_title(axes: Axes, text: str) -> None:
    """The name of a panel, above it on the left."""
    axes.set_title(text)


def wide(table: pd.DataFrame, what: Mapping[str, str]) -> pd.DataFrame:
    """A table of numbers with a constant column for each thing that is told of it."""
    return table.assign(**what)[[*what, *table.columns]]

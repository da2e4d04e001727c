"""Which targets of the plan are met? Targets by bundles: value, and share of replications that meet it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from dafeng.configs.schema import Target
from dafeng.experiments.figures.base import FIGURES, Drawing
from dafeng.experiments.figures.common import canvas, named, note, place_legend
from dafeng.experiments.figures.data import Missing, Results
from dafeng.experiments.figures.page import BELOW, wrapped
from dafeng.experiments.labels import say, sentences
from dafeng.experiments.paired import ROUNDING, interval
from dafeng.experiments.targets import BY, YEAR

VALUE, MET = "target.", "target_met."
SIGNS = {">=": "≥", "<=": "≤", "~": "≈"}
NAME_IN, NAME_PT = 3.0, 8.5
"""Width of a row's name and size of its letters."""
COLOURS = {"met": "#d7e8f3", "partly": "#8fb4cf", "unmet": "#7a2f1d", "absent": "#ffffff"}
"""Light to dark, so that grey print tells them apart; the sign in the cell says it again."""
INK = {"met": "#123", "partly": "#000000", "unmet": "#ffffff", "absent": "#777777"}
BARE = ("year", "count", "ratio", "-", "")
"""Units that go without saying."""
LARGE = 100.0
"""From here on values are whole numbers."""
MOST_DIGITS = 4
"""Digits behind the point of the smallest interval that is told."""
MARK = {"met": "✓", "partly": "◐", "unmet": "×"}


@FIGURES.add("targets", title="Targets of the plan", title_zh="方案目标完成情况", place=9)
def targets(results: Results, lang: str) -> Drawing:
    """One row a target that the model measures, one column a bundle."""
    table = measured(results)
    if table.empty:
        raise Missing("no target of the plan falls in the years simulated")
    rows = _rows(results, table, lang)
    figure, (axes,) = canvas(3.8 + 1.08 * len(results.shown), 1.3 + 0.52 * len(rows))
    for at, (key, _) in enumerate(rows):
        for column, bundle in enumerate(results.shown):
            _cell(axes, column, at, table[(table["target"] == key) & (table["bundle"] == bundle)])
    _frame(axes, [words for _, words in rows], [results.title(bundle, lang) for bundle in results.shown])
    _legend(figure, lang)
    return Drawing(figure, table, _finding(results, table, lang), _caption(results, rows, lang))


def measured(results: Results) -> pd.DataFrame:
    """target, bundle, year, unit, value with its interval, share of replications that meet it."""
    rows = results.outcomes[results.outcomes["scenario"] == results.scenario]
    values, met = _of(rows, VALUE), _of(rows, MET)
    found = []
    for (target, bundle), group in met.groupby(["target", "bundle"], sort=True):
        mine = values[(values["target"] == target) & (values["bundle"] == bundle)]
        value = interval(mine["value"].to_numpy(np.float64))
        found.append(
            {"target": target, "bundle": bundle, "year": int(group["year"].max()),
             "unit": str(mine["unit"].iloc[0]) if len(mine) else "", "value": value.mean, "low": value.low,
             "high": value.high, "least": mine["value"].min(), "most": mine["value"].max(),
             "met": float(group["value"].mean()), "n": len(group)}
        )
    columns = ["target", "bundle", "year", "unit", "value", "low", "high", "least", "most", "met", "n"]
    return pd.DataFrame(found, columns=columns)


def state_of(met: float) -> str:
    """Met in all replications, in some or in none.

    >>> state_of(1.0), state_of(0.25), state_of(0.0)
    ('met', 'partly', 'unmet')
    """
    return "met" if met >= 1.0 else "unmet" if met <= 0.0 else "partly"


def asked(target: Target, lang: str = "en") -> str:
    """What the plan asks, as a sign, a number and a year; of a year, as a deadline in words."""
    if target.value is None:
        return ""
    if target.unit == YEAR:
        word = f"targets.{BY.get(target.comparator, 'about')}".replace(" ", "_")
        return say(word, lang, year=f"{target.value:g}")
    unit = "" if target.unit in BARE else "%" if target.unit == "%" else f" {target.unit}"
    year = f", {target.year}" if target.year else ""
    return f"{SIGNS.get(target.comparator, target.comparator)} {target.value:g}{unit}{year}"


def _of(rows: pd.DataFrame, prefix: str) -> pd.DataFrame:
    found = rows[rows["variable"].str.startswith(prefix)]
    return found.assign(target=found["variable"].str.removeprefix(prefix))


def _rows(results: Results, table: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    """(key, name) of measured targets and of those the model means to measure."""
    known = {} if results.city is None else {target.key: target for target in results.city.targets}
    here = set(table["target"])
    keys = sorted(here | {key for key, target in known.items() if target.status == "modelled"})
    return [(key, _name(key, known.get(key), lang)) for key in keys]


def _name(key: str, target: Target | None, lang: str) -> str:
    if target is None:
        return key
    title = target.title_zh if lang == "zh" else target.title
    lines = wrapped(f"{key} {title}", NAME_IN, NAME_PT)
    cut = [lines[0], f"{lines[1].rpartition(' ')[0] or lines[1]} …"] if len(lines) > 2 else lines
    return "\n".join([*cut, asked(target, lang)] if target.value is not None else cut)


def _cell(axes: Axes, column: int, row: int, found: pd.DataFrame) -> None:
    """A coloured field with the value, its interval and how many replications meet the target."""
    state = state_of(float(found["met"].iloc[0])) if len(found) else "absent"
    axes.add_patch(Rectangle((column, row), 1, 1, facecolor=COLOURS[state], edgecolor="white", linewidth=2.0))
    if state == "absent":
        axes.add_patch(Rectangle((column, row), 1, 1, fill=False, hatch="////", edgecolor="#d0d0d0", linewidth=0.0))
        return
    cell = found.iloc[0]
    text = value_text(cell)
    met = f"{MARK[state]} {round(float(cell['met']) * int(cell['n']))}/{int(cell['n'])}"
    axes.text(column + 0.5, row + 0.5, f"{text}\n{met}", ha="center", va="center", fontsize=8.5, color=INK[state])


def value_text(cell: pd.Series) -> str:
    """A target's value with half of its interval; of a year, the range over replications."""
    if cell["unit"] == "year":
        first, last = int(cell["least"]), int(cell["most"])
        return str(first) if first == last else f"{first}–{last}"
    value, half = float(cell["value"]), float(cell["high"]) - float(cell["value"])
    digits = 0 if abs(value) >= LARGE else 1
    is_known = bool(np.isfinite(half)) and half > ROUNDING * abs(value)
    if is_known and half < 0.5 * 10.0**-digits:
        digits = min(MOST_DIGITS, 1 - int(np.floor(np.log10(half))))
    shown = f"{value:,.{digits}f}".replace("-", "−")
    return f"{shown} ± {half:,.{digits}f}" if is_known else shown


def _frame(axes: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.set_xticks(np.arange(len(columns)) + 0.5, ["\n".join(wrap(name, 12)) for name in columns])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(False)
    axes.spines[:].set_visible(False)


def _legend(figure: Figure, lang: str) -> None:
    patches = [
        Patch(facecolor=COLOURS[state], edgecolor="#888888", hatch="////" if state == "absent" else "",
              label=f"{MARK.get(state, '')} {say(f'targets.{state}', lang)}".strip())
        for state in COLOURS
    ]
    place_legend(figure, patches, BELOW)


def _caption(results: Results, rows: Sequence[tuple[str, str]], lang: str) -> str:
    total = len(results.city.targets) if results.city is not None else len(rows)
    return note(results, lang, say("targets.note", lang, shown=len(rows), total=total))


def _finding(results: Results, table: pd.DataFrame, lang: str) -> str:
    """How many each bundle meets in every replication: the most and the baseline."""
    sure = table[table["met"] >= 1.0].groupby("bundle").size()
    counts = {bundle: int(sure.get(bundle, 0)) for bundle in results.shown}
    of = table["target"].nunique()
    most = max(counts.values())
    best = [bundle for bundle, count in counts.items() if count == most]
    first = say("targets.most", lang, names=named(results, best, lang), n=most, of=of)
    base = counts.get(results.baseline)
    if base is None or results.baseline in best:
        return sentences([first], lang)
    return sentences([first, say("targets.base", lang, name=results.title(results.baseline, lang), n=base)], lang)


__all__ = ["asked", "measured", "state_of", "targets", "value_text"]

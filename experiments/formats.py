"""A comparison as text, Markdown, LaTeX, CSV or a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import floor, isfinite, log10, nan
from pathlib import Path
from typing import Any

import pandas as pd

from dafeng.experiments.bounds import rounded_up
from dafeng.experiments.compare import PEAKED, Comparison
from dafeng.experiments.files import replacing
from dafeng.experiments.paired import is_rounding
from dafeng.experiments.peak_status import STATUSES
from dafeng.experiments.targets import YEAR, worded

NOTHING = 1e-9
"""An interval smaller than this share of its mean is rounding, not uncertainty."""

PEAK_RULE = ("share of runs; trend since the maximum, or of the last six years where fewer than five follow it, by "
             "Mann-Kendall (Jiang et al. 2021), medians")
TARGET_RULE = (
    "value ± half of the 95 % interval, years as their range (share of replications that meet it);"
    " no ± where all replications agree"
)
NO_CHANGE = ("0", "–")
"""Cells of a difference that is none, or not known."""
Grid = Sequence[Sequence[str]]
"""Rows of cells, the head first."""


def rendered(comparison: Comparison, form: str) -> str:
    """The comparison as text of a form: `text`, `md`, `tex` or `csv`."""
    if form == "csv":
        return long_table(comparison).to_csv(index=False, lineterminator="\n")
    table = TABLES[form]
    pieces = [f"{table(grid, title)}" for title, grid in grids(comparison).items()]
    said = [*HOW, *comparison.notes]
    ending = "\n".join(f"% {note}" if form == "tex" else note for note in said)
    return "\n".join([*pieces, ending])


HOW = (
    "Baseline: level. Others: difference from the baseline over pairs of one replication, ± half of the 95 % interval,"
    " share of pairs with that sign (n).",
)


def grids(comparison: Comparison) -> dict[str, Grid]:
    """A table for each scenario, and one of targets when asked for."""
    found = {f"Scenario {name}": _grid(comparison, name) for name in comparison.scenarios}
    if comparison.peaks is not None:
        for name in comparison.scenarios:
            found[f"Peak status, scenario {name}: {PEAK_RULE}"] = _peaks(comparison, name)
    if comparison.targets is not None and len(comparison.targets):
        for name in comparison.scenarios:
            found[f"Targets, scenario {name}: {TARGET_RULE}"] = _targets(comparison, name)
    return found


def long_table(comparison: Comparison) -> pd.DataFrame:
    """Levels and differences in one long table, told apart by the column `what`."""
    levels = comparison.levels.assign(what="level")
    table = pd.concat([levels, comparison.differences.assign(what=f"difference from {comparison.baseline}")])
    return table[["what", *comparison.levels.columns]]


def write_workbook(comparison: Comparison, path: Path) -> Path:
    """The comparison as an Excel file: one sheet a scenario, then the long table."""
    with replacing(path) as temporary, pd.ExcelWriter(temporary, engine="xlsxwriter") as book:
        for number, (_, grid) in enumerate(grids(comparison).items(), start=1):
            pd.DataFrame(grid[1:], columns=list(grid[0])).to_excel(book, sheet_name=f"table {number}", index=False)
        long_table(comparison).to_excel(book, sheet_name="all numbers", index=False)
    return path


def text(grid: Grid, title: str) -> str:
    """Aligned columns for a terminal."""
    widths = [max(len(row[at]) for row in grid) for at in range(len(grid[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in grid]
    return "\n".join([title, "", lines[0], "-" * len(max(lines, key=len)), *lines[1:], ""])


def markdown(grid: Grid, title: str) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in grid]
    rule = f"|{'|'.join([' --- ', *[' ---: '] * (len(grid[0]) - 1)])}|"
    return "\n".join([f"**{title}**", "", lines[0], rule, *lines[1:], ""])


def latex(grid: Grid, title: str) -> str:
    """A LaTeX table with booktabs rules."""
    lines = [f"{' & '.join(map(_tex, row))} \\\\" for row in grid]
    head = ["\\begin{table}", f"\\caption{{{_tex(title)}}}", f"\\begin{{tabular}}{{l{'r' * (len(grid[0]) - 1)}}}"]
    return "\n".join([*head, "\\toprule", lines[0], "\\midrule", *lines[1:], "\\bottomrule", "\\end{tabular}",
                      "\\end{table}", ""])


TABLES: Mapping[str, Callable[[Grid, str], str]] = {"text": text, "md": markdown, "tex": latex}
FORMATS = (*TABLES, "csv", "xlsx")


DUST = 1e-12
"""What is left of a sum that should be zero, in any unit that a table has."""


def number(value: float, half: float = float("nan"), *, is_year: bool = False, signed: bool = False) -> str:
    """A number to the precision of its interval; without one, to four digits. What rounds to zero has no sign.

    >>> number(-12.345, 0.678, signed=True), number(1234.5678), number(float("nan")), number(-0.01, 0.5)
    ('-12.35 ± 0.68', '1235', '–', '-0.01 ± 0.50')
    >>> number(-0.001, 0.5, signed=True)
    '0.00 ± 0.50'
    """
    if not isfinite(value):
        return "–"
    if abs(value) < DUST and not half > DUST:
        return "0"
    sign = "+" if signed else ""
    if isfinite(half) and half > NOTHING * abs(value):
        digits = max(0, 1 - floor(log10(half)))
        return f"{_fixed(value, digits, sign)} ± {half:.{digits}f}"
    if value == 0:
        return "0"
    digits = 0 if is_year else max(0, 3 - floor(log10(abs(value))))
    return _fixed(value, min(digits, 6), sign)


def _fixed(value: float, digits: int, sign: str) -> str:
    """A number with its decimals; one that rounds to zero has no sign."""
    return f"{value:{sign}.{digits}f}" if round(value, digits) else f"{0.0:.{digits}f}"


def changed(row: Mapping[str, Any], level: Mapping[str, Any] | None) -> tuple[str, str]:
    """A difference with its interval, and the share of pairs that have its sign; of what has no sign, no share.

    A difference that is rounding against the level it was taken from is 0.
    """
    mean, half = float(row["mean"]), float(row["high"]) - float(row["mean"])
    is_nothing = level is not None and is_rounding(mean, half, float(level["mean"]))
    shown = "0" if is_nothing else number(mean, half, is_year=is_whole(row), signed=True)
    return shown, f"{float(row['same_sign']):.0%}" if shown.startswith(("+", "-")) and row["n"] != 1 else ""


def is_whole(row: Mapping[str, Any]) -> bool:
    """Whether a row tells of years, of a count, or of the share of a few runs."""
    return bool(row["unit"] == "year" or row["measure"] in (PEAKED.key, "targets_met"))


def unit_of(row: Mapping[str, Any]) -> str:
    """The unit of a measure; of a sum, with the years that it is over."""
    return f"{row['unit']} in {row['span']}" if row["span"] else str(row["unit"])


def _grid(comparison: Comparison, scenario: str) -> Grid:
    """Measures down, bundles across: the baseline's level, then differences."""
    base = comparison.baseline
    levels = _by_measure(comparison.levels, scenario, base)
    others = [bundle for bundle in comparison.bundles if bundle != base]
    changes = {bundle: _by_measure(comparison.differences, scenario, bundle) for bundle in others}
    order = dict.fromkeys([*(key for change in changes.values() for key in change), *levels])
    rows = [["", "unit", base, *others]]
    for key in order:
        told = levels.get(key) or changes[others[0]][key]
        cells = [_level(levels.get(key)), *(_change(changes[bundle].get(key), levels.get(key)) for bundle in others)]
        rows.append([str(told["title"]), unit_of(told), *cells])
    return rows


def _by_measure(table: pd.DataFrame, scenario: str, bundle: str) -> dict[str, dict[str, str | float]]:
    mine = table[(table["scenario"] == scenario) & (table["bundle"] == bundle)]
    return {str(row["measure"]): {str(key): item for key, item in row.items()} for row in mine.to_dict("records")}


def _level(row: Mapping[str, str | float] | None) -> str:
    if row is None:
        return ""
    if isfinite(bound := float(row.get("bound", nan))):
        return f"0, at most {rounded_up(bound)}"
    return number(float(row["mean"]), float(row["high"]) - float(row["mean"]), is_year=is_whole(row))


def _change(row: Mapping[str, Any] | None, level: Mapping[str, Any] | None = None) -> str:
    if row is None:
        return ""
    if isfinite(bound := float(row.get("bound", nan))):
        return f"0, at most ±{rounded_up(bound)}"
    shown, agreed = changed(row, level)
    return " ".join([shown, *([agreed] if agreed else []), f"({row['n']})"]) if shown not in NO_CHANGE else shown


def _peaks(comparison: Comparison, scenario: str) -> Grid:
    """Bundles down: shares of runs by status, median peak year, p and slope of the trend since."""
    assert comparison.peaks is not None
    here = comparison.peaks[comparison.peaks["scenario"] == scenario]
    rows = [["", "peaked", "plateau", "not peaked", "peak year", "p", "slope a year", "n"]]
    told = here.set_index("bundle").reindex(comparison.bundles).dropna(subset=["n"]).reset_index()
    for at in told.to_dict("records"):
        if not isfinite(float(at["peaked"])):
            rows.append([str(at["bundle"]), "not told: one year", "–", "–", f"{float(at['peak_year']):.0f}", "–", "–",
                         f"{float(at['n']):.0f}"])
            continue
        shares = [f"{float(at[word]):.0%}" for word in STATUSES]
        rows.append([str(at["bundle"]), *shares, f"{float(at['peak_year']):.0f}", f"{float(at['p']):.2g}",
                     f"{float(at['slope']):+.2%}", f"{float(at['n']):.0f}"])
    return rows


def _targets(comparison: Comparison, scenario: str) -> Grid:
    table = comparison.targets
    assert table is not None
    here = table[table["scenario"] == scenario]
    cells = {(str(r["target"]), str(r["bundle"])): f"{_target_value(r)} ({float(r['met']):.0%})"
             for r in here.to_dict("records")}
    rows = [["", "target", "asked", *comparison.bundles]]
    for key, first in here.drop_duplicates("target").set_index("target").iterrows():
        asked = worded(str(first["asked"]), str(first["unit"]), int(first["year"]))
        found = [cells.get((str(key), bundle), "–") for bundle in comparison.bundles]
        rows.append([str(key), str(first["title"]), asked, *found])
    return rows


def _target_value(row: Mapping[Any, Any]) -> str:
    """A value with its interval; of a year, the range over replications."""
    if row["unit"] != YEAR:
        return number(float(row["value"]), float(row["half"]))
    first, last = round(float(row["least"])), round(float(row["most"]))
    return str(first) if first == last else f"{first}–{last}"


def _tex(cell: str) -> str:
    for plain in "&%_#$":
        cell = cell.replace(plain, f"\\{plain}")
    return cell.replace("±", "$\\pm$").replace("–", "--").replace("CO2", "CO$_2$")

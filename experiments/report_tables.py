"""The report's tables: comparisons, checks, targets and grades, as text ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from dafeng.configs.schema import Target
from dafeng.experiments.bounds import rounded_up
from dafeng.experiments.compare import Comparison
from dafeng.experiments.customers_told import TOLD
from dafeng.experiments.figures.common import named_scenario, plain
from dafeng.experiments.figures.data import Missing, Results
from dafeng.experiments.figures.targets import asked
from dafeng.experiments.formats import NO_CHANGE, changed, is_whole, number
from dafeng.experiments.labels import WORDS, listed, say

HEADLINE = (
    "peak_year", "peak_mt", "peaked", "co2_2030_mt", "co2_cum_mt", "system_cum_mt", "elsewhere_cum_mt", "leakage",
    "cost_bn_cny", "resource_bn_cny", "pool_transfer_bn_cny", "lole_d", "eue_mwh", "unserved_mwh", "targets_met",
)
RELIABILITY = (
    "lole_d", "lole_d.deliverability", "lole_d.island", "eue_mwh", "eue_mwh.deliverability", "eue_mwh.island",
    "margin_mw", *TOLD,
)
NOTHING = ("", "–")
"""Cells of a measure that the study does not hold: a year not reached, a view not assessed."""
NO_TESTS = ("input", "balance")
"""Roles of checks that a wrong model could pass: their figures went into it."""
"""Role of a check that was fitted to."""


@dataclass(frozen=True)
class Cell:
    """Text of a cell; strong when its interval leaves zero out."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A caption, column heads and rows; the first cell of a row is its head."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(default_factory=tuple)


def compared(results: Results, comparison: Comparison, scenario: str, only: Sequence[str], lang: str) -> Table:
    """Measures down, bundles across: the baseline's level, then paired differences; `only` some measures, or all."""
    base = comparison.baseline
    others = [bundle for bundle in results.shown if bundle != base]
    levels = _by_measure(comparison.levels, scenario, base)
    changes = {bundle: _by_measure(comparison.differences, scenario, bundle) for bundle in others}
    keys = dict.fromkeys([*(key for bundle in others for key in changes[bundle]), *levels])
    rows = []
    for key in (key for key in (only or keys) if key in keys):
        told = levels.get(key) or changes[others[0]][key]
        unit = str(told["unit"])
        cells = [_level(levels.get(key), lang), *(_change(changes[b].get(key), levels.get(key), lang) for b in others)]
        if any(cell.text not in NOTHING for cell in cells):
            name = _measure(key, str(told["title"]), lang, results.stands_alone)
            rows.append([Cell(name), Cell(_unit(unit, lang, str(told["span"]))), *cells])
    titles = [results.title(bundle, lang) for bundle in [base, *others]]
    one = say("report.one_scenario", lang, name=named_scenario(scenario, lang))
    key = f"report.headline_caption{'' if results.n > 1 else '.once'}"
    caption = say(key, lang, scenario=one, baseline=titles[0], n=results.n)
    return Table(caption, [say("measure", lang), say("unit", lang), *titles], rows)


def _by_measure(table: pd.DataFrame, scenario: str, bundle: str) -> dict[str, Mapping[str, Any]]:
    mine = table[(table["scenario"] == scenario) & (table["bundle"] == bundle)]
    return {str(row["measure"]): {str(key): value for key, value in row.items()} for row in mine.to_dict("records")}


def _measure(key: str, title: str, lang: str, stands_alone: bool) -> str:
    """A measure's name; the short name of a figure gives way to a long one, that of a city alone goes before."""
    names = ([f"measure.{key}.alone"] if stands_alone else []) + [f"measure.long.{key}", f"measure.{key}"]
    found = next((name for name in names if name in WORDS), None)
    return say(found, lang) if found else title


def _unit(unit: str, lang: str, span: str = "") -> str:
    """A unit in words; of a sum, with the years that it is over."""
    word = say(f"unit.{unit}", lang) if f"unit.{unit}" in WORDS else unit
    return say("unit.sum", lang, unit=word, span=span.replace("-", "–")) if span else word


def _level(row: Mapping[str, Any] | None, lang: str) -> Cell:
    if row is None:
        return Cell("")
    if isfinite(bound := float(row["bound"])):
        return Cell(say("at_most", lang, bound=rounded_up(bound)))
    half = float(row["high"]) - float(row["mean"])
    return Cell(_minus(number(float(row["mean"]), half, is_year=is_whole(row))))


def _change(row: Mapping[str, Any] | None, level: Mapping[str, Any] | None, lang: str) -> Cell:
    """A difference with its interval and agreement of signs."""
    if row is None:
        return Cell("")
    if isfinite(bound := float(row["bound"])):
        return Cell(say("at_most", lang, bound=f"±{rounded_up(bound)}"))
    shown, agreed = changed(row, level)
    told = f"{_minus(shown)} ({agreed})" if agreed else _minus(shown)
    return Cell(told, is_strong=shown not in NO_CHANGE and bool(float(row["high"]) < 0 or float(row["low"]) > 0))


def _minus(text: str) -> str:
    """A true minus, and no line break around the sign of an interval."""
    return text.replace("-", "−").replace(" ± ", "\u00a0±\u00a0")


def checks(results: Results, lang: str) -> Table | None:
    """Model against statistics: name, role, model, reference, relative error, tolerance, verdict."""
    rows = checked(results)
    if rows.empty:
        return None
    facts = {str(row["check"]): row for row in (results.city.table("checks") if results.city else ())}
    made = [_check(row, facts.get(str(row["check"])), lang) for row in rows.to_dict("records")]
    columns = ("check", "check.role", "unit", "check.model", "check.reference", "check.error", "check.tolerance",
               "check.verdict")
    return Table(say("check.caption", lang, n=int(rows["n"].max())), [say(key, lang) for key in columns], made)


def checked(results: Results) -> pd.DataFrame:
    """check, role, unit, model, reference, tolerance, error, is_within, n: means over the baseline's replications."""
    columns = ["check", "role", "unit", "model", "reference", "tolerance", "error", "is_within", "n"]
    try:
        parts = [results.rows(name, basis=None) for name in ("check", "check_reference", "check_tolerance")]
    except Missing:
        return pd.DataFrame(columns=columns)
    found = pd.concat([part[part["bundle"] == results.baseline] for part in parts])
    keys = ["technology", "basis", "unit"]
    table = found.pivot_table(index=keys, columns="variable", values="value", sort=False).reset_index()
    n = found[found["variable"] == "check"].groupby("technology")["replication"].nunique()
    error = table["check"] / table["check_reference"] - 1.0
    return pd.DataFrame({
        "check": table["technology"], "role": table["basis"], "unit": table["unit"], "model": table["check"],
        "reference": table["check_reference"], "tolerance": table["check_tolerance"], "error": error,
        "is_within": np.abs(error) <= table["check_tolerance"], "n": table["technology"].map(n),
    })


def _check(row: Mapping[Any, Any], fact: Mapping[str, Any] | None, lang: str) -> list[Cell]:
    is_within = bool(row["is_within"])
    role = f"role.{row['role']}"
    return [
        Cell(_what(str(row["check"]), fact, lang)),
        Cell(say(role, lang) if role in WORDS else str(row["role"])),
        Cell(_unit(str(row["unit"]), lang)),
        Cell(plain(float(row["model"]), 4)),
        Cell(plain(float(row["reference"]), 4)),
        Cell(_minus(f"{float(row['error']):+.1%}")),
        Cell(f"±{float(row['tolerance']):.0%}"),
        Cell(f"✓ {say('yes', lang)}" if is_within else f"✗ {say('no', lang)}", is_strong=not is_within),
    ]


def _what(key: str, fact: Mapping[str, Any] | None, lang: str) -> str:
    """A check in words, from the city's table of checks; its key where that is not at hand."""
    if fact is None:
        return key
    fuels = listed([_word(f"fuel.{fuel}", fuel, lang) for fuel in str(fact["fuels"]).split(";")], lang)
    place = _word(f"place.{fact['place']}", str(fact["place"]), lang)
    return say("check.what", lang, fuels=fuels, place=place, first=fact["from_date"], last=fact["to_date"])


def _word(key: str, otherwise: str, lang: str) -> str:
    return say(key, lang) if key in WORDS else otherwise


def targets(results: Results, lang: str) -> Table | None:
    """All targets of the plan: what is asked, and how the model treats it."""
    if results.city is None or not results.city.targets:
        return None
    found = results.city.targets
    rows = [
        [Cell(f"{t.key} {t.title_zh if lang == 'zh' else t.title}"), Cell(asked(t, lang)), Cell(_status(t, lang))]
        for t in found
    ]
    head = [say(key, lang) for key in ("target", "target.asked", "target.status")]
    return Table(say("target.caption", lang, n=len(found)), head, rows)


def _status(target: Target, lang: str) -> str:
    if target.status == "modelled":
        return say("target.modelled", lang)
    if target.value is None:
        return say("target.no_number", lang)
    return say("target.unmodelled", lang, status=target.status)


def grades(results: Results, lang: str) -> Table | None:
    """Shares of the city's parameters by grade."""
    shares = results.manifest.get("parameters_by_grade")
    if not isinstance(shares, Mapping):
        return None
    rows = [[Cell(_word(f"grade.{grade}", str(grade), lang)), Cell(f"{share:.0%}")] for grade, share in shares.items()]
    return Table(say("grade.caption", lang), [say("grade", lang), say("grade.share", lang)], rows)

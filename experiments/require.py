"""Requirements on a comparison: `co2_cum_mt<0`, or `plan:lole_d<=0.5` for one bundle."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.experiments.compare import Comparison
from dafeng.experiments.formats import unit_of

TESTS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
FORM = re.compile(
    r"\s*(?:(?P<bundle>[^:<>=]+):)?\s*(?P<measure>[\w.]+)\s*(?P<test><=|>=|<|>)\s*(?P<bound>[-+\d.eE]+)\s*"
)


@dataclass(frozen=True)
class Requirement:
    """A bound on a difference from the baseline; the whole 95 % interval must keep it."""

    text: str
    bundle: str
    """Empty: every bundle but the baseline."""
    measure: str
    test: str
    bound: float


def parse_all(texts: Sequence[str], comparison: Comparison) -> list[Requirement]:
    """The requirements of several texts; every one that means nothing in one InputError."""
    found, problems = [], list[Problem]()
    for text in texts:
        try:
            found.append(parse(text, comparison))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def parse(text: str, comparison: Comparison) -> Requirement:
    """A requirement from its text, with names that exist."""
    place = Place("--require", 0, text)
    match = FORM.fullmatch(text)
    if not match:
        names = ", ".join(comparison.differences["measure"].unique())
        says = f"is no requirement; write [BUNDLE:]MEASURE<NUMBER with <, <=, > or >=; MEASURE is one of {names}"
        raise InputError([Problem(place, says)])
    try:
        bound = float(match["bound"])
        if not isfinite(bound):
            raise ValueError
    except ValueError:
        raise InputError([Problem(place, f"'{match['bound']}' is no finite number")]) from None
    bundle, measure = (match["bundle"] or "").strip(), match["measure"]
    measures = comparison.differences["measure"].unique()
    if measure not in measures:
        says = f"no such measure '{measure}'; there are {', '.join(measures)}"
        raise InputError([Problem(place, says, nearest(measure, measures))])
    others = [name for name in comparison.bundles if name != comparison.baseline]
    if bundle and bundle not in others:
        says = f"'{bundle}' is not compared with the baseline {comparison.baseline}; there are {', '.join(others)}"
        raise InputError([Problem(place, says, nearest(bundle, others))])
    return Requirement(text, bundle, measure, match["test"], bound)


def verdicts(requirements: Sequence[Requirement], comparison: Comparison) -> tuple[list[str], list[str]]:
    """What is kept and what is not: a line for each bundle and scenario of a requirement, with its interval."""
    kept, unmet = list[str](), list[str]()
    for wanted in requirements:
        table = comparison.differences
        mine = table[table["measure"] == wanted.measure]
        mine = mine[mine["bundle"] == wanted.bundle] if wanted.bundle else mine
        for _, row in mine.iterrows():
            of = f"by {row['bundle']}, scenario {row['scenario']}: {_told(row)}"
            if _is_kept(wanted, row):
                kept.append(f"kept: {wanted.text} {of}")
            else:
                unmet.append(f"{wanted.text}: not kept {of}")
    return kept, unmet


def _is_kept(wanted: Requirement, row: pd.Series) -> bool:
    """The end of the interval that lies nearer the bound decides; without an interval the mean does."""
    end = row["high"] if wanted.test.startswith("<") else row["low"]
    value = end if isfinite(end) else row["mean"]
    return isfinite(value) and TESTS[wanted.test](float(value), wanted.bound)


def _told(row: pd.Series) -> str:
    unit = unit_of({str(key): value for key, value in row.items()})
    if not isfinite(row["low"]):
        return f"{row['mean']:g} {unit} (n = {row['n']})"
    return f"{row['mean']:g} {unit}, 95 % interval {row['low']:g} to {row['high']:g} (n = {row['n']})"

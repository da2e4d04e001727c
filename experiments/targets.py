"""Targets of the plan by bundle: value, and probability of being met over replications."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dafeng.configs.errors import DafengError
from dafeng.experiments.paired import interval
from dafeng.experiments.results import Results

VALUE, MET = "target.", "target_met."
YEAR = "year"
"""Unit of targets that ask when, not how much."""
BY = {"<=": "by", ">=": "not before", "~": "about"}


def targets_table(results: Results) -> pd.DataFrame:
    """target, title, asked, year, unit, bundle, scenario, value with its interval, met (share of replications), n.

    `least` and `most` are the range over replications, which is what tells of years.
    """
    rows = results.outcomes
    values = _by_target(rows, VALUE, "value")
    met = _by_target(rows, MET, "met")[["met", "n"]]
    table = met.join(values[["value", "half", "least", "most"]]).reset_index()
    table["bundle"] = pd.Categorical(table["bundle"], results.bundles, ordered=True)
    table = table.sort_values(["target", "scenario", "bundle"], ignore_index=True).astype({"bundle": str})
    facts = _facts(str(results.manifest["city"]))
    for column in ("title", "asked", "unit"):
        table[column] = [facts.get(key, {}).get(column, "") for key in table["target"]]
    return table[COLUMNS]


COLUMNS = [
    "target", "title", "asked", "unit", "year", "bundle", "scenario", "value", "half", "least", "most", "met", "n",
]  # fmt: skip


def worded(asked: str, unit: str, year: int) -> str:
    """What a target asks and when, in words: a year of a peak is a deadline, not a value of the last year.

    >>> worded("<= 2030", "year", 2040), worded(">= 8", "%", 2030), worded("", "%", 2030)
    ('by 2030', '>= 8 % in 2030', '')
    """
    sign, _, value = asked.partition(" ")
    if not asked or unit != YEAR:
        return f"{asked} {unit} in {year}" if asked else ""
    return f"{BY.get(sign, sign)} {value}"


def _by_target(rows: pd.DataFrame, prefix: str, name: str) -> pd.DataFrame:
    found = rows[rows["variable"].str.startswith(prefix)]
    found = found.assign(target=found["variable"].str.removeprefix(prefix))
    groups = found.groupby(["target", "year", "bundle", "scenario"])["value"]
    spread = {"half": groups.agg(lambda of: interval(of.to_numpy(np.float64)).half), "least": groups.min(),
              "most": groups.max()}
    return pd.DataFrame({name: groups.mean(), "n": groups.size(), **spread})


def _facts(city: str) -> dict[str, dict[str, str]]:
    """What the plan asks, as far as the city's files are still there."""
    from dafeng.configs import load

    try:
        targets = load.city(city).targets
    except DafengError:
        return {}
    return {
        target.key: {"title": target.title, "unit": target.unit, "asked": _asked(target.comparator, target.value)}
        for target in targets
    }


def _asked(comparator: str, value: float | None) -> str:
    return "" if value is None else f"{comparator} {value:g}".strip()

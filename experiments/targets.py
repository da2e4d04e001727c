"""Targets of the plan by bundle: value, and probability of being met over replications."""

from __future__ import annotations

import pandas as pd

from dafeng.configs.errors import DafengError
from dafeng.experiments.results import Results

VALUE, MET = "target.", "target_met."


def targets_table(results: Results) -> pd.DataFrame:
    """target, title, asked, year, unit, bundle, scenario, value, met (share of replications), n."""
    rows = results.outcomes
    values = _by_target(rows, VALUE, "value")
    met = _by_target(rows, MET, "met")
    table = met.join(values["value"]).reset_index()
    table["bundle"] = pd.Categorical(table["bundle"], results.bundles, ordered=True)
    table = table.sort_values(["target", "scenario", "bundle"], ignore_index=True).astype({"bundle": str})
    facts = _facts(str(results.manifest["city"]))
    for column in ("title", "asked", "unit"):
        table[column] = [facts.get(key, {}).get(column, "") for key in table["target"]]
    return table[["target", "title", "asked", "unit", "year", "bundle", "scenario", "value", "met", "n"]]


def _by_target(rows: pd.DataFrame, prefix: str, name: str) -> pd.DataFrame:
    found = rows[rows["variable"].str.startswith(prefix)]
    found = found.assign(target=found["variable"].str.removeprefix(prefix))
    groups = found.groupby(["target", "year", "bundle", "scenario"])["value"]
    return pd.DataFrame({name: groups.mean(), "n": groups.size()})


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

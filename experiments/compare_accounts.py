"""Measures of money and energy from the outcomes: what is used up, what only changes hands, what stores lose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan

import pandas as pd

from dafeng.experiments.paired import Interval, interval, ratio

BN, GW_H = 1e-9, 1e-3


@dataclass(frozen=True)
class Row:
    """A total of the outcomes, summed over a run's years: variable, technology, and by what it is multiplied."""

    variable: str
    technology: str
    scale: float


ROWS: Mapping[str, Row] = {
    "resource_bn_cny": Row("resource_cost_cny", "all", BN),
    "fuel_tax_bn_cny": Row("transfer_cny", "fuel_tax", BN),
    "carbon_bn_cny": Row("transfer_cny", "carbon", BN),
    "storage_losses_gwh": Row("storage_losses_mwh", "all", GW_H),
}
"""Measure -> where it stands. Folders written before a variable was booked have no such measure."""


def with_accounts(runs: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The summary with CO2 of the rest of the province, and a column for each of `ROWS` that the outcomes hold."""
    rows = outcomes[outcomes["variable"].isin({row.variable for row in ROWS.values()})]
    rows = rows[(rows[["county", "sector", "fuel", "basis"]] == "all").all(axis=1)]
    found = {"elsewhere_cum_mt": runs["system_cum_mt"] - runs["territorial_cum_mt"]}
    for key, row in ROWS.items():
        mine = rows[(rows["variable"] == row.variable) & (rows["technology"] == row.technology)]
        if len(mine):
            total = mine.groupby(mine["run"].astype(str))["value"].sum() * row.scale
            found[key] = runs["run"].astype(str).map(total)
    return runs.assign(**found)


def leakage(mine: pd.DataFrame, other: pd.DataFrame) -> Interval:
    """Share of what the territory saves that the rest of the province emits more (MODEL_SPEC 0, 8.4).

    Both are what the model's own dispatch burnt, so no factor stands for either. It is told only where the territory
    clearly saves and the rest clearly emits more: where both save, nothing leaks, and a ratio would say nothing.
    """
    system, territory = ((mine[name] - other[name]).to_numpy(float) for name in
                         ("system_cum_mt", "territorial_cum_mt"))
    if not (_is_clear(interval(-territory)) and _is_clear(interval(system - territory))):
        return Interval(nan, nan, nan, len(territory))
    return ratio(system - territory, -territory)


def _is_clear(found: Interval) -> bool:
    """Above zero with its interval, where it has one."""
    return found.mean - (found.half if isfinite(found.half) else 0.0) > 0.0

"""Upper bounds where nothing was seen: an index of adequacy that is zero in a sample is not known to be zero.

A row of outcomes whose value is 0 holds in `se` the bound of its own year (rule of three). Of several years and runs
in which nothing was seen, all sample years together tell: the bound falls with their number.
"""

from __future__ import annotations

from math import ceil, floor, isfinite, log10, nan

import numpy as np
import pandas as pd

from dafeng.configs.units import Floats

INDICES = ("eue_mwh", "lole_d")
CUSTOMERS = ("saidi_h", "saifi")
PROVINCE, SHORTAGE = "province", "bulk"
DIGITS = 2


def with_bounds(runs: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The runs with `measure.bound` for each index: over their years, NaN where a year saw something."""
    plain = (outcomes[["county", "sector", "fuel"]] == "all").all(axis=1)
    of_view = outcomes["variable"].isin(INDICES) & (outcomes["technology"] == "all")
    of_customers = outcomes["variable"].isin(CUSTOMERS) & (outcomes["technology"] == SHORTAGE)
    found = outcomes[plain & (of_view | of_customers)]
    part = found["basis"].astype(str).where(found["basis"] != "all", SHORTAGE)
    columns: dict[str, pd.Series] = {}
    for (variable, of), rows in found.groupby([found["variable"].astype(str), part], sort=True):
        name = str(variable) if of == PROVINCE else f"{variable}.{of}"
        by_run = rows.groupby(rows["run"].astype(str))
        bound = by_run["se"].mean() / by_run.size()
        columns[f"{name}.bound"] = runs["run"].astype(str).map(bound.where(by_run["value"].max() == 0.0))
    return runs.assign(**columns)


def pooled(runs: pd.DataFrame, measure: str) -> float:
    """The bound of all runs together; NaN where one of them saw something or none is known.

    >>> pooled(pd.DataFrame({"lole_d.bound": [3.0, 1.0]}), "lole_d")
    1.0
    """
    if f"{measure}.bound" not in runs or runs.empty:
        return nan
    bounds: Floats = runs[f"{measure}.bound"].to_numpy(np.float64)
    return float(bounds.mean()) / len(bounds) if np.all(bounds > 0.0) else nan


def rounded_up(bound: float) -> str:
    """A bound to two digits, upwards, without exponent.

    >>> rounded_up(43144.6), rounded_up(0.03), rounded_up(3.12)
    ('44000', '0.03', '3.2')
    """
    if not (isfinite(bound) and bound > 0.0):
        return "unknown"
    decimals = DIGITS - 1 - floor(log10(bound))
    up = ceil(round(bound * 10.0**decimals, 6)) / 10.0**decimals
    text = f"{up:.{max(decimals, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

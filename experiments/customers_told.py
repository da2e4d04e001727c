"""Means over the years of what the average customer meets, run by run: SAIDI and SAIFI, and the part of shortages."""

from __future__ import annotations

import numpy as np
import pandas as pd

VARIABLES = ("saidi_h", "saifi")
SHORTAGE = "bulk"
"""Their part that shortages of supply bear; faults of feeders and storms are the same in every bundle."""
TOLD = {
    "saidi_h": ("SAIDI, without planned work", "h/y"), "saidi_h.bulk": ("SAIDI, of it shortage of supply", "h/y"),
    "saifi": ("SAIFI at least, without planned work", "1/y"),
    "saifi.bulk": ("SAIFI at least, of it shortage of supply", "1/y"),
}
"""Column -> title and unit."""
NOTE = (
    "SAIDI and SAIFI: faults of 10 kV feeders and severe storms at given rates (alike in all bundles) and shortage of "
    "supply, each hour's cut over its load; planned work is left out, and SAIFI is a lower bound (nobody is switched "
    "off in turn for another)"
)


def with_customers(summary: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """The summary with the columns of `TOLD` and `….se`, their sampling errors; none where no customers are told."""
    rows = outcomes[outcomes["variable"].isin(VARIABLES) & outcomes["technology"].isin(("all", SHORTAGE))]
    rows = rows[(rows[["county", "sector", "fuel", "basis"]] == "all").all(axis=1)]
    columns: dict[str, pd.Series] = {}
    for (variable, part), found in rows.groupby(["variable", "technology"], sort=True, observed=True):
        name = str(variable) if part == "all" else f"{variable}.{part}"
        years = found.assign(se=found["se"].where(found["value"] > 0.0, 0.0)).groupby("run")
        columns[name] = summary["run"].map(years["value"].mean())
        columns[f"{name}.se"] = summary["run"].map(years["se"].agg(lambda se: float(np.sqrt((se**2).sum()) / len(se))))
    return summary.assign(**columns)

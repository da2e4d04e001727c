"""Has a bundle's CO2 peaked? The years after the maximum by Mann-Kendall (MODEL_SPEC 8.11, Jiang et al. 2021).

Peaked: five years have passed since the maximum and the trend since falls clearly. Plateau: three years have
passed, or the trend is flat (Sen's slope below 1 % a year, p of 5 % and more). Else not peaked. One year alone tells
none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from dafeng.configs import load
from dafeng.configs.errors import DafengError
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.experiments.results import Results
from dafeng.experiments.trend import Trend, mann_kendall, since_maximum

PEAKED, PLATEAU, UNPEAKED = "peaked", "plateau", "not_peaked"
STATUSES = (PEAKED, PLATEAU, UNPEAKED)
UNTOLD = "one year"
"""The status of a run of one year, which has no trend and no maximum but its own; shares of it are not a number."""
BASIS, VARIABLE = "plan", "emissions_tco2"


@dataclass(frozen=True)
class Thresholds:
    """What makes a peak, from `extra_parameters`."""

    years_after: int
    plateau_years: int
    plateau_slope: float
    significance: float

    @classmethod
    def of(cls, city: City) -> Thresholds:
        """Those of a city's data."""
        return cls(
            int(city.value("extra.peak_years_after")), int(city.value("extra.peak_plateau_years")),
            city.value("extra.peak_plateau_slope"), city.value("extra.peak_significance"),
        )


@dataclass(frozen=True)
class Status:
    """One run: its status, the year of its maximum and the trend since."""

    word: str
    year: int
    trend: Trend


def status_of(first_year: int, values: Floats, limits: Thresholds) -> Status:
    """The status of (years,) emissions.

    The maximum is chosen from the data, so that its own fall is no evidence; the years after it are tested. Where
    fewer have passed than a peak asks for, the trend is that of the last such years: one year alone has no trend, and a
    series that is highest in its last year would count as flat.
    """
    after = len(values) - 1 - int(np.argmax(values))
    has_time = after >= limits.years_after
    trend = since_maximum(values[-1 - after:]) if has_time else mann_kendall(values[-1 - limits.years_after:])
    is_clear = trend.p < limits.significance
    if len(values) < 2:
        word = UNTOLD
    elif has_time and trend.s < 0 and is_clear:
        word = PEAKED
    elif after >= limits.plateau_years or (abs(trend.slope) < limits.plateau_slope and not is_clear):
        word = PLATEAU
    else:
        word = UNPEAKED
    return Status(word, first_year + len(values) - 1 - after, trend)


def statuses(results: Results) -> pd.DataFrame | None:
    """run, bundle, scenario, status, peak_year, years_after, s, p, slope; None where the city is not at hand."""
    try:
        limits = Thresholds.of(load.city(str(results.manifest["city"])))
    except (DafengError, KeyError):
        return None
    rows = results.outcomes
    city = (rows[["county", "sector", "technology", "fuel"]] == "all").all(axis=1)
    rows = rows[city & (rows["variable"] == VARIABLE) & (rows["basis"] == BASIS)].sort_values("year")
    found = []
    for (bundle, scenario, run), years in rows.groupby(["bundle", "scenario", "run"], sort=True, observed=True):
        at = status_of(int(years["year"].iloc[0]), years["value"].to_numpy(np.float64), limits)
        last = int(years["year"].iloc[-1])
        found.append([run, bundle, scenario, at.word, at.year, last - at.year, at.trend.s, at.trend.p, at.trend.slope])
    return pd.DataFrame(found, columns=COLUMNS)


COLUMNS = ["run", "bundle", "scenario", "status", "peak_year", "years_after", "s", "p", "slope"]


def by_bundle(found: pd.DataFrame) -> pd.DataFrame:
    """bundle, scenario, n, share of runs peaked, plateau and not peaked, median peak year, p and slope (share a year).

    Of an even number of years the later one of the middle counts, as in the figure of emissions. Of runs of one year,
    which have no status, shares, p and slope are not a number.
    """
    rows = []
    for (scenario, bundle), runs in found.groupby(["scenario", "bundle"], sort=False, observed=True):
        is_told = bool((runs["status"] != UNTOLD).all())
        shares = [float((runs["status"] == word).mean()) if is_told else nan for word in STATUSES]
        p, slope = (float(runs[of].median()) if is_told else nan for of in ("p", "slope"))
        peak_year = float(np.quantile(runs["peak_year"], 0.5, method="higher"))
        rows.append([bundle, scenario, len(runs), *shares, peak_year, p, slope])
    return pd.DataFrame(rows, columns=["bundle", "scenario", "n", *STATUSES, "peak_year", "p", "slope"])

"""What figures ask of a results folder: yearly values, means with intervals, differences from the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dafeng.configs.errors import DafengError
from dafeng.configs.schema import City
from dafeng.experiments import results as folder
from dafeng.experiments.labels import say
from dafeng.experiments.paired import Interval, interval, paired, student
from dafeng.experiments.viewed import stands_alone, with_views

ALL = "all"
DIMENSIONS = ("county", "sector", "technology", "fuel")
PAIR = ["replication", "year"]
PLAN = "plan"
"""The bundle shown beside the baseline where there is room for two."""


class Missing(DafengError):
    """The results do not hold what a figure shows."""


class Results(folder.Results):
    """A results folder, seen in its first scenario.

    Raises ResultsError when the folder is foreign, unfinished or damaged.
    """

    def __init__(self, directory: Path | str) -> None:
        super().__init__(directory)
        self.scenario = self.scenarios[0]

    @property
    def baseline(self) -> str:
        """Key of the bundle that others are compared with."""
        return str(self.manifest["baseline"])

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Bundles with at least one finished run, in the study's order."""
        done = set(self.summary["bundle"])
        return tuple(bundle for bundle in self.bundles if bundle in done)

    @cached_property
    def viewed(self) -> pd.DataFrame:
        """The summary with the means of every view of reliability."""
        return with_views(self.summary, self.outcomes)

    @cached_property
    def stands_alone(self) -> bool:
        """Whether the city has no province, and with it no entitlements."""
        return stands_alone(str(self.manifest["city"]))

    def view(self, name: str, lang: str) -> str:
        """A view of reliability in words."""
        return say(f"view.{name}.alone" if name == "island" and self.stands_alone else f"view.{name}", lang)

    @property
    def pair(self) -> tuple[str, ...]:
        """The baseline and the bundle to set beside it: the plan, else the study's last; one when there is one."""
        others = [bundle for bundle in self.shown if bundle != self.baseline]
        beside = [PLAN] if PLAN in others else others[-1:]
        return (*([self.baseline] if self.baseline in self.shown else []), *beside)

    @cached_property
    def n(self) -> int:
        """Finished replications of the bundle that has most of them."""
        here = self.summary[self.summary["scenario"] == self.scenario]
        return int(here.groupby("bundle").size().max()) if len(here) else 0

    @cached_property
    def city(self) -> City | None:
        """The city's facts, as far as its files are still there."""
        from dafeng.configs import load

        try:
            return load.city(str(self.manifest["city"]))
        except DafengError:
            return None

    def title(self, bundle: str, lang: str) -> str:
        """A bundle's title in a language."""
        about = next(item for item in self.manifest["bundles"] if item["key"] == bundle)
        return str(about["title_zh" if lang == "zh" else "title"] or bundle)

    def rows(self, variable: str, scenario: str | None = None, basis: str | None = ALL) -> pd.DataFrame:
        """All rows of a variable in a scenario, default the first; basis None takes every basis."""
        found = self._by_variable.get(variable)
        if found is None:
            raise Missing(f"the results hold no '{variable}'")
        found = found[found["scenario"] == (scenario or self.scenario)]
        return found if basis is None else found[found["basis"] == basis]

    def yearly(self, variable: str, scenario: str | None = None, basis: str = ALL, **dimensions: str) -> pd.DataFrame:
        """bundle, replication, year, value, se of totals, or of the dimensions that are given."""
        found = self.rows(variable, scenario, basis)
        for name in DIMENSIONS:
            found = found[found[name] == dimensions.get(name, ALL)]
        if found.empty:
            raise Missing(f"the results hold no '{variable}' of {', '.join([basis, *dimensions.values()])}")
        return found[["bundle", *PAIR, "value", "se"]]

    @cached_property
    def _by_variable(self) -> dict[str, pd.DataFrame]:
        return {str(name): rows for name, rows in self.outcomes.groupby("variable", sort=False, observed=True)}


SHARE = (0.0, 1.0)
"""Where a share must lie."""


def spread(
    rows: pd.DataFrame, by: Sequence[str] = ("bundle", "year"), within: tuple[float, float] = (-np.inf, np.inf)
) -> pd.DataFrame:
    """Mean over replications with its 95 % Student interval; of one replication, that of its sampling error.

    Columns: `by`, mean, low, high, least, most, n; least and most are those of single runs. Without spread or sampling
    error low and high are NaN. Of a quantity that must lie `within` bounds the interval ends there: what is cut off
    cannot hold the truth, so it is held as often as before.
    """
    groups = rows.groupby(list(by), sort=True, observed=True)
    table = groups["value"].agg(["mean", "std", "size", "min", "max"]).join(groups["se"].mean()).reset_index()
    n = table["size"].to_numpy(np.int64)
    quantile = np.array([student(max(count - 1, 1)) if count > 1 else student(10**9) for count in n])
    sampled = table["se"].where(table["se"] > 0).to_numpy(np.float64)
    error = np.where(n > 1, table["std"].to_numpy(np.float64) / np.sqrt(n), sampled)
    mean = table["mean"].to_numpy(np.float64)
    return table[list(by)].assign(
        mean=mean, low=np.clip(mean - quantile * error, *within), high=np.clip(mean + quantile * error, *within),
        least=table["min"], most=table["max"], n=n,
    )


def against(rows: pd.DataFrame, baseline: str, by: Sequence[str] = ("replication", "year")) -> pd.DataFrame:
    """The rows of every other bundle less the baseline's of the same replication: same weather, same luck."""
    base = rows[rows["bundle"] == baseline][[*by, "value", "se"]]
    joined = rows[rows["bundle"] != baseline].merge(base, on=list(by), suffixes=("", "_base"))
    value = joined["value"] - joined["value_base"]
    return joined[["bundle", *by]].assign(value=value, se=np.hypot(joined["se"], joined["se_base"]))


def level(results: Results, column: str, bundle: str, scenario: str | None = None) -> Interval:
    """Mean of a column of the summary over a bundle's replications."""
    return interval(_column(results, column, bundle, scenario).to_numpy(np.float64))


def difference(results: Results, column: str, bundle: str, scenario: str | None = None, se: str = "") -> Interval:
    """Paired difference of a column of the summary from the baseline, with its 95 % interval."""
    ours = _column(results, column, bundle, scenario)
    theirs = _column(results, column, results.baseline, scenario)
    both = ours.index.intersection(theirs.index)
    errors = [_error(results, se, name, scenario) for name in (bundle, results.baseline)] if se else [0.0, 0.0]
    mine, other = ours.loc[both].to_numpy(np.float64), theirs.loc[both].to_numpy(np.float64)
    return paired(mine, other, *errors)


def is_clear(found: Interval) -> bool:
    """Whether an interval leaves zero out."""
    return bool(found.low > 0 or found.high < 0)


def _column(results: Results, column: str, bundle: str, scenario: str | None) -> pd.Series:
    table = results.viewed
    if column not in table.columns:
        raise Missing(f"the summary holds no '{column}'")
    here = table[(table["bundle"] == bundle) & (table["scenario"] == (scenario or results.scenario))]
    return here.set_index("replication")[column].sort_index()


def _error(results: Results, column: str, bundle: str, scenario: str | None) -> float:
    """Sampling error of the only run; of several, their spread speaks."""
    found = _column(results, column, bundle, scenario)
    return float(found.iloc[0]) if len(found) == 1 else 0.0

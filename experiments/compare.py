"""Bundles against a baseline, replication by replication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from dafeng.configs.errors import ResultsError
from dafeng.configs.units import Floats
from dafeng.experiments import peak_status
from dafeng.experiments.bounds import pooled, with_bounds
from dafeng.experiments.compare_accounts import leakage, with_accounts
from dafeng.experiments.customers_told import NOTE, TOLD, with_customers
from dafeng.experiments.paired import Interval, interval, paired
from dafeng.experiments.results import Results
from dafeng.experiments.targets import targets_table
from dafeng.experiments.viewed import ALONE, VIEWED, VIEWS, stands_alone, views_of, with_views


@dataclass(frozen=True)
class Measure:
    """One number of a run that bundles are compared by."""

    key: str
    title: str
    unit: str
    scale: float = 1.0
    se: str = ""
    """Column of its sampling error, in the same unit."""
    is_sum: bool = False
    """Whether it is the sum over all years of a run, and not a value a year."""


MEASURES = (
    Measure("peak_year", "Peak year of plan CO2", "year"),
    Measure("peak_mt", "Peak of plan CO2", "Mt"),
    Measure("co2_cum_mt", "Cumulative CO2, plan boundary", "Mt", is_sum=True),
    Measure("co2_2030_mt", "CO2 in 2030, plan boundary", "Mt"),
    Measure("consumption_cum_mt", "Cumulative CO2, consumption", "Mt", is_sum=True),
    Measure("territorial_cum_mt", "Cumulative CO2, territorial", "Mt", is_sum=True),
    Measure("system_cum_mt", "Cumulative CO2, system", "Mt", is_sum=True),
    Measure("elsewhere_cum_mt", "CO2 of the rest of the province: system less territorial", "Mt", is_sum=True),
    Measure("cost_bn_cny", "System cost: what the city pays, without excise", "bn CNY", is_sum=True),
    Measure("resource_bn_cny", "Resource cost: what city and province use up", "bn CNY", is_sum=True),
    Measure("fuel_tax_bn_cny", "Fuel taxes, a transfer", "bn CNY", is_sum=True),
    Measure("carbon_bn_cny", "Carbon payments, a transfer", "bn CNY", is_sum=True),
    Measure("lole_d", "LOLE, provincial view", "d/y", se="lole_se"),
    Measure("eue_mwh", "EUE, provincial view", "MWh/y", se="eue_se"),
    Measure("margin_mw", "Margin of the pool to 2.4 h/y, provincial view", "MW"),
    Measure("unserved_mwh", "Unserved in operation", "MWh", is_sum=True),
    Measure("storage_losses_gwh", "Storage losses", "GWh", is_sum=True),
    Measure("curtailed_gwh", "Curtailed, nuclear included", "GWh", is_sum=True),
    Measure("curtailed_share", "Curtailed share of wind and sun", "%", 100.0),
    Measure("oil_cum_pj", "Oil burnt on land", "PJ", is_sum=True),
    Measure("targets_met", "Targets met", "1"),
)
"""What is compared, in the order of the table; units after the scale."""

PEAKED = Measure("peaked", "Peaked by Mann-Kendall, share of runs", "%", 100.0)
"""Stands behind the peak itself where the city's thresholds are at hand (MODEL_SPEC 8.11)."""
LEAKAGE = Measure("leakage", "Leakage, 1 - dSystem/dTerritorial", "1")
POOL = Measure("pool_transfer_bn_cny", "System less resource cost: to the pool's producers", "bn CNY", is_sum=True)
"""Both stand in differences only, behind the measures that they explain."""


@dataclass(frozen=True)
class Comparison:
    """Levels of every bundle and their differences from the baseline."""

    baseline: str
    bundles: tuple[str, ...]
    scenarios: tuple[str, ...]
    levels: pd.DataFrame
    """bundle, scenario, measure, title, unit, span, mean, low, high, same_sign, n, bound; `span` names the years that
    are summed, `bound` is the upper bound of an index that is zero."""
    differences: pd.DataFrame
    """The same columns; paired with the baseline, without the baseline itself."""
    notes: tuple[str, ...]
    targets: pd.DataFrame | None = None
    peaks: pd.DataFrame | None = None
    """Peak status of each bundle, see `peak_status.by_bundle`."""


def compare(results: Results, baseline: str | None = None, with_targets: bool = False) -> Comparison:
    """Mean, 95 % interval and agreement of signs of every measure, for each scenario apart."""
    base = results.bundle(baseline)
    runs, measures = _with_views(results)
    if runs.empty:
        raise ResultsError(f"{results.folder}: no run has come to its end; see the column 'error' of runs.parquet")
    peaks = peak_status.statuses(results)
    if peaks is not None:
        runs, measures = _with_peaks(runs, measures, peaks)
    levels, differences, span = [], [], span_of(results)
    for scenario in results.scenarios:
        here = runs[runs["scenario"] == scenario]
        for bundle in results.bundles:
            levels += _rows(bundle, scenario, span, _levels(here, bundle, measures))
            if bundle != base:
                differences += _rows(bundle, scenario, span, _differences(here, bundle, base, measures))
    return Comparison(
        base, results.bundles, results.scenarios, pd.DataFrame(levels, columns=COLUMNS),
        pd.DataFrame(differences, columns=COLUMNS), _notes(results, runs),
        targets_table(results) if with_targets else None,
        None if peaks is None else peak_status.by_bundle(peaks),
    )


COLUMNS = ["bundle", "scenario", "measure", "title", "unit", "span", "mean", "low", "high", "same_sign", "n", "bound"]


def span_of(results: Results) -> str:
    """The years that sums are over, as '2020-2022'."""
    first, last = results.manifest["years"]
    return f"{first}-{last}" if first != last else str(first)


def _levels(runs: pd.DataFrame, bundle: str, measures: Sequence[Measure]) -> Iterator[tuple[Measure, Interval]]:
    mine = runs[runs["bundle"] == bundle]
    for measure in measures:
        found = _told(measure, interval(_values(mine, measure), _se(mine, measure)))
        yield measure, replace(found, bound=pooled(mine, measure.key)) if found.mean == 0.0 else found


def _differences(
    runs: pd.DataFrame, bundle: str, base: str, measures: Sequence[Measure]
) -> Iterator[tuple[Measure, Interval]]:
    mine, other = _pairs(runs, bundle, base)
    for measure in measures:
        ours, theirs = _values(mine, measure), _values(other, measure)
        if measure.key == "peak_year":  # a peak in the last year may lie beyond it: such a pair has no difference
            ours = np.where(mine["peak_censored"] | other["peak_censored"], np.nan, ours)
        found = _told(measure, paired(ours, theirs, _se(mine, measure), _se(other, measure)))
        if found.mean == 0.0:  # neither saw anything: the difference is no larger than either bound
            found = replace(found, bound=float(np.maximum(pooled(mine, measure.key), pooled(other, measure.key))))
        yield measure, found
        if measure.key == "elsewhere_cum_mt":
            yield LEAKAGE, leakage(mine, other)
        if measure.key == "resource_bn_cny":
            yield POOL, paired(_values(mine, POOL), _values(other, POOL))


def _told(measure: Measure, found: Interval) -> Interval:
    """A share of runs stands without an interval: Student's is not that of a few yes and no."""
    return replace(found, half=nan) if measure is PEAKED else found


def _pairs(runs: pd.DataFrame, bundle: str, base: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The finished runs of two bundles that share a replication, in the same order."""
    mine, other = (runs[runs["bundle"] == name].set_index("replication").sort_index() for name in (bundle, base))
    both = mine.index.intersection(other.index)
    return mine.loc[both], other.loc[both]


def _values(runs: pd.DataFrame, measure: Measure) -> Floats:
    values = runs[measure.key].to_numpy(np.float64) * measure.scale
    return values if measure.key != "targets_met" else np.where(runs["targets_counted"] > 0, values, np.nan)


def _se(runs: pd.DataFrame, measure: Measure) -> float:
    """Sampling error of the only run; of several, their spread speaks."""
    return float(runs[measure.se].iloc[0]) if measure.se and len(runs) == 1 else 0.0


def _rows(bundle: str, scenario: str, span: str, found: Iterator[tuple[Measure, Interval]]) -> list[list[Any]]:
    return [
        [bundle, scenario, m.key, m.title, m.unit, span if m.is_sum else "", at.mean, at.low, at.high, at.same_sign,
         at.n, at.bound] for m, at in found
    ]


def _with_views(results: Results) -> tuple[pd.DataFrame, tuple[Measure, ...]]:
    """The summary with the accounts, each other view of reliability and what customers meet: means over the years.

    And with upper bounds of indices whose mean is zero.
    """
    rows = results.outcomes
    runs = with_accounts(results.summary, rows)
    if "resource_bn_cny" in runs:
        runs = runs.assign(**{POOL.key: runs["cost_bn_cny"] - runs["resource_bn_cny"]})
    runs = with_bounds(with_customers(with_views(runs, rows), rows), rows)
    names = ALONE if stands_alone(str(results.manifest["city"])) else VIEWS
    measures = [measure for measure in MEASURES if measure.key in runs]
    for variable, (word, unit) in VIEWED.items():
        for view in views_of(runs, variable):
            key = f"{variable}.{view}"
            measures.append(Measure(key, f"{word}, {names[view]}", unit, se=f"{key}.se"))
    told = [Measure(key, title, unit, se=f"{key}.se") for key, (title, unit) in TOLD.items() if key in runs]
    return runs, (*measures, *told)


BOUNDED = ("0, at most: no shortage was seen in any sample year; the number is an upper bound at 95 % by the rule of "
           "three, of all years and replications together. The difference of two such is no larger either way")


def _with_peaks(
    runs: pd.DataFrame, measures: tuple[Measure, ...], peaks: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Measure, ...]]:
    """The summary with a column more: 1 where a run has peaked, unknown where it has no emissions or one year."""
    status = peaks.set_index("run")["status"]
    has_peaked = status.eq(peak_status.PEAKED).astype(float).where(status != peak_status.UNTOLD)
    at = [measure.key for measure in measures].index("peak_mt") + 1
    return runs.assign(peaked=runs["run"].map(has_peaked)), (*measures[:at], PEAKED, *measures[at:])


def _notes(results: Results, runs: pd.DataFrame) -> tuple[str, ...]:
    """What a reader of the table must know."""
    said = []
    counts = results.manifest["runs"]
    if counts["failed"] or counts["missing"]:
        said.append(f"{counts['failed']} runs failed and {counts['missing']} are missing: their pairs are left out")
    censored = runs[runs["peak_censored"]]
    if len(censored):
        of, at_end = Counter(runs["bundle"]), Counter(censored["bundle"])
        each = [f"{bundle} {count} of {of[bundle]} runs" for bundle, count in at_end.items()]
        said.append(f"emissions are highest in the last year, so the peak may lie beyond it: {', '.join(each)}")
    if int(runs.groupby(["bundle", "scenario"]).size().max()) == 1:
        said.append("one replication: intervals hold sampling error only, and stand only where it is known; of a "
                    "shortage of which few sample years tell they are too narrow, and no 95 % intervals")
    if runs.filter(regex=r"\.bound$").notna().to_numpy().any():
        said.append(BOUNDED)
    if not (runs["targets_counted"] > 0).any():
        said.append("no targets: the city has none that the model measures within the years of these runs")
    if TOLD.keys() & set(runs):
        said.append(NOTE)
    return tuple(said)

"""From years to tables: outcome rows, targets, checks and the summary of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd

from dafeng.configs.schema import City, Target
from dafeng.configs.values import Estimate
from dafeng.sim.ledger import ALL, Entry, Ledger
from dafeng.sim.metrics.base import METRICS
from dafeng.sim.year import Year

OUTCOME_COLUMNS = (
    "run",
    "bundle",
    "scenario",
    "replication",
    "year",
    "county",
    "sector",
    "technology",
    "fuel",
    "basis",
    "variable",
    "unit",
    "value",
    "se",
)
"""Fixed for good: one tidy table, totals carry `all`, never null."""

EVENT_COLUMNS = ("run", "hour", "kind", "agent", "amount", "unit")
DECISION_COLUMNS = (
    "run",
    "year",
    "agent",
    "kind",
    "topic",
    "option",
    "value",
    "unit",
    "chosen",
    "uniform",
    "saw",
    "why",
    "terms",
)
SUMMARY_COLUMNS = (
    "run",
    "bundle",
    "scenario",
    "replication",
    "peak_year",
    "peak_mt",
    "peak_censored",
    "co2_cum_mt",
    "co2_2030_mt",
    "territorial_cum_mt",
    "consumption_cum_mt",
    "system_cum_mt",
    "cost_bn_cny",
    "lole_d",
    "lole_se",
    "eue_mwh",
    "eue_se",
    "margin_mw",
    "unserved_mwh",
    "curtailed_gwh",
    "curtailed_share",
    "oil_cum_pj",
    "targets_met",
    "targets_counted",
    "wall_s",
    "cpu_s",
    "peak_mb",
)
BAND = 0.05
"""'About' in a target (~): within 5 % of the value or better; the plan says 左右."""


@dataclass(frozen=True)
class RunResult:
    """All tables of one run."""

    key: str
    manifest: Mapping[str, Any]
    outcomes: pd.DataFrame
    summary: pd.DataFrame
    events: pd.DataFrame
    decisions: pd.DataFrame
    hourly: pd.DataFrame


def measured(year: Year) -> tuple[list[Entry], dict[str, float]]:
    """Every metric of a year as rows, and the single numbers by name."""
    rows: list[Entry] = []
    numbers: dict[str, float] = {}
    for metric in METRICS.entries():
        value = metric.thing(year)
        unit = metric.about.get("unit", "")
        if isinstance(value, Ledger):
            rows.extend(value)
        elif isinstance(value, Estimate):
            rows.append(Entry(metric.name, value.value, unit, se=value.se))
        else:
            rows.append(Entry(metric.name, float(value), unit))
            numbers[metric.name] = float(value)
    return rows, numbers


def target_rows(city: City, history: Mapping[int, Mapping[str, float]], year: int) -> list[Entry]:
    """Targets due this year that a metric measures, with whether they are met."""
    rows = []
    for target in city.targets:
        value = target_value(target, history, year, city.last_year)
        if value is None:
            continue
        rows.append(Entry(f"target.{target.key}", value, target.unit or "1"))
        rows.append(Entry(f"target_met.{target.key}", float(is_met(target, value)), "1"))
    return rows


SHARES = {"%": 100.0}


def target_value(target: Target, history: Mapping[int, Mapping[str, float]], year: int, last_year: int) -> float | None:
    """The measured value of a target in the year it is due.

    Peak years: in the last year of the run, if that is not before the year asked; a shorter run cannot tell.
    """
    if not target.metric or target.value is None:
        return None
    if target.metric in PEAKS:
        is_due = year == last_year and last_year >= target.value
        return float(_peak(history, PEAKS[target.metric])[0]) if is_due else None
    if target.year != year or target.metric not in history[year]:
        return None
    return history[year][target.metric] * SHARES.get(target.unit, 1.0)


PEAKS = {"peak_year": "co2_plan_t", "oil_peak_year": "oil_land_transport_gj"}


def is_met(target: Target, value: float) -> bool:
    """Whether a measured value meets a target; 'about' takes 5 %.

    A peak year counts as met when it is the target year or earlier (national usage of 2030年前).
    """
    if target.value is None:
        return False
    match target.comparator:
        case ">=":
            return value >= target.value
        case "<=":
            return value <= target.value
        case _:
            return value >= target.value * (1 - BAND)


def _peak(history: Mapping[int, Mapping[str, float]], name: str) -> tuple[int, float, bool]:
    """Year, level and whether the peak is the last year simulated (then it may lie beyond)."""
    values = {year: numbers[name] for year, numbers in history.items() if name in numbers}
    year = max(values, key=lambda y: (values[y], -y))
    return year, values[year], year == max(values)


def summary(history: Mapping[int, Mapping[str, float]], rows: Iterable[Entry]) -> dict[str, float]:
    """One row: peak year and level, cumulative CO2 in the boundaries, cost, reliability, curtailment, targets met."""
    met = [entry.value for entry in rows if entry.variable.startswith("target_met.")]
    peak_year, peak_t, censored = _peak(history, "co2_plan_t")

    def total(name: str) -> float:
        return sum(numbers.get(name, 0.0) for numbers in history.values())

    def mean(name: str) -> float:
        found = [numbers[name] for numbers in history.values() if name in numbers and isfinite(numbers[name])]
        return sum(found) / len(found) if found else float("nan")

    def error(name: str) -> float:
        found = [numbers[name] for numbers in history.values() if name in numbers]
        return sum(se**2 for se in found) ** 0.5 / len(found) if found else float("nan")

    vre = total("vre_possible_mwh")
    return {
        "peak_year": float(peak_year),
        "peak_mt": peak_t / 1e6,
        "peak_censored": float(censored),
        "co2_cum_mt": total("co2_plan_t") / 1e6,
        "co2_2030_mt": history.get(2030, {}).get("co2_plan_t", float("nan")) / 1e6,
        "territorial_cum_mt": total("co2_territorial_t") / 1e6,
        "consumption_cum_mt": total("co2_consumption_t") / 1e6,
        "system_cum_mt": total("co2_system_t") / 1e6,
        "cost_bn_cny": total("system_cost_cny") / 1e9,
        "lole_d": mean("lole_province_d"),
        "lole_se": error("lole_province_se"),
        "eue_mwh": mean("eue_province_mwh"),
        "eue_se": error("eue_province_se"),
        "margin_mw": mean("margin_province_mw"),
        "unserved_mwh": total("unserved_mwh"),
        "curtailed_gwh": total("curtailed_mwh") / 1e3,
        "curtailed_share": total("curtailed_vre_mwh") / vre if vre > 0 else 0.0,
        "oil_cum_pj": total("oil_land_transport_gj") / 1e6,
        "targets_met": float(sum(met)),
        "targets_counted": float(len(met)),
    }


def numbers_of(year: Year, rows: Iterable[Entry], single: Mapping[str, float]) -> dict[str, float]:
    """What later years, targets and the summary need to remember of a year.

    Of a year in which no event was sampled the error is a bound (rule of three), which must not be added as an error.
    """
    kept = dict(single)
    for entry in rows:
        plain = (entry.county, entry.sector, entry.technology, entry.fuel) == (ALL, ALL, ALL, ALL)
        if entry.variable == "emissions_tco2" and plain:
            kept[f"co2_{entry.basis}_t"] = entry.value
        elif plain and entry.basis == ALL:
            kept[entry.variable] = entry.value
        elif entry.basis == "province" and entry.variable in {"lole_d", "eue_mwh", "margin_mw"}:
            name, unit = entry.variable.rsplit("_", 1)
            kept[f"{name}_province_{unit}"] = entry.value
            kept[f"{name}_province_se"] = entry.se if entry.value > 0.0 else 0.0
    kinds = ("wind_onshore", "wind_offshore", "pv_utility", "pv_rooftop")
    kept["curtailed_vre_mwh"] = year.book("curtailed_mwh").where(technology=kinds).total()
    used = year.generation_mwh.where(technology=kinds, sector=("power", "provincial")).total()
    kept["vre_possible_mwh"] = used + kept["curtailed_vre_mwh"]
    return kept


def outcome_frame(rows: Mapping[int, Iterable[Entry]]) -> pd.DataFrame:
    """Outcome rows of all years, without the run's own columns."""
    records = [
        (year, e.county, e.sector, e.technology, e.fuel, e.basis, e.variable, e.unit, e.value, e.se)
        for year, entries in sorted(rows.items())
        for e in entries
    ]
    return pd.DataFrame.from_records(records, columns=list(OUTCOME_COLUMNS[4:]))

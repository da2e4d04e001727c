"""A stand-in for the simulator: small tables from the run's own luck, and misbehaviour on request."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dafeng.configs import load
from dafeng.configs.errors import LawError
from dafeng.configs.luck import Luck
from dafeng.configs.schema import Study
from dafeng.experiments.keys import Task

STRENGTH = {"baseline": 0.0, "demand_response": 1.0, "storage": 2.0, "plan": 3.0}
"""Megatonnes a year that a bundle saves in this stand-in."""


@dataclass(frozen=True)
class Tables:
    manifest: Mapping[str, Any]
    outcomes: pd.DataFrame
    summary: pd.DataFrame
    events: pd.DataFrame
    decisions: pd.DataFrame
    hourly: pd.DataFrame


@dataclass(frozen=True)
class Fake:
    """Makes tables; writes each call into a log; `label/replication` names of runs that fail, die, or die once."""

    log: str
    fails: tuple[str, ...] = ()
    dies: tuple[str, ...] = ()
    dies_once: tuple[str, ...] = ()
    interrupted_after: int = 0
    sleeps_s: float = 0.0

    def __call__(self, task: Task) -> Tables:
        name = f"{task.label}/{task.replication}"
        calls = self.calls()
        with Path(self.log).open("a") as log:
            log.write(f"{name}\n")
        if self.interrupted_after and len(calls) >= self.interrupted_after:
            raise KeyboardInterrupt
        if name in self.dies or (name in self.dies_once and name not in calls):
            os.kill(os.getpid(), signal.SIGKILL)
        if name in self.fails:
            raise LawError("energy does not balance in hour 7")
        time.sleep(self.sleeps_s)
        return tables(task)

    def calls(self) -> list[str]:
        return Path(self.log).read_text().split() if Path(self.log).exists() else []


def tables(task: Task) -> Tables:
    """Tables in the form of a RunResult."""
    years = list(range(task.first_year, task.last_year + 1))
    weather = Luck(task.seed, task.replication)("weather", task.city, 0).normal(0.0, 0.5)
    mt = [10.0 + 0.1 * (year - task.first_year) + weather - STRENGTH[task.label] for year in years]
    return Tables({}, _outcomes(years, mt), _summary(years, mt), _events(), _decisions(years), _hourly(task))


def _outcomes(years: list[int], mt: list[float]) -> pd.DataFrame:
    rows = []
    for year, co2 in zip(years, mt, strict=True):
        rows.append([year, *["all"] * 4, "plan", "emissions_tco2", "t", co2 * 1e6, 0.0])
        for view in ("province", "deliverability"):
            rows.append([year, *["all"] * 4, view, "lole_d", "d", 0.3, 0.04])
    rows.append([years[-1], *["all"] * 5, "target.T10", "%", 36.0, 0.0])
    rows.append([years[-1], *["all"] * 5, "target_met.T10", "1", 1.0, 0.0])
    columns = ["year", "county", "sector", "technology", "fuel", "basis", "variable", "unit", "value", "se"]
    return pd.DataFrame(rows, columns=columns)


def _summary(years: list[int], mt: list[float]) -> pd.DataFrame:
    total = float(np.sum(mt))
    return pd.DataFrame([{
        "peak_year": float(years[-1]), "peak_mt": mt[-1], "peak_censored": 1.0, "co2_cum_mt": total,
        "co2_2030_mt": float("nan"), "territorial_cum_mt": 2 * total, "consumption_cum_mt": total,
        "system_cum_mt": 50.0 + total, "cost_bn_cny": 7.0, "lole_d": 0.3, "lole_se": 0.04, "eue_mwh": 20.0,
        "eue_se": 2.0, "margin_mw": 100.0, "unserved_mwh": 0.0, "curtailed_gwh": 1.0, "curtailed_share": 0.01,
        "oil_cum_pj": 5.0, "targets_met": 1.0, "targets_counted": 1.0, "wall_s": time.perf_counter(), "cpu_s": 0.1,
        "peak_mb": 90.0,
    }])


def _events() -> pd.DataFrame:
    return pd.DataFrame([[17.5, "trip", "coal-1", 120.0]], columns=["hour", "kind", "agent", "amount"])


def _decisions(years: list[int]) -> pd.DataFrame:
    columns = ["year", "agent", "kind", "topic", "option", "value", "unit", "chosen", "uniform", "saw", "why"]
    saw, why = '{"coal_cny_per_gj": 26.5}', "keeping it loses money"
    return pd.DataFrame(
        [
            [year, "coal-1", "plants", "retire", option, value, "MCNY", option == "retire", None, saw, why]
            for year in years
            for option, value in (("keep", -3.0), ("retire", 1.5))
        ],
        columns=columns,
    )


def _hourly(task: Task) -> pd.DataFrame:
    frames = [
        pd.DataFrame({"year": year, "hour": range(3), "load_mw": [100.0, 110.0, 90.0]}) for year in task.hourly_years
    ]
    return pd.concat(frames) if frames else pd.DataFrame()


def toy_study(**changes: Any) -> Study:
    """Two bundles x one scenario x two replications of the small city."""
    return load.study("toy").changed(**changes)

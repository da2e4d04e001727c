"""A small results folder made by hand: plausible, quick, and with answers that fit on a card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dafeng.configs.luck import Luck
from dafeng.experiments.tables import COLUMNS, empty, file_hash, shaped, write_table

TITLES = {
    "baseline": ("Baseline", "基准"), "coal_control": ("Coal control", "控煤"), "storage": ("Storage", "储能"),
    "ev_adoption": ("EV adoption", "电动汽车"), "demand_response": ("Demand response", "需求响应"),
    "renewables": ("Renewables", "可再生能源"), "plan": ("The plan", "达峰方案"),
}
PEAKS = {"baseline": 2040, "plan": 2026}
"""Year of the highest emissions; other bundles peak in 2033."""
SAVING = {"baseline": 0.0, "plan": 3.0}
"""Mt of CO2 a year; other bundles save 1."""
FLEET = {
    "coal_chp": ("power", "coal", 6e6), "gas_ccgt": ("power", "natural_gas", 4e6),
    "pv_rooftop": ("power", "solar", 2e6), "wind_onshore": ("power", "wind", 1e6),
    "coal_usc": ("provincial", "coal", 1.5e7), "nuclear_epr": ("provincial", "uranium", 2.5e7),
    "hvdc": ("provincial", "water", 2.3e7),
}
HOURS = 8760
PROVINCIAL_MWH = {"tight": 200.0, "balanced": 20.0}
"""Unserved energy of the baseline in the provincial view."""


@dataclass(frozen=True)
class Run:
    """What stands in the first columns of every table."""

    bundle: str
    scenario: str
    replication: int

    @property
    def key(self) -> str:
        return f"{self.bundle}-{self.scenario}-{self.replication}"

    @property
    def columns(self) -> dict[str, Any]:
        same = {"bundle": self.bundle, "scenario": self.scenario, "replication": self.replication}
        return {"run": self.key, **same}


def make(
    folder: Path, bundles: Sequence[str] = ("baseline", "storage", "plan"), replications: int = 3,
    years: tuple[int, int] = (2020, 2040), hourly: Sequence[int] = (2030,), without: Sequence[str] = (),
    title: str = "A study made by hand", done: Sequence[str] | None = None, scenarios: Sequence[str] = ("tight",),
) -> Path:
    """Write a whole results folder; `without` names variables to leave out, `done` bundles whose runs ended well."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = [Run(b, s, r) for b in bundles for s in scenarios for r in range(replications)]
    ended = [run for run in runs if done is None or run.bundle in done]
    outcomes = [row for run in ended for row in _outcomes(run, years) if row["variable"] not in without]
    frames = {
        "runs": pd.DataFrame([_run(run, years, run in ended) for run in runs]),
        "outcomes": pd.DataFrame(outcomes),
        "summary": pd.DataFrame([_summary(run, years) for run in ended]),
    }
    hashes = {}
    for name in COLUMNS:
        table = shaped(name, frames[name]) if name in frames and len(frames[name]) else empty(name)
        write_table(table, folder / f"{name}.parquet")
        hashes[name] = {"rows": table.num_rows, "content": "", "file": file_hash(folder / f"{name}.parquet")}
    for run in ended:
        for year in hourly:
            path = folder / "hourly" / f"{run.key}-{year}.parquet"
            path.parent.mkdir(exist_ok=True)
            _hourly(run, year).to_parquet(path)
    counts = {"asked": len(runs), "done": len(ended), "failed": len(runs) - len(ended), "missing": 0}
    manifest = _manifest(bundles, scenarios, replications, years, title) | {"tables": hashes, "runs": counts}
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return folder


def _run(run: Run, years: tuple[int, int], is_done: bool) -> dict[str, Any]:
    same = {"engine": "fast", "sample_years": 100, "values": "{}", "wall_s": 1.0, "cpu_s": 9.0, "peak_mb": 300.0}
    texts = dict.fromkeys(("city_digest", "bundle_digest", "source_digest", "version", "libraries"), "x")
    return {
        **run.columns, "seed": 1, "first_year": years[0], "last_year": years[1],
        "status": "done" if is_done else "failed", "error": "", **same, **texts,
    }


def emissions_mt(bundle: str, replication: int, year: int) -> float:
    """A hill with its top in the bundle's peak year, shifted by the replication's weather."""
    top = PEAKS.get(bundle, 2033)
    return 25.0 - 0.1 * abs(year - top) - SAVING.get(bundle, 1.0) * (1.0 + 0.1 * replication) + 0.3 * replication


def _outcomes(run: Run, years: tuple[int, int]) -> Iterator[dict[str, Any]]:
    plain = {"county": "all", "sector": "all", "technology": "all", "fuel": "all", "basis": "all", "se": 0.0}
    def row(year: int, variable: str, value: float, unit: str = "MW", **more: Any) -> dict[str, Any]:
        return {**run.columns, "year": year, **plain, "variable": variable, "unit": unit, "value": value, **more}

    for year in range(years[0], years[1] + 1):
        yield from _of_year(row, run, year)
    for name, model, reference, tolerance, role in CHECKS:
        for variable, value in (("check", model), ("check_reference", reference), ("check_tolerance", tolerance)):
            yield row(2020, variable, value, "TWh gross", technology=name, basis=role)
    for target, year, value, is_met in TARGETS:
        if years[0] <= year <= years[1]:
            more = 3000.0 if run.bundle == "plan" and target == "T07" else 0.0
            yield row(year, f"target.{target}", value + more, "MW")
            yield row(year, f"target_met.{target}", float(is_met or more > 0), "1")


CHECKS = (
    ("coal_jan_apr", 3.7, 3.934, 0.10, "test"), ("gas_jan_apr", 1.2, 1.148, 0.10, "input"),
    ("guangdong_thermal", 400.0, 357.59, 0.03, "hold-out"),
)
TARGETS = (("T07", 2030, 5000.0, False), ("T08", 2025, 1600.0, False), ("T29", 2030, 74.0, True))


def _of_year(row: Any, run: Run, year: int) -> Iterator[dict[str, Any]]:
    bundle, replication = run.bundle, run.replication
    co2 = emissions_mt(bundle, replication, year) * 1e6
    for basis, factor in (("plan", 1.0), ("consumption", 1.05), ("territorial", 2.0), ("system", 15.0)):
        yield row(year, "emissions_tco2", co2 * factor, "t", basis=basis)
    grown = 1.0 + 0.02 * (year - 2020)
    for technology, (sector, fuel, mwh) in FLEET.items():
        yield row(year, "generation_mwh", mwh * grown, "MWh", sector=sector, technology=technology, fuel=fuel)
        yield row(year, "capacity_mw", mwh / 4000.0, technology=technology)
    yield row(year, "generation_mwh", 1.3e7 * grown, "MWh", sector="power")
    yield row(year, "load_mwh", 3e7 * grown, "MWh")
    yield row(year, "net_import_mwh", 1.7e7 * grown, "MWh")
    yield row(year, "resource_cost_cny", 2.4e11 - SAVING.get(bundle, 1.0) * 20e9 / 3 / 21, "CNY")
    yield row(year, "storage_losses_mwh", 1e5, "MWh")
    yield row(year, "renewable_capacity_mw", (800.0 if bundle == "plan" else 500.0) * (year - 2019))
    yield row(year, "gas_capacity_mw", 1600.0)
    if bundle != "baseline" and year >= 2025:
        yield row(year, "storage_mw", 2000.0 + 100.0 * replication)
    for view, height in (("province", PROVINCIAL_MWH[run.scenario]), ("deliverability", 50.0), ("island", 0.0)):
        eue = (height if bundle == "baseline" else height / 2) * (1.0 + 0.1 * replication)
        yield row(year, "eue_mwh", eue, "MWh/y", basis=view, se=5.0)
        yield row(year, "lole_d", eue / 100.0, "d/y", basis=view, se=0.05)
        for end, times in (("low", 0.5), ("high", 1.75)) if view == "province" else ():
            yield row(year, "eue_states_mwh", eue * times, "MWh/y", basis=f"states:{end}")
            yield row(year, "lolh_states_h", eue * times / 50.0, "h/y", basis=f"states:{end}")
        yield row(year, "lolh_h", eue / 50.0, "h/y", basis=view, se=0.1)
    yield from _shortages(row, bundle, year)
    for at, branch in enumerate(("L16", "L17", "L30", "TN07", "PL1")):
        yield row(year, "branch_peak_share", 0.4 + 0.2 * at + 0.01 * replication, "1", technology=branch)
    yield row(year, "overloaded_hours", 30.0 if year == 2025 and replication == 0 else 0.0, "h")
    if year == 2025 and replication == 0:
        yield row(year, "overloaded_hours", 30.0, "h", technology="L17")
        yield row(year, "redispatched_hours", 60.0, "h", technology="L17")
    yield row(year, "redispatched_hours", 60.0 if year == 2025 and replication == 0 else 0.0, "h")


def _shortages(row: Any, bundle: str, year: int) -> Iterator[dict[str, Any]]:
    """Evenings of August, half as often with a policy; credits of sun that fall by a hundredth a year."""
    times = 1.0 if bundle == "baseline" else 0.5
    for month, hour, hours in ((8, 19, 3.0), (8, 20, 3.0), (1, 9, 1.0)):
        of = {"technology": f"month {month}", "fuel": f"hour {hour}", "basis": "province"}
        yield row(year, "shortage_hours", hours * times, "h/y", **of)
    for hours_class, depth, events in ((1, 20, 1.0), (3, 100, 2.0), (8, 500, 0.5)):
        of = {"technology": f"from {hours_class} h", "fuel": f"from {depth} MW", "basis": "province"}
        yield row(year, "shortage_events", events * times, "1/y", **of)
    for technology, share in (("coal_usc", 0.98), ("pv_utility", 0.3 - 0.01 * (year - 2020))):
        yield row(year, "capacity_credit", share, "1", technology=technology)
    for kind, small, large in (("solar", 0.3, 0.1), ("storage_2h", 0.6, 0.2)):
        for mw, share in ((500, small), (10_000, large)):
            yield row(year, "capacity_credit_curve", share, "1", technology=kind, fuel=f"at {mw} MW", se=0.01)


def _summary(run: Run, years: tuple[int, int]) -> dict[str, Any]:
    bundle, replication = run.bundle, run.replication
    by_year = {year: emissions_mt(bundle, replication, year) for year in range(years[0], years[1] + 1)}
    total, peak = sum(by_year.values()), max(by_year, key=lambda year: by_year[year])
    eue = PROVINCIAL_MWH[run.scenario] * (1.0 if bundle == "baseline" else 0.5) * (1.0 + 0.1 * replication)
    return {
        **run.columns, "peak_year": peak, "peak_mt": by_year[peak], "peak_censored": float(peak == years[1]),
        "co2_cum_mt": total, "co2_2030_mt": by_year.get(2030, np.nan), "territorial_cum_mt": 2 * total,
        "consumption_cum_mt": 1.05 * total, "system_cum_mt": 15 * total,
        "cost_bn_cny": 700.0 - 10.0 * SAVING.get(bundle, 1.0) + replication,
        "lole_d": eue / 100, "lole_se": 0.01, "eue_mwh": eue, "eue_se": 1.0, "margin_mw": 900.0,
        "unserved_mwh": 0.0, "curtailed_gwh": 1.0,
        "curtailed_share": 0.01, "oil_cum_pj": 700.0, "targets_met": 1, "targets_counted": 3,
    }


def _hourly(run: Run, year: int) -> pd.DataFrame:
    """Days of one shape; 20 July is the hottest and, in the baseline, short of 50 MWh."""
    hour = np.arange(HOURS)
    noise = Luck(1, run.replication)("made", "load", year).normal(0.0, 30.0, HOURS)
    load = 5000.0 + 1000.0 * np.sin(2 * np.pi * (hour % 24 - 8) / 24) + noise
    worst = (hour // 24 == 200) & (hour % 24 == 14)
    load[worst] += 2500.0
    is_helped = run.bundle != "baseline"
    unserved = np.where(worst & (not is_helped), 50.0, 0.0)
    solar, coal = np.maximum(0.0, 800.0 * np.sin(np.pi * (hour % 24 - 6) / 12)), np.full(HOURS, 900.0)
    discharge = np.where(worst & is_helped, 400.0, 0.0)
    return pd.DataFrame({
        **run.columns, "year": year, "hour": hour, "load_mw": load, "residual_load_mw": load - solar,
        "ev_charging_mw": 200.0, "smart_ev_mw": 20.0,
        "shifted_mw": 0.0, "response_mw": 0.0, "charge_mw": 0.0, "discharge_mw": discharge,
        "net_import_mw": load - solar - coal - discharge - unserved, "price_cny_per_mwh": 350.0,
        "unserved_mw": unserved, "shortage_mw": np.where(worst, 3000.0, 0.0), "curtailed_mw": 0.0,
        "generation:coal_chp": coal, "generation:pv_rooftop": solar, "generation:nuclear_epr": 3000.0,
    })


def _manifest(
    bundles: Sequence[str], scenarios: Sequence[str], replications: int, years: tuple[int, int], title: str
) -> dict[str, Any]:
    return {
        "program": "dafeng", "format": 1, "version": "0.1.0", "source": "s", "libraries": {"numpy": "2"},
        "command": "dafeng study made", "digest": "0123456789", "study": "made", "title": title, "title_zh": "",
        "city": "jiangmen", "city_title": "Jiangmen", "city_title_zh": "江门", "city_digest": "c", "years": list(years),
        "seed": 1, "replications": replications, "engine": "fast", "sample_years": 100, "support": ["province"],
        "bundles": [{"key": b, "title": TITLES[b][0], "title_zh": TITLES[b][1]} for b in bundles],
        "baseline": "baseline", "scenarios": {name: {"province_scenario": name} for name in scenarios},
        "parameters_grade_share": 0.5, "parameters_by_grade": {"A": 0.3, "B": 0.2, "C": 0.5}, "status": "complete",
    }

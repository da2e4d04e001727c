"""Indices of a regional system from its sample years, each with its error by batches (MODEL_SPEC 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dafeng.configs.units import Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_indices import bounded, tail_mean
from dafeng.network.regional_exact import bare_indices
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.regional_year import (
    BARE_MW_STEPS,
    BARE_STEPS,
    DAYS,
    DEEPEST,
    EVENTS,
    INSTANTS,
    MW_STEPS,
    PEAK_DAYS,
    STEPS,
    WORST,
)

BATCH_YEARS = 50
LEAST_BATCHES = 20
"""With fewer batches than these, a batch is one sample year, or an antithetic pair."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Indices:
    """Indices of all regions together and of each."""

    total: Mapping[str, Estimate]
    by_region: Mapping[str, Mapping[str, Estimate]]
    gain: Mapping[str, float]


class Years:
    """Sample years as they come in: amounts by year, nothing by the hour but counts."""

    def __init__(self, system: RegionalSystem, is_antithetic: bool, has_control: bool, has_instants: bool) -> None:
        self.system, self.has_control, self.has_instants = system, has_control, has_instants
        self.least = 2 if is_antithetic else 1
        self.parts: list[Floats] = []
        self.short_steps: Ints = np.zeros(system.steps, dtype=np.int64)

    def add(self, amount: Floats, short_steps: Ints) -> None:
        """Sample years that follow those before."""
        self.parts.append(amount)
        self.short_steps += short_steps

    @property
    def amount(self) -> Floats:
        """(sample years, regions + 1, AMOUNTS)."""
        self.parts = [np.concatenate(self.parts)]
        return self.parts[0]

    def variation(self) -> float:
        """Coefficient of variation of the unserved energy; infinite when nothing was seen."""
        energy = mean_of_batches(self.amount[:, -1, MW_STEPS], self.least)
        return energy.se / energy.value if energy.value > 0.0 else float("inf")


def indices_of(years: Years) -> Indices:
    """All indices; those of all regions are improved by the control variate where there is one."""
    amount, system = years.amount, years.system
    yearly = system.yearly_mwh
    names = system.regions if len(system.regions) > 1 else ()
    by_region = {name: _row(years, amount[:, row], float(yearly[row])) for row, name in enumerate(names)}
    total = _row(years, amount[:, -1], float(yearly.sum()))
    if years.has_instants:
        total["lolf_continuous"] = bounded(mean_of_batches(amount[:, -1, INSTANTS], years.least), len(amount))
    gain = _controlled(years, total) if years.has_control else {}
    return Indices(total, by_region, gain)


def _row(years: Years, amount: Floats, yearly_mwh: float) -> dict[str, Estimate]:
    """Indices of one region or of all from (sample years, AMOUNTS)."""
    count, step_h = len(amount), years.system.step_h
    hour_mwh = yearly_mwh / years.system.steps

    def mean(column: int, scale: float = 1.0, of_one_event: float = 1.0) -> Estimate:
        return bounded(mean_of_batches(scale * amount[:, column], years.least), count, of_one_event)

    eue = mean(MW_STEPS, step_h, hour_mwh)
    ppm = 1e6 / yearly_mwh if yearly_mwh > 0.0 else 0.0
    found = {
        "lole_d": mean(DAYS), "lole_peak_d": mean(PEAK_DAYS), "lolh_h": mean(STEPS, step_h, step_h),
        "lolf_hourly": mean(EVENTS), "eue_mwh": eue,
        "neue_ppm": Estimate(ppm * eue.value, ppm * eue.se), "cvar95_mwh": tail_mean(step_h * amount[:, MW_STEPS]),
        "duration_h": ratio_of_batches(step_h * amount[:, STEPS], amount[:, EVENTS], years.least),
        "depth_mw": ratio_of_batches(amount[:, DEEPEST], amount[:, EVENTS], years.least),
        "worst_event_mwh": Estimate(float(step_h * amount[:, WORST].max()), 0.0),
    }
    return found


def batches(values: Floats, least: int) -> Floats:
    """Means of batches of 50 years, or of single years or pairs when there are too few; a rest joins no batch.

    >>> len(batches(np.zeros(2010), 1)), len(batches(np.zeros(300), 1)), len(batches(np.zeros(300), 2))
    (40, 300, 150)
    """
    size = BATCH_YEARS if len(values) >= LEAST_BATCHES * BATCH_YEARS else least
    whole = len(values) // size
    means: Floats = values[:whole * size].reshape(whole, size).mean(axis=1)
    return means


def mean_of_batches(values: Floats, least: int) -> Estimate:
    """Mean of all years with the standard error of the mean of batches."""
    means = batches(values, least)
    error = float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else 0.0
    return Estimate(float(values.mean()), error)


def ratio_of_batches(upper: Floats, lower: Floats, least: int) -> Estimate:
    """Ratio of two means, such as hours an event, with its error to first order; 0 when nothing was seen."""
    if not lower.any():
        return Estimate(0.0, 0.0)
    ratio = float(upper.mean() / lower.mean())
    return Estimate(ratio, mean_of_batches(upper - ratio * lower, least).se / float(lower.mean()))


def interval(estimate: Estimate, sample_years: int, least: int = 1) -> tuple[float, float]:
    """95 % interval by Student's t over the batches that the error came from."""
    number = len(batches(np.zeros(sample_years), least))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, number - 1)) * estimate.se
    return estimate.value - half, estimate.value + half


def _controlled(years: Years, total: dict[str, Estimate]) -> dict[str, float]:
    """Improve hours and energy of all regions by what the control is known to be; the gain in variance of each."""
    amount, step_h = years.amount[:, -1], years.system.step_h
    known = bare_indices(years.system)
    gain = {}
    for name, column, bare, exactly in (("lolh_h", STEPS, BARE_STEPS, known.lolh_h),
                                        ("eue_mwh", MW_STEPS, BARE_MW_STEPS, known.eue_mwh)):
        plain, beside = step_h * amount[:, column], step_h * amount[:, bare]
        if beside.var() == 0.0 or plain.var() == 0.0:
            continue
        slope = float(np.cov(plain, beside)[0, 1] / beside.var(ddof=1))
        better = mean_of_batches(plain - slope * (beside - exactly), years.least)
        spread = float((plain - slope * beside).var())
        gain[name] = float(plain.var()) / spread if spread > 1e-9 * float(plain.var()) else float("inf")
        total[name] = better
    if "eue_mwh" in gain:
        scale = 1e6 / float(years.system.yearly_mwh.sum())
        total["neue_ppm"] = Estimate(scale * total["eue_mwh"].value, scale * total["eue_mwh"].se)
    return gain

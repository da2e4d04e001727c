"""Indices of a regional system from its sample years, each with its error by batches (MODEL_SPEC 7.3, 7.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dafeng.configs.units import Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_indices import LongEvent, bounded, long_event, tail_bounded, tail_mean
from dafeng.network.moments import Moments, Thinned
from dafeng.network.outages import Process
from dafeng.network.regional_exact import bare_hours_and_mwh
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.regional_year import (
    AMOUNTS,
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
from dafeng.network.sampling import Machine, Machines

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
    pair_gain: float = 1.0
    """How many times as many plain sample years those in antithetic pairs are worth, for the unserved energy."""


class Years:
    """Sample years as they come in: moments of years and of batches, and counts by the hour; memory stays flat."""

    def __init__(self, system: RegionalSystem, is_antithetic: bool, has_control: bool, has_instants: bool) -> None:
        self.system, self.has_control, self.has_instants = system, has_control, has_instants
        self.least = 2 if is_antithetic else 1
        self.single, self.small, self.large = Moments(), Moments(), Moments()
        self.energy = Thinned()
        """(sample years kept, regions + 1) unserved MW-steps, for the tail."""
        self.worst: Floats = np.zeros(len(system.regions) + 1)
        self.short_steps: Ints = np.zeros(system.steps, dtype=np.int64)

    def add(self, amount: Floats, short_steps: Ints) -> None:
        """Sample years that follow those before; only the last part may end within a batch."""
        self.single.add(amount)
        if self.least > 1:
            self.small.add(batches(amount, self.least))
        self.large.add(batches(amount, BATCH_YEARS))
        self.energy.add(amount[:, :, MW_STEPS])
        self.worst = np.maximum(self.worst, amount[:, :, WORST].max(axis=0))
        self.short_steps += short_steps

    @property
    def count(self) -> int:
        """Sample years."""
        return self.single.count

    def mean(self, row: int, weights: Mapping[int, float]) -> Estimate:
        """Mean of a weighted sum of columns, of a region or of all, with the standard error of the mean of batches."""
        weight = np.zeros(AMOUNTS)
        for column, factor in weights.items():
            weight[column] = factor
        enough = self.count >= LEAST_BATCHES * BATCH_YEARS
        of = self.large if enough else self.small if self.least > 1 else self.single
        variance = float(weight @ of.covariance[row] @ weight) if of.count else 0.0
        return Estimate(float(weight @ self.single.mean[row]), math.sqrt(max(variance, 0.0) / max(of.count, 1)))

    def ratio(self, row: int, upper: int, lower: int, scale: float) -> Estimate:
        """Ratio of two means, such as hours an event, with its error to first order; 0 when nothing was seen."""
        means = self.single.mean[row]
        if means[lower] == 0.0:
            return Estimate(0.0, 0.0)
        ratio = float(scale * means[upper] / means[lower])
        return Estimate(ratio, self.mean(row, {upper: scale, lower: -ratio}).se / float(means[lower]))

    def pair_gain(self) -> float:
        """Variance of unserved energy over two plain years, over that of a pair; 1 without pairs, or nothing seen."""
        of_pairs = float(self.small.covariance[-1, MW_STEPS, MW_STEPS]) if self.small.count > 1 else 0.0
        return float(self.single.covariance[-1, MW_STEPS, MW_STEPS]) / 2.0 / of_pairs if of_pairs > 0.0 else 1.0

    def variation(self) -> float:
        """Coefficient of variation of the unserved energy; infinite when nothing was seen."""
        energy = self.mean(-1, {MW_STEPS: 1.0})
        return energy.se / energy.value if energy.value > 0.0 else float("inf")


def indices_of(years: Years) -> Indices:
    """All indices; those of all regions are improved by the control variate where there is one."""
    system = years.system
    yearly = system.yearly_mwh
    names = system.regions if len(system.regions) > 1 else ()
    by_region = {name: _row(years, row, float(yearly[row])) for row, name in enumerate(names)}
    total = _row(years, -1, float(yearly.sum()))
    if years.has_instants:
        total["lolf_continuous"] = bounded(years.mean(-1, {INSTANTS: 1.0}), years.count)
    gain = _controlled(years, total) if years.has_control else {}
    return Indices(total, by_region, gain, years.pair_gain())


def _row(years: Years, row: int, yearly_mwh: float) -> dict[str, Estimate]:
    """Indices of one region or of all."""
    system, step_h = years.system, years.system.step_h
    load_mw = system.load_mw if row < 0 else system.load_mw[row:row + 1]
    event = event_of(system, float(load_mw.sum(axis=0).max()))

    def mean(column: int, scale: float = 1.0, of_one_event: float = 1.0) -> Estimate:
        return bounded(years.mean(row, {column: scale}), years.count, of_one_event)

    eue = mean(MW_STEPS, step_h, event.mwh)
    ppm = 1e6 / yearly_mwh if yearly_mwh > 0.0 else 0.0
    return {
        "lole_d": mean(DAYS, 1.0, event.days), "lole_peak_d": mean(PEAK_DAYS, 1.0, event.days),
        "lolh_h": mean(STEPS, step_h, max(step_h, event.hours)),
        "lolf_hourly": mean(EVENTS), "eue_mwh": eue,
        "neue_ppm": Estimate(ppm * eue.value, ppm * eue.se),
        "cvar95_mwh": tail_bounded(tail_mean(step_h * years.energy.rows[:, row]), eue),
        "duration_h": years.ratio(row, STEPS, EVENTS, step_h), "depth_mw": years.ratio(row, DEEPEST, EVENTS, 1.0),
        "worst_event_mwh": Estimate(float(step_h * years.worst[row]), 0.0),
    }


def event_of(system: RegionalSystem, peak_mw: float) -> LongEvent:
    """A long event of a system: its units, lines and stores, those whose rates vary too."""
    found = long_event([system.units, system.varying], peak_mw, system.steps * system.step_h)
    others = [(system.lines.mttf_h, system.lines.mttr_h), (system.stores.mttf_h, system.stores.mttr_h)]
    rows = Machines.of([Machine("", 0.0, Process(float(f), float(r)))
                        for mttf, mttr in others for f, r in zip(mttf, mttr, strict=True)])
    other = long_event([rows], peak_mw, system.steps * system.step_h)
    return LongEvent(*map(max, found, other))


def batches(values: Floats, size: int) -> Floats:
    """Means of batches of so many years each; a rest joins no batch.

    >>> len(batches(np.zeros(2010), 50)), len(batches(np.zeros(300), 2))
    (40, 150)
    """
    whole = len(values) // size
    means: Floats = values[:whole * size].reshape(whole, size, *values.shape[1:]).mean(axis=1)
    return means


def interval(estimate: Estimate, sample_years: int, least: int = 1) -> tuple[float, float]:
    """95 % interval by Student's t over the batches that the error came from."""
    number = sample_years // (BATCH_YEARS if sample_years >= LEAST_BATCHES * BATCH_YEARS else least)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, number - 1)) * estimate.se
    return estimate.value - half, estimate.value + half


def _controlled(years: Years, total: dict[str, Estimate]) -> dict[str, float]:
    """Improve hours and energy of all regions by what the control is known to be; the gain in variance of each."""
    step_h, spread = years.system.step_h, years.single.covariance[-1]
    lolh_h, eue_mwh = bare_hours_and_mwh(years.system)
    gain = {}
    for name, column, bare, exactly in (("lolh_h", STEPS, BARE_STEPS, lolh_h),
                                        ("eue_mwh", MW_STEPS, BARE_MW_STEPS, eue_mwh)):
        plain, beside, both = spread[column, column], spread[bare, bare], spread[column, bare]
        if beside == 0.0 or plain == 0.0:
            continue
        slope = float(both / beside)
        better = years.mean(-1, {column: step_h, bare: -slope * step_h})
        left = float(plain - both**2 / beside)
        gain[name] = float(plain) / left if left > 1e-9 * float(plain) else float("inf")
        total[name] = Estimate(better.value + slope * exactly, better.se)
    if "eue_mwh" in gain:
        scale = 1e6 / float(years.system.yearly_mwh.sum())
        total["neue_ppm"] = Estimate(scale * total["eue_mwh"].value, scale * total["eue_mwh"].se)
    return gain

"""The adequacy of one system on request: as many sample years as an error asks for, in memory that does not grow.

The same samples as `adequacy` draws, one part after the other; states of the province are strata, as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import Floats
from dafeng.configs.values import Estimate
from dafeng.network.adequacy import event_of, sampled
from dafeng.network.adequacy_indices import bounded, tail_bounded, tail_mean, weights_of
from dafeng.network.adequacy_samples import (
    AMOUNTS,
    DAYS,
    EVENT_COLUMNS,
    EVENTS,
    HOURS,
    LINES_MWH,
    MOST_EVENTS,
    MWH,
    ORDERED_MWH,
    Samples,
)
from dafeng.network.adequacy_states import state_means, year_weights
from dafeng.network.adequacy_system import System
from dafeng.network.adequacy_view import Support, view_of
from dafeng.network.moments import Moments, Thinned

PART = 500
"""Sample years done at a time."""
MOST_YEARS = 200_000
TARGET = 0.05


@dataclass(frozen=True)
class Requested:
    """What the sample years of one view say."""

    sample_years: int
    variation: float
    """Coefficient of variation of the unserved energy; infinite when nothing was seen."""
    indices: Mapping[str, Estimate]
    by_county: Mapping[str, Mapping[str, Estimate]]
    short_years: int = 0
    """Sample years in which anything was unserved."""
    by_state: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Of each state of the province its probability, and its share of the unserved energy; of a view that states
    cannot touch nothing, as there a share is how often its years were drawn."""
    state_means: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Of each state the mean indices of a year in it."""
    seen_by_state: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of each state its sample years, and those of them in which anything was unserved."""
    energy_mwh: Floats = field(default_factory=lambda: np.zeros(0))
    """(sample years,) unserved, and what each year weighs, in all 1: for the tail of several weather years."""
    weight: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass
class Strata:
    """Moments of what sample years amounted to, by case, and the energies that tell the tail."""

    probability: Floats
    """(cases,)."""
    cases: dict[int, Moments] = field(default_factory=dict)
    short_years: int = 0
    every: Moments = field(default_factory=Moments)
    """Of all years: the spread of a case of which there is one year."""
    worst_mwh: float = 0.0
    is_listed: bool = True
    """Whether every shortage was kept one by one, so that depth and worst are those of all."""
    energy: Thinned = field(default_factory=lambda: Thinned(MOST_YEARS))
    """Of all years, with their cases: a tail of a part of them would not go with the mean of all."""

    @property
    def count(self) -> int:
        """Sample years."""
        return self.every.count

    def add(self, samples: Samples) -> None:
        """Further sample years: their amounts, then energy and hours of each county."""
        events = dict(zip(EVENT_COLUMNS, samples.events.T, strict=True))
        deepest = np.bincount(events["sample"].astype(np.int64), events["deepest_mw"], len(samples.case))
        rows = np.hstack([samples.amount, samples.county.mwh, samples.county.hours, deepest[:, None]])
        self.worst_mwh = max(self.worst_mwh, float(events["mwh"].max(initial=0.0)))
        self.is_listed = self.is_listed and len(samples.events) < MOST_EVENTS
        for case in np.unique(samples.case).tolist():
            self.cases.setdefault(case, Moments()).add(rows[samples.case == case])
        self.every.add(rows)
        self.short_years += int((samples.amount[:, MWH] > 0.0).sum())
        self.energy.add(np.column_stack([samples.amount[:, MWH], samples.case]))

    def seen_by_state(self, system: System) -> dict[str, tuple[int, int]]:
        """Sample years of each state, and those with a shortage; cases run over states, then weather."""
        case, names = self.energy.rows[:, 1].astype(np.int64), system.case_names
        if not names or len(self.probability) % len(names):
            return {}
        state = case // (len(self.probability) // len(names))
        is_short = self.energy.rows[:, 0] > 0.0
        return {name: (int((state == place).sum()), int(is_short[state == place].sum()))
                for place, name in enumerate(names)}

    def by_state(self, system: System) -> dict[str, tuple[float, float]]:
        """Probability and share of the unserved energy of each state; cases run over states, then weather."""
        names, mwh = system.case_names, np.zeros(len(self.probability))
        for case, one in self.cases.items():
            mwh[case] = one.mean[MWH]
        if not names or len(mwh) % len(names) or not mwh.any():
            return {}
        weight = self.probability / self.probability.sum()
        parts = np.array([weight, weight * mwh]).reshape(2, len(names), -1).sum(axis=2)
        return dict(zip(names, zip(parts[0].tolist(), (parts[1] / parts[1].sum()).tolist(), strict=True), strict=True))

    def estimates(self) -> tuple[Floats, Floats]:
        """(columns,) means, each case weighing its probability, and their standard errors."""
        weights = weights_of(np.array([self.cases[one].count if one in self.cases else 0
                                       for one in range(len(self.probability))]), self.probability)
        mean = np.sum([weight * self.cases[one].mean for one, weight in weights.items()], axis=0)
        variance = np.sum([weight**2 * self._variance(one) for one, weight in weights.items()], axis=0)
        return mean, np.sqrt(variance)

    def _variance(self, case: int) -> Floats:
        """(columns,) of the mean of a case."""
        return self._covariance(case).diagonal()

    def _covariance(self, case: int) -> Floats:
        """(columns, columns) of the means of a case."""
        one = self.cases[case]
        found: Floats = (one if one.count > 1 else self.every).covariance / one.count
        return found

    def an_event(self, column: int) -> Estimate:
        """A column over the number of events, such as hours an event, with its error to first order."""
        mean, _ = self.estimates()
        if not mean[EVENTS] > 0.0:
            return Estimate(0.0, 0.0)
        ratio = float(mean[column] / mean[EVENTS])
        along = np.zeros(len(mean))
        along[column], along[EVENTS] = 1.0, -ratio
        weights = weights_of(np.array([self.cases[one].count if one in self.cases else 0
                                       for one in range(len(self.probability))]), self.probability)
        variance = sum(weight**2 * float(along @ self._covariance(one) @ along) for one, weight in weights.items())
        return Estimate(ratio, float(np.sqrt(max(variance, 0.0)) / mean[EVENTS]))

    def variation(self) -> float:
        """Coefficient of variation of the unserved energy."""
        mean, error = self.estimates()
        return float(error[MWH] / mean[MWH]) if mean[MWH] > 0.0 else float("inf")


def on_request(system: System, luck: Luck, *, support: Support, sample_years: int | None = None,
               target: float = TARGET) -> Requested:
    """Indices of a view from so many sample years, or from as many as the target asks for, within `MOST_YEARS`."""
    view = view_of(system, luck, support)
    strata, most = Strata(system.probability), sample_years or MOST_YEARS
    while strata.count < most:
        count = min(PART, most - strata.count)
        strata.add(sampled(system, view, luck, count, False, strata.count))
        if sample_years is None and strata.variation() <= target:
            break
    return _requested(system, support, strata, view.is_by_state)


def _requested(system: System, support: Support, strata: Strata, is_by_state: bool) -> Requested:
    (mean, error), years = strata.estimates(), strata.count
    energy, case = strata.energy.rows[:, 0].copy(), strata.energy.rows[:, 1].astype(np.int64)
    weight = year_weights(case, system.probability) if is_by_state else None
    telling = years if weight is None else years / (len(case) * float(weight.max()))
    yearly_mwh = float(system.county_load_mw.sum())

    def of(column: int, one_event: float = 1.0) -> Estimate:
        return bounded(Estimate(float(mean[column]), float(error[column])), telling, one_event)

    event = event_of(system, support)
    eue, counties = of(MWH, event.mwh), len(system.counties)
    indices = {
        "lole_d": of(DAYS, event.days), "lolh_h": of(HOURS, event.hours), "lolf_hourly": of(EVENTS), "eue_mwh": eue,
        "neue_ppm": Estimate(1e6 * eue.value / yearly_mwh, 1e6 * eue.se / yearly_mwh),
        "cvar95_mwh": tail_bounded(tail_mean(energy, case, weight), eue),
    }
    indices["duration_h"] = strata.an_event(HOURS)
    if strata.is_listed:
        indices |= {"depth_mw": strata.an_event(-1), "worst_event_mwh": Estimate(strata.worst_mwh, 0.0)}
    if system.mesh is not None and support != "island":
        indices["lines_mwh"] = of(LINES_MWH, event.mwh)
    if system.measures.is_ordered.any():
        indices["ordered_mwh"] = Estimate(float(mean[ORDERED_MWH]), float(error[ORDERED_MWH]))
    by_county = {
        county: {"lolh_h": of(AMOUNTS + counties + row, event.hours),
                 "eue_mwh": of(AMOUNTS + row, event_of(system, support, system.county_load_mw[row]).mwh)}
        for row, county in enumerate(system.counties)
    }
    return Requested(years, strata.variation(), indices, by_county, strata.short_years,
                     strata.by_state(system) if is_by_state else {},
                     state_means(system, {case: one.mean for case, one in strata.cases.items()}) if is_by_state else {},
                     strata.seen_by_state(system) if is_by_state else {},
                     energy, np.full(len(energy), 1.0 / len(energy)) if weight is None else weight)

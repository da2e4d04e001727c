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
from dafeng.network.adequacy import sampled
from dafeng.network.adequacy_indices import bounded, tail_mean
from dafeng.network.adequacy_samples import AMOUNTS, DAYS, EVENTS, HOURS, LINES_MWH, MWH, ORDERED_MWH, Samples
from dafeng.network.adequacy_system import System
from dafeng.network.adequacy_view import Support, View, view_of
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


@dataclass
class Strata:
    """Moments of what sample years amounted to, by case, and the energies that tell the tail."""

    cases: dict[int, Moments] = field(default_factory=dict)
    energy: Thinned = field(default_factory=lambda: Thinned(MOST_YEARS))
    """Of all years: a tail of a part of them would not go with the mean of all."""

    @property
    def count(self) -> int:
        """Sample years."""
        return sum(one.count for one in self.cases.values())

    def add(self, samples: Samples) -> None:
        """Further sample years: their amounts, then energy and hours of each county."""
        rows = np.hstack([samples.amount, samples.county_mwh, samples.county_h])
        for case in np.unique(samples.case).tolist():
            self.cases.setdefault(case, Moments()).add(rows[samples.case == case])
        self.energy.add(samples.amount[:, MWH])

    def estimates(self) -> tuple[Floats, Floats]:
        """(columns,) means, each case with its share of the years, and their standard errors."""
        count = self.count
        mean = np.sum([one.count / count * one.mean for one in self.cases.values()], axis=0)
        variance = np.sum([one.count / count**2 * np.diag(one.covariance) for one in self.cases.values()], axis=0)
        return mean, np.sqrt(variance)

    def variation(self) -> float:
        """Coefficient of variation of the unserved energy."""
        mean, error = self.estimates()
        return float(error[MWH] / mean[MWH]) if mean[MWH] > 0.0 else float("inf")


def on_request(system: System, luck: Luck, *, support: Support, sample_years: int | None = None,
               target: float = TARGET) -> Requested:
    """Indices of a view from so many sample years, or from as many as the target asks for, within `MOST_YEARS`."""
    view = view_of(system, luck, support)
    strata, most = Strata(), sample_years or MOST_YEARS
    while strata.count < most:
        count = min(PART, most - strata.count)
        strata.add(sampled(system, view, luck, count, False, strata.count))
        if sample_years is None and strata.variation() <= target:
            break
    return _requested(system, view, strata)


def _requested(system: System, view: View, strata: Strata) -> Requested:
    (mean, error), years = strata.estimates(), strata.count
    yearly_mwh = float(system.county_load_mw.sum())

    def of(column: int, one_event: float = 1.0) -> Estimate:
        return bounded(Estimate(float(mean[column]), float(error[column])), years, one_event)

    eue, counties = of(MWH, yearly_mwh / system.hours), len(system.counties)
    indices = {
        "lole_d": of(DAYS), "lolh_h": of(HOURS), "lolf_hourly": of(EVENTS), "eue_mwh": eue,
        "neue_ppm": Estimate(1e6 * eue.value / yearly_mwh, 1e6 * eue.se / yearly_mwh),
        "cvar95_mwh": tail_mean(strata.energy.rows),
    }
    if view.mesh is not None:
        indices["lines_mwh"] = of(LINES_MWH, yearly_mwh / system.hours)
    if system.measures.is_ordered.any():
        indices["ordered_mwh"] = Estimate(float(mean[ORDERED_MWH]), float(error[ORDERED_MWH]))
    by_county = {
        county: {"lolh_h": of(AMOUNTS + counties + row), "eue_mwh": of(AMOUNTS + row, eue.se or 1.0)}
        for row, county in enumerate(system.counties)
    }
    return Requested(years, strata.variation(), indices, by_county)

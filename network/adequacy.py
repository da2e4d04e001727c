"""Adequacy of a year's system by sequential Monte Carlo, in three views that are never mixed (MODEL_SPEC 7).

`province`: a shortage of the whole province reaches the city by its share; the city's charging, stores and response
fill it first; what offtakes and lines cannot deliver comes on top. `deliverability`: offtakes and lines only. `island`:
the city's own units, its entitlement to provincial ones and a contract block.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Floats, Ints
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_crossing import crossing
from dafeng.network.adequacy_indices import (
    LongEvent,
    bounded,
    by_county,
    has_converged,
    long_event,
    mean_of,
    tail_bounded,
    tail_mean,
    widened,
)
from dafeng.network.adequacy_lazy import lazy_for
from dafeng.network.adequacy_lines_hour import ready
from dafeng.network.adequacy_samples import (
    AMOUNTS,
    DAYS,
    DELIVERY_MWH,
    EVENT_COLUMNS,
    EVENTS,
    HOURS,
    LINES_MWH,
    MOST_EVENTS,
    MWH,
    ORDERED_H,
    ORDERED_MWH,
    POOL_MWH,
    Kept,
    Progress,
    Samples,
    fill,
    hours_with_added,
)
from dafeng.network.adequacy_states import draw_cases, rows_kept, state_means, year_weights
from dafeng.network.adequacy_system import System
from dafeng.network.adequacy_view import Support, View, undelivered, view_of, without_lines
from dafeng.network.adequacy_year import scratch

__all__ = ["Adequacy", "Support", "adequacy", "contract_block_mw", "draw_cases", "sampled"]

PARTS = {"pool_mwh": POOL_MWH, "delivery_mwh": DELIVERY_MWH, "lines_mwh": LINES_MWH, "ordered_mwh": ORDERED_MWH,
         "ordered_h": ORDERED_H}
LEAST_YEARS, MOST_YEARS, ONE_IN = 40, 500, 5
"""Sample years on which added load is tried: one in 5, but no fewer than 40 and no more than 500."""
OFFTAKE_YEARS = 40
"""The same for offtakes alone, whose fixed limits decide and whose outages move the margin little."""
SCALE = 0.01
"""Load that changes the hours of shortage by about a factor e, as a share of the pool's range: a first guess."""
ASIDE = 0.25
"""How far aside of a province's margin its slope and error are told, as a share of that load; few units make jumps."""
HALF = 0.5
"""Of the largest machine: the least distance aside, as the logarithm of LOLH climbs in steps of machines."""


@dataclass(frozen=True)
class Adequacy:
    """Indices of one view; each with its standard error."""

    support: Support
    sample_years: int
    converged: bool
    """The error of the unserved energy is at most 5 % of it."""
    lole_d: Estimate
    """Days a year with any unserved hour."""
    lolh_h: Estimate
    lolf_hourly: Estimate
    """Events a year, by hourly states: an event begins in an unserved hour after a served one."""
    eue_mwh: Estimate
    neue_ppm: Estimate
    cvar95_mwh: Estimate
    """Mean unserved energy of the worst 5 % of sample years."""
    margin_mw: Estimate
    """Constant load that may be added to the view's pool until LOLH reaches the standard; negative when it is above."""
    by_county: Mapping[str, Mapping[str, Estimate]]
    events: Mapping[str, Floats]
    """The first shortages one by one: sample, case, hour, hours, mwh, deepest_mw."""
    lolf_continuous: Estimate | None = None
    """Not known from hourly states; `copt` has it for a single node."""
    bare_margin_mw: float = np.inf
    """The same load before any store or measure of the city helps: what plants may leave by (MODEL_SPEC 2.7)."""
    parts: Mapping[str, Estimate] = field(default_factory=dict)
    """Unserved energy by cause: pool_mwh, delivery_mwh and, of that, lines_mwh; and what was cut by order besides:
    ordered_mwh, ordered_h."""
    year_weight: Floats = field(default_factory=lambda: np.zeros(0))
    """(sample years,) what each weighs, in all 1: rare states of the province are drawn more often than they come."""
    state_means: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Of each state of the province the mean `INDICES` of a year in it; empty where no state matters."""


def adequacy(system: System, luck: Luck, *, sample_years: int, support: Support, with_margin: bool = True) -> Adequacy:
    """Sample the system of one view; equal for equal luck, however often and in whatever order it is called."""
    view = view_of(system, luck, support)
    samples = sampled(system, view, luck, sample_years, with_margin)
    if not with_margin:
        return _indices(system, view, support, samples, Estimate(np.nan, 0.0))
    margin = _margin(system, view, samples)
    bare_mw = _without_measures(system, view, samples) - view.added_mw if view.pool.is_there else np.inf
    return replace(_indices(system, view, support, samples, margin), bare_margin_mw=bare_mw)


def contract_block_mw(system: System, luck: Luck, *, sample_years: int) -> float:
    """Firm MW that the island needs to meet the standard, sized once on the base system of 2025 (MODEL_SPEC 7.8)."""
    bare = replace(system, contract_mw=0.0)
    return max(0.0, -adequacy(bare, luck, sample_years=sample_years, support="island").margin_mw.value)


def event_of(system: System, support: Support, load_mw: Floats | None = None) -> LongEvent:
    """A long event of a view, of the city's load or (hours,) a part of it."""
    pool = {"island": system.island, "province": system.province, "deliverability": None}[support]
    parts = None if support == "island" or system.offtakes is None else system.offtakes.parts
    peak_mw = float((system.county_load_mw.sum(axis=0) if load_mw is None else load_mw).max())
    lines = None if support == "island" or system.mesh is None else system.mesh.parts
    machines = [one for one in (pool.machines if pool is not None else None, parts, lines) if one is not None]
    return long_event(machines, peak_mw, float(system.hours))


def sampled(system: System, view: View, luck: Luck, count: int, with_margin: bool, begin: int = 0) -> Samples:
    """So many sample years, from number `begin` on."""
    case, pool = draw_cases(system, luck, count, begin, is_by_state=view.is_by_state), view.pool
    counties, hours = system.county_load_mw.shape
    kept_years = min(count, MOST_YEARS, max(LEAST_YEARS, count // ONE_IN)) if pool.is_there and with_margin else 0
    kept = Kept(np.empty((kept_years, hours)), np.empty((kept_years, hours // DAY_H)),
                np.full(kept_years, -np.inf), rows_kept(case if view.is_by_state else np.zeros_like(case), kept_years))
    amount, county_mwh, county_h = np.zeros((count, AMOUNTS)), np.zeros((count, counties)), np.zeros((count, counties))
    events = np.zeros((MOST_EVENTS, len(EVENT_COLUMNS)))
    share = system.county_load_mw / system.county_load_mw.sum(axis=0)
    work, lazy, at = scratch(hours), lazy_for(pool.share.shape[0], hours), Progress(0, 0, 0)
    ready(view.mesh, view.delivery, view.lines, 0.0)
    while True:
        at = fill(pool, view.gales, system.measures, view.delivery, view.lines, share, view.added_mw, case, begin, kept,
                  lazy, work, amount, county_mwh, county_h, events, at)
        if not view.go_on(at, 0.0):
            return Samples(case, amount, county_mwh, county_h, events[:at.written], kept)


def _margin(system: System, view: View, samples: Samples) -> Estimate:
    """The added load at which LOLH reaches the standard."""
    pool, delivery, work = view.pool, view.delivery, scratch(system.hours)
    if pool.is_there:
        case, years = samples.case[samples.kept.row >= 0], len(samples.kept.safe_mw)

        def hours_at(added_mw: float) -> Estimate:
            added_mw += view.added_mw
            return widened(hours_with_added(pool, system.measures, samples.kept, added_mw, work), case,
                           system.probability)

        scale = SCALE * float(np.ptp(pool.firm_margin_mw))
        start = _without_measures(system, view, samples) - view.added_mw
        apart = HALF * float(pool.machines.mw.max(initial=0.0))
        aside = ASIDE if view.is_by_state else 0.0
        return crossing(hours_at, system.lolh_standard_h, scale, 1.0 / years, start, aside, apart)
    if len(delivery.county):
        return _margin_delivered(system, view, samples.case[:OFFTAKE_YEARS])
    return Estimate(np.inf, 0.0)


def _margin_delivered(system: System, view: View, case: Ints) -> Estimate:
    """The same where offtakes and lines alone limit: first of offtakes, then with lines, where they change the hours.

    Lines can only add hours, and seldom do: their network is looked at once then, instead of at each load tried.
    """
    work, years = scratch(system.hours), len(case)
    bare, goal, scale = without_lines(view), system.lolh_standard_h, SCALE * float(view.delivery.peak_mw.sum())

    def hours_at(seen: View, added_mw: float) -> Estimate:
        return mean_of(undelivered(seen, added_mw, years, work), case, system.probability)

    found = crossing(partial(hours_at, bare), goal, scale, 1.0 / years)
    is_found = bool(np.isfinite(found.value))
    if view.mesh is None or (is_found and hours_at(view, found.value) == hours_at(bare, found.value)):
        return found
    return crossing(partial(hours_at, view), goal, scale, 1.0 / years, found.value if is_found else 0.0)


def _without_measures(system: System, view: View, samples: Samples) -> float:
    """The load that the kept margins bear at the standard before any store or measure helps: the margin is above it."""
    kept = samples.kept
    if view.is_by_state:
        return _weighted_level(kept.margin_mw, year_weights(samples.case[kept.row >= 0], system.probability),
                               system.lolh_standard_h)
    margins = kept.margin_mw.ravel()
    hours = math.ceil(system.lolh_standard_h * len(kept.margin_mw))
    return float(np.partition(margins, hours)[hours]) if 0 < hours < margins.size else 0.0


def _weighted_level(margin_mw: Floats, weight: Floats, hours: float) -> float:
    """The margin below which years of these weights lie for so many hours."""
    most = math.ceil(hours / float(weight.min()))
    if not 0 < most < margin_mw.size:
        return 0.0
    lowest = np.argpartition(margin_mw.ravel(), most)[:most + 1]
    order = lowest[np.argsort(margin_mw.ravel()[lowest], kind="stable")]
    below = np.cumsum(weight[order // margin_mw.shape[1]])
    return float(margin_mw.ravel()[order[np.searchsorted(below, hours)]])


def _indices(system: System, view: View, support: Support, samples: Samples, margin: Estimate) -> Adequacy:
    years, amount, case = len(samples.case), samples.amount, samples.case
    weight = year_weights(case, system.probability) if view.is_by_state else None
    telling = years if weight is None else 1.0 / float(weight.max())
    yearly_mwh = float(system.county_load_mw.sum())
    event = event_of(system, support)

    def of(column: int) -> Estimate:
        return mean_of(amount[:, column], case, system.probability)

    eue = bounded(of(MWH), telling, event.mwh)
    return Adequacy(
        support=support, sample_years=years, converged=has_converged(eue),
        lole_d=bounded(of(DAYS), telling, event.days),
        lolh_h=bounded(of(HOURS), telling, event.hours),
        lolf_hourly=bounded(of(EVENTS), telling),
        eue_mwh=eue, neue_ppm=Estimate(1e6 * eue.value / yearly_mwh, 1e6 * eue.se / yearly_mwh),
        cvar95_mwh=tail_bounded(tail_mean(amount[:, MWH], case, weight), eue), margin_mw=margin,
        by_county=by_county(system.counties, samples.county_mwh, samples.county_h, case, system.probability, telling,
                            [event_of(system, support, load_mw) for load_mw in system.county_load_mw]),
        events={name: samples.events[:, column] for column, name in enumerate(EVENT_COLUMNS)},
        parts={name: of(column) for name, column in PARTS.items()},
        year_weight=np.full(years, 1.0 / years) if weight is None else weight,
        state_means={} if weight is None else state_means(
            system, {one: amount[case == one].mean(axis=0) for one in np.unique(case).tolist()}),
    )

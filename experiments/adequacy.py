"""The adequacy of a system, as the command line tells it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from dafeng.configs.cells import short
from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, WEEK_H
from dafeng.configs.values import Estimate
from dafeng.experiments.adequacy_asked import (
    Asked,
    not_of_a_credit,
    not_of_a_system,
    not_of_convolution,
    wrong_numbers,
)
from dafeng.experiments.adequacy_credit import ToldCredit, told_credit
from dafeng.experiments.bounds import rounded_up
from dafeng.experiments.problems import gathered
from dafeng.network.regional import MOST_YEARS, TARGET, Assessment, Ways, assess
from dafeng.network.regional_exact import exact_indices, step_of
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.systems import read_system

METHODS = ("sequential", "exact")
NETWORKS = ("transport", "dc")
LABELS: Mapping[str, tuple[str, str]] = {
    "lole_d": ("LOLE, any hour", "d/{per} with a short hour"),
    "lole_peak_d": ("LOLE, peak hour", "d/{per} whose peak hour is short"),
    "lole_most_d": ("LOLE, any hour, at most", "d/{per} with a short hour"), "lolh_h": ("LOLH", "h/{per}"),
    "lolf_hourly": ("LOLF, states read hourly", "events/{per}"),
    "lolf_continuous": ("LOLF, continuous time", "events/{per}"), "eue_mwh": ("EUE", "MWh/{per}"),
    "neue_ppm": ("NEUE", "ppm of the energy wanted"), "cvar95_mwh": ("CVaR95", "MWh in the worst 5 % of {span}s"),
    "duration_h": ("mean duration", "hours an event"), "depth_mw": ("mean depth", "MW, deepest hour of an event"),
    "worst_event_mwh": ("worst event", "MWh, the largest seen"),
    "ordered_mwh": ("cut by order", "MWh/{per}, not in EUE"),
    "lines_mwh": ("cut for the sake of lines", "MWh/{per}, part of EUE"),
}
OF_EVENTS = ("duration_h", "depth_mw")
"""Means over events; without an event there is none."""
ANY_HOUR = ("days with any short hour depend on the order of hours, which convolution does not know: they lie between "
            "the LOLE of the peak hour and the bound; the sequential method has them as lole_d")
LARGEST = ("worst_event_mwh",)
"""The largest seen in the sample: it grows with the sample, and no standard error can be told of it."""
LEAST_EVENTS = 10
MOST_ASKED = 10**8
"""Sample years that may be asked for: more would take weeks."""
YEAR_HOURS = range(52 * WEEK_H, 366 * DAY_H + 1)
"""Horizons that are called a year: test systems have 52 weeks, others 365 or 366 days."""


@dataclass(frozen=True)
class Told:
    """What is said of a system."""

    system: str
    method: str
    sample_years: int
    converged: bool
    cpu_s: float
    indices: Mapping[str, Estimate]
    by_region: Mapping[str, Mapping[str, Estimate]]
    remarks: tuple[str, ...]
    horizon_hours: int
    hours: Mapping[str, int] = field(default_factory=dict)
    """Sample hours by how the DC network treated them; empty in the transport model."""
    province_scenario: str = ""
    """Of a city with a province: which of its firm margins stands; empty where there is none."""

    province_states: Mapping[str, Any] = field(default_factory=dict)
    """Of such a city: rare states with probability, range, grade and indices, and the indices at the ranges' ends."""
    weather: tuple[Mapping[str, Estimate], ...] = ()
    """Of a city: the indices of each weather year by itself, with the error of its sampling."""

    @property
    def span(self) -> str:
        """What the indices are counted by: a year, or the horizon of the system's load."""
        return "year" if self.horizon_hours in YEAR_HOURS else "horizon"

    def content(self) -> dict[str, Any]:
        """The object of `--json` (notes/interfaces.md)."""
        return {
            "system": self.system, "method": self.method, "sample_years": self.sample_years,
            "converged": self.converged, "cpu_s": self.cpu_s,
            "indices": _plain(self.indices),
            "by_region": {region: _plain(indices) for region, indices in self.by_region.items()},
            "horizon_hours": self.horizon_hours, "per": self._per(),
            "units": {name: self._unit(name) for name in self.indices}, "remarks": list(self.remarks),
            **({"by_weather_year": [_plain(indices) for indices in self.weather]} if len(self.weather) > 1 else {}),
            **({"province_scenario": self.province_scenario} if self.province_scenario else {}),
            **({"province_states": self.province_states} if self.province_states else {}),
            "network": "dc" if self.hours else "transport", "sample_hours": dict(self.hours),
        }

    def text(self) -> str:
        """A table of the indices, and what to know about them."""
        how = "exact" if self.method == "exact" else f"{self.sample_years:,} sample {self.span}s"
        of = "" if self.span == "year" else f", per {self._per()}"
        error = "" if self.method == "exact" else "; ± is one standard error"
        if len(self.weather) > 1:
            error = f"; ± is between {len(self.weather)} weather years, 1.96 of it half of a 95 % interval"
        work = "convolution" if self.method == "exact" else "sampling"
        lines = [f"{self.system}: {how}{of}, {self.cpu_s:.2f} CPU s of {work}{error}"]
        lines += [f"  {_label(name)[0]:<26} {self._told(name, estimate):>18}  {self._unit(name)}"
                  for name, estimate in self.indices.items()]
        for region, indices in self.by_region.items():
            some = ", ".join(f"{_label(name)[0]} {shown(indices[name])} {self._unit(name)}"
                             for name in ("lolh_h", "eue_mwh"))
            lines.append(f"  region {region}: {some}")
        return "\n".join([*lines, *self.remarks])

    def _told(self, name: str, estimate: Estimate) -> str:
        """An index; of events of which there was none, none."""
        return "none" if name in OF_EVENTS and _is_quiet(self.indices) else shown(estimate)

    def _per(self) -> str:
        return self.span if self.span == "year" else f"horizon of {self.horizon_hours:,} hours"

    def _unit(self, name: str) -> str:
        return _label(name)[1].format(span=self.span, per="y" if self.span == "year" else self.span)


def adequacy_of(asked: Asked, seed: int) -> Told | ToldCredit:
    """The indices of a system, or a credit in it; every problem at once when something is wrong."""
    problems = [*not_of_a_system(asked), *not_of_convolution(asked), *not_of_a_credit(asked), *wrong_numbers(asked),
                *_wrong(asked)]
    is_dc = asked.network == "dc"
    system = gathered(lambda: read_system(asked.system, is_dc), problems)
    if problems or system is None:
        raise InputError(problems)
    system = system.scaled(asked.load_scale or 1.0)
    ways = Ways(asked.is_antithetic, asked.has_control, threads=asked.jobs or 1, is_dc=is_dc)
    if asked.credit is not None:
        return told_credit(asked, system, seed, ways)
    told = _exact(system) if asked.method == "exact" else _sampled(system, asked.sample_years, seed,
                                                                  asked.target or TARGET, ways)
    if asked.load_scale is None:
        return told
    return replace(told, remarks=(f"loads are {asked.load_scale:g} times those of the tables", *told.remarks))


def _wrong(asked: Asked) -> list[Problem]:
    """What is wrong with the options of a system."""
    network, method, sample_years = asked.network, asked.method or METHODS[0], asked.sample_years
    problems = []
    if network not in NETWORKS:
        says = f"is none of {', '.join(NETWORKS)}"
        problems.append(Problem(Place("--network", 0, network), says, nearest(network, NETWORKS)))
    if network == "dc" and method == "exact":
        says = "the exact method knows one region and no network; --method sequential does"
        problems.append(Problem(Place("--network", 0, network), says))
    if method not in METHODS:
        says = f"is none of {', '.join(METHODS)}"
        problems.append(Problem(Place("--method", 0, method), says, nearest(method, METHODS)))
    if sample_years is not None and not 2 <= sample_years <= MOST_ASKED:
        says = f"2 or more, up to {MOST_ASKED:,}, are expected"
        problems.append(Problem(Place("--sample-years", 0, short(str(sample_years))), says))
    if asked.is_antithetic and sample_years is not None and sample_years % 2:
        problems.append(Problem(Place("--sample-years", 0, str(sample_years)), "antithetic years come in pairs"))
    return problems


def not_converged(eue: Estimate, target: float, option: str, number: float, least: float = 0.0) -> list[str]:
    """What to know, and what to do, when the error asked for was not reached with so many of an option, of which at
    least so many are wanted.

    >>> not_converged(Estimate(10.0, 1.0), 0.05, "--sample-years", 500)
    ['not converged: EUE is known to 10.0 %, the target is 5 %; about --sample-years 2000 would reach it']
    >>> not_converged(Estimate(10.0, 0.5), 0.05, "--sample-years", 500)
    []
    >>> not_converged(Estimate(10.0, 1.0), 1e-6, "--sample-years", 500)
    ['not converged: EUE is known to 10.0 %, the target is 0.0001 %, which is out of reach']
    """
    if eue.value <= 0.0:
        return ["nothing was unserved: at most 3 events in all sample years, at 95 %; bounds of hours and days take "
                "each for as long as the longest mean repair (a month at most), those of energy as one machine's own "
                "MW for its own mean repair (or all load for an hour, where that is more); they fall with more "
                f"{option}"]
    variation = eue.se / eue.value
    if variation <= target:
        return []
    known = f"not converged: EUE is known to {100 * variation:.1f} %, the target is {100 * target:g} %"
    enough = max(least, number * (variation / target) ** 2)
    if not enough <= MOST_ASKED:
        return [f"{known}, which is out of reach"]
    return [f"{known}; about {option} {float(f'{math.ceil(enough):.2g}'):.0f} would reach it"]


def too_few(events: float, what: str) -> list[str]:
    """What to know when so few events were seen that their spread, and with it the error, is hardly known.

    >>> too_few(3.0, "sample years with a shortage")
    ['only 3 sample years with a shortage were seen: with fewer than 10 the errors are rough, and low']
    """
    if not 0.0 < events < LEAST_EVENTS:
        return []
    return [f"only {events:.0f} {what} were seen: with fewer than {LEAST_EVENTS} the errors are rough, and low"]


def thin_tail(cvar95: Estimate, sample_years: int) -> list[str]:
    """Why the tail mean has no error.

    >>> thin_tail(Estimate(692.2, 80.0), 40)
    []
    """
    if not math.isnan(cvar95.se):
        return []
    return [f"CVaR95 has no error: the worst 5 % of {sample_years} sample years hold fewer than two alike"]


def _exact(system: RegionalSystem) -> Told:
    start = time.process_time()
    found = exact_indices(system)
    spent = time.process_time() - start
    indices = {name: Estimate(value, 0.0) for name, value in asdict(found).items()}
    wanted_mwh = float(system.yearly_mwh.sum())
    indices["neue_ppm"] = Estimate(1e6 * found.eue_mwh / wanted_mwh if wanted_mwh > 0.0 else 0.0, 0.0)
    remarks = (*system.notes, *_on_grid(system), ANY_HOUR)
    return Told(system.key, "exact", 0, True, spent, indices, {}, remarks, _hours(system))


def _on_grid(system: RegionalSystem) -> list[str]:
    """That a table of outages is not exact where capacities share no step."""
    step_mw, is_whole = step_of(system)
    split = f"capacities share no step: the table goes by {step_mw:.3g} MW and splits each between two steps"
    return [] if is_whole else [split]


def _sampled(system: RegionalSystem, sample_years: int | None, seed: int, target: float, ways: Ways) -> Told:
    """A given number of sample years, or as many as the target asks for; compiling is not counted."""
    assess(system, Luck(seed), sample_years=1, ways=ways)
    start = time.process_time()
    found = assess(system, Luck(seed), sample_years=sample_years or MOST_YEARS,
                   target=0.0 if sample_years else target, ways=ways)
    spent = time.process_time() - start
    eue = found.indices["eue_mwh"]
    variation = eue.se / eue.value if eue.value > 0.0 else math.inf
    converged = variation <= target
    said = not_converged(eue, target, "--sample-years", found.sample_years) if not converged else []
    said += too_few(found.indices["lolf_hourly"].value * found.sample_years, "events")
    remarks = [*system.notes, *_no_instants(system, found), *_gained(found, ways),
               *_treated(found.hours, bool(system.stores.keys)),
               *thin_tail(found.indices["cvar95_mwh"], found.sample_years), *said]
    return Told(system.key, "sequential", found.sample_years, converged, spent, found.indices, found.by_region,
                tuple(remarks), _hours(system), found.hours)


def _no_instants(system: RegionalSystem, found: Assessment) -> list[str]:
    """Why events are not told in continuous time."""
    if "lolf_continuous" in found.indices:
        return []
    why = [(len(system.regions) > 1, "several regions"), (bool(system.stores.keys), "stores"),
           (system.offers is not None, "response"), (bool(system.varying.keys), "units that follow the hours and fail")]
    here = ", ".join(what for is_here, what in why if is_here)
    return [f"LOLF is told by hourly states alone: in continuous time it is known of one region's steady units ({here})"
            ]


def _gained(found: Assessment, ways: Ways) -> list[str]:
    """What ways of sampling are worth here, as measured on these very years."""
    remarks = []
    if ways.is_antithetic:
        remarks.append(f"antithetic pairs: worth {found.pair_gain:.2f} times as many plain sample years for EUE")
    if ways.has_control and found.gain:
        worth = ", ".join(f"{gain:.3g} times for {_label(name)[0]}" for name, gain in found.gain.items())
        is_exact = any(math.isinf(gain) for gain in found.gain.values())
        remarks.append("control variate: all hours short are those of the control, whose indices are exact"
                       if is_exact else f"control variate: worth more plain sample years, {worth}")
        remarks.append("it corrects LOLH, EUE and NEUE of the whole; other indices and regions are as sampled")
    return remarks


def _treated(hours: Mapping[str, int], has_stores: bool) -> list[str]:
    """Which sample hours the DC network changed."""
    if not hours:
        return []
    every, solved = hours["all"], hours["solved"]
    remarks = [
        f"DC network, of {every:,} sample hours: {every - hours['exchanging']:,} without exchange between regions and "
        f"{hours['exchanging'] - solved:,} whose transport dispatch keeps every limit with its DC flows stand as they "
        f"are; {solved:,} break a limit and were solved by linear programme",
        f"short are {hours['short']:,} sample hours; {hours['short_in_transport']:,} as the transport model has them",
    ]
    stores = "in hours solved, stores give and take by the programme, and their levels follow; others as in transport"
    return [*remarks, stores] if has_stores else remarks


def _hours(system: RegionalSystem) -> int:
    return round(system.steps * system.step_h)


def _plain(indices: Mapping[str, Estimate]) -> dict[str, dict[str, float | None]]:
    """Values and errors; null for means of events of which there was none, and the error of what is the largest seen.

    Where nothing was seen there is no error, and `upper_bound` is the bound at 95 % (rule of three); `se` stays what it
    was, the same number.
    """
    made = {name: _number(estimate) for name, estimate in indices.items()}
    made |= {name: {"value": None, "se": None} for name in OF_EVENTS if name in made and _is_quiet(indices)}
    made |= {name: {**made[name], "se": None} for name in LARGEST if name in made and made[name]["value"]}
    return made


def _is_quiet(indices: Mapping[str, Estimate]) -> bool:
    """Whether no event was seen."""
    lolf = indices.get("lolf_hourly")
    return lolf is not None and lolf.value == 0.0


def _number(estimate: Estimate) -> dict[str, float | None]:
    """Value and error, with the upper bound of an index that is 0 in the sample; null for an error that is not known.

    >>> _number(Estimate(0.0, 0.03)), _number(Estimate(2.0, 0.5)), _number(Estimate(2.0, math.nan))["se"]
    ({'value': 0.0, 'se': 0.03, 'upper_bound': 0.03}, {'value': 2.0, 'se': 0.5}, None)
    """
    bound = {"upper_bound": estimate.se} if estimate.value == 0.0 and estimate.se > 0.0 else {}
    return {"value": estimate.value, "se": None if math.isnan(estimate.se) else estimate.se, **bound}


def _label(name: str) -> tuple[str, str]:
    return LABELS.get(name, (name, ""))


def shown(estimate: Estimate) -> str:
    """An index with its error, or with its bound where nothing was seen.

    >>> shown(Estimate(0.0, 86289.2)), shown(Estimate(1.5, 0.0))
    ('0, at most 87000', '1.5')
    """
    if estimate.value == 0.0 and estimate.se > 0.0:
        return f"0, at most {rounded_up(estimate.se)}"
    return f"{estimate.value:.7g}" if not estimate.se > 0.0 else str(estimate)

"""The adequacy of one year of a city under a bundle, to an error that is asked for, over one weather year or several.

A weather year is a replication: its weather, its outages before that year, its people's tastes. With several the error
is that between them, which holds both what weather and what sampling leave open, by Student's t as they are few; with
one it is that of sampling alone. A few weather years may agree by luck: fewer than ten never count as converged.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dafeng.configs import load
from dafeng.configs.cells import short
from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR
from dafeng.configs.values import Estimate
from dafeng.experiments.adequacy import (
    LARGEST,
    LEAST_EVENTS,
    MOST_ASKED,
    OF_EVENTS,
    Told,
    not_converged,
    shown,
    thin_tail,
    too_few,
)
from dafeng.experiments.adequacy_asked import Asked, not_of_a_city, settings_of, wrong_numbers
from dafeng.experiments.adequacy_states import mean_states, states_content, states_said, states_untold, thin_states
from dafeng.experiments.expand import SET, Expansion, check_values, expand
from dafeng.experiments.idle import idle
from dafeng.experiments.problems import gathered
from dafeng.experiments.progress import Silent, Watcher
from dafeng.experiments.single import study_of
from dafeng.network.adequacy import Support
from dafeng.network.adequacy_indices import tail_over, widening
from dafeng.network.adequacy_request import TARGET, Requested, on_request
from dafeng.network.province import states
from dafeng.sim.request import system_at
from dafeng.sim.run import Job

VIEWS: tuple[Support, ...] = ("province", "deliverability", "island")
MOST_WEATHER_YEARS = 10_000
FEW_WEATHER_YEARS = 10
"""So many weather years tell their spread; fewer may agree by luck."""
SILENT = Silent()


def city_adequacy(asked: Asked, seed: int, watcher: Watcher = SILENT) -> Told:
    """The indices of a view; every problem at once when something is wrong. The watcher is told of each year lived."""
    expansion, values = _expanded(asked, seed)
    view = _view(asked, expansion.city)
    support, target, sample_years = view, asked.target or TARGET, asked.sample_years
    found, spent = [], 0.0
    first, last = expansion.study.first_year, expansion.study.last_year
    watcher.begin(len(expansion.tasks) * (last - first + 1), 0)
    watcher.say(f"{expansion.city.key}: living {first} to {last} before {last} is assessed")
    for task in expansion.tasks:
        system, luck = system_at(Job(**task.job()), watcher.advance)
        on_request(system, luck, support=support, sample_years=2)
        start = time.process_time()
        found.append(on_request(system, luck, support=support, sample_years=sample_years, target=target))
        spent += time.process_time() - start
    name = f"{expansion.city.key} {asked.year}, {expansion.bundles[0].key}, {support} view"
    answer = told(name, found, target, spent)
    city, means = expansion.city.with_values(values, Place("--set", 0, "")), mean_states(found)
    few = thin_states(found)
    untold = [states_untold(few)] if few and answer.indices["eue_mwh"].value > 0.0 else []
    means = {} if few else means
    answer = replace(answer, province_states=states_content(city, means),
                     remarks=(*idle(city, values, is_adequacy=True), *answer.remarks, *by_state(found, states(city)),
                              *states_said(city, means), *untold))
    if asked.view is None and support != VIEWS[0]:
        said = f"{expansion.city.key} has no province: the {support} view is the one it has"
        answer = replace(answer, remarks=(said, *answer.remarks))
    if not expansion.city.table("province_scenarios"):
        return answer
    scenario = str(values.get("province_scenario") or expansion.city.setting("province_scenario", "balanced"))
    whose = "as set" if "province_scenario" in values else "the city's default; --set province_scenario=… takes another"
    return replace(answer, province_scenario=scenario,
                   remarks=(f"province scenario {scenario} ({whose})", *answer.remarks))


def is_city(name: str) -> bool:
    """Whether a name or folder is that of a city."""
    return name in load.names("cities") or (Path(name) / "city.yaml").is_file()


def has_province(city: City) -> bool:
    """Whether the city lies in a province, whose pool and ties the other views are about."""
    return any(bus.kind == "province" for bus in city.buses)


def told(name: str, found: list[Requested], target: float, spent: float) -> Told:
    """One answer from one weather year or several."""
    of_one = {*OF_EVENTS, *LARGEST} if len(found) > 1 else set()  # means over events are no means over weather years
    indices = {index: joined([one.indices[index] for one in found]) for index in found[0].indices
               if index not in of_one}
    if len(found) > 1:
        indices["cvar95_mwh"] = tail_over([one.energy_mwh for one in found], [one.weight for one in found],
                                          indices["eue_mwh"])
    counties = {county: {index: joined([one.by_county[county][index] for one in found]) for index in of}
                for county, of in found[0].by_county.items()}
    years, eue = sum(one.sample_years for one in found), indices["eue_mwh"]
    within = eue.value > 0.0 and eue.se <= target * eue.value
    remarks = [*of_weather(found, within), *thin_tail(indices["cvar95_mwh"], years),
               *_how_many_more(eue, target, len(found), years)]
    remarks += too_few(sum(one.short_years for one in found), "sample years with a shortage")
    converged = within and not 1 < len(found) < FEW_WEATHER_YEARS
    return Told(name, "sequential", years, converged, spent, indices, counties, tuple(remarks), HOURS_A_YEAR,
                weather=tuple(one.indices for one in found))


def of_weather(found: list[Requested], within: bool) -> list[str]:
    """On how many weather years the answer rests, and what its error then is; `within` the target."""
    count = len(found)
    if count == 1:
        return ["one weather year: the error is that of outages and of the province's state, not of weather; all of "
                "it is conditional on that weather"]
    remarks = [f"{count} weather years: the error is that between them, weather and sampling together; 1.96 of it are "
               f"half of a 95 % interval, by Student's t with {count - 1} degrees of freedom"]
    if count < FEW_WEATHER_YEARS and within:
        remarks.append(f"not converged: these {count} weather years agree within the target, as so few may by luck; "
                       f"conditional on them EUE is known, for weather at large --weather-years {FEW_WEATHER_YEARS} "
                       "or more are asked for")
    return remarks + [f"  weather year {number}: LOLE {shown(one.indices['lole_d'])} d/y, "
                      f"EUE {shown(one.indices['eue_mwh'])} MWh/y"
                      for number, one in enumerate(found, 1)]


def _how_many_more(eue: Estimate, target: float, weather_years: int, sample_years: int) -> list[str]:
    """What would reach the target; with more weather years Student's t falls as well."""
    if weather_years == 1:
        return not_converged(eue, target, "--sample-years", sample_years)
    return not_converged(eue, target, "--weather-years", weather_years / widening(weather_years) ** 2,
                         FEW_WEATHER_YEARS)


def by_state(found: list[Requested], rows: Sequence[Mapping[str, object]]) -> list[str]:
    """From which states of the province the unserved energy comes; their probabilities are assumed, by their grade.

    Of a few years with a shortage, nothing: which state they fell into is chance. Nor of a view that no state touches.
    """
    seen, years = [one.by_state for one in found if one.by_state], sum(one.short_years for one in found)
    if not seen or years < LEAST_EVENTS:
        return []
    grade = {str(row["state"]): str(row.get("grade", "")) for row in rows}
    share = {state: float(np.mean([one[state][1] for one in seen])) for state in seen[0]}
    parts = [f"{state} {100 * share[state]:.0f} % (in {100 * seen[0][state][0]:.3g} % of years, grade {grade[state]})"
             for state in sorted(share, key=lambda state: -share[state])]
    return [f"EUE by state of the province, from {years} sample years with a shortage: {', '.join(parts)}"]


def joined(of: list[Estimate]) -> Estimate:
    """The mean over weather years with the error between them; where none saw anything, the bound of all together.

    Of the error 1.96 are the half of a 95 % interval, however few weather years there are (Student's t).

    >>> two = joined([Estimate(1.0, 0.1), Estimate(3.0, 0.2)])
    >>> two.value, round(two.se, 2)
    (2.0, 6.48)
    """
    if len(of) == 1:
        return of[0]
    values = np.array([one.value for one in of])
    if not values.any():
        return Estimate(0.0, float(np.mean([one.se for one in of])) / len(of))
    return Estimate(float(values.mean()), widening(len(of)) * float(values.std(ddof=1) / np.sqrt(len(of))))


def _expanded(asked: Asked, seed: int) -> tuple[Expansion, dict[str, float | str]]:
    """The runs of the weather years and the values set; every problem of options, names and values at once."""
    problems = [*not_of_a_city(asked), *wrong_numbers(asked), *_wrong(asked)]
    values = settings_of(asked, problems)
    span, bundle = (0, asked.year or 0) if asked.year else None, asked.bundle or "baseline"
    study = gathered(lambda: study_of(asked.system, bundle, span, seed, "fast"), problems)
    expansion, known = None, gathered(lambda: load.city(asked.system), [])  # what is wrong with it is told already
    problems += _unknown(asked, known) if known is not None else []
    is_its_year = known is not None and known.first_year <= (asked.year or 0) <= known.last_year
    if study is not None and is_its_year:
        weather_years = max(asked.weather_years or 1, 1)
        expansion = gathered(lambda: expand(replace(study, replications=weather_years), values), problems)
    else:
        check_values(known, values, SET, problems)
    if problems or expansion is None:
        raise InputError(problems)
    return expansion, values


def _unknown(asked: Asked, city: City) -> list[Problem]:
    """A view or a year that the city does not have."""
    problems = []
    if asked.year is not None and not city.first_year <= asked.year <= city.last_year:
        says = f"is not within the city's years, {city.first_year}-{city.last_year}"
        problems.append(Problem(Place("--year", 0, str(asked.year)), says))
    if asked.view in ("province", "deliverability") and not has_province(city):
        says = f"{city.key} has no province: this view does not apply; --view island does"
        problems.append(Problem(Place("--view", 0, asked.view), says))
    return problems


def _view(asked: Asked, city: City) -> Support:
    """The view asked for, or the first that the city has."""
    default: Support = "province" if has_province(city) else "island"
    return next((known for known in VIEWS if known == asked.view), default)


def _wrong(asked: Asked) -> list[Problem]:
    """What is wrong with the options of a city by themselves."""
    problems, view, sample_years, weather_years = [], asked.view, asked.sample_years, asked.weather_years
    if asked.network != "transport":
        says = "is for systems in folders; a city's lines have DC limits unless --set delivery_lines=no"
        problems.append(Problem(Place("--network", 0, asked.network), says))
    if asked.year is None:
        problems.append(Problem(Place("--year", 0, ""), "say which year of the city is assessed, as in --year 2030"))
    if view is not None and view not in VIEWS:
        says = f"is none of {', '.join(VIEWS)}"
        problems.append(Problem(Place("--view", 0, view), says, nearest(view, VIEWS)))
    if sample_years is not None and not 2 <= sample_years <= MOST_ASKED:
        says = f"2 or more, up to {MOST_ASKED:,}, are expected"
        problems.append(Problem(Place("--sample-years", 0, short(str(sample_years))), says))
    if weather_years is not None and not 1 <= weather_years <= MOST_WEATHER_YEARS:
        says = f"1 or more, up to {MOST_WEATHER_YEARS:,}, are expected"
        problems.append(Problem(Place("--weather-years", 0, short(str(weather_years))), says))
    return problems

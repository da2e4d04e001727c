"""The adequacy of one year of a city under a bundle, to an error that is asked for, over one weather year or several.

A weather year is a replication: its weather, its outages before that year, its people's tastes. With several the error
is that between them, which holds both what weather and what sampling leave open; with one it is that of sampling alone.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from dafeng.configs import load
from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.units import HOURS_A_YEAR
from dafeng.configs.values import Estimate
from dafeng.experiments.adequacy import Told, not_converged, wrong_target
from dafeng.experiments.expand import Values, expand
from dafeng.experiments.single import study_of
from dafeng.network.adequacy import Support
from dafeng.network.adequacy_request import Requested, on_request
from dafeng.network.system_folder import find_system
from dafeng.sim.request import system_at
from dafeng.sim.run import Job

VIEWS: tuple[Support, ...] = ("province", "deliverability", "island")


def city_adequacy(city: str, bundle: str, year: int | None, *, view: str, values: Values, seed: int, target: float,
                  sample_years: int | None, weather_years: int, network: str = "transport") -> Told:
    """The indices of a view; every problem at once when something is wrong."""
    _check(year, view, target, sample_years, weather_years, network)
    assert year is not None
    expansion = expand(replace(study_of(city, bundle, (0, year), seed, "fast"), replications=weather_years), values)
    support = next(known for known in VIEWS if known == view)
    if support == "province" and not any(bus.kind == "province" for bus in expansion.city.buses):
        support = "island"
    found, spent = [], 0.0
    for task in expansion.tasks:
        system, luck = system_at(Job(**task.job()))
        on_request(system, luck, support=support, sample_years=2)
        start = time.process_time()
        found.append(on_request(system, luck, support=support, sample_years=sample_years, target=target))
        spent += time.process_time() - start
    name = f"{expansion.city.key} {year}, {expansion.bundles[0].key}, {support} view"
    answer = told(name, found, target, spent)
    if not expansion.city.table("province_scenarios"):
        return answer
    scenario = str(values.get("province_scenario") or expansion.city.setting("province_scenario", "balanced"))
    whose = "as set" if "province_scenario" in values else "the city's default; --set province_scenario=… takes another"
    return replace(answer, province_scenario=scenario,
                   remarks=(f"province scenario {scenario} ({whose})", *answer.remarks))


def is_city(name: str) -> bool:
    """Whether a name or folder is that of a city."""
    return name in load.names("cities") or (Path(name) / "city.yaml").is_file()


def only_of_a_city(system: str, year: int | None, bundle: str | None) -> None:
    """Raise InputError for options of a city that are given with a system."""
    try:
        find_system(system)
    except InputError:
        return  # neither: the city's loader says so
    given = {"--year": ("years", year), "--bundle": ("bundles", bundle)}
    problems = [Problem(Place(option, 0, str(value)), f"'{system}' is a system and has no {what}; cities have")
                for option, (what, value) in given.items() if value is not None]
    raise InputError(problems)


def told(name: str, found: list[Requested], target: float, spent: float) -> Told:
    """One answer from one weather year or several."""
    indices = {index: joined([one.indices[index] for one in found]) for index in found[0].indices}
    counties = {county: {index: joined([one.by_county[county][index] for one in found]) for index in of}
                for county, of in found[0].by_county.items()}
    years, eue = sum(one.sample_years for one in found), indices["eue_mwh"]
    remarks = []
    if len(found) == 1:
        remarks.append("one weather year: the error is that of outages and of the province's state, not of weather")
    else:
        remarks.append(f"{len(found)} weather years: the error is that between them, weather and sampling together")
    option, number = ("--sample-years", years) if len(found) == 1 else ("--weather-years", len(found))
    remarks += not_converged(eue, target, option, number)
    converged = eue.value > 0.0 and eue.se <= target * eue.value
    return Told(name, "sequential", years, converged, spent, indices, counties, tuple(remarks), HOURS_A_YEAR)


def joined(of: list[Estimate]) -> Estimate:
    """The mean over weather years with the error between them; where none saw anything, the bound of all together.

    >>> joined([Estimate(1.0, 0.1), Estimate(3.0, 0.2)])
    Estimate(value=2.0, se=1.0)
    """
    if len(of) == 1:
        return of[0]
    values = np.array([one.value for one in of])
    if not values.any():
        return Estimate(0.0, float(np.mean([one.se for one in of])) / len(of))
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(of))))


def _check(year: int | None, view: str, target: float, sample_years: int | None, weather_years: int, network: str
           ) -> None:
    problems = []
    if network != "transport":
        says = "is for systems in folders; a city's lines have DC limits unless --set delivery_lines=no"
        problems.append(Problem(Place("--network", 0, network), says))
    if year is None:
        problems.append(Problem(Place("--year", 0, ""), "say which year of the city is assessed, as in --year 2030"))
    if view not in VIEWS:
        says = f"is none of {', '.join(VIEWS)}"
        problems.append(Problem(Place("--view", 0, view), says, nearest(view, VIEWS)))
    if not target > 0.0:
        problems.append(wrong_target(target))
    if sample_years is not None and sample_years < 2:
        problems.append(Problem(Place("--sample-years", 0, str(sample_years)), "2 or more are expected"))
    if weather_years < 1:
        problems.append(Problem(Place("--weather-years", 0, str(weather_years)), "1 or more are expected"))
    if problems:
        raise InputError(problems)

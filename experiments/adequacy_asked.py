"""What `dafeng adequacy` is asked, and which options mean nothing for what is asked about: all are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.experiments import given
from dafeng.network.system_folder import find_system

T = TypeVar("T")
MOST_JOBS = 256
MOST_FACTOR = 100.0
"""Loads that are so many times as high answer no question."""


@dataclass(frozen=True)
class Asked:
    """The options of `dafeng adequacy`; None, empty or False where nothing was given."""

    system: str
    bundle: str | None = None
    year: int | None = None
    view: str | None = None
    weather_years: int | None = None
    settings: Sequence[str] = ()
    method: str | None = None
    sample_years: int | None = None
    target: float | None = None
    network: str = "transport"
    jobs: int | None = None
    load_scale: float | None = None
    is_antithetic: bool = False
    has_control: bool = False
    credit: str | None = None
    seed: int | None = None


Option = tuple[str, object, str]
"""Name, value (None, False or empty where it was not given), and why it does not apply."""


def not_of_a_system(asked: Asked) -> list[Problem]:
    """Options of a city that were given with a system, which has neither years nor policies."""
    what = f"'{asked.system}' is a system and has no"
    return _refused([
        ("--year", asked.year, f"{what} years; cities have"),
        ("--bundle", asked.bundle, f"{what} bundles; cities have"),
        ("--view", asked.view, f"{what} views; cities have, and a system is assessed as it stands"),
        ("--weather-years", asked.weather_years, f"{what} weather of its own; its tables are one year. Cities have"),
        *(("--set", one, f"{what} parameters; cities have. Loads are scaled by --load-scale, the rest stands in its "
           "tables") for one in asked.settings),
    ])


def not_of_a_city(asked: Asked) -> list[Problem]:
    """Options of a system that were given with a city."""
    says = "is for systems; a year of a city"
    exact = None if asked.method == "sequential" else asked.method
    return _refused([
        ("--method", exact, "a city's year is always sampled; convolution knows one node with units alone"),
        ("--jobs", asked.jobs, f"{says} is sampled in one thread"),
        ("--load-scale", asked.load_scale, f"{says} has the load that it lived to; --set changes what drives it"),
        ("--antithetic", asked.is_antithetic, f"{says} is sampled plainly"),
        ("--control-variate", asked.has_control, f"{says} is sampled plainly"),
        ("--credit", asked.credit, f"{says} has credits in studies with the scenario value capacity_credit: curves"),
    ])


def not_of_convolution(asked: Asked) -> list[Problem]:
    """Options of sampling that were given with the exact method."""
    if asked.method != "exact":
        return []
    says = "is for sampling; the exact method samples nothing"
    return _refused([
        ("--sample-years", asked.sample_years, says), ("--cv (--target)", asked.target, says),
        ("--jobs", asked.jobs, says), ("--antithetic", asked.is_antithetic, says),
        ("--control-variate", asked.has_control, says), ("--seed", asked.seed, says),
    ])


def not_of_a_credit(asked: Asked) -> list[Problem]:
    """Options that say nothing where `--credit` asks for a credit instead of indices."""
    if asked.credit is None:
        return []
    says = "is not for --credit, which compares sample years as they are"
    return _refused([("--control-variate", asked.has_control, says)])


def wrong_numbers(asked: Asked) -> list[Problem]:
    """Numbers outside what can be meant."""
    problems = []
    if asked.target is not None and not 0.0 < asked.target < 1.0:
        says = "a share above 0 and below 1 is expected"
        problems.append(Problem(Place("--cv (--target)", 0, f"{asked.target:g}"), says))
    if asked.jobs is not None and not 1 <= asked.jobs <= MOST_JOBS:
        problems.append(Problem(Place("--jobs", 0, str(asked.jobs)), f"1 to {MOST_JOBS} threads are expected"))
    if asked.load_scale is not None and not 0.0 < asked.load_scale <= MOST_FACTOR:
        says = f"a factor above 0, up to {MOST_FACTOR:g}, is expected"
        problems.append(Problem(Place("--load-scale", 0, f"{asked.load_scale:g}"), says))
    return problems


def settings_of(asked: Asked, problems: list[Problem]) -> dict[str, float | str]:
    """Values of `--set`; what is wrong with them joins the problems."""
    return given.settings(asked.settings, problems)


def is_system(name: str) -> bool:
    """Whether a name, folder or file is that of a system."""
    try:
        find_system(name)
    except InputError:
        return False
    return True


def _refused(options: Sequence[Option]) -> list[Problem]:
    return [Problem(Place(name, 0, "given" if value is True or value == "" else str(value)), says)
            for name, value, says in options if value is not None and value is not False]

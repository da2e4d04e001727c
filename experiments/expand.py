"""From a study to its runs: bundles x scenarios x replications, each with its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.files import Reader
from dafeng.configs.schema import Bundle, City, Study
from dafeng.configs.settings import check_alone
from dafeng.experiments.checking import agent_kinds, lever_problems, project_problems
from dafeng.experiments.idle import idle, outage_problems
from dafeng.experiments.keys import Task, digest, run_key
from dafeng.experiments.problems import gathered

Values: TypeAlias = Mapping[str, float | str]
SET = Place("--set")


@dataclass(frozen=True)
class Expansion:
    """A study with all it stands on and all its runs."""

    study: Study
    city: City
    bundles: tuple[Bundle, ...]
    scenarios: Mapping[str, Values]
    tasks: tuple[Task, ...]
    """In the order of the tables: bundle, scenario, replication."""
    remarks: tuple[str, ...] = ()
    """Values that were set and do nothing in this city."""

    @property
    def digest(self) -> str:
        """A hash of all runs: the end of the results folder's name."""
        return digest([task.key for task in self.tasks], size=5)

    def in_turn(self) -> tuple[Task, ...]:
        """The runs in the order in which they are made: whole replications first, so that early ones can be paired."""
        place = {bundle.key: at for at, bundle in enumerate(self.bundles)}
        return tuple(sorted(self.tasks, key=lambda task: (task.replication, task.scenario, place[task.label])))

    def baseline(self) -> str:
        """Key of the bundle that others are compared with."""
        by_name = dict(zip(self.study.bundles, (bundle.key for bundle in self.bundles), strict=True))
        return by_name.get(self.study.baseline, self.study.baseline or self.bundles[0].key)


def expand(
    given: Study | str | Path, values: Values = {}, wrong: Sequence[Problem] = (),  # noqa: B006 (read only)
) -> Expansion:
    """All runs of a study, by itself, name or file, after every bundle, scenario and set value has been checked.

    Raises InputError with the problems of all inputs at once: those already known to be `wrong`, the study's, its
    city's, its bundles' and levers'.
    """
    from dafeng.configs import load

    reader = Reader()
    study = given if isinstance(given, Study) else load.study_in_part(given, reader)
    problems = reader.problems
    problems[:0] = wrong
    if study is None:
        raise InputError(problems)
    city = gathered(partial(load.city, study.city, agent_kinds(study.city)), problems) if study.city else None
    bundles = [gathered(partial(load.bundle_in_part, name, reader), problems) for name in study.bundles]
    scenarios = {name: {**given, **values} for name, given in study.scenarios.items()}
    _check_values(city, study, values, problems)
    if city is not None:
        _check_years(city, study, problems)
    problems += [problem for bundle in bundles if bundle for problem in lever_problems(bundle)]
    if city is not None:
        problems += [problem for bundle in bundles if bundle for problem in project_problems(bundle, city)]
    problems += _doubles(study, bundles)
    if problems or city is None:  # no city is a problem of the study
        raise InputError(dict.fromkeys(problems))
    loaded = tuple(bundle for bundle in bundles if bundle is not None)
    remarks = dict.fromkeys(said for given in scenarios.values() for said in idle(city.with_values(given, SET), given))
    return Expansion(study, city, loaded, scenarios, _tasks(study, city, loaded, scenarios), tuple(remarks))


def part_of(tasks: Sequence[Task], shard: tuple[int, int]) -> tuple[Task, ...]:
    """The i-th of N equal parts of the runs; all parts together are all runs, once each.

    >>> part_of("abcde", (1, 2)), part_of("abcde", (2, 2))
    (('a', 'c', 'e'), ('b', 'd'))
    """
    number, of = shard
    return tuple(tasks[number - 1 :: of])


def _tasks(study: Study, city: City, bundles: Sequence[Bundle], scenarios: Mapping[str, Values]) -> tuple[Task, ...]:
    return tuple(
        _task(study, city, name, bundle, scenario, values, replication)
        for name, bundle in zip(study.bundles, bundles, strict=True)
        for scenario, values in scenarios.items()
        for replication in range(study.replications)
    )


def _task(
    study: Study, city: City, name: str, bundle: Bundle, scenario: str, values: Values, replication: int
) -> Task:
    blank = Task(
        key="", label=bundle.key, city_digest=city.digest, bundle_digest=digest(bundle.levers), city=study.city,
        bundle=name, scenario=scenario, values=dict(values),
        replication=replication, seed=study.seed, first_year=study.first_year, last_year=study.last_year,
        engine=study.engine, sample_years=study.sample_years, support=study.support, hourly_years=study.hourly_years,
    )
    return replace(blank, key=run_key(blank))


def _check_values(city: City | None, study: Study, values: Values, problems: list[Problem]) -> None:
    """Every key of a scenario and of --set must be a parameter, series or switch of the city, with a value it may have.

    What is said of both together is said only where neither is wrong by itself.
    """
    alone = check_values(city, values, SET, problems)
    for name, given in study.scenarios.items():
        wrong: list[Problem] = []
        scenario = check_values(city, given, study.place, wrong)
        if city is not None and values and alone is not None and scenario is not None:
            gathered(partial(set_values, city, {**given, **values}, study.place), wrong)
        problems += [replace(p, place=study.at(f"scenarios.{name}.{p.place.key}")) for p in wrong]


def check_values(city: City | None, values: Values, place: Place, problems: list[Problem]) -> City | None:
    """The city with values set; without a city, None, and what is wrong with them in any city joins the problems."""
    if city is not None:
        return gathered(partial(set_values, city, values, place), problems)
    reader = Reader()
    check_alone(values, place, reader)
    problems += reader.problems
    return None


def set_values(city: City, values: Values, place: Place) -> City:
    """The city with values set, which its machines can live with."""
    changed = city.with_values(values, place)
    problems = outage_problems(changed) if values else []
    if problems:
        raise InputError(replace(p, place=replace(place, key=p.place.key)) for p in problems)
    return changed


def _check_years(city: City, study: Study, problems: list[Problem]) -> None:
    """A run begins with the state the city's files describe, so its first year is theirs."""
    if study.first_year > study.last_year or not study.last_year:
        return  # said of the study already
    if study.first_year != city.first_year or study.last_year > city.last_year:
        says = (f"are {study.first_year} to {study.last_year}; runs of {city.key} begin in {city.first_year} "
                f"and end by {city.last_year}")
        problems.append(Problem(study.at("years"), says))


def _doubles(study: Study, bundles: Sequence[Bundle | None]) -> list[Problem]:
    """Files of one name in two folders would share their rows."""
    counted = Counter(bundle.key for bundle in bundles if bundle)
    says = "two bundles have this name; rename the file of one"
    return [Problem(study.at(f"bundles.{key}"), says) for key, number in counted.items() if number > 1]

"""One run of one bundle, kept like a study so that it can be compared, drawn and explained; it resumes by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dafeng.configs.errors import InputError, Place, Problem, ResultsError, nearest
from dafeng.configs.schema import Bundle, Study
from dafeng.experiments.checking import agent_kinds
from dafeng.experiments.expand import SET, Expansion, Values, check_values, expand
from dafeng.experiments.keys import Task, source_digest
from dafeng.experiments.manifest import read_manifest
from dafeng.experiments.pool import Made, Runner
from dafeng.experiments.problems import gathered
from dafeng.experiments.progress import Watcher
from dafeng.experiments.study import Finished, default_folder, run_study

SCENARIO = "default"


def run_one(
    city: str, bundle: str, *, years: tuple[int, int] | None, seed: int, engine: str, values: Values, out: Path | None,
    resume: bool, watcher: Watcher, command: str, runner: Callable[[Watcher], Runner] | None = None,
    wrong: Sequence[Problem] = (),
) -> Finished:
    """Run one bundle in this process, told year by year, with a checkpoint at each year's end.

    What is known to be `wrong` with the command line is told with all other problems.
    """
    study, expansion = expanded(city, bundle, years, seed, engine, values, wrong)
    folder = out or default_folder(expansion)
    _check_same(folder, expansion)
    checkpoint = folder / "checkpoints" / expansion.tasks[0].key
    task = replace(expansion.tasks[0], checkpoint=str(checkpoint), resume=resume)
    watcher.begin(study.last_year - study.first_year + 1, 0)
    for remark in expansion.remarks:
        watcher.say(remark)
    return run_study(
        replace(expansion, tasks=(task,)), out=folder, workers=1, retry_failed=True, command=command,
        runner=(runner or yearly)(watcher),
    )


def expanded(
    city: str, bundle: str, years: tuple[int, int] | None, seed: int, engine: str, values: Values,
    wrong: Sequence[Problem] = (), option: str = "--bundle",
) -> tuple[Study, Expansion]:
    """One bundle as a study of its own and its one run; every problem of names, years and values at once."""
    from dafeng.configs import load

    problems = list(wrong)
    study = gathered(lambda: study_of(city, bundle, years, seed, engine, option), problems)
    if study is not None:
        return study, expand(study, values, problems)
    check_values(gathered(lambda: load.city(city, agent_kinds(city)), []), values, SET, problems)
    raise InputError(problems)


def _check_same(folder: Path, expansion: Expansion) -> None:
    """Refuse a folder in which the same program keeps a run with another seed, value or year."""
    if not (folder / "manifest.json").is_file():
        return
    there = read_manifest(folder)
    if there["source"] == source_digest() and there["digest"] != expansion.digest:
        raise ResultsError(f"{folder}: holds another run ({there['command'] or there['study']}); choose another --out")


def yearly(watcher: Watcher) -> Runner:
    """The simulator, telling the watcher of each year."""

    def simulate(task: Task) -> Made:
        from dafeng.sim.run import Job, run

        return run(Job(**task.job()), progress=lambda *_: watcher.advance())

    return simulate


def study_of(
    city_name: str, bundle: str, years: tuple[int, int] | None, seed: int, engine: str, option: str = "--bundle"
) -> Study:
    """One bundle as a study of its own; a first year of 0 is the city's; `option` is what named the bundle."""
    from dafeng.configs import load
    from dafeng.configs.study_file import ENGINES, AdequacyFields

    problems: list[Problem] = []
    adequacy, place = AdequacyFields(), Place("dafeng run")
    city = gathered(lambda: load.city(city_name, agent_kinds(city_name)), problems)
    asked = gathered(lambda: _bundle(bundle, option), problems)
    if engine not in ENGINES:
        says = f"is no engine; one of {', '.join(ENGINES)} is expected"
        problems.append(Problem(Place("--engine", 0, engine), says, nearest(engine, ENGINES)))
    if problems or city is None or asked is None:
        raise InputError(problems)
    first, last = years or (city.first_year, city.last_year)
    first = first or city.first_year
    return Study(
        key=f"{city.key}-{asked.key}", title=f"{city.title}: {asked.title}",
        title_zh=f"{city.title_zh}：{asked.title_zh}", city=city_name, first_year=first, last_year=last,
        seed=seed, replications=1, engine=engine, bundles=(bundle,), baseline=bundle, scenarios={SCENARIO: {}},
        sample_years=adequacy.sample_years, support=adequacy.support, hourly_years=(), place=place,
    )


def _bundle(name: str, option: str) -> Bundle:
    """A bundle by name or file; where nothing is called so, the option that named it is told."""
    from dafeng.configs import load

    try:
        return load.bundle(name)
    except InputError as wrong:
        raise InputError(
            replace(problem, place=Place(option, 0, name)) if problem.place == Place(name) else problem
            for problem in wrong.problems
        ) from None

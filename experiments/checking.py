"""Inputs checked without simulating: files by the loader, levers by their registry."""

from __future__ import annotations

from dafeng.configs.errors import InputError, Problem
from dafeng.configs.schema import Bundle, Study


def check_input(what: str) -> tuple[str, ...]:
    """Summary lines of a city, bundle or study; every problem of it and of the levers it names in one InputError."""
    from dafeng.configs.check import check
    from dafeng.experiments.expand import expand

    if study := _study_of(what):
        expand(study)
    elif (bundle := _bundle_of(what)) and (problems := lever_problems(bundle)):
        raise InputError(problems)
    return check(what)


def lever_problems(bundle: Bundle) -> tuple[Problem, ...]:
    """What is wrong with the names and fields of a bundle's levers, with file and line."""
    from dafeng.sim.policies.base import LEVERS

    problems: list[Problem] = []
    for name, given in bundle.levers.items():
        try:
            LEVERS.make(name, given, bundle.places[name])
        except InputError as error:
            problems += error.problems
    return tuple(problems)


def _study_of(what: str) -> Study | None:
    """The study that was given, if it is one and can be read."""
    from dafeng.configs import load

    try:
        return load.study(what)
    except InputError:
        return None


def _bundle_of(what: str) -> Bundle | None:
    """The bundle that was given, if it is one and can be read."""
    from dafeng.configs import load

    try:
        return load.bundle(what)
    except InputError:
        return None

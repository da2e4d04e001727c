"""Inputs checked without simulating: files by the loader, levers by their registry."""

from __future__ import annotations

from dafeng.configs.errors import InputError, Problem
from dafeng.configs.schema import Bundle


def check_input(what: str) -> tuple[str, ...]:
    """Summary lines of a city, bundle or study; every problem of it and of the levers it names in one InputError."""
    from dafeng.configs.check import check, kind_of
    from dafeng.experiments.expand import expand

    kind = kind_of(what)
    if kind == "studies":
        expand(what)
    elif kind == "bundles":
        _check_bundle(what)
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


def _check_bundle(what: str) -> None:
    """Raise InputError with the problems of a bundle's files and of its levers."""
    from dafeng.configs import load
    from dafeng.configs.files import Reader

    reader = Reader()
    bundle = load.bundle_in_part(what, reader)
    problems = [*reader.problems, *(lever_problems(bundle) if bundle else ())]
    if problems:
        raise InputError(dict.fromkeys(problems))

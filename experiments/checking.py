"""Inputs checked without simulating: files by the loader, levers by their registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schema import Bundle, City


def check_input(what: str) -> tuple[str, ...]:
    """Summary lines of a city, bundle or study; every problem of it and of the levers it names in one InputError."""
    from dafeng.configs.check import check, kind_of
    from dafeng.experiments.expand import expand

    kind = kind_of(what)
    remarks = expand(what).remarks if kind == "studies" else ()
    if kind == "bundles":
        _check_bundle(what)
    return *check(what, agent_kinds(what) if kind == "cities" else None), *remarks


def agent_kinds(city: str) -> tuple[str, ...] | None:
    """The kinds of agents there are; None for a city of the package, whose kinds are known without importing them."""
    from dafeng.configs import load

    if city in load.names("cities"):
        return None
    from dafeng.agents.base import AGENTS

    return AGENTS.names()


def lever_problems(bundle: Bundle) -> tuple[Problem, ...]:
    """What is wrong with the names and fields of a bundle's levers, with file and line."""
    from dafeng.sim.policies.base import LEVERS

    problems: list[Problem] = []
    for name, given in bundle.levers.items():
        try:
            LEVERS.make(name, given, bundle.places[name])
        except InputError as error:
            problems += [replace(p, place=_nearer(p.place, name, bundle)) for p in error.problems]
    return tuple(problems)


def _nearer(place: Place, lever: str, bundle: Bundle) -> Place:
    """The same place with the line of the field, where the file tells it."""
    field = place.key.removeprefix(f"levers.{lever}.").split(".")[0].split("[")[0]
    known = bundle.places.get(f"{lever}.{field}")
    return replace(place, line=known.line) if known else place


def project_problems(bundle: Bundle, city: City) -> tuple[Problem, ...]:
    """Named projects that neither the city lists nor another of the package, whose bundle then asks nothing here."""
    from dafeng.configs import load

    def projects(of: City) -> list[str]:
        return [str(row["id"]) for row in of.table("plants")]

    known = projects(city)
    if all(str(name) in known for fields in bundle.levers.values() for name in _listed(fields)):
        return ()
    known += [name for other in load.names("cities") if other != city.key for name in projects(load.city(other))]
    return tuple(
        Problem(bundle.places.get(f"{lever}.projects", bundle.places[lever]), f"{city.key} lists no project '{name}'",
                nearest(str(name), known))
        for lever, fields in bundle.levers.items() for name in _listed(fields) if str(name) not in known
    )


def _listed(fields: Mapping[str, Any]) -> Sequence[Any]:
    """The projects that a lever's fields name."""
    given = fields.get("projects")
    return given if isinstance(given, list | tuple) else ()


def _check_bundle(what: str) -> None:
    """Raise InputError with the problems of a bundle's files and of its levers."""
    from dafeng.configs import load
    from dafeng.configs.files import Reader

    reader = Reader()
    bundle = load.bundle_in_part(what, reader)
    problems = [*reader.problems, *(lever_problems(bundle) if bundle else ())]
    if problems:
        raise InputError(dict.fromkeys(problems))

"""A study from its YAML file: bundles x scenarios x replications."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.fields import build
from dafeng.configs.files import Reader, find, names, own_key
from dafeng.configs.schema import Study
from dafeng.configs.yamls import Document, read_yaml

ENGINES = ("fast", "exact")
SUPPORTS = ("province", "deliverability", "island")


@dataclass(frozen=True)
class AdequacyFields:
    """How the adequacy Monte Carlo is asked for."""

    sample_years: int = field(default=200, metadata={"least": 1})
    support: tuple[str, ...] = SUPPORTS


@dataclass(frozen=True)
class StudyFields:
    """The keys of a study's YAML file."""

    title: str
    city: str
    years: tuple[int, ...]
    bundles: tuple[str, ...]
    title_zh: str = ""
    seed: int = field(default=2020, metadata={"least": 0})
    replications: int = field(default=1, metadata={"least": 1})
    engine: str = "fast"
    baseline: str = ""
    scenarios: Mapping[str, Any] = field(default_factory=dict)
    adequacy: Mapping[str, Any] = field(default_factory=dict)
    hourly: tuple[int, ...] = ()


def read_study(name_or_path: str | Path) -> Study:
    """A study by name or path; InputError with every problem of its file, unknown cities and bundles included."""
    path, reader = find("studies", name_or_path), Reader()
    document = read_yaml(path, reader)
    reader.stop()
    assert document is not None
    fields = _built(StudyFields, document, "", reader)
    adequacy = _built(AdequacyFields, document, "adequacy", reader) if fields else None
    if fields:
        _check(fields, document, reader)
    reader.stop()
    assert fields is not None
    assert adequacy is not None
    _check_support(adequacy, document, reader)
    city = _named("cities", fields.city, document.place("city"), path, reader)
    bundles = [
        _named("bundles", name, document.place(f"bundles.{i}"), path, reader) for i, name in enumerate(fields.bundles)
    ]
    reader.stop()
    return _study(own_key("studies", path), fields, adequacy, city, tuple(bundles), document.place())


def _study(
    key: str, fields: StudyFields, adequacy: AdequacyFields, city: str, bundles: tuple[str, ...], place: Place
) -> Study:
    baseline = bundles[fields.bundles.index(fields.baseline or fields.bundles[0])]
    scenarios = {name: dict(values or {}) for name, values in fields.scenarios.items()}
    return Study(
        key=key,
        title=fields.title,
        title_zh=fields.title_zh or fields.title,
        city=city,
        first_year=fields.years[0],
        last_year=fields.years[1],
        seed=fields.seed,
        replications=fields.replications,
        engine=fields.engine,
        bundles=bundles,
        baseline=baseline,
        scenarios=scenarios or {"default": {}},
        sample_years=adequacy.sample_years,
        support=adequacy.support,
        hourly_years=fields.hourly,
        place=place,
    )


def _built(kind: type[Any], document: Document, key: str, reader: Reader) -> Any:
    """The fields of a part of the file; None, with the problems kept, when they are wrong."""
    given = document.data if not key else document.data.get(key, {})
    try:
        return build(kind, given, Place(document.file, 0, key))
    except InputError as error:
        reader.problems.extend(Problem(document.place(p.place.key), p.says, p.nearest) for p in error.problems)
        return None


def _check(fields: StudyFields, document: Document, reader: Reader) -> None:
    years = fields.years
    if len(years) != 2 or years[0] > years[-1]:
        says = f"is {list(years)}; a first and a last year in order are expected"
        reader.problem(document.place("years"), says)
    for i, year in enumerate(fields.hourly):
        if not years[0] <= year <= years[-1]:
            reader.problem(document.place(f"hourly.{i}"), f"is {year}, outside the study's years")
    if fields.engine not in ENGINES:
        says = f"is '{fields.engine}'; one of {', '.join(ENGINES)} is expected"
        reader.problem(document.place("engine"), says, nearest(fields.engine, ENGINES))
    if not fields.bundles:
        reader.problem(document.place("bundles"), "is empty; at least one bundle is expected")
    for name in sorted({name for name in fields.bundles if fields.bundles.count(name) > 1}):
        reader.problem(document.place("bundles"), f"'{name}' stands twice")
    if fields.baseline and fields.baseline not in fields.bundles:
        says = f"'{fields.baseline}' is not among the study's bundles"
        reader.problem(document.place("baseline"), says, nearest(fields.baseline, fields.bundles))
    _check_scenarios(fields.scenarios, document, reader)


def _check_scenarios(scenarios: Any, document: Document, reader: Reader) -> None:
    """Scenarios are mappings of parameters to finite numbers or words; their names are checked with the city."""
    if not isinstance(scenarios, Mapping):
        reader.problem(document.place("scenarios"), "is not a mapping of scenarios")
        return
    for name, values in scenarios.items():
        if values is not None and not isinstance(values, Mapping):
            reader.problem(document.place(f"scenarios.{name}"), "is not a mapping of parameters to values")
            continue
        for key, value in (values or {}).items():
            fine = isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool))
            if not fine or (isinstance(value, float) and not math.isfinite(value)):
                says = f"is {value!r}; a finite number or a word is expected"
                reader.problem(document.place(f"scenarios.{name}.{key}"), says)


def _check_support(adequacy: AdequacyFields, document: Document, reader: Reader) -> None:
    for i, name in enumerate(adequacy.support):
        if name not in SUPPORTS:
            says = f"'{name}' is no view of reliability; one of {', '.join(SUPPORTS)} is expected"
            reader.problem(document.place(f"adequacy.support.{i}"), says, nearest(name, SUPPORTS))


def _named(kind: str, name: str, place: Place, path: Path, reader: Reader) -> str:
    """A name as the program may use it from anywhere: a known name, or the path of a file beside the study."""
    try:
        found = find(kind, name, beside=path.parent)
    except InputError as error:
        reader.problem(place, error.problems[0].says + f" '{name}'", error.problems[0].nearest)
        return name
    return name if name in names(kind) and found == find(kind, name) else str(found)

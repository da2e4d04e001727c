"""A study from its YAML file: bundles x scenarios x replications."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.fields import build_around
from dafeng.configs.files import Reader, find, names, own_key
from dafeng.configs.schema import Study
from dafeng.configs.yamls import Document, read_yaml

ENGINES = ("fast", "exact")
SUPPORTS = ("province", "deliverability", "island")


@dataclass(frozen=True)
class AdequacyFields:
    """How the adequacy Monte Carlo is asked for."""

    sample_years: int = field(default=200, metadata={"least": 1, "most": 10**8})
    support: tuple[str, ...] = SUPPORTS


@dataclass(frozen=True)
class StudyFields:
    """The keys of a study's YAML file."""

    title: str
    city: str
    years: tuple[int, ...]
    bundles: tuple[str, ...]
    title_zh: str = ""
    seed: int = field(default=2020, metadata={"least": 0, "most": 2**63 - 1})
    replications: int = field(default=1, metadata={"least": 1, "most": 100_000})
    engine: str = "fast"
    baseline: str = ""
    scenarios: Mapping[str, Any] = field(default_factory=dict)
    adequacy: Mapping[str, Any] = field(default_factory=dict)
    hourly: tuple[int, ...] = ()


def read_study(name_or_path: str | Path) -> Study:
    """A study by name or path; InputError with every problem of its file, unknown cities and bundles included."""
    reader = Reader()
    study = study_in_part(name_or_path, reader)
    reader.stop()
    assert study is not None
    return study


def study_in_part(name_or_path: str | Path, reader: Reader) -> Study | None:
    """What can be read of a study, with its problems kept in the reader; never run when there are any.

    Of a wrong field its default stands, a city or bundle that is not found is "" or left out.
    """
    path = find("studies", name_or_path)
    document = read_yaml(path, reader)
    if document is None:
        return None
    fields = _built(StudyFields, document, "", {"title": "", "city": "", "years": (), "bundles": ()}, reader)
    adequacy = _built(AdequacyFields, document, "adequacy", {}, reader)
    _check(fields, document, reader)
    _check_support(adequacy, document, reader)
    city = _named("cities", fields.city, document.place("city"), path, reader) if fields.city else ""
    bundles = {
        name: _named("bundles", name, document.place(f"bundles.{i}"), path, reader)
        for i, name in enumerate(fields.bundles)
    }
    return _study(own_key("studies", path), fields, adequacy, city, bundles, document)


def _study(
    key: str, fields: StudyFields, adequacy: AdequacyFields, city: str, named: Mapping[str, str], document: Document
) -> Study:
    bundles = tuple(name for name in named.values() if name)
    baseline = named.get(fields.baseline or next(iter(fields.bundles), ""), "")
    given = fields.scenarios if isinstance(fields.scenarios, Mapping) else {}
    scenarios = {name: dict(values) if isinstance(values, Mapping) else {} for name, values in given.items()}
    return Study(
        key=key,
        title=fields.title,
        title_zh=fields.title_zh or fields.title,
        city=city,
        first_year=fields.years[0] if fields.years else 0,
        last_year=fields.years[-1] if fields.years else 0,
        seed=fields.seed,
        replications=fields.replications,
        engine=fields.engine,
        bundles=bundles,
        baseline=baseline,
        scenarios=scenarios or {"default": {}},
        sample_years=adequacy.sample_years,
        support=adequacy.support,
        hourly_years=fields.hourly,
        place=document.place(),
        places={key: document.place(key) for key in document.lines if key},
    )


def _built(kind: type[Any], document: Document, key: str, stand_in: Mapping[str, Any], reader: Reader) -> Any:
    """The fields of a part of the file, wrong ones by default, their problems kept."""
    given = document.data if not key else document.data.get(key, {})
    made, problems = build_around(kind, given, Place(document.file, 0, key), stand_in)
    reader.problems.extend(Problem(document.place(p.place.key), p.says, p.nearest) for p in problems)
    return made


def _check(fields: StudyFields, document: Document, reader: Reader) -> None:
    years = fields.years
    if years and (len(years) != 2 or years[0] > years[-1]):
        says = f"is {list(years)}; a first and a last year in order are expected"
        reader.problem(document.place("years"), says)
    for i, year in enumerate(fields.hourly):
        if len(years) == 2 and years[0] <= years[1] and not years[0] <= year <= years[1]:
            reader.problem(document.place(f"hourly.{i}"), f"is {year}, outside the study's years")
    if fields.engine not in ENGINES:
        says = f"is '{fields.engine}'; one of {', '.join(ENGINES)} is expected"
        reader.problem(document.place("engine"), says, nearest(fields.engine, ENGINES))
    if document.data.get("bundles") == []:
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
        return ""
    return name if name in names(kind) and found == find(kind, name) else str(found)

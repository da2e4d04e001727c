"""Loading: cities, bundles and studies by name or path, validated whole."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from dafeng.configs.bundle_file import bundle_in_part, read_bundle
from dafeng.configs.cells import short
from dafeng.configs.city_file import read_city
from dafeng.configs.errors import Place, nearest
from dafeng.configs.families import STATE
from dafeng.configs.files import Reader, names
from dafeng.configs.ranges import check_value
from dafeng.configs.reliability import settle_classes
from dafeng.configs.schedule import Path
from dafeng.configs.schema import Bundle, City, Study
from dafeng.configs.settings import SETTINGS, check_setting, check_units
from dafeng.configs.study_file import read_study, study_in_part
from dafeng.configs.values import Parameter

TINY = 1e-6
"""What probabilities may be above 1 by rounding."""

__all__ = ["bundle", "bundle_in_part", "city", "names", "study", "study_in_part", "with_values"]


def city(name_or_path: str | FilePath, kinds: Iterable[str] | None = None) -> City:
    """A city by name or path; InputError names every problem of every file it is made of.

    `kinds` are the kinds of agents that there are, where the caller knows them.
    """
    return read_city(name_or_path, kinds)


def bundle(name_or_path: str | FilePath) -> Bundle:
    """A bundle with `extends` and `drop` resolved; its levers are checked where levers live."""
    return read_bundle(name_or_path)


def study(name_or_path: str | FilePath) -> Study:
    """A study by name or path."""
    return read_study(name_or_path)


def with_values(city: City, values: Mapping[str, float | str], place: Place) -> City:
    """The city with parameters, dated series or switches set; every unknown key in one InputError.

    A parameter takes a number within its range (`ranges`) and keeps its unit; a series takes one number for all its
    years. Nothing else is scaled with it, but of an outage class rate and times follow one another (`reliability`).
    Grade and source say that it was set.
    """
    reader = Reader()
    parameters, paths, settings = dict(city.parameters), dict(city.paths), dict(city.settings)
    for key, value in values.items():
        here = Place(place.file, place.line, key)
        if key in SETTINGS:
            check_setting(key, value, here, reader)
            if key == "provincial_units":
                check_units(value, (str(row["id"]) for row in city.table("plants")), here, reader)
            settings[key] = str(value)
        elif (number := _number(key, value, city, here, reader)) is None:
            continue
        elif key in parameters:
            check_value(key, parameters[key].unit, number, here, reader)
            parameters[key] = Parameter(number, parameters[key].unit, None, None, "C", f"set by {place.file}")
        else:
            check_value(key, paths[key].unit, number, here, reader)
            points = dict.fromkeys(paths[key].points, number)
            paths[key] = Path(points, paths[key].unit, "C", f"set by {place.file}")
    _check_states(parameters, values, place, reader)
    settle_classes(parameters, values, place, reader)
    reader.stop()
    digest = _digest(city.digest, values)
    return replace(city, parameters=parameters, paths=paths, settings=settings, digest=digest)


def _check_states(parameters: Mapping[str, Parameter], values: Mapping[str, float | str], place: Place, reader: Reader
                  ) -> None:
    """Keep a problem when probabilities of the province's states that were set are none, or leave no normal year."""
    known = {key: parameters[key].value for key in parameters if key.startswith(f"{STATE}.")}
    for key in sorted(known.keys() & values.keys()):
        if not 0.0 <= known[key] <= 1.0:
            reader.problem(Place(place.file, place.line, key), f"is {known[key]:g}; a probability is expected, 0 to 1")
        elif sum(known.values()) > 1.0 + TINY:
            says = f"is {known[key]:g}: all {STATE} add up to {sum(known.values()):g}; 1 at most is expected"
            reader.problem(Place(place.file, place.line, key), says)


def _number(key: str, value: float | str, city: City, place: Place, reader: Reader) -> float | None:
    if key not in city.parameters and key not in city.paths:
        known = [*city.parameters, *city.paths, *SETTINGS]
        reader.problem(place, "no such parameter, series or setting", nearest(key, known))
        return None
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if math.isfinite(number):
        return number
    reader.problem(place, f"is {short(repr(value))}; a finite number is expected")
    return None


def _digest(before: str, values: Mapping[str, float | str]) -> str:
    if not values:
        return before
    said = ";".join(f"{key}={values[key]!r}" for key in sorted(values))
    return hashlib.blake2b(f"{before}:{said}".encode(), digest_size=16).hexdigest()

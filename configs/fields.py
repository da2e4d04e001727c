"""From a mapping of a file to a frozen dataclass, with every wrong field named at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schedule import Schedule

T = TypeVar("T")


def build(kind: type[T], given: Mapping[str, Any], place: Place) -> T:
    """An instance of a dataclass from a mapping; unknown, missing and ill-typed fields in one InputError.

    A field's metadata may hold `least` and `most` (inclusive bounds of the number or of every dated number).
    """
    if not isinstance(given, Mapping):
        raise InputError([Problem(place, f"is {_show(given)}; a mapping of fields is expected")])
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    types = get_type_hints(kind)
    problems, values = [], {}
    for name in given:
        if name not in known:
            problems.append(Problem(place / name, "no such field", nearest(str(name), known)))
    for name, field in known.items():
        if name in given:
            try:
                values[name] = convert(given[name], types[name], place / name, field.metadata)
            except InputError as error:
                problems.extend(error.problems)
        elif field.default is MISSING and field.default_factory is MISSING:
            problems.append(Problem(place / name, "is missing"))
    if problems:
        raise InputError(problems)
    return kind(**values)


def build_around(
    kind: type[T], given: Mapping[str, Any], place: Place, stand_in: Mapping[str, Any]
) -> tuple[T, tuple[Problem, ...]]:
    """The same with its problems beside it: a wrong field takes its default, or `stand_in` where it has none.

    So that whatever else is wrong can be found too; what is made with problems is never used.

    >>> from dataclasses import make_dataclass
    >>> made, problems = build_around(make_dataclass("Two", [("a", int), ("b", int)]), {"a": "x", "b": 2}, Place("f"),
    ...                               {"a": 0})
    >>> made.a, made.b, [p.says for p in problems]
    (0, 2, ["is 'x'; a number is expected"])
    """
    try:
        return build(kind, given, place), ()
    except InputError as error:
        problems, right = error.problems, {}
    for name, value in given.items() if isinstance(given, Mapping) else ():
        try:
            build(kind, {**stand_in, name: value}, place)
            right[name] = value
        except InputError:
            continue
    return build(kind, {**stand_in, **right}, place), problems


def convert(value: Any, kind: Any, place: Place, bounds: Mapping[str, Any] = {}) -> Any:
    """A value of a file as the type a field wants."""
    if kind is Schedule:
        return schedule(value, place, bounds)
    if get_origin(kind) is tuple:
        if not isinstance(value, list | tuple):
            raise InputError([Problem(place, f"is {_show(value)}; a list is expected")])
        return tuple(convert(item, get_args(kind)[0], place / i, bounds) for i, item in enumerate(value))
    if kind is float:
        return number(value, place, bounds)
    if kind is int:
        whole = number(value, place, bounds)
        if whole != int(whole):
            raise InputError([Problem(place, f"is {_show(value)}; a whole number is expected")])
        return int(whole)
    if kind in (str, bool) and not isinstance(value, kind):
        wanted = "text" if kind is str else "true or false"
        raise InputError([Problem(place, f"is {_show(value)}; {wanted} is expected")])
    return value


def number(value: Any, place: Place, bounds: Mapping[str, Any] = {}) -> float:
    """A finite number within its bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError([Problem(place, f"is {_show(value)}; a number is expected")])
    try:
        is_finite = math.isfinite(value)
    except OverflowError:  # a whole number of more than 308 digits
        is_finite = False
    if not is_finite:
        raise InputError([Problem(place, f"is {_show(value)}; a finite number is expected")])
    least, most = bounds.get("least"), bounds.get("most")
    if least is not None and value < least:
        raise InputError([Problem(place, f"is {value:g}; {least:g} or more is expected")])
    if most is not None and value > most:
        raise InputError([Problem(place, f"is {value:g}; {most:g} or less is expected")])
    return float(value)


def schedule(value: Any, place: Place, bounds: Mapping[str, Any]) -> Schedule:
    """A schedule from a number, {year: value} or {ramp: {year: value}}."""
    ramp = isinstance(value, Mapping) and set(value) == {"ramp"}
    points = value["ramp"] if ramp else value
    if not isinstance(points, Mapping):
        return Schedule({0: number(points, place, bounds)})
    problems, found = [], {}
    for year, at in points.items():
        here = place / f"[{year}]"
        if not isinstance(year, int) or isinstance(year, bool) or not 1990 <= year <= 2100:
            problems.append(Problem(here, f"'{year}' is not a year between 1990 and 2100"))
            continue
        try:
            found[year] = number(at, here, bounds)
        except InputError as error:
            problems.extend(error.problems)
    years = [year for year in points if isinstance(year, int)]
    if years != sorted(years):
        problems.append(Problem(place, "years are out of order"))
    if not points:
        problems.append(Problem(place, "is empty; at least one dated value is expected"))
    if problems:
        raise InputError(problems)
    return Schedule(found, ramp=ramp)


def _show(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) < 60 else f"{text[:57]}..."

"""A bundle from its YAML file, with what it extends and what it drops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.fields import build_around
from dafeng.configs.files import Reader, find, own_key
from dafeng.configs.schema import Bundle, Row
from dafeng.configs.yamls import Document, read_yaml


@dataclass(frozen=True)
class BundleFields:
    """The keys of a bundle's YAML file."""

    title: str
    title_zh: str = ""
    extends: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    levers: Mapping[str, Any] = field(default_factory=dict)


def read_bundle(name_or_path: str | Path) -> Bundle:
    """A bundle by name or path; InputError with every problem of every file it is made of.

    A lever named in a bundle replaces the whole lever of that name in what it extends; later names of `extends`
    replace earlier ones; `drop` takes levers of what it extends away.
    """
    reader = Reader()
    found = bundle_in_part(name_or_path, reader)
    reader.stop()
    assert found is not None
    return found


def bundle_in_part(name_or_path: str | Path, reader: Reader) -> Bundle | None:
    """What can be read of a bundle, with its problems kept in the reader; never used when there are any."""
    return _resolved(find("bundles", name_or_path), (), reader)


def _resolved(path: Path, above: tuple[Path, ...], reader: Reader) -> Bundle | None:
    document = read_yaml(path, reader)
    if document is None:
        return None
    fields = _fields(document, reader)
    levers: dict[str, Row] = {}
    places: dict[str, Place] = {}
    for i, name in enumerate(fields.extends):
        if name in fields.extends[:i]:
            reader.problem(document.place(f"extends.{i}"), f"'{name}' stands twice")
            continue
        parent = _parent(name, document.place(f"extends.{i}"), path, above, reader)
        if parent:
            levers |= parent.levers
            places |= parent.places
    for i, name in enumerate(fields.drop):
        if name not in levers:
            says = f"'{name}' is no lever of what it extends"
            reader.problem(document.place(f"drop.{i}"), says, nearest(name, levers))
        levers.pop(name, None)
        places = {key: place for key, place in places.items() if key.split(".")[0] != name}
    for name, given in fields.levers.items():
        place = document.place(f"levers.{name}")
        if given is not None and not isinstance(given, Mapping):
            reader.problem(place, f"is {given!r}; a mapping of fields is expected")
            continue
        places = {key: there for key, there in places.items() if key.split(".")[0] != name}
        levers[name], places[name] = dict(given or {}), place
        places |= {f"{name}.{key}": document.place(f"levers.{name}.{key}") for key in levers[name]}
    key = own_key("bundles", path)
    return Bundle(key, fields.title, fields.title_zh or fields.title, levers, places)


def _parent(name: str, place: Place, path: Path, above: tuple[Path, ...], reader: Reader) -> Bundle | None:
    """A bundle that is extended; a circle is a problem."""
    try:
        parent = find("bundles", name, beside=path.parent)
    except InputError as error:
        reader.problem(place, f"there is no bundle '{name}'", error.problems[0].nearest)
        return None
    chain = (*above, path.resolve())
    if parent.resolve() not in chain:
        return _resolved(parent, chain, reader)
    circle = [item.stem for item in (*chain[chain.index(parent.resolve()) :], parent)]
    says = "extends itself" if len(circle) == 2 else f"extends in a circle: {' -> '.join(circle)}"
    reader.problem(place, says)
    return None


def _fields(document: Document, reader: Reader) -> BundleFields:
    fields, problems = build_around(BundleFields, document.data, document.place(), {"title": ""})
    reader.problems.extend(Problem(document.place(p.place.key), p.says, p.nearest) for p in problems)
    if isinstance(fields.levers, Mapping):
        return fields
    if fields.levers is None:
        return replace(fields, levers={})
    reader.problem(document.place("levers"), "is not a mapping of levers")
    return replace(fields, levers={})

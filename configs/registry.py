"""Registries: adding one thing is adding one file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from dafeng.configs.errors import DafengError, InputError, Place, Problem, nearest
from dafeng.configs.fields import build

T = TypeVar("T")
Made = TypeVar("Made", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """One registered thing, with what is said about it."""

    name: str
    thing: Any
    title: str
    title_zh: str
    about: Mapping[str, Any]


class Registry(Generic[T]):
    """The known things of one kind: levers, agent kinds, metrics, figures."""

    def __init__(self, what: str, package: str, group: str) -> None:
        self.what, self.package, self.group = what, package, group
        self._entries: dict[str, Entry] = {}
        self._discovered = False

    def add(self, name: str, *, title: str = "", title_zh: str = "", **about: Any) -> Callable[[Made], Made]:
        """Register a class or function under a name."""

        def register(thing: Made) -> Made:
            if name in self._entries:
                raise DafengError(self._taken(name, thing))
            self._entries[name] = Entry(name, thing, title or name, title_zh or title or name, about)
            return thing

        return register

    def discover(self) -> None:
        """Import the package's modules in name order, then other packages' entry points."""
        if self._discovered:
            return
        self._discovered = True
        package = importlib.import_module(self.package)
        for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(f"{self.package}.{module}")
        for point in sorted(entry_points(group=self.group), key=lambda p: p.name):
            point.load()

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        self.discover()
        return tuple(sorted(self._entries))

    def entries(self) -> tuple[Entry, ...]:
        """All entries, by name."""
        return tuple(self._entries[name] for name in self.names())

    def get(self, name: str, place: Place | None = None) -> T:
        """The thing of a name, or an InputError with the nearest right one."""
        self.discover()
        if name not in self._entries:
            where = place or Place(f"({self.what})", 0, name)
            raise InputError([Problem(where, f"no such {self.what}", nearest(name, self._entries))])
        return cast(T, self._entries[name].thing)

    def make(self, name: str, fields: Mapping[str, Any], place: Place) -> T:
        """An instance with these fields; every wrong field in one InputError."""
        return cast(T, build(cast(type, self.get(name, place)), fields, place))

    def _taken(self, name: str, thing: Any) -> str:
        here, there = (Path(inspect.getfile(x)).resolve() for x in (thing, self._entries[name].thing))
        if here == there:
            return f"{self.what} '{name}' was imported under two names ({here}); run `pytest dafeng/{here.parent.name}`"
        return f"{self.what} '{name}' is defined twice: {there} and {here}"

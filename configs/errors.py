"""The errors a user can meet, as a tree.

DafengError
├── InputError     what was given is wrong: every problem at once (exit code 2)
├── ResultsError   a results folder cannot be read or written (exit code 2)
└── LawError       a run broke an identity it must obey (exit code 4)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class DafengError(Exception):
    """Anything a user may be told without a traceback."""


@dataclass(frozen=True)
class Place:
    """Where a problem stands: file, line (0 when unknown) and dotted key."""

    file: str
    line: int = 0
    key: str = ""

    def __truediv__(self, key: str | int) -> Place:
        """The place one key further down.

        >>> (Place("a.yaml", 3, "levers") / "storage").key
        'levers.storage'
        >>> (Place("a.yaml", 3, "cap_mt") / "[2030]").key
        'cap_mt[2030]'
        """
        dot = "" if str(key).startswith("[") or not self.key else "."
        return Place(self.file, self.line, f"{self.key}{dot}{key}")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and the nearest right name if there is one."""

    place: Place
    says: str
    nearest: str | None = None

    def __str__(self) -> str:
        line = f"line {self.place.line}: " if self.place.line else ""
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        whole = "(not given)" if self.place.file.startswith("-") else "(whole file)"
        return f"{line}{self.place.key or whole}  {self.says}{hint}"


class InputError(DafengError):
    """Every problem of an input: file by file as they were met, in each by line, what has no line first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        order = {file: at for at, file in enumerate(dict.fromkeys(problem.place.file for problem in found))}
        self.problems = tuple(sorted(found, key=lambda problem: (order[problem.place.file], problem.place.line)))
        super().__init__(str(self))

    def __str__(self) -> str:
        files = dict.fromkeys(problem.place.file for problem in self.problems)
        return "\n".join(self._file(file) for file in files)

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return InputError, (self.problems,)

    def _file(self, file: str) -> str:
        found = [problem for problem in self.problems if problem.place.file == file]
        head = f"{file}: {len(found)} problem{'s' if len(found) > 1 else ''}"
        return "\n".join([head, *(f"  {problem}" for problem in found)])


class ResultsError(DafengError):
    """A results folder that is missing, foreign, damaged or cannot be written."""


class LawError(DafengError):
    """A run broke an identity (balance, carbon, money): the run is void."""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The known name closest to a wrong one; else the shortest whose first word is close to it.

    >>> nearest("storge", ["storage", "coal_control"]), nearest("rampp", ["ramp_limit_up", "p_nom"])
    ('storage', 'ramp_limit_up')
    >>> nearest("zebra", ["storage"]) is None
    True
    """
    given, known = str(name), [str(known) for known in names]
    if found := get_close_matches(given, known, n=1, cutoff=0.6):
        return found[0]
    first = {word: min((k for k in known if _first(k) == word), key=len) for word in map(_first, known)}
    close = get_close_matches(given, list(first), n=1, cutoff=0.8)
    return first[close[0]] if close else None


def _first(name: str) -> str:
    return re.split(r"[_.: ]", name, maxsplit=1)[0]

"""The constants a MATLAB case file assigns to its structure: matrices, lists of words and single values, with lines.

Only constants are read. A statement that computes something is a problem, since leaving it out would change the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dafeng.configs.errors import Place, Problem

ASSIGNED = re.compile(r"\s*mpc\.(?P<name>\w+)\s*=\s*(?P<rest>.*)", re.DOTALL)
OPENED = re.compile(r"\s*mpc\.\w+\s*=")
FRAME = re.compile(r"\s*(function\b.*|end(function)?\s*;?|return\s*;?)\s*")
CLOSING = {"[": "]", "{": "}"}
WORD = re.compile(r"'(?:[^']|'')*'|;|[^\s,;]+")


@dataclass
class Section:
    """One `mpc.<name> = ...`: rows of words with their line numbers; `is_open` when the file ends inside it."""

    name: str
    line: int
    is_table: bool
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    is_open: bool = False
    last_line: int = 0


@dataclass
class Statements:
    """Everything a file assigns, and what in it could not be understood."""

    sections: dict[str, Section]
    problems: list[Problem]


def statements(text: str, file: str) -> Statements:
    """The assignments of a case file, in order; a name assigned twice is a problem."""
    found = Statements({}, [])
    current: Section | None = None
    closing = ""
    for number, line in _lines(text):
        if current is None or OPENED.match(line):
            current, closing, line = _begin(found, file, number, line)
        if current is not None:
            current.last_line = number
            current.is_open = closing not in line if closing else False
            body = line.split(closing)[0] if closing else line
            current.rows += [(number, words) for words in _rows(body)]
            current = current if current.is_open else None
    return found


def _rows(body: str) -> Iterator[list[str]]:
    """Words between semicolons."""
    words: list[str] = []
    for word in [*WORD.findall(body), ";"]:
        if word != ";":
            words.append(word)
        elif words:
            yield words
            words = []


def _begin(found: Statements, file: str, number: int, line: str) -> tuple[Section | None, str, str]:
    """The section a line begins, the bracket that closes it and what stands on the line of it."""
    assigned = ASSIGNED.fullmatch(line)
    if not assigned:
        if line.strip() and not FRAME.fullmatch(line):
            says = f"'{line.strip()[:40]}' is no constant given to mpc; only constants are read"
            found.problems.append(Problem(Place(file, number, "statement"), says))
        return None, "", ""
    name, rest = assigned["name"], assigned["rest"]
    bracket = rest[:1] if rest[:1] in CLOSING else ""
    made = Section(name, number, bool(bracket))
    if name in found.sections:
        says = f"is given a second time; line {found.sections[name].line} has the first"
        found.problems.append(Problem(Place(file, number, f"mpc.{name}"), says))
    found.sections[name] = made
    return made, CLOSING.get(bracket, ""), rest[len(bracket) :]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments; a line that goes on (`...`) is joined to the next and keeps its own number."""
    kept, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = _without_comment(line)
        first = first or number
        if bare.rstrip().endswith("..."):
            kept += bare.rstrip()[:-3] + " "
            continue
        yield first, kept + bare
        kept, first = "", 0
    if kept:
        yield first, kept


def _without_comment(line: str) -> str:
    """What stands before a % outside of quotes."""
    if "%" not in line:
        return line
    is_quoted = False
    for at, letter in enumerate(line):
        is_quoted ^= letter == "'"
        if letter == "%" and not is_quoted:
            return line[:at]
    return line

"""The constants a MATLAB case file assigns to its structure: matrices, lists of words and single values, with lines.

Only constants are read. A statement that computes something is a problem, since leaving it out would change the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dafeng.configs.errors import Place, Problem

ASSIGNED = re.compile(r"\s*mpc\.(?P<name>\w+)\s*=(?!=)\s*")
OPENED = re.compile(r"\s*mpc\.\w+\s*=")
FRAME = re.compile(r"\s*(?:function\b[^;]*|end(?:function)?|return)?\s*(?:[;,]|$)")
"""What stands around the assignments and says nothing, or nothing at all."""
VALUE = re.compile(r"\s*(?P<word>'(?:[^']|'')*'|\"[^\"]*\"|[^\s,;]+)?\s*(?:[;,]|$)")
"""One constant as a whole statement."""
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
    closing: str = ""
    """The bracket that ends it; empty for a single value."""


@dataclass
class Statements:
    """Everything a file assigns, and what in it could not be understood."""

    sections: dict[str, Section]
    problems: list[Problem]


def statements(text: str, file: str) -> Statements:
    """The assignments of a case file, in order; a name assigned twice is a problem."""
    found = Statements({}, [])
    current: Section | None = None
    for number, line in _lines(text):
        if OPENED.match(line):
            current = None
        left = line
        while left.strip():
            if current is None:
                current, left = _begin(found, file, number, left)
            elif current.is_table:
                left = _fill(found, file, number, left, current)
                current = current if current.is_open else None
            else:
                left = _value(found, file, number, left, current)
                current = None
    return found


def _fill(found: Statements, file: str, number: int, line: str, section: Section) -> str:
    """Take up a line of a matrix; what stands after its end and begins no statement computes something."""
    end = _outside_quotes(line, section.closing)
    section.last_line, section.is_open = number, end < 0
    section.rows += [(number, words) for words in _rows(line if end < 0 else line[:end])]
    if end < 0:
        return ""
    after = line[end + 1 :]
    if not after.strip() or after.lstrip()[0] in ";,":
        return after
    says = f"is followed by '{after.strip()[:40]}': a statement that computes; only constants are read"
    found.problems.append(Problem(Place(file, number, f"mpc.{section.name}"), says))
    return after.partition(";")[2]


def _value(found: Statements, file: str, number: int, line: str, section: Section) -> str:
    """Take up a single value, and what of the line is left."""
    value = VALUE.match(line)
    if value:
        section.rows += [(number, [value["word"]])] if value["word"] else []
        return line[value.end() :]
    text, _, left = line.partition(";")
    says = f"is '{text.strip()[:40]}': a statement that computes; only constants are read"
    found.problems.append(Problem(Place(file, number, f"mpc.{section.name}"), says))
    section.rows.append((number, text.split()[:1]))
    return left


def _rows(body: str) -> Iterator[list[str]]:
    """Words between semicolons."""
    words: list[str] = []
    for word in [*WORD.findall(body), ";"]:
        if word != ";":
            words.append(word)
        elif words:
            yield words
            words = []


def _begin(found: Statements, file: str, number: int, line: str) -> tuple[Section | None, str]:
    """The section that a statement begins, and what of the line is left."""
    frame, assigned = FRAME.match(line), ASSIGNED.match(line)
    if frame:
        return None, line[frame.end() :]
    if not assigned:
        says = f"'{line.strip()[:40]}' is no constant given to mpc; only constants are read"
        found.problems.append(Problem(Place(file, number, "statement"), says))
        return None, ""
    name, left = assigned["name"], line[assigned.end() :]
    closing = CLOSING.get(left[:1], "")
    made = Section(name, number, bool(closing), is_open=bool(closing), last_line=number, closing=closing)
    if name in found.sections:
        says = f"is given a second time; line {found.sections[name].line} has the first"
        found.problems.append(Problem(Place(file, number, f"mpc.{name}"), says))
    found.sections[name] = made
    return made, left[len(closing) :]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments; a line that goes on (`...`) is joined to the next and keeps its own number."""
    kept, first, blocks = "", 0, 0
    for number, line in enumerate(text.splitlines(), 1):
        mark = line.strip()
        blocks = max(0, blocks + (mark == "%{") - (mark == "%}"))
        if blocks:
            continue
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
    end = _outside_quotes(line, "%")
    return line if end < 0 else line[:end]


def _outside_quotes(line: str, wanted: str) -> int:
    """Where a letter first stands outside of quotes; -1 where it does not.

    >>> _outside_quotes("'a]'; 'b' ]", "]")
    10
    """
    if wanted not in line:
        return -1
    is_quoted = False
    for at, letter in enumerate(line):
        is_quoted ^= letter == "'"
        if letter == wanted and not is_quoted:
            return at
    return -1

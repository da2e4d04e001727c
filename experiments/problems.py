"""What is wrong, as `--json` tells it: one shape for files, results folders, the command line and the machine.

    {"error": text, "problems": [{"file", "line", "key", "says", "nearest"}, …]}
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from dafeng.configs.errors import InputError, Place, Problem, ResultsError, nearest

T = TypeVar("T")


def gathered(read: Callable[[], T], problems: list[Problem]) -> T | None:
    """What is read, or None where it is wrong, with its problems put to the others."""
    try:
        return read()
    except InputError as wrong:
        problems += wrong.problems
        return None


def problems_of(error: BaseException | str) -> tuple[Problem, ...]:
    """The problems behind an error; a plain message is one problem without a place.

    >>> [(p.place.file, p.says) for p in problems_of(ResultsError("results/one: no such results folder"))]
    [('results/one', 'no such results folder')]
    """
    if isinstance(error, InputError):
        return error.problems
    if isinstance(error, OSError):
        return (Problem(Place(str(error.filename or "")), str(error.strerror or error)),)
    if isinstance(error, ResultsError):
        file, colon, says = str(error).partition(": ")
        return (Problem(Place(file), says),) if colon else (Problem(Place(""), file),)
    if hasattr(error, "format_message"):
        return (_of_usage(error),)
    return (Problem(Place(""), str(error)),)


def plain(problem: Problem) -> dict[str, Any]:
    """A problem as plain content."""
    place = problem.place
    return {"file": place.file, "line": place.line, "key": place.key, "says": problem.says, "nearest": problem.nearest}


def _of_usage(error: Any) -> Problem:
    """A mistake of the command line itself; typer brings its own copy of click, so that no class can be named."""
    context = getattr(error, "ctx", None)
    says = str(error.format_message()).strip()
    unknown = str(getattr(error, "option_name", None) or "")
    options = [name for name in getattr(getattr(error, "param", None), "opts", ()) if name.startswith("-")]
    quoted = re.search(r"'([^']+)'", says)
    key = unknown or max(options, key=len, default=quoted[1] if quoted else "")
    close = next(iter(getattr(error, "possibilities", None) or ()), None)
    if close is None and unknown and context is not None:
        close = nearest(key, [name for param in context.command.params for name in param.opts])
    elif close is None and "No such command" in says and context is not None:
        close = nearest(key, getattr(context.command, "commands", {}))
    return Problem(Place(getattr(context, "command_path", None) or "dafeng", 0, key), says, close)

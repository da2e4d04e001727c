"""How commands answer: text or one JSON object on stdout, all else on stderr, an exit code that means something."""

from __future__ import annotations

import functools
import json
import math
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ParamSpec

import typer

from dafeng.configs.errors import DafengError, LawError
from dafeng.experiments.problems import plain, problems_of

P = ParamSpec("P")
INTERRUPTED = 130
"""What a shell expects of a program that was stopped from the keyboard."""
STOPPED = "stopped; nothing is kept"
GOES_ON = "stopped; what was finished is kept and the same command goes on from there"
STOPPED_OF = {"study": GOES_ON, "demo": GOES_ON,
              "run": "stopped; finished years are kept, and the same command with --resume goes on from there"}
"""What is left of a command that was stopped, where something is."""


class Code(IntEnum):
    """Exit codes."""

    FINE = 0
    BAD_INPUT = 2
    RUNS_FAILED = 3
    FELL_SHORT = 4


@dataclass(frozen=True)
class Answer:
    """What a command says: as text, and as the one object of `--json`."""

    text: str
    content: Mapping[str, Any] = field(default_factory=dict)
    code: Code = Code.FINE


def answering(command: Callable[P, Answer]) -> Callable[P, None]:
    """A command that prints its answer as its argument `as_json` says and ends with its code.

    With `--json` whatever the command or a library prints on the way goes to stderr.
    """

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            answer = command(*args, **kwargs)
        print(as_object(answer.content) if as_json else answer.text)
        raise typer.Exit(int(answer.code))

    return told


def status(app: Callable[..., Any], arguments: list[str]) -> int:
    """Run the program and give its exit code; a user's mistake becomes a message, never a traceback."""
    as_json = "--json" in arguments
    try:
        app(args=arguments, prog_name="dafeng")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
        if code == INTERRUPTED:
            _complain(STOPPED_OF.get(next(iter(arguments), ""), STOPPED), as_json)
        elif code == Code.BAD_INPUT and as_json:
            _print_object(end.__context__ or "the command line is not right; see stderr")
        return code
    except KeyboardInterrupt:
        _complain(STOPPED_OF.get(next(iter(arguments), ""), STOPPED), as_json)
        return INTERRUPTED
    except DafengError as error:
        _complain(error, as_json)
        return Code.FELL_SHORT if isinstance(error, LawError) else Code.BAD_INPUT
    except OSError as error:
        _complain(error, as_json)
        return Code.BAD_INPUT
    return Code.FINE


def as_object(content: Mapping[str, Any]) -> str:
    """One JSON object; what is not finite becomes null, which every reader of JSON knows."""
    return json.dumps(_finite(content), ensure_ascii=False, allow_nan=False)


def _complain(error: BaseException | str, as_json: bool) -> None:
    print(_message(error), file=sys.stderr)
    if as_json:
        _print_object(error)


def _print_object(error: BaseException | str) -> None:
    print(as_object({"error": _message(error), "problems": [plain(problem) for problem in problems_of(error)]}))


def _message(error: BaseException | str) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'dafeng'}: {error.strerror or error}"
    return str(error.format_message()) if hasattr(error, "format_message") else str(error)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, bool | str | None):
        return value
    if isinstance(value, int):
        return value
    if hasattr(value, "tolist"):
        return _finite(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)

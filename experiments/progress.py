"""How far the work is, on stderr: done, cached, failed, time left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich.progress import Progress

LINE_EVERY_S = 30.0
"""Where no bar can be drawn, a line is written this often."""


class Watcher(Protocol):
    """Who is told how the work goes."""

    def begin(self, total: int, cached: int) -> None:
        """So many pieces of work in all, of which so many need not be done again."""

    def advance(self, failed: bool = False) -> None:
        """One piece more has ended."""

    def say(self, message: str) -> None:
        """A line worth reading."""


class Silent:
    """A watcher that says nothing."""

    def begin(self, total: int, cached: int) -> None:
        """Nothing to say."""

    def advance(self, failed: bool = False) -> None:
        """Nothing to say."""

    def say(self, message: str) -> None:
        """Nothing to say."""


class Bar:
    """A watcher with a bar on stderr; without a terminal it writes lines only."""

    def __init__(self, what: str, unit: str = "runs", is_drawn: bool = True, is_quiet: bool = False) -> None:
        self.what, self.unit, self.is_drawn, self.is_quiet = what, unit, is_drawn, is_quiet
        self.total = self.cached = self.done = self.failed = 0
        self._bar: Progress | None = None
        self._began = self._told = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, total: int, cached: int) -> None:
        """Draw the bar."""
        self.total, self.cached = total, cached
        if self.is_drawn and sys.stderr.isatty():
            self._bar = _bar()
            self._bar.start()
            self._bar.add_task(self.what, total=total, completed=cached, unit=self.unit, counts=self._counts())

    def advance(self, failed: bool = False) -> None:
        """Move the bar."""
        self.done += not failed
        self.failed += failed
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], advance=1, counts=self._counts())
        elif not self.is_quiet and time.monotonic() - self._told > LINE_EVERY_S:
            self._told = time.monotonic()
            self.say(f"{self.what}: {self._counts()} of {self.total} {self.unit}, {self._left_s():.0f} s left")

    def say(self, message: str) -> None:
        """Write a line above the bar."""
        if self._bar is not None:
            self._bar.console.print(message, markup=False, highlight=False)
        elif not self.is_quiet:
            print(message, file=sys.stderr)

    def _left_s(self) -> float:
        """Seconds left if the rest takes as long as what was done."""
        tried = self.done + self.failed
        return (time.monotonic() - self._began) / tried * (self.total - self.cached - tried)

    def _counts(self) -> str:
        counts = {"done": self.done, "cached": self.cached, "failed": self.failed}
        return ", ".join(f"{number} {word}" for word, number in counts.items() if number or word == "done")


def tell_of_compiling(is_quiet: bool) -> None:
    """A line on stderr before the first call, which compiles; later ones find the machine code in a cache."""
    from dafeng.network.compiled import is_warm

    if not is_quiet and not is_warm():
        print("compiling for this machine, once; it takes about a minute", file=sys.stderr)


def watch(what: str, is_quiet: bool, is_plain: bool, unit: str = "runs") -> Bar:
    """The watcher that the command line asked for."""
    return Bar(what, unit, is_drawn=not (is_quiet or is_plain), is_quiet=is_quiet)


def _bar() -> Progress:
    from rich import progress as rich
    from rich.console import Console

    return rich.Progress(
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn(),
        rich.TextColumn("{task.fields[unit]}: {task.fields[counts]}"), rich.TimeElapsedColumn(),
        rich.TextColumn("left"), rich.TimeRemainingColumn(), console=Console(stderr=True),
    )

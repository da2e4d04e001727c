"""How benches time a piece of work within their process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def cpu_s(work: Callable[[], object], repeat: int = 3) -> float:
    """Least CPU time of a few repeats."""
    found = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


@dataclass(frozen=True)
class Ratio:
    """How many times the CPU time of one piece of work is that of another, from rounds in which they take turns."""

    rounds: tuple[float, ...]
    first_cpu_s: float
    """Median of the first piece, and of the second."""
    second_cpu_s: float

    def __str__(self) -> str:
        low, middle, high = np.quantile(self.rounds, [0.0, 0.5, 1.0])
        return f"{middle:,.0f} ({low:,.0f} to {high:,.0f} in {len(self.rounds)} rounds)"


def in_turns(first: Callable[[], object], second: Callable[[], object], rounds: int = 9) -> Ratio:
    """CPU time of the second over that of the first, round by round: what slows a round slows both, so that the median
    of the ratios says more than the ratio of two minima. One round of each goes before and is not counted.

    Who goes first changes from round to round.
    """
    found = []
    for number in range(rounds + 1):
        order = [first, second] if number % 2 else [second, first]
        spent = {work: cpu_s(work, repeat=1) for work in order}
        found.append((spent[first], spent[second]))
    one, other = np.array(found[1:]).T
    return Ratio(tuple((other / one).tolist()), float(np.median(one)), float(np.median(other)))

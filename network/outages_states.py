"""Outages of a machine with three states, one by one: what the operated year and its event clock read (MODEL_SPEC 7.1).

Up ~ Exp(MTTF); a failure takes all of the output or, with a probability, only a part of it; each kind has a mean repair
of its own, exponential or Weibull. Stationary at the start of a year. Two streams a machine and year: one holds the
start and the durations, read as `outages.durations` reads them, the other the kinds, so that a machine without the
derated state has the outages that it has in `outages.up_and_down`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network.outages import SPARE_DRAWS, Process
from dafeng.network.outages_pace import Clock, fails_at
from dafeng.network.outages_repair import EXPONENTIAL, repair_h, rest_of_repair_h
from dafeng.network.sampling import Derated


@dataclass(frozen=True)
class Behaviour:
    """How a machine fails and is repaired."""

    process: Process
    derated: Derated = field(default_factory=Derated)
    repair_shape: float = EXPONENTIAL
    clock: Clock | None = field(default=None, compare=False)
    """Hours lived by the weather of the year, by which failures come; without it they come evenly."""

    @property
    def mean_down_h(self) -> float:
        """Mean hours of an outage of either kind."""
        return (1.0 - self.derated.rate) * self.process.mttr_h + self.derated.rate * self.derated.mttr_h

    @property
    def share_down(self) -> float:
        """Share of time out or derated."""
        return self.mean_down_h / (self.process.mttf_h + self.mean_down_h)

    def kind(self, uniform: float, is_first: bool) -> tuple[float, float]:
        """Output that is left and mean repair of a failure; the one met at the start is weighted by its length."""
        rate = self.derated.rate
        below = rate * self.derated.mttr_h / self.mean_down_h if is_first else rate
        return (self.derated.share, self.derated.mttr_h) if uniform < below else (0.0, self.process.mttr_h)

    def up_h(self, uniform: float, at_h: float) -> float:
        """Hours until the next failure of a machine that is up at an hour."""
        wanted_h = -self.process.mttf_h * math.log1p(-uniform)
        return wanted_h if self.clock is None else fails_at(*self.clock, at_h, wanted_h) - at_h

    def repair_h(self, uniform: float, mean_h: float, is_first: bool) -> float:
        """Hours of a repair, or what is left of the one met at the start."""
        if self.repair_shape == EXPONENTIAL:
            return -mean_h * math.log1p(-uniform)
        return (rest_of_repair_h if is_first else repair_h)(1.0 - uniform, mean_h, self.repair_shape)


def states(behaviour: Behaviour, rng: Generator, kinds: Generator) -> Iterator[tuple[float, float]]:
    """Share of output and hours of one state after the other, for ever: what a process of the event clock consumes."""
    mttf_h = behaviour.process.mttf_h
    is_up = bool(rng.random() >= behaviour.share_down) if math.isfinite(mttf_h) else True
    is_first, at = True, 0.0
    while True:
        if is_up:
            left, lasting_h = 1.0, behaviour.up_h(rng.random(), at)
        else:
            left, mean_h = behaviour.kind(kinds.random(), is_first)
            lasting_h = behaviour.repair_h(rng.random(), mean_h, is_first)
        yield left, lasting_h
        at += lasting_h
        is_up, is_first = not is_up, False


def outages_of(
    behaviour: Behaviour, rng: Generator, kinds: Generator, hours: float = HOURS_A_YEAR, *,
    out_until_h: float | None = None, left: float = 0.0,
) -> Floats:
    """All outages of a year at once, (outages, 3): start, end, output left; the last may end after the year.

    `out_until_h` is the hour at which an outage of the year before ends, 0 when there is none, and `left` the output
    meanwhile; without it the year starts in the stationary state. Reads the same streams as `states`, the durations in
    blocks.
    """
    mttf_h = behaviour.process.mttf_h
    if not math.isfinite(mttf_h):
        return np.zeros((0, 3))
    is_up, at, is_first = bool(rng.random() >= behaviour.share_down), 0.0, True
    expected = math.ceil(2.0 * hours / (mttf_h + behaviour.mean_down_h)) + SPARE_DRAWS
    found: list[tuple[float, float, float]] = []
    if out_until_h is not None:
        at, is_up, is_first = out_until_h, True, False
        found = [(0.0, at, left)] if at > 0.0 else []
    while at < hours:
        for uniform in rng.random(expected).tolist():
            if at >= hours:
                break
            start = at
            if is_up:
                at += behaviour.up_h(uniform, at)
            else:
                left, mean_h = behaviour.kind(kinds.random(), is_first)
                at += behaviour.repair_h(uniform, mean_h, is_first)
                found.append((start, at, left))
            is_up, is_first = not is_up, False
    return np.array(found).reshape(-1, 3)

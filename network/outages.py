"""Up and down: when a machine fails and when it is back (MODEL_SPEC 7.1).

A machine is a two-state Markov process, up ~ Exp(MTTF), down ~ Exp(MTTR), stationary at the start of its first year
and going on from the state of the last one in every other. One uniform a draw, by inverse transform, from a stream
that belongs to the machine and the year. `durations` gives the
draws one by one (what a process of the event clock consumes), `up_and_down` all outages of a year at once; on equal
streams both give the same outages, event for event.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR, Floats, Ints

COAL = "coal_ge300"
COAL_OF_CHINA = "coal_ge300_cn"
EPR = "nuclear_epr"
EPR_LONG_OUTAGE = "nuclear_epr_long_outage"
SPARE_DRAWS = 8
"""Draws of a block beyond the expected number."""


@dataclass(frozen=True)
class Process:
    """One cause of outages: mean hours up and mean hours down.

    >>> Process(900.0, 100.0).forced_outage_rate
    0.1
    """

    mttf_h: float
    mttr_h: float

    @property
    def forced_outage_rate(self) -> float:
        """Share of time that the machine is down."""
        return self.mttr_h / (self.mttf_h + self.mttr_h)

    def times(self, multiplier: float) -> Process:
        """The same repairs with a forced outage rate so many times as high.

        >>> round(Process(900.0, 100.0).times(2.0).forced_outage_rate, 12)
        0.2
        """
        return of_rate(min(self.forced_outage_rate * multiplier, 1.0), self.mttr_h)


def of_rate(forced_outage_rate: float, mttr_h: float) -> Process:
    """The process with this forced outage rate and mean repair; a rate of 0 never fails.

    >>> of_rate(0.08, 100.0).mttf_h
    1150.0
    """
    if forced_outage_rate <= 0.0:
        return Process(math.inf, mttr_h)
    return Process(mttr_h * (1.0 - forced_outage_rate) / forced_outage_rate, mttr_h)


def class_of(city: City, outage_class: str) -> tuple[float, float]:
    """MTTF and MTTR of a class in hours; the switch `reliability_coal` (mean, rts, cn) rules coal of 300 MW and more.

    `mean` takes the geometric mean of the two forced outage rates and keeps the repair time of the American class
    (data/README 4): the American figures are the pessimistic end, the Chinese statistics the optimistic one.
    """
    switch = city.setting("reliability_coal", "mean")
    if outage_class != COAL or switch == "rts":
        return _of_table(city, outage_class)
    if switch == "cn":
        return _of_table(city, COAL_OF_CHINA)
    american, chinese = Process(*_of_table(city, COAL)), Process(*_of_table(city, COAL_OF_CHINA))
    mean = of_rate(math.sqrt(american.forced_outage_rate * chinese.forced_outage_rate), american.mttr_h)
    return mean.mttf_h, mean.mttr_h


def processes_of(city: City, outage_class: str, technology: str = "", multiplier: float = 1.0) -> tuple[Process, ...]:
    """All independent causes of outages of a unit: its class, and the long outages that an EPR has besides."""
    first = Process(*class_of(city, outage_class)).times(multiplier)
    if technology != EPR:
        return (first,)
    return first, Process(*_of_table(city, EPR_LONG_OUTAGE))


def durations(mttf_h: float, mttr_h: float, rng: Generator) -> Iterator[tuple[bool, float]]:
    """Is it up, and for how many hours: the draws of one machine one after the other, for ever.

    The first uniform says whether the year starts with an outage, each further one how long a state lasts.
    """
    is_up = bool(rng.random() >= mttr_h / (mttf_h + mttr_h)) if math.isfinite(mttf_h) else True
    while True:
        yield is_up, -(mttf_h if is_up else mttr_h) * math.log1p(-rng.random())
        is_up = not is_up


def up_and_down(
    mttf_h: float, mttr_h: float, rng: Generator, hours: float = HOURS_A_YEAR, *, out_until_h: float | None = None
) -> Floats:
    """All outages of a year, (outages, 2) hours of start and end; the last one may end after the year.

    `out_until_h` is the hour at which an outage of the year before ends, 0 when there is none; without it the year
    starts in the stationary state. Reads the same stream as `durations`, in blocks.

    >>> up_and_down(1e9, 50.0, np.random.default_rng(1), out_until_h=120.0).tolist()
    [[0.0, 120.0]]
    """
    if not math.isfinite(mttf_h):
        return np.zeros((0, 2))
    is_up = bool(rng.random() >= mttr_h / (mttf_h + mttr_h))
    at, start = 0.0, 0.0
    found: list[tuple[float, float]] = []
    if out_until_h is not None:
        at, is_up = out_until_h, True
        found = [(0.0, at)] if at > 0.0 else []
    expected = math.ceil(2.0 * hours / (mttf_h + mttr_h)) + SPARE_DRAWS
    while at < hours:
        for u in rng.random(expected).tolist():
            at -= (mttf_h if is_up else mttr_h) * math.log1p(-u)
            if is_up:
                start = at
            elif start < hours:
                found.append((start, at))
            is_up = not is_up
    return np.array(found).reshape(-1, 2)


def hours_out(outages: Floats, hours: int = HOURS_A_YEAR) -> Ints:
    """(outages, 2) first hour out and first hour back: an hour is out when its beginning lies within the outage.

    Sampled at instants, so that the expected share of hours out is the forced outage rate exactly.
    """
    return np.minimum(np.ceil(outages), hours).astype(np.int64)


def share_path(outages: Floats, hours: int = HOURS_A_YEAR) -> Floats:
    """(hours,) 1 while in service, 0 while out."""
    change = np.zeros(hours + 1)
    first_and_back = hours_out(outages, hours)
    np.add.at(change, first_and_back[:, 0], -1.0)
    np.add.at(change, first_and_back[:, 1], 1.0)
    path: Floats = 1.0 + np.cumsum(change[:-1])
    return path


def _of_table(city: City, outage_class: str) -> tuple[float, float]:
    return city.value(f"reliability.{outage_class}.mttf_h"), city.value(f"reliability.{outage_class}.mttr_h")

"""Trips and repairs of large units and lines as SimPy events, with crews; small units as windows without an event.

Both read the same sampled times (network/outages.py), so the event path and the array path agree event for event
as long as a crew is free. Each year starts in the stationary state of its own stream with all crews free: an outage
that would outlast its year ends with it, and nothing of it is left for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import simpy

from dafeng.sim.availability import Availability, Window
from dafeng.sim.clock import Steps


@dataclass(frozen=True)
class Outage:
    """One sampled outage of a row: hours of the year, and the share that is left meanwhile."""

    row: int
    key: str
    start_h: float
    end_h: float
    share: float = 0.0


@dataclass
class Trips:
    """The year's forced outages."""

    env: simpy.Environment
    availability: Availability
    crews: simpy.Resource
    surprise: Callable[[], None]
    report: Callable[[str, str, float], None]
    """Told (kind, agent, amount) at the hour of the event."""

    def schedule(self, outages: Sequence[Outage], large: frozenset[int]) -> None:
        """Large rows become events; the others are known from the start."""
        start_h = self.env.now
        for outage in sorted(outages, key=lambda o: (o.start_h, o.key)):
            if outage.row in large and outage.start_h > 0:
                self.env.process(self._trip(outage, start_h))
            else:
                self.availability.add(window_of(outage, told=0))

    def _trip(self, outage: Outage, start_h: float) -> Steps:
        yield self.env.timeout(ceil(outage.start_h))
        hours = self.availability.base.shape[1]
        hour = int(self.env.now - start_h)
        repair_h = ceil(outage.end_h) - ceil(outage.start_h)
        with self.crews.request() as crew:
            if crew.triggered:
                self.availability.add(Window(outage.row, hour, min(hour + repair_h, hours), outage.share, hour, "trip"))
            else:
                open_window = Window(outage.row, hour, hours, outage.share, hour, "trip, waits for a crew")
                self.availability.add(open_window)
            self.report("trip", outage.key, repair_h)
            self.surprise()
            if not crew.triggered:
                yield crew
                end = min(int(self.env.now - start_h) + repair_h, hours)
                self.availability.close(open_window, end)
            left_h = start_h + hours - self.env.now
            yield self.env.timeout(min(repair_h, left_h))
        if repair_h < left_h:
            self.report("repaired", outage.key, repair_h)


def window_of(outage: Outage, told: int) -> Window:
    """The hours in which an outage bites: those whose beginning lies within it (network/outages.py `hours_out`).

    >>> window_of(Outage(0, "u", 1.2, 3.4), told=0)
    Window(row=0, start=2, end=4, share=0.0, told=0, why='outage')
    """
    return Window(outage.row, ceil(outage.start_h), ceil(outage.end_h), outage.share, told, "outage")

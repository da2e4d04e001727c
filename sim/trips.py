"""Trips and repairs of large units as SimPy events, with crews; small units and wires as windows without an event.

Both read the same sampled times (network/outages.py), so the event path and the array path agree event for event
as long as a crew is free. What is out at the end of a year is still out in the next, and holds its crew there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

import simpy
from simpy.resources.resource import Request

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
    process: str = ""
    """Name of the process it comes from."""
    kind: str = "trip"
    """What its event is called."""
    circuits: int = 0
    """Circuits of a wire that are out; of a unit it is the share that counts."""


@dataclass
class Trips:
    """The year's forced outages."""

    env: simpy.Environment
    availability: Availability
    crews: simpy.Resource
    surprise: Callable[[], None]
    report: Callable[[str, str, float], None]
    """Told (kind, agent, amount) at the hour of the event."""
    ends_h: dict[str, float] = field(default_factory=dict)
    """Process -> hour at which its last outage ends, as far as it is known."""
    left: dict[str, float] = field(default_factory=dict)
    """Process -> output that its last outage leaves."""

    @property
    def hours(self) -> int:
        """Hours of the year."""
        return int(self.availability.base.shape[1])

    def schedule(self, outages: Sequence[Outage], large: frozenset[int]) -> None:
        """Large rows become events; the others, and what is out from the start, are known."""
        start_h = self.env.now
        for outage in sorted(outages, key=lambda o: (o.start_h, o.key)):
            if not self.availability.base[outage.row].any():
                continue  # it does not stand this year
            if outage.row not in large:
                self._note(outage, outage.end_h)
                self.availability.add(window_of(outage, told=0))
            elif outage.start_h > 0:
                self.env.process(self._trip(outage, start_h))
            else:
                crew, window = self._begin(outage, 0)
                self.env.process(self._mend(outage, crew, window, start_h))

    def out_until_h(self, drawn: Sequence[str]) -> dict[str, float]:
        """Of each process drawn this year: hour of the next at which its outage ends, 0 when it is up."""
        return {name: max(0.0, self.ends_h.get(name, 0.0) - self.hours) for name in drawn}

    def _trip(self, outage: Outage, start_h: float) -> Steps:
        yield self.env.timeout(ceil(outage.start_h))
        hour = int(self.env.now - start_h)
        self.availability.tell(hour)
        was_up = hour < self.hours and bool(self.availability.known[outage.row, hour] > 0.0)
        crew, window = self._begin(outage, hour)
        if was_up:  # else another cause holds it out already, or it is not in service
            self.report(outage.kind, outage.key, repair_h(outage))
            self.surprise()
        yield from self._mend(outage, crew, window, start_h, was_up)

    def _begin(self, outage: Outage, hour: int) -> tuple[Request, Window]:
        """Out from an hour on; a crew is asked for, and while it is missing no end is known."""
        crew = self.crews.request()
        end = (hour if crew.triggered else self.hours) + repair_h(outage)
        why = "trip" if crew.triggered else "trip, waits for a crew"
        window = Window(outage.row, hour, min(end, self.hours), outage.share, hour, why, outage.circuits)
        self.availability.add(window)
        self._note(outage, end)
        return crew, window

    def _note(self, outage: Outage, end_h: float) -> None:
        """Keep the outage of a process that ends last: it may go on over the year's end."""
        if end_h >= self.ends_h.get(outage.process, 0.0):
            self.ends_h[outage.process], self.left[outage.process] = end_h, outage.share

    def _mend(self, outage: Outage, crew: Request, window: Window, start_h: float, is_told: bool = True) -> Steps:
        with crew:
            if not crew.triggered:
                yield crew
                end = int(self.env.now - start_h) + repair_h(outage)
                if self.ends_h[outage.process] == self.hours + repair_h(outage):
                    self.ends_h[outage.process] = end  # it was noted as waiting until the year's end
                self.availability.close(window, min(end, self.hours))
            left_h = start_h + self.hours - self.env.now
            yield self.env.timeout(min(repair_h(outage), left_h))
        if is_told and repair_h(outage) < left_h:
            self.report("repaired", outage.key, repair_h(outage))


def repair_h(outage: Outage) -> int:
    """Whole hours that an outage bites: those whose beginning lies within it (network/outages.py `hours_out`)."""
    return ceil(outage.end_h) - ceil(outage.start_h)


def window_of(outage: Outage, told: int) -> Window:
    """The hours in which an outage bites.

    >>> window_of(Outage(0, "u", 1.2, 3.4), told=0)
    Window(row=0, start=2, end=4, share=0.0, told=0, why='outage', circuits=0)
    """
    return Window(outage.row, ceil(outage.start_h), ceil(outage.end_h), outage.share, told, "outage",
                  outage.circuits)

"""Trips and repairs of large units as SimPy events, with crews; small units and wires as windows without an event.

Both read the same sampled times (network/outages.py), so the event path and the array path agree event for event
as long as a crew is free. A unit that waits for one stays out: what its process drew for that time does not happen.
What is out at the end of a year is still out in the next, and holds its crew there.
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
class Spell:
    """One outage as it comes about."""

    outage: Outage
    window: Window
    end_h: float
    """Its end as far as it is known; it may lie after the year's."""
    is_event: bool = True


@dataclass
class Trips:
    """The year's forced outages."""

    env: simpy.Environment
    availability: Availability
    crews: simpy.Resource
    surprise: Callable[[], None]
    report: Callable[[str, str, float], None]
    """Told (kind, agent, amount) at the hour of the event."""
    out: dict[str, list[Spell]] = field(default_factory=dict)
    """Process -> its outages of the year so far; those that are no events from the start."""

    @property
    def left(self) -> dict[str, float]:
        """Process -> output that its last outage leaves."""
        return {name: _last(spells).outage.share for name, spells in self.out.items() if spells}

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
                window = window_of(outage, told=0)
                self.availability.add(window)
                self._note(Spell(outage, window, outage.end_h, is_event=False))
            elif outage.start_h > 0:
                self.env.process(self._trip(outage, start_h))
            else:
                self.env.process(self._mend(*self._begin(outage, 0), start_h))

    def out_until_h(self, drawn: Sequence[str]) -> dict[str, float]:
        """Of each process drawn this year: hour of the next at which its outage ends, 0 when it is up."""
        ends = {name: _last(spells).end_h for name, spells in self.out.items() if spells}
        return {name: max(0.0, ends.get(name, 0.0) - self.hours) for name in drawn}

    def _trip(self, outage: Outage, start_h: float) -> Steps:
        yield self.env.timeout(ceil(outage.start_h))
        hour = int(self.env.now - start_h)
        if any(spell.is_event and hour < spell.end_h for spell in self._alike(outage)):
            return  # still out: it waits for a crew, or had to wait and is being mended
        self.availability.tell(hour)
        was_up = hour < self.hours and bool(self.availability.known[outage.row, hour] > 0.0)
        spell, crew = self._begin(outage, hour)
        if was_up:  # else another cause holds it out already, or it is not in service
            self.report(outage.kind, outage.key, repair_h(outage))
            self.surprise()
        yield from self._mend(spell, crew, start_h, was_up)

    def _begin(self, outage: Outage, hour: int) -> tuple[Spell, Request]:
        """Out from an hour on; a crew is asked for, and while it is missing no end is known."""
        crew = self.crews.request()
        end = (hour if crew.triggered else self.hours) + repair_h(outage)
        why = "trip" if crew.triggered else "trip, waits for a crew"
        window = Window(outage.row, hour, min(end, self.hours), outage.share, hour, why, outage.circuits)
        self.availability.add(window)
        return self._note(Spell(outage, window, end)), crew

    def _note(self, spell: Spell) -> Spell:
        """Keep an outage with those of its process: it may go on over the year's end."""
        self.out.setdefault(spell.outage.process, []).append(spell)
        return spell

    def _mend(self, spell: Spell, crew: Request, start_h: float, is_told: bool = True) -> Steps:
        outage = spell.outage
        with crew:
            if not crew.triggered:
                yield crew
                spell.end_h = int(self.env.now - start_h) + repair_h(outage)
                self.availability.close(spell.window, min(int(spell.end_h), self.hours))
                self._drop_what_fell_into(spell)
            left_h = start_h + self.hours - self.env.now
            yield self.env.timeout(min(repair_h(outage), left_h))
        if is_told and repair_h(outage) < left_h:
            self.report("repaired", outage.key, repair_h(outage))

    def _drop_what_fell_into(self, late: Spell) -> None:
        """Outages known beforehand that begin while the same machine still is out for want of a crew."""
        for spell in self._alike(late.outage):
            if not spell.is_event and late.window.start < spell.window.start < late.end_h:
                self.availability.close(spell.window, spell.window.start)
                self.out[late.outage.process].remove(spell)

    def _alike(self, outage: Outage) -> list[Spell]:
        """The outages so far of the process and machine of an outage."""
        return [spell for spell in self.out.get(outage.process, ()) if spell.outage.key == outage.key]


def _last(spells: Sequence[Spell]) -> Spell:
    """The one that ends last, of equal ones the one noted last."""
    return max(reversed(spells), key=lambda spell: spell.end_h)


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

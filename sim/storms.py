"""Typhoons in the operated year: they come as a surprise, stop wind and sun, run nuclear back, take lines out.

The season is drawn from the city's own stream of the year and each line's fate from the line's (network/storms.py), so
no bundle changes a storm. A hit takes one circuit more out until a line crew has mended it. What is not told: the load
that a city loses with its customers in a severe storm (`load_drop_severe`), which would relieve supply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import simpy

from dafeng.agents.assets import Unit
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.network.storms import Storm, effects, has_storms, line_hits, season
from dafeng.sim.assembly import OUTSIDE, Assembly
from dafeng.sim.availability import Availability, Window
from dafeng.sim.clock import Steps
from dafeng.sim.trips import Outage, Trips

KINDS = {"wind_onshore": "wind", "wind_offshore": "wind", "solar": "solar", "uranium": "nuclear"}
"""Profile or fuel of a unit -> what a storm does to it."""


@dataclass
class Storms:
    """The storms of one year on the event clock."""

    env: simpy.Environment
    availability: Availability
    trips: Trips
    """With the crews that mend lines."""

    def schedule(self, city: City, luck: Luck, year: int, assembly: Assembly) -> None:
        """Every storm of the year and what it hits."""
        storms = storms_of(city, luck, year)
        start_h = self.env.now
        for storm in storms:
            self.env.process(self._storm(storm, assembly, start_h))
        hits = hits_of(city, luck, year, assembly, storms)
        self.trips.schedule(hits, frozenset(hit.row for hit in hits))

    def _storm(self, storm: Storm, assembly: Assembly, start_h: float) -> Steps:
        yield self.env.timeout(start_h + storm.hour - self.env.now)
        for window in windows_of(storm, assembly):
            self.availability.add(window)
        self.trips.report("severe storm" if storm.is_severe else "storm", f"storm-{storm.number}", storm.duration_h)
        self.trips.surprise()


def kind_of(unit: Unit) -> str:
    """What a storm hits in a unit: wind, solar, nuclear, or nothing."""
    return KINDS.get(unit.profile or unit.fuel, "")


def storms_of(city: City, luck: Luck, year: int) -> tuple[Storm, ...]:
    """The year's season; none with `storms: no` or where no typhoon is known."""
    return season(city, luck, year) if has_storms(city) else ()


def windows_of(storm: Storm, assembly: Assembly) -> list[Window]:
    """What a storm leaves of each unit of the city, and for how long."""
    hours, left = assembly.base_share.shape[1], effects(storm)
    found = []
    for row, unit in enumerate(assembly.units):
        kind = kind_of(unit)
        if not kind or unit.is_block or unit.county in OUTSIDE or left[kind][1] >= 1.0:
            continue
        lasting_h, share = left[kind]
        end = min(hours, storm.hour + ceil(lasting_h))
        found.append(Window(row, storm.hour, end, share, storm.hour, "storm"))
    return found


def hits_of(city: City, luck: Luck, year: int, assembly: Assembly, storms: Sequence[Storm]) -> list[Outage]:
    """One circuit of each line that a storm hits, as an outage of its row."""
    branches, first = assembly.grid.branches, assembly.grid.rows.branches.start
    rows = {key: row for row, key in enumerate(branches.key)}
    found = []
    for hit in line_hits(city, luck, year, storms):
        if hit.key in rows:
            name = f"{hit.key}#storm{hit.storm}"
            found.append(Outage(first + rows[hit.key], hit.key, hit.hour, hit.hour + hit.hours, 0.0, name, "storm trip",
                                circuits=1))
    return found

"""What the storms of a sample year take of a pool's wind, sun and nuclear, each for its own hours (MODEL_SPEC 7.1).

The storms are those of `adequacy_storms`, which take lines; what they do to a unit is `storms.effects`: wind for the
hours of strong wind, sun for a day, nuclear for a day of a severe storm. Storms that overlap take an hour once, and of
a machine that is out nothing: it gives nothing that a storm could take.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Bools, Floats, Ints
from dafeng.network.adequacy_storms import Season, SeasonArrays, storm_of, storms_in
from dafeng.network.compiled import bare
from dafeng.network.sampling import Machine, MachineArrays, Marks, add_common_cause, add_part, mark
from dafeng.network.storms import MOST_STORMS

HIT = ("wind", "solar", "nuclear")
"""Kinds of units that a storm hits, by number."""
WIND, SOLAR, NUCLEAR = range(3)
NONE = -1
"""Row of what does not fail."""


@dataclass(frozen=True)
class Gales:
    """A season of storms over the groups of a pool; a group's share holds the MW that a storm takes in each hour."""

    season: Season = field(default_factory=Season.none)
    kind: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """(rows,) place in HIT."""
    group: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """(rows,) group of the pool."""
    mw: Floats = field(default_factory=lambda: np.zeros(0))
    """(rows,) times the group's share is taken."""
    machine: tuple[str, ...] = ()
    """(rows,) key of the machine, of the group, that is hit, '' for what does not fail; empty where none does."""

    @staticmethod
    def of(season: Season, kinds: Sequence[int], first_group: int) -> Gales:
        """One group a kind, from a group on."""
        return Gales(season, np.array(kinds, dtype=np.int64), first_group + np.arange(len(kinds)), np.ones(len(kinds)),
                     ("",) * len(kinds))

    def over(self, kind: int, machines: Sequence[Machine], share: float) -> Gales:
        """The same with a share of each machine as well, while it is in service."""
        return replace(
            self, kind=np.append(self.kind, np.full(len(machines), kind)),
            group=np.append(self.group, np.array([one.group for one in machines], dtype=np.int64)),
            mw=np.append(self.mw, np.array([share * one.mw for one in machines])),
            machine=(*self.machine, *(one.key for one in machines)),
        )

    def moved(self, groups: int) -> Gales:
        """The same behind so many other groups."""
        return replace(self, group=self.group + groups)

    def merged(self, group: Ints, scale: Floats) -> Gales:
        """The same where each group has become part of another, of which it is so many times."""
        return replace(self, group=group[self.group], mw=self.mw * scale[self.group])

    def arrays(self, luck: Luck, year: int, keys: Sequence[str] = ()) -> GaleArrays:
        """The rows with their keys of luck, over machines with these keys."""
        row, of = {"": NONE, **{key: at for at, key in enumerate(keys)}}, self.machine or ("",) * len(self.group)
        machine = np.array([row[key] for key in of], dtype=np.int64)
        return GaleArrays(self.season.arrays(luck, year), self.kind, self.group, self.mw, machine,
                          np.zeros(MOST_STORMS, np.int64), np.zeros(MOST_STORMS), np.zeros(MOST_STORMS, np.bool_))


class GaleArrays(NamedTuple):
    """The same as the sampler reads it, with the storms of the sample year at hand in order of time."""

    season: SeasonArrays
    kind: Ints
    group: Ints
    mw: Floats
    machine: Ints
    """(rows,) row of the machine that is hit, NONE for what does not fail."""
    begin_h: Ints
    """(MOST_STORMS,) hour of the year from which a storm is felt."""
    lasts_h: Floats
    """(MOST_STORMS,) of strong wind."""
    is_severe: Bools


@bare
def add_gales(gales: GaleArrays, machines: MachineArrays, sample: int, change: Floats, marks: Marks) -> None:
    """Storms of a sample year, added to (groups, hours + 1) hourly changes of the MW out, and to the marks."""
    storms = draw_gales(gales, sample)
    if storms > 0:
        for row in range(gales.group.shape[0]):
            add_gale(gales, machines, row, storms, sample, change[gales.group[row]], marks)


@bare
def draw_gales(gales: GaleArrays, sample: int) -> int:
    """Write the storms of a sample year in order of time; returns how many there are."""
    if gales.group.shape[0] == 0:
        return 0
    storms = storms_in(gales.season, sample)
    for number in range(storms):
        begin, lasts, is_severe = storm_of(gales.season, number, sample)
        at, hour = number, int(begin)
        while at > 0 and gales.begin_h[at - 1] > hour:
            gales.begin_h[at], gales.lasts_h[at] = gales.begin_h[at - 1], gales.lasts_h[at - 1]
            gales.is_severe[at] = gales.is_severe[at - 1]
            at -= 1
        gales.begin_h[at], gales.lasts_h[at], gales.is_severe[at] = hour, lasts, is_severe
    return storms


@bare
def add_gale(gales: GaleArrays, machines: MachineArrays, row: int, storms: int, sample: int, change: Floats,
             marks: Marks) -> None:
    """What the first so many storms written take of a row's group, as (hours + 1,) changes of the MW out."""
    hours, until = change.shape[0] - 1, 0
    kind, group, mw, hit = gales.kind[row], gales.group[row], gales.mw[row], gales.machine[row]
    for storm in range(storms):
        if kind == NUCLEAR and not gales.is_severe[storm]:
            continue
        lasts = gales.lasts_h[storm] if kind == WIND else float(DAY_H)
        first = max(gales.begin_h[storm], until)
        last = min(gales.begin_h[storm] + math.ceil(lasts), hours)
        if first < last:
            change[first] += mw
            change[last] -= mw
            until = last
            if group < marks.weight.shape[0]:
                mark(marks, group, first, last, mw)
            if hit != NONE and machines.mw[hit] > 0.0:
                give_back(machines, hit, sample, mw / machines.mw[hit], first, last, change, marks)


@bare
def give_back(machines: MachineArrays, row: int, sample: int, part: float, first: int, last: int, change: Floats,
              marks: Marks) -> None:
    """Part of what a row's machines, by themselves or by a common cause, are out within hours [first, last)."""
    for machine in range(machines.machines[row]):
        add_part(machines, row, machine, sample, -part, first, last, change, machines.group[row], marks)
    cause = row + 1
    if cause < machines.takes.shape[0] and machines.takes[cause] > 0:
        for machine in range(machines.machines[cause]):
            add_common_cause(machines, cause, machine, sample, -part, first, last, change, marks)

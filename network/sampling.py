"""Counter-based chance for compiled samplers: draw k of sample n of a machine is a function of its key, n and k.

No state passes from one draw to the next, so results are equal in any order, for any number of threads and whatever
other machines there are. The mixer is SplitMix64 (Steele, Lea and Flood 2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, HOURS_A_YEAR, Floats, Ints
from dafeng.network.compiled import bare, compiled
from dafeng.network.outages import Process
from dafeng.network.outages_pace import NO_PACES, STEADY, PaceArrays, Paces, fails_at
from dafeng.network.outages_repair import EXPONENTIAL, repair_h, rest_of_repair_h

GAMMA = np.uint64(0x9E3779B97F4A7C15)
LEAP = np.uint64(0xD1342543DE82EF95)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
HALF_STEP = 2.0**-54
STEP = 2.0**-53
DRAWS_AN_OUTAGE = 3


class MachineArrays(NamedTuple):
    """What the compiled sampler reads of each row; a row is one machine or several alike."""

    key: NDArray[np.uint64]
    machines: Ints
    mw: Floats
    mttf_h: Floats
    mttr_h: Floats
    derated_rate: Floats
    derated_mttr_h: Floats
    derated_share: Floats
    group: Ints
    repair_shape: Floats
    pace: Ints
    """(rows,) row of `paces`, -1 where failures come at an even pace."""
    takes: Ints
    """(rows,) machines of the row before that each machine takes with it, 0 for none."""
    paces: PaceArrays


@dataclass(frozen=True)
class Machines:
    """Machines that fail: rows of one machine or of several alike, each with its own luck.

    A share `derated_rate` of failures takes only part of the output: `derated_share` of it stays for a repair of
    `derated_mttr_h` on average (the third state of MODEL_SPEC 7.1). `group` names the row of hourly shares that the
    machine follows (maintenance, season).
    """

    keys: tuple[str, ...]
    count: Ints
    mw: Floats
    mttf_h: Floats
    mttr_h: Floats
    group: Ints
    derated_rate: Floats
    derated_mttr_h: Floats
    derated_share: Floats
    repair_shape: Floats
    """Weibull shape of repairs; 1 is exponential."""
    pace: Ints
    """Row of `paces`, -1 where failures come at an even pace."""
    takes: Ints
    """Machines of the row before that each machine takes with it while it is out, 0 for none: such a row is a common
    cause, whose `mw` are those of the machines that it takes and no capacity of its own."""
    paces: Paces = NO_PACES

    @staticmethod
    def of(rows: list[Machine], paces: Paces = NO_PACES) -> Machines:
        """One record from single rows."""
        return Machines(
            keys=tuple(row.key for row in rows),
            count=np.array([row.count for row in rows], dtype=np.int64),
            mw=np.array([row.mw for row in rows], dtype=np.float64),
            mttf_h=np.array([row.process.mttf_h for row in rows], dtype=np.float64),
            mttr_h=np.array([row.process.mttr_h for row in rows], dtype=np.float64),
            group=np.array([row.group for row in rows], dtype=np.int64),
            derated_rate=np.array([row.derated.rate for row in rows], dtype=np.float64),
            derated_mttr_h=np.array([row.derated.mttr_h for row in rows], dtype=np.float64),
            derated_share=np.array([row.derated.share for row in rows], dtype=np.float64),
            repair_shape=np.array([row.repair_shape for row in rows], dtype=np.float64),
            pace=np.array([row.pace for row in rows], dtype=np.int64),
            takes=np.array([row.takes for row in rows], dtype=np.int64),
            paces=paces,
        )

    def group_mw(self, groups: int) -> Floats:
        """(groups,) MW of all machines of each group; common causes have none."""
        total = np.zeros(groups)
        np.add.at(total, self.group, np.where(self.takes > 0, 0.0, self.mw * self.count))
        return total

    def arrays(self, luck: Luck, purpose: str, year: int) -> MachineArrays:
        """The rows with their keys of luck."""
        return self.with_keys(np.array([luck.key(purpose, key, year) for key in self.keys], dtype=np.uint64))

    def with_keys(self, keys: NDArray[np.uint64]) -> MachineArrays:
        """The rows with these keys of luck."""
        return MachineArrays(keys, self.count, self.mw, self.mttf_h, self.mttr_h, self.derated_rate,
                             self.derated_mttr_h, self.derated_share, self.group, self.repair_shape, self.pace,
                             self.takes, self.paces.arrays)


@dataclass(frozen=True)
class Derated:
    """The third state: share of failures that only derate, their mean repair, the output that stays."""

    rate: float = 0.0
    mttr_h: float = 0.0
    share: float = 0.0


@dataclass(frozen=True)
class Machine:
    """One row of Machines."""

    key: str
    mw: float
    process: Process
    group: int = 0
    count: int = 1
    derated: Derated = Derated()
    repair_shape: float = EXPONENTIAL
    pace: int = STEADY
    takes: int = 0


@bare
def mixed(z: np.uint64) -> np.uint64:
    """The finaliser of SplitMix64."""
    z = (z ^ (z >> np.uint64(30))) * FIRST
    z = (z ^ (z >> np.uint64(27))) * SECOND
    return z ^ (z >> np.uint64(31))


@bare
def stream(key: np.uint64, machine: int, sample: int) -> np.uint64:
    """Where the draws of one machine of a row in one sample year begin."""
    return mixed(mixed(key + LEAP * np.uint64(machine + 1)) + GAMMA * np.uint64(sample + 1))


@bare
def uniform(start: np.uint64, draw: int) -> float:
    """Draw number `draw` of a stream, strictly between 0 and 1."""
    return float(mixed(start + GAMMA * np.uint64(draw + 1)) >> np.uint64(11)) * STEP + HALF_STEP


class Marks(NamedTuple):
    """What a sample year's outages touch, so that quiet days need not be looked at."""

    touched: NDArray[np.int8]
    """(days, groups, 2) first and last hour of the day in which the group's MW out change; 24 and -1 where none."""
    most: Floats
    """(days + 1,) by how much the most that is out on a day, each machine weighted, is more than the day before."""
    weight: Floats
    """(groups,) most that a MW of the group is worth."""


@bare
def mark(marks: Marks, group: int, first: int, last: int, out_mw: float) -> None:
    """Note an outage from an hour to another, or, below zero, what another cause has taken already.

    What is given back lowers no bound: it may be less than all day.
    """
    touch(marks.touched, group, first)
    touch(marks.touched, group, last)
    if out_mw <= 0.0:
        return
    marks.most[first // DAY_H] += out_mw * marks.weight[group]
    marks.most[(last - 1) // DAY_H + 1] -= out_mw * marks.weight[group]


@bare
def touch(touched: NDArray[np.int8], group: int, hour: int) -> None:
    """Note that a group's MW out change in an hour; beyond the last day nobody looks."""
    day = hour // DAY_H
    if day < touched.shape[0]:
        at = hour - day * DAY_H
        touched[day, group, 0] = min(touched[day, group, 0], at)
        touched[day, group, 1] = max(touched[day, group, 1], at)


@compiled
def no_marks() -> Marks:
    """Nothing is noted."""
    return Marks(np.zeros((0, 0, 2), np.int8), np.zeros(0), np.zeros(0))


@bare
def add_states(start: np.uint64, mw: float, mttf_h: float, mttr_h: float, derated_rate: float, derated_mttr_h: float,
               derated_share: float, repair_shape: float, pace: int, paces: PaceArrays, begin: int, end: int,
               change: Floats, group: int, marks: Marks) -> int:
    """Add one machine's outages of a sample year, within hours [begin, end), to the hourly changes (hours + 1) of the
    MW that are out.

    Returns how many outages touch an hour. An hour is out when its beginning lies in the outage: the same rule as
    `outages.hours_out`. Repairs are Weibull of a shape; failures come at a pace of the weather, or evenly (STEADY).
    The outages of a group are marked where there are marks.
    """
    mean_down = (1.0 - derated_rate) * mttr_h + derated_rate * derated_mttr_h
    is_derated_below = derated_rate
    at, is_first = 0.0, False
    if uniform(start, 0) * (mttf_h + mean_down) < mean_down:
        is_derated_below = derated_rate * derated_mttr_h / mean_down
        is_first = True
    else:
        at = next_failure(0.0, -mttf_h * math.log(uniform(start, 1)), pace, paces)
    draw, outages = 2, 0
    while at < end:
        mean, out = mttr_h, mw
        if is_derated_below > 0.0 and uniform(start, draw + 1) < is_derated_below:
            mean, out = derated_mttr_h, mw * (1.0 - derated_share)
        if is_first:
            back = at + rest_of_repair_h(uniform(start, draw), mean, repair_shape)
        else:
            back = at + repair_h(uniform(start, draw), mean, repair_shape)
        is_first = False
        first = max(math.ceil(at), begin)
        last = min(math.ceil(back), end)
        if first < last:
            change[first] += out
            change[last] -= out
            outages += 1
            if group < marks.weight.shape[0]:
                mark(marks, group, first, last, out)
        at = next_failure(back, -mttf_h * math.log(uniform(start, draw + 2)), pace, paces)
        draw += DRAWS_AN_OUTAGE
        is_derated_below = derated_rate
    return outages


@bare
def next_failure(at: float, wanted_h: float, pace: int, paces: PaceArrays) -> float:
    """The hour at which a machine that is up at an hour fails, after so many hours at an even pace."""
    if pace < 0:
        return at + wanted_h
    return fails_at(paces.lived_h, paces.day_at, pace, at, wanted_h)


@bare
def add_row_outages(machines: MachineArrays, row: int, sample: int, change: Floats, marks: Marks) -> None:
    """A row's outages of a sample year, added to (hours + 1,) hourly changes of the MW out, and to the marks."""
    hours = change.shape[0] - 1
    for machine in range(machines.machines[row]):
        if machines.takes[row] > 0:
            add_common_cause(machines, row, machine, sample, 1.0, 0, hours, change, marks)
        else:
            add_part(machines, row, machine, sample, 1.0, 0, hours, change, machines.group[row], marks)


@bare
def add_part(machines: MachineArrays, row: int, machine: int, sample: int, part: float, begin: int, end: int,
             change: Floats, group: int, marks: Marks) -> None:
    """Part of what one machine's outages of a sample year take within hours [begin, end)."""
    add_states(stream(machines.key[row], machine, sample), part * machines.mw[row], machines.mttf_h[row],
               machines.mttr_h[row], machines.derated_rate[row], machines.derated_mttr_h[row],
               machines.derated_share[row], machines.repair_shape[row], machines.pace[row], machines.paces, begin, end,
               change, group, marks)


@bare
def add_common_cause(machines: MachineArrays, row: int, machine: int, sample: int, part: float, begin: int, end: int,
                     change: Floats, marks: Marks) -> None:
    """Part of the outages within hours [begin, end) that take machines of the row before all at once, whole and at an
    even pace, as `add_states` draws them.

    What is out by itself is not taken twice: those machines' own outages are given back within each.
    """
    start, takes, out = stream(machines.key[row], machine, sample), machines.takes[row], part * machines.mw[row]
    mttf_h, mttr_h, shape = machines.mttf_h[row], machines.mttr_h[row], machines.repair_shape[row]
    at, draw, is_first = 0.0, 2, True
    if uniform(start, 0) * (mttf_h + mttr_h) >= mttr_h:
        at, is_first = -mttf_h * math.log(uniform(start, 1)), False
    while at < end:
        u = uniform(start, draw)
        back = at + (rest_of_repair_h(u, mttr_h, shape) if is_first else repair_h(u, mttr_h, shape))
        first, last, is_first = max(math.ceil(at), begin), min(math.ceil(back), end), False
        if first < last:
            change[first] += out
            change[last] -= out
            if machines.group[row] < marks.weight.shape[0]:
                mark(marks, machines.group[row], first, last, out)
            for one in range(machine * takes, (machine + 1) * takes):
                add_part(machines, row - 1, one, sample, -part, first, last, change, machines.group[row], marks)
        at = back - mttf_h * math.log(uniform(start, draw + 2))
        draw += DRAWS_AN_OUTAGE


@compiled
def add_all_outages(machines: MachineArrays, sample: int, change: Floats) -> None:
    """All machines' outages of a sample year, added to (groups, hours + 1) hourly changes of the MW out."""
    add_marked_outages(machines, sample, change, no_marks())


@bare
def add_marked_outages(machines: MachineArrays, sample: int, change: Floats, marks: Marks) -> None:
    """The same, with marks."""
    for row in range(machines.key.shape[0]):
        add_row_outages(machines, row, sample, change[machines.group[row]], marks)


def block_share(key: np.uint64, count: int, process: Process, hours: int = HOURS_A_YEAR, pace: int = STEADY,
                paces: Paces = NO_PACES) -> Floats:
    """(hours,) share of `count` independent machines in service."""
    return share_of([Machine("", 1.0 / count, process, count=count, pace=pace)], [key], hours, paces)


def share_of(rows: list[Machine], keys: list[np.uint64], hours: int = HOURS_A_YEAR, paces: Paces = NO_PACES) -> Floats:
    """(hours,) share in service of machines of 1 MW in all, with a key of luck for each row."""
    change = np.zeros((1, hours + 1))
    add_all_outages(Machines.of(rows, paces).with_keys(np.array(keys, dtype=np.uint64)), 0, change)
    share: Floats = np.clip(1.0 - np.cumsum(change[0, :-1]), 0.0, 1.0)
    return share

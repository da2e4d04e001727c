"""Outages of a sample year, by region: changes by the step, and by the day what can be out at most."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.compiled import bare
from dafeng.network.regional_arrays import SystemArrays
from dafeng.network.sampling import DRAWS_AN_OUTAGE, MachineArrays, stream, uniform

WHOLE = (0.0, 0.0, 0.0)
"""No derated state."""


class Instants(NamedTuple):
    """Failures and repairs in continuous time, chained by the day they fall on; `kept[0]` of them."""

    head: Ints
    """(days + 1,) the last of the day, -1 for none; of length 0 when instants are not kept."""
    follows: Ints
    at: Floats
    change_mw: Floats
    kept: Ints


class Drawn(NamedTuple):
    """Outages of one sample year, used again for the next."""

    change_mw: Floats
    """(regions, steps + 1) MW that go out of service at each step, negative when they come back."""
    net_mw: Floats
    """(regions, days + 1) the same by day."""
    fails_mw: Floats
    """(regions, days + 1) MW that fail on a day, repairs not counted."""
    varying_mw: Floats
    """(regions, steps) out of units whose capacity varies."""
    path: Floats
    """(steps + 1,) changes of one row of machines, zero between uses."""
    is_touched: Bools
    """(days + 1,) with a change of that row, none between uses."""
    store_out: Bools
    """(stores, steps)."""
    line_out: Bools
    """(failing lines, steps)."""
    instants: Instants


def drawn_for(system: SystemArrays, keeps_instants: bool) -> Drawn:
    """Working arrays for a system."""
    regions, steps = system.margin_mw.shape
    days = system.lowest_mw.shape[1]
    most = 0
    if keeps_instants:
        per_machine = steps / (system.units.mttf_h + system.units.mttr_h) if len(system.units.mw) else np.zeros(0)
        most = int(10 * (per_machine * system.units.machines).sum()) + 100 * int(system.units.machines.sum()) + 1000
    instants = Instants(np.full(days + 1 if keeps_instants else 0, -1, np.int64), np.zeros(most, np.int64),
                        np.zeros(most), np.zeros(most), np.zeros(1, np.int64))
    return Drawn(
        np.zeros((regions, steps + 1)), np.zeros((regions, days + 1)), np.zeros((regions, days + 1)),
        np.zeros((regions, steps if len(system.varying.key) else 0)), np.zeros(steps + 1),
        np.zeros(days + 1, np.bool_), np.zeros((len(system.store_outages.key), steps), np.bool_),
        np.zeros((len(system.line_outages.key), steps), np.bool_), instants,
    )


@bare
def luck_of(start: np.uint64, draw: int, is_mirrored: bool) -> float:
    """A uniform draw, or its mirror image for the antithetic year."""
    u = uniform(start, draw)
    return 1.0 - u if is_mirrored else u


@bare
def draw_units(units: MachineArrays, day: int, sample: int, is_mirrored: bool, drawn: Drawn) -> None:
    """Outages of all machines of constant capacity in a sample year."""
    drawn.change_mw[:] = 0.0
    drawn.net_mw[:] = 0.0
    drawn.fails_mw[:] = 0.0
    drawn.instants.head[:] = -1
    drawn.instants.kept[0] = 0
    for row in range(units.key.shape[0]):
        region = units.group[row]
        part = (units.derated_rate[row], units.derated_mttr_h[row], units.derated_share[row])
        for machine in range(units.machines[row]):
            start = stream(units.key[row], machine, sample)
            draw_machine(start, is_mirrored, units.mw[row], units.mttf_h[row], units.mttr_h[row], part, day,
                         drawn.change_mw[region], drawn.net_mw[region], drawn.fails_mw[region], drawn.instants)


@bare
def first_failure(start: np.uint64, is_mirrored: bool, mttf: float, mttr: float, part: tuple[float, float, float]
                  ) -> tuple[float, float]:
    """When the first outage begins, and the chance that it is a derating; at 0 when the year starts within one."""
    rate, part_mttr, _ = part
    mean_down = (1.0 - rate) * mttr + rate * part_mttr
    if luck_of(start, 0, is_mirrored) * (mttf + mean_down) < mean_down:
        return 0.0, rate * part_mttr / mean_down
    return -mttf * math.log(luck_of(start, 1, is_mirrored)), rate


@bare
def repair(start: np.uint64, draw: int, is_mirrored: bool, mttr: float, part: tuple[float, float, float],
           part_below: float) -> tuple[float, float]:
    """How long an outage lasts, and the share of the capacity it takes."""
    mean, share = mttr, 1.0
    if part_below > 0.0 and luck_of(start, draw + 1, is_mirrored) < part_below:
        mean, share = part[1], 1.0 - part[2]
    return -mean * math.log(luck_of(start, draw, is_mirrored)), share


@bare
def draw_machine(start: np.uint64, is_mirrored: bool, mw: float, mttf: float, mttr: float,
                 part: tuple[float, float, float], day: int, change_mw: Floats, net_mw: Floats, fails_mw: Floats,
                 instants: Instants) -> None:
    """One machine's outages: the same draws and the same rule for its hours as `sampling.add_states`.

    `part` is the derated state: its share of failures, its mean repair, and the share of the output that stays.
    """
    steps, draw, per_day = change_mw.shape[0] - 1, 2, 1.0 / day
    keeps = instants.head.shape[0] > 0
    at, part_below = first_failure(start, is_mirrored, mttf, mttr, part)
    while at < steps:
        lasts, share = repair(start, draw, is_mirrored, mttr, part, part_below)
        back, out = at + lasts, mw * share
        first, last = math.ceil(at), min(math.ceil(back), steps)
        first_day = day_of(first, per_day)
        if first < last:
            last_day = day_of(last, per_day)
            change_mw[first] += out
            change_mw[last] -= out
            net_mw[first_day] += out
            net_mw[last_day] -= out
            fails_mw[first_day] += out
        if keeps:
            at_day = int(at * per_day)
            keep_instant(instants, at_day, at, out)
            if back < steps:
                keep_instant(instants, int(back * per_day), back, -out)
            if first >= last or at_day != first_day:
                fails_mw[at_day] += out
        at = back - mttf * math.log(luck_of(start, draw + 2, is_mirrored))
        draw += DRAWS_AN_OUTAGE
        part_below = part[0]


@bare
def day_of(step: int, per_day: float) -> int:
    """The day of a step, by a product: whole-number divisions cost a quarter of a sample year."""
    return int((step + 0.5) * per_day)


@bare
def keep_instant(instants: Instants, day: int, at: float, change_mw: float) -> None:
    """Chain a failure or repair to the day it falls on; the state at the start of the year is none."""
    row = instants.kept[0]
    if at <= 0.0 or row >= instants.at.shape[0]:
        return
    instants.at[row] = at
    instants.change_mw[row] = change_mw
    instants.follows[row] = instants.head[day]
    instants.head[day] = row
    instants.kept[0] = row + 1


@bare
def draw_outs(machines: MachineArrays, sample: int, is_mirrored: bool, is_out: Bools) -> None:
    """(rows, steps) in which a machine of one MW is out; rows that never fail stay as they are."""
    steps = is_out.shape[1]
    for row in range(is_out.shape[0]):
        mttf, mttr = machines.mttf_h[row], machines.mttr_h[row]
        if mttf == math.inf:
            continue
        is_out[row] = False
        start, draw = stream(machines.key[row], 0, sample), 2
        at, _ = first_failure(start, is_mirrored, mttf, mttr, WHOLE)
        while at < steps:
            lasts = repair(start, draw, is_mirrored, mttr, WHOLE, 0.0)[0]
            for step in range(math.ceil(at), min(math.ceil(at + lasts), steps)):
                is_out[row, step] = True
            at += lasts - mttf * math.log(luck_of(start, draw + 2, is_mirrored))
            draw += DRAWS_AN_OUTAGE


@bare
def draw_varying(varying: MachineArrays, capacity_mw: Floats, day: int, sample: int, is_mirrored: bool, drawn: Drawn
                 ) -> None:
    """MW out of units whose capacity varies; the most of each day counts as failing on it."""
    drawn.varying_mw[:] = 0.0
    for row in range(varying.key.shape[0]):
        draw_changes(varying, row, sample, is_mirrored, day, drawn.path, drawn.is_touched)
        region = varying.group[row]
        add_lost(capacity_mw[row], day, drawn.path, drawn.is_touched, drawn.varying_mw[region], drawn.fails_mw[region])


@bare
def draw_changes(machines: MachineArrays, row: int, sample: int, is_mirrored: bool, day: int, change: Floats,
                 is_touched: Bools) -> None:
    """Add a row's outages to (steps + 1,) changes of the share out, and note the days with any."""
    steps, mttf, mttr, per_day = change.shape[0] - 1, machines.mttf_h[row], machines.mttr_h[row], 1.0 / day
    part = (machines.derated_rate[row], machines.derated_mttr_h[row], machines.derated_share[row])
    for machine in range(machines.machines[row]):
        start, draw = stream(machines.key[row], machine, sample), 2
        at, part_below = first_failure(start, is_mirrored, mttf, mttr, part)
        while at < steps:
            lasts, share = repair(start, draw, is_mirrored, mttr, part, part_below)
            first, last = math.ceil(at), min(math.ceil(at + lasts), steps)
            if first < last:
                change[first] += machines.mw[row] * share
                change[last] -= machines.mw[row] * share
                is_touched[day_of(first, per_day)] = is_touched[day_of(last, per_day)] = True
            at += lasts - mttf * math.log(luck_of(start, draw + 2, is_mirrored))
            draw += DRAWS_AN_OUTAGE
            part_below = part[0]


@bare
def add_lost(capacity_mw: Floats, day: int, change: Floats, is_touched: Bools, out_mw: Floats, fails_mw: Floats
             ) -> None:
    """Add what a row loses by (steps + 1,) changes of its share out, which are undone; days without any are skipped."""
    steps, days, out = out_mw.shape[0], is_touched.shape[0] - 1, 0.0
    for d in range(days):
        if not is_touched[d] and out == 0.0:
            continue
        is_touched[d], most = False, 0.0
        for step in range(d * day, min((d + 1) * day, steps)):
            out += change[step]
            change[step] = 0.0
            if out > 0.0:
                lost = out * capacity_mw[step]
                out_mw[step] += lost
                most = max(most, lost)
        fails_mw[d] += most
    change[steps], is_touched[days] = 0.0, False

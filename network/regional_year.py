"""Sample years of a regional system, compiled: what each amounted to, in every region and in all (MODEL_SPEC 7.3).

Only days that can be short are walked: a day on which the most that can be out leaves a margin in every region is
passed over while all stores are full.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW, are_full, charge, discharge
from dafeng.network.adequacy_system import Reservoirs
from dafeng.network.adequacy_year import write
from dafeng.network.compiled import bare, inlined
from dafeng.network.regional_arrays import SystemArrays, by_day
from dafeng.network.regional_hour import Desk, balance_hour, can_take_no_more
from dafeng.network.regional_response import Calls, begin_calls, come_back, is_owed
from dafeng.network.regional_sampling import Drawn, Instants, draw_outs, draw_units, draw_varying

DAYS, STEPS, EVENTS, MW_STEPS, DEEPEST, WORST, INSTANTS, BARE_STEPS, BARE_MW_STEPS, PEAK_DAYS = range(10)
"""Columns of what a sample year amounted to: days, steps and events short, energy, sum over events of their deepest MW,
energy of the worst event; in the row of all regions also events in continuous time, and steps and energy short of one
node without stores and borders (the control); last, days short in the step of their peak."""
AMOUNTS = 10


class Walk(NamedTuple):
    """Where a walk through a sample year stands."""

    out_mw: Floats
    """(regions,) MW of units out at the end of the days walked."""
    margin_mw: Floats
    """(regions, steps of a day)."""
    last_step: Ints
    """(regions + 1,) last step short, and last day; energy and deepest MW of the event that is open."""
    last_day: Ints
    event_energy: Floats
    event_deepest: Floats
    of_hour: Floats
    """(regions,)."""
    peak_step: Ints
    """(regions + 1, days) step of each day with least to spare when every machine is in service."""
    level: Floats
    """(stores,) MW-steps inside, of one region with plain stores."""


def walk_for(system: SystemArrays) -> Walk:
    """A walk that has not begun."""
    regions = system.margin_mw.shape[0]
    return Walk(np.zeros(regions), np.zeros((regions, system.day)), np.zeros(regions + 1, np.int64),
                np.zeros(regions + 1, np.int64), np.zeros(regions + 1), np.zeros(regions + 1), np.zeros(regions),
                peak_steps(system.margin_mw, system.day), np.zeros(len(system.start_level)))


def peak_steps(margin_mw: Floats, day: int) -> Ints:
    """(regions + 1, days) step of the daily peak of each region and of all: load less all that can be there.

    >>> peak_steps(np.array([[3.0, 1.0, 2.0, 2.0], [3.0, 3.0, 0.0, 1.0]]), 2).tolist()
    [[1, 2], [0, 2], [1, 2]]
    """
    every = np.vstack([margin_mw, margin_mw.sum(axis=0)])
    within = by_day(every, day).argmin(axis=2)
    found: Ints = within + day * np.arange(within.shape[1])
    return found


@bare
def fill_single(system: SystemArrays, first_sample: int, is_antithetic: bool, has_control: bool, drawn: Drawn,
                walk: Walk, amount: Floats, short_steps: Ints) -> None:
    """Fill (sample years, 2, AMOUNTS) of one region with plain stores, and count each step short in (steps,)."""
    stores, level, has_instants = system.stores.plain, walk.level, drawn.instants.head.shape[0] > 0
    steps = system.margin_mw.shape[1]
    for i in range(amount.shape[0]):
        draw_one(system, first_sample + i, is_antithetic, drawn)
        begin(walk)
        write(system.start_level, level)
        is_full = are_full(stores, level)
        for day in range(system.lowest_mw.shape[1]):
            first, end = day * system.day, min((day + 1) * system.day, steps)
            if is_full and not can_be_short(system.lowest_mw, day, drawn.fails_mw, walk.out_mw):
                walk.out_mw[0] += drawn.net_mw[0, day]
                continue
            if has_instants:
                amount[i, 1, INSTANTS] += entries(system.margin_mw[0], day, first, end, drawn.change_mw[0],
                                                  walk.out_mw[0], drawn.instants)
            set_margins(system.margin_mw, first, end, drawn.change_mw, drawn.varying_mw, walk.out_mw, walk.margin_mw)
            if has_control:
                control(walk.margin_mw, drawn.varying_mw, first, end, amount[i, 1])
            walk_single(stores, level, day, first, end, walk, amount[i], short_steps)
            is_full = are_full(stores, level)
        close_event(0, walk, amount[i])
        close_event(1, walk, amount[i])


@bare
def fill_many(system: SystemArrays, first_sample: int, is_antithetic: bool, has_control: bool, drawn: Drawn,
              walk: Walk, desk: Desk, calls: Calls, amount: Floats, short_steps: Ints) -> None:
    """The same with several regions, response, or stores of any kind: (sample years, regions + 1, AMOUNTS)."""
    stores, borders = system.stores, system.borders
    regions, steps = system.margin_mw.shape
    responds = system.offers.region.shape[0] > 0
    for i in range(amount.shape[0]):
        draw_one(system, first_sample + i, is_antithetic, drawn)
        begin(walk)
        write(system.start_level, desk.level)
        begin_calls(calls)
        rests = can_take_no_more(stores, desk.level)
        for day in range(system.lowest_mw.shape[1]):
            first, end = day * system.day, min((day + 1) * system.day, steps)
            if not enter_day(system, day, first, end, rests, has_control, drawn, walk, amount[i, regions]):
                continue
            for step in range(first, end):
                if rests and is_met(walk.margin_mw, step - first):
                    continue
                write(walk.margin_mw[:, step - first], walk.of_hour)
                if responds:
                    come_back(calls, step, walk.of_hour)
                if balance_hour(stores, borders, system.offers, step, walk.of_hour, drawn.store_out, drawn.line_out,
                                desk, calls):
                    note_all(desk.demand_mw, step, day, walk, amount[i])
                    short_steps[step] += 1
                rests = can_take_no_more(stores, desk.level) and not (responds and is_owed(calls))
        for row in range(regions + 1):
            close_event(row, walk, amount[i])


@bare
def draw_one(system: SystemArrays, number: int, is_antithetic: bool, drawn: Drawn) -> None:
    """All outages of a sample year; of an antithetic pair, the second is the mirror image of the first."""
    sample = number // 2 if is_antithetic else number
    is_mirrored = is_antithetic and number % 2 == 1
    draw_units(system.units, system.day, sample, is_mirrored, drawn)
    if system.varying.key.shape[0] > 0:
        draw_varying(system.varying, system.varying_mw, system.day, sample, is_mirrored, drawn)
    draw_outs(system.store_outages, sample, is_mirrored, drawn.store_out)
    draw_outs(system.line_outages, sample, is_mirrored, drawn.line_out)


@bare
def begin(walk: Walk) -> None:
    """At the start of a year: all units in service, no event open."""
    walk.last_step[:] = -2
    walk.last_day[:] = -1
    walk.out_mw[:] = 0.0


@inlined
def enter_day(system: SystemArrays, day: int, first: int, end: int, rests: bool, has_control: bool, drawn: Drawn,
              walk: Walk, amount: Floats) -> bool:
    """Set the margins of a day, and count its control in all regions' amounts; false for a day to be passed over."""
    if rests and not can_be_short(system.lowest_mw, day, drawn.fails_mw, walk.out_mw):
        for region in range(walk.out_mw.shape[0]):
            walk.out_mw[region] += drawn.net_mw[region, day]
        return False
    set_margins(system.margin_mw, first, end, drawn.change_mw, drawn.varying_mw, walk.out_mw, walk.margin_mw)
    if has_control:
        control(walk.margin_mw, drawn.varying_mw, first, end, amount)
    return True


@bare
def can_be_short(lowest_mw: Floats, day: int, fails_mw: Floats, out_mw: Floats) -> bool:
    """Whether any region may be short on a day with everything out that fails on it."""
    for region in range(out_mw.shape[0]):
        if lowest_mw[region, day] - out_mw[region] - fails_mw[region, day] < 0.0:
            return True
    return False


@bare
def is_met(margin_mw: Floats, hour: int) -> bool:
    """Whether each region has enough of its own in an hour of the day."""
    met = True
    for region in range(margin_mw.shape[0]):
        met = met and margin_mw[region, hour] >= -TINY_MW
    return met


@bare
def set_margins(firm_mw: Floats, first: int, end: int, change_mw: Floats, varying_mw: Floats, out_mw: Floats,
                margin_mw: Floats) -> None:
    """Margins of each hour of a day."""
    for region in range(out_mw.shape[0]):
        out = out_mw[region]
        for step in range(first, end):
            out += change_mw[region, step]
            margin_mw[region, step - first] = firm_mw[region, step] - out
        if varying_mw.shape[1] > 0:
            for step in range(first, end):
                margin_mw[region, step - first] -= varying_mw[region, step]
        out_mw[region] = out


@bare
def walk_single(stores: Reservoirs, level: Floats, day: int, first: int, end: int, walk: Walk, amount: Floats,
                short_steps: Ints) -> None:
    """A day of one region: no network, and stores kept in step with each other exactly."""
    has_stores = level.shape[0] > 0
    for step in range(first, end):
        room = walk.margin_mw[0, step - first]
        if room >= -TINY_MW:
            if has_stores:
                charge(stores, level, max(room, 0.0))
            continue
        left = discharge(stores, level, -room) if has_stores else -room
        if left > TINY_MW:
            note(0, step, day, left, walk, amount)
            note(1, step, day, left, walk, amount)
            short_steps[step] += 1


@bare
def note_all(short_mw: Floats, step: int, day: int, walk: Walk, amount: Floats) -> None:
    """Book an unserved step in each region and in all."""
    total = 0.0
    for region in range(short_mw.shape[0]):
        if short_mw[region] > TINY_MW:
            note(region, step, day, short_mw[region], walk, amount)
            total += short_mw[region]
    note(short_mw.shape[0], step, day, total, walk, amount)


@bare
def note(row: int, step: int, day: int, short_mw: float, walk: Walk, amount: Floats) -> None:
    """Book an unserved step of a region or of all."""
    if walk.last_step[row] != step - 1:
        close_event(row, walk, amount)
        amount[row, EVENTS] += 1.0
    if walk.last_day[row] != day:
        amount[row, DAYS] += 1.0
    if walk.peak_step[row, day] == step:
        amount[row, PEAK_DAYS] += 1.0
    walk.last_step[row] = step
    walk.last_day[row] = day
    amount[row, STEPS] += 1.0
    amount[row, MW_STEPS] += short_mw
    walk.event_energy[row] += short_mw
    walk.event_deepest[row] = max(walk.event_deepest[row], short_mw)


@bare
def close_event(row: int, walk: Walk, amount: Floats) -> None:
    """Book the event that is over, if there was one."""
    amount[row, DEEPEST] += walk.event_deepest[row]
    amount[row, WORST] = max(amount[row, WORST], walk.event_energy[row])
    walk.event_energy[row] = 0.0
    walk.event_deepest[row] = 0.0


@bare
def control(margin_mw: Floats, varying_mw: Floats, first: int, end: int, amount: Floats) -> None:
    """The same hours as one node without stores and borders, units that vary being all in service as in its table."""
    for step in range(first, end):
        room = 0.0
        for region in range(margin_mw.shape[0]):
            room += margin_mw[region, step - first]
            if varying_mw.shape[1] > 0:
                room += varying_mw[region, step]
        if room < -TINY_MW:
            amount[BARE_STEPS] += 1.0
            amount[BARE_MW_STEPS] -= room


@bare
def entries(firm_mw: Floats, day: int, first: int, end: int, change_mw: Floats, out_mw: float, instants: Instants
            ) -> float:
    """How often the units in service pass from enough to too little on a day, read at every instant.

    One region without stores. The load steps on the hour: an event begins when a unit fails, or when the load rises
    beyond what carried the hour before.
    """
    found, before, on_the_hour = 0.0, firm_mw[first - 1], out_mw
    for step in range(first, end):
        on_the_hour += change_mw[step]
        out, firm = on_the_hour, firm_mw[step]
        is_short = firm - out < -TINY_MW
        if is_short and before - out >= -TINY_MW:
            found += 1.0
        row = next_instant(instants, day, float(step), step + 1.0)
        while row >= 0:
            out += instants.change_mw[row]
            was_short, is_short = is_short, firm - out < -TINY_MW
            if is_short and not was_short:
                found += 1.0
            row = next_instant(instants, day, instants.at[row], step + 1.0)
        before = firm
    return found


@bare
def next_instant(instants: Instants, day: int, after: float, before: float) -> int:
    """The first failure or repair of a day between two times, -1 when there is none."""
    best, row = -1, instants.head[day]
    while row >= 0:
        at = instants.at[row]
        if after < at < before and (best < 0 or at < instants.at[best]):
            best = row
        row = instants.follows[row]
    return best

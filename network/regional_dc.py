"""Sample years of a regional system whose interfaces are lines with reactances: DC limits in the hours that matter.

An hour matters when the DC flows of what the transport model sends break a limit (`regional_dc_hour`). A line may then
raise what is unserved, which in the transport model it never does.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.errors import DafengError, InputError, Place, Problem
from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_year import write
from dafeng.network.compiled import bare, inlined
from dafeng.network.regional_arrays import SystemArrays
from dafeng.network.regional_dc_hour import CARRIED, STUCK, DcDesk, dc_desk, keep_dc, set_factors
from dafeng.network.regional_hour import Desk, balance_hour, can_take_no_more
from dafeng.network.regional_response import Calls
from dafeng.network.regional_sampling import Drawn
from dafeng.network.regional_system import RegionalSystem
from dafeng.network.regional_year import Walk, begin, close_event, draw_one, enter_day, is_met, note_all

HOURS = ("exchanging", "solved", "short_in_transport", "short")
"""Sample steps that are counted: those in which regions exchange, those of them solved anew because DC flows break a
limit, those short as the transport model dispatches them, and those short in the end."""
EXCHANGING, ANEW, SHORT_BEFORE, SHORT, UNSOLVED = range(5)


def check_dc(system: RegionalSystem) -> None:
    """An InputError with every reason for which a system has no DC network."""
    stores, lines, place, problems = system.stores, system.lines, Place(system.key), []
    reactance = system.interfaces.reactance
    if not len(system.interfaces.from_region):
        problems.append("there are no interfaces; a DC network needs lines with reactances")
    elif reactance is None or not (np.isfinite(reactance) & (reactance > 0.0)).all():
        problems.append("each interface needs a reactance above 0 for the DC network")
    if len(np.unique(lines.interface)) < len(lines.keys):
        problems.append("an interface has several lines; the reactance of each is not known")
    if system.offers is not None:
        problems.append("response on call is not placed in the DC network")
    if stores.inflow_mw.any() or (stores.carryover < 1.0).any() or np.isfinite(
            [*stores.grid_in_mw, *stores.grid_out_mw]).any():
        problems.append("stores with inflow, losses over time or limits at the grid are not placed in the DC network")
    if problems:
        raise InputError(Problem(place, says) for says in problems)


def dc_for(system: RegionalSystem) -> DcDesk:
    """The desk of a system that `check_dc` has passed."""
    borders = system.interfaces
    assert borders.reactance is not None
    made = dc_desk(system.load_mw, borders.reactance, len(system.stores.keys))
    set_factors(borders.from_region, borders.to_region, made)
    return made


def told_hours(tally: Ints, steps: int) -> dict[str, int]:
    """Counts by name out of so many sample steps; a step without an answer is an error, as each has one."""
    if tally[UNSOLVED]:
        raise DafengError(f"the DC network found no optimum in {tally[UNSOLVED]} sample hours, though each has one")
    return {"all": steps, **dict(zip(HOURS, tally[:UNSOLVED].tolist(), strict=True))}


@bare
def fill_dc(system: SystemArrays, first_sample: int, is_antithetic: bool, has_control: bool, drawn: Drawn, walk: Walk,
            desk: Desk, calls: Calls, dc: DcDesk, amount: Floats, short_steps: Ints, tally: Ints) -> None:
    """The same as `fill_many` under DC limits, without response; `tally` counts hours by how they were treated."""
    stores, steps = system.stores, system.margin_mw.shape[1]
    regions = amount.shape[1] - 1
    for i in range(amount.shape[0]):
        draw_one(system, first_sample + i, is_antithetic, drawn)
        begin(walk)
        write(system.start_level, desk.level)
        rests = can_take_no_more(stores, desk.level)
        for day in range(system.lowest_mw.shape[1]):
            first, end = day * system.day, min((day + 1) * system.day, steps)
            if not enter_day(system, day, first, end, rests, has_control, drawn, walk, amount[i, regions]):
                continue
            for step in range(first, end):
                if rests and is_met(walk.margin_mw, step - first):
                    continue
                write(walk.margin_mw[:, step - first], walk.of_hour)
                if one_hour(system, step, walk.of_hour, drawn, desk, calls, dc, tally):
                    note_all(desk.demand_mw, step, day, walk, amount[i])
                    short_steps[step] += 1
                rests = can_take_no_more(stores, desk.level)
        for row in range(regions + 1):
            close_event(row, walk, amount[i])


@inlined
def one_hour(system: SystemArrays, step: int, margin_mw: Floats, drawn: Drawn, desk: Desk, calls: Calls, dc: DcDesk,
             tally: Ints) -> bool:
    """Dispatch an hour, first as the transport model does; whether it is short. The demand on the desk is unserved."""
    stores, borders = system.stores, system.borders
    write(desk.level, dc.level)
    is_short = balance_hour(stores, borders, system.offers, step, margin_mw, drawn.store_out, drawn.line_out, desk,
                            calls)
    tally[SHORT_BEFORE] += is_short
    exchanges = False
    for i in range(desk.network.flow_mw.shape[0]):
        exchanges = exchanges or abs(desk.network.flow_mw[i]) > TINY_MW
    if exchanges:
        tally[EXCHANGING] += 1
        way = keep_dc(stores, borders, step, margin_mw, drawn.store_out, drawn.line_out, desk, dc)
        tally[UNSOLVED] += way == STUCK
        if way != CARRIED:
            tally[ANEW] += 1
            is_short = False
            for region in range(margin_mw.shape[0]):
                is_short = is_short or desk.demand_mw[region] > TINY_MW
    tally[SHORT] += is_short
    return is_short

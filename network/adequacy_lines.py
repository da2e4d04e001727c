"""Lines in the deliverability view: their outages, which hours they may matter in, and what is shed for their sake.

Each hour that an outage touches is screened with the flows of the operated year (`adequacy_lines_state`). Hours in
which a limit would be exceeded, or a part of the network is cut off, are asked for and solved by
`adequacy_lines_hour`; in the others nothing is shed for the sake of a line.
"""

from __future__ import annotations

from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy_delivery import Delivery
from dafeng.network.adequacy_lines_state import CUT, is_alike, is_exceeded, is_never_exceeded, set_limits, set_state
from dafeng.network.adequacy_mesh import Lines
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.adequacy_storms import draw_storms
from dafeng.network.adequacy_year import Scratch
from dafeng.network.compiled import bare
from dafeng.network.outages_pace import STEADY
from dafeng.network.outages_repair import EXPONENTIAL
from dafeng.network.sampling import add_states, stream


@bare
def draw_lines(lines: Lines, sample: int) -> None:
    """Circuits out in each hour of a sample year."""
    parts = lines.parts
    for part in range(parts.key.shape[0]):
        outages = 0
        for machine in range(parts.machines[part]):
            outages += add_states(stream(parts.key[part], machine, sample), 1.0, parts.mttf_h[part],
                                  parts.mttr_h[part], 0.0, 0.0, 0.0, EXPONENTIAL, STEADY, parts.paces, 0,
                                  lines.change.shape[0] - 1, lines.change, 0, lines.marks)
        if outages > 0:
            spread(lines, parts.group[part])
    draw_storms(lines.season, sample, lines.circuits, lines.out, lines.rows_out, lines.is_out_day)


@bare
def spread(lines: Lines, row: int) -> None:
    """Note the circuits of a row that are out, hour by hour, and clear the changes; only touched days are walked."""
    touched, change, circuits = lines.marks.touched, lines.change, 0
    for day in range(touched.shape[0]):
        changes = touched[day, 0, 0] <= touched[day, 0, 1]
        if not changes and circuits == 0:
            continue
        touched[day, 0, 0], touched[day, 0, 1] = DAY_H, -1
        for hour in range(day * DAY_H, (day + 1) * DAY_H):
            if changes:
                circuits += int(change[hour])
                change[hour] = 0.0
            if circuits > 0:
                lines.out[hour, row] = circuits
                lines.rows_out[hour] += 1
                lines.is_out_day[day] = True
    change[change.shape[0] - 1] = 0.0


@bare
def screen(delivery: Delivery, lines: Lines, work: Scratch) -> int:
    """List the hours of a sample year that have to be solved, and how many there are.

    Those with something out, and those in which a cut behind an offtake changes the flows.
    """
    found, rows, before, is_safe = 0, 0, -1, False
    for day in range(lines.is_out_day.shape[0]):
        if not lines.is_out_day[day] and not work.is_unserved[day]:
            continue
        for hour in range(day * DAY_H, (day + 1) * DAY_H):
            has_cut = work.is_unserved[day] and work.delivery_mw[hour] > TINY_MW
            if lines.rows_out[hour] == 0 and not has_cut:
                continue
            if before < 0 or not is_alike(lines.out, before, hour):
                rows = set_state(lines, hour)
                is_safe = rows != CUT and is_never_exceeded(lines, rows)
            before = hour
            if is_safe and not has_cut:
                continue
            if rows == CUT or is_exceeded(delivery, lines, hour, rows, has_cut):
                lines.hour[found], lines.is_asked[hour] = hour, True
                found += 1
    return found


@bare
def screen_base(delivery: Delivery, lines: Lines, added_mw: float) -> int:
    """List the hours that exceed a limit with every circuit in service and so much added load; how many there are."""
    for line in range(lines.shift_mw.shape[0]):
        lines.shift_mw[line] = 0.0
        for node in range(lines.offtake_node.shape[0]):
            lines.shift_mw[line] -= added_mw * delivery.load_share[node] * lines.factor[line, lines.offtake_node[node]]
    set_limits(lines, 0)
    found, over, peak, shift, now = 0, lines.is_over, lines.peak_mw, lines.shift_mw, lines.now_mw
    peak[:] = 0.0
    lines.is_over_day[:] = False
    for hour in range(over.shape[0]):
        highest = 0.0
        for line in range(peak.shape[0]):
            carried = abs(lines.flow_mw[hour, line] + shift[line])
            peak[line] = max(peak[line], carried)
            highest = max(highest, carried - now[line])
        over[hour] = highest > TINY_MW
        if over[hour]:
            lines.hour[found], lines.is_over_day[hour // DAY_H] = hour, True
            found += 1
    return found


@bare
def book_lines(delivery: Delivery, lines: Lines, work: Scratch, cut_mw: Floats, county_h: Floats) -> float:
    """Add what a sample year sheds for lines to `work` and the (counties, hours) cuts; returns it, and clears up."""
    total = 0.0
    for day in range(lines.is_out_day.shape[0]):
        has_cuts = work.is_unserved[day]
        if not (has_cuts or lines.is_out_day[day] or lines.is_over_day[day]):
            continue
        for hour in range(day * DAY_H, (day + 1) * DAY_H):
            if lines.is_asked[hour]:
                lines.is_asked[hour] = False
                total += book_hour(delivery, lines, lines.short_mw, hour, work, cut_mw, county_h)
            elif lines.is_over[hour] and lines.rows_out[hour] == 0 and work.delivery_mw[hour] <= TINY_MW:
                total += book_hour(delivery, lines, lines.base_short_mw, hour, work, cut_mw, county_h)
        if has_cuts:
            for node in range(delivery.cut_mw.shape[0]):
                for hour in range(day * DAY_H, (day + 1) * DAY_H):
                    delivery.cut_mw[node, hour] = 0.0
        if lines.is_out_day[day]:
            lines.is_out_day[day] = False
            for hour in range(day * DAY_H, (day + 1) * DAY_H):
                lines.rows_out[hour] = 0
                for row in range(lines.out.shape[1]):
                    lines.out[hour, row] = 0
    return total


@bare
def book_hour(delivery: Delivery, lines: Lines, short_mw: Floats, hour: int, work: Scratch, cut_mw: Floats,
              county_h: Floats) -> float:
    """Book what an hour sheds at the nodes; an hour already short in a county counts once. Returns the MWh."""
    total = 0.0
    for node in range(short_mw.shape[1]):
        if lines.county[node] >= 0 and short_mw[hour, node] > TINY_MW:
            lines.county_mw[lines.county[node]] += short_mw[hour, node]
            total += short_mw[hour, node]
    if total <= 0.0:
        return 0.0
    for county in range(lines.county_mw.shape[0]):
        if lines.county_mw[county] > 0.0:
            cut_mw[county, hour] += lines.county_mw[county]
            county_h[county] += 0.0 if is_cut(delivery, county, hour, work) else 1.0
            lines.county_mw[county] = 0.0
    work.delivery_mw[hour] += total
    work.is_unserved[hour // DAY_H] = True
    return total


@bare
def is_cut(delivery: Delivery, county: int, hour: int, work: Scratch) -> bool:
    """Whether a county is short in an hour for another reason: the pool, or an offtake."""
    cut = bool(work.unserved_mw[hour] > TINY_MW)
    for node in range(delivery.cut_mw.shape[0]):
        if delivery.county[node] == county and delivery.cut_mw[node, hour] > TINY_MW:
            cut = True
    return cut

"""The state of a network with some of its circuits out: limits, and flows by outage distribution factors.

Rows go out one after the other, each with the factors that those before it left, so that any number of them may.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dafeng.configs.units import Floats
from dafeng.network.adequacy_delivery import Delivery
from dafeng.network.adequacy_mesh import Lines
from dafeng.network.adequacy_stores import TINY_MW
from dafeng.network.compiled import bare

ALONE = 1e-9
"""A row whose loss leaves no path beside it, to within rounding (as in `screening`)."""
CUT = -1


@bare
def is_alike(out: NDArray[np.int16], one: int, other: int) -> bool:
    """Whether the same circuits are out in two hours."""
    differing = 0
    for row in range(out.shape[1]):
        differing |= out[one, row] ^ out[other, row]
    return differing == 0


@bare
def set_limits(lines: Lines, hour: int) -> None:
    """What each row may carry with what is in service in an hour."""
    for row in range(lines.now_mw.shape[0]):
        left = lines.circuits[row] - lines.out[hour, row]
        lines.now_mw[row] = lines.limit_mw[row]
        if left > 0:
            lines.now_mw[row] = min(lines.limit_mw[row], lines.carry_mw[row] * left / lines.circuits[row])


@bare
def set_state(lines: Lines, hour: int) -> int:
    """Limits and outage factors of an hour's state; returns how many rows have something out, or CUT.

    The loss of the part f of a row with its transfer factors h changes the flows by h f F / (1 - f h_row), and of the
    row itself leaves (1 - f) F / (1 - f h_row) (`screening`). Factors of a further row are flows too, and change alike.
    """
    set_limits(lines, hour)
    rows = 0
    for row in range(lines.now_mw.shape[0]):
        if lines.out[hour, row] == 0:
            continue
        gain = lines.gain[rows]
        for line in range(gain.shape[0]):
            gain[line] = lines.transfer[line, row]
        pass_on(lines, rows, gain)
        lost = lines.out[hour, row] / lines.circuits[row]
        kept = 1.0 - lost * gain[row]
        if kept < ALONE:
            return CUT
        for line in range(gain.shape[0]):
            gain[line] *= lost / kept
        gain[row] = (1.0 - lost) / kept - 1.0
        lines.row[rows] = row
        rows += 1
    return rows


@bare
def pass_on(lines: Lines, rows: int, flow_mw: Floats) -> None:
    """Flows after the outages of the first so many rows of the state, from those before, in place."""
    for i in range(rows):
        carried = flow_mw[lines.row[i]]
        for line in range(flow_mw.shape[0]):
            flow_mw[line] += lines.gain[i, line] * carried


@bare
def is_never_exceeded(lines: Lines, rows: int) -> bool:
    """Whether no hour of the year could exceed a limit in the state at hand: each row at its peak, all in one sense."""
    after = lines.after_mw
    for line in range(after.shape[0]):
        after[line] = lines.peak_mw[line]
    for i in range(rows):
        row = lines.row[i]
        carried = after[row]
        for line in range(after.shape[0]):
            after[line] += abs(lines.gain[i, line]) * carried
        after[row] = abs(1.0 + lines.gain[i, row]) * carried
    return highest_over(after, lines.now_mw) <= 0.0


@bare
def is_exceeded(delivery: Delivery, lines: Lines, hour: int, rows: int, has_cut: bool) -> bool:
    """Whether an hour's flows in the state at hand exceed a limit."""
    after = lines.after_mw
    for line in range(after.shape[0]):
        after[line] = lines.flow_mw[hour, line] + lines.shift_mw[line]
    if has_cut:
        for node in range(delivery.cut_mw.shape[0]):
            for line in range(after.shape[0]):
                after[line] += lines.factor[line, lines.offtake_node[node]] * delivery.cut_mw[node, hour]
    pass_on(lines, rows, after)
    return highest_over(after, lines.now_mw) > TINY_MW


@bare
def highest_over(flow_mw: Floats, limit_mw: Floats) -> float:
    """How far the worst of some rows is beyond its limit, 0 if none is."""
    highest = 0.0
    for line in range(flow_mw.shape[0]):
        highest = max(highest, abs(flow_mw[line]) - limit_mw[line])
    return highest

"""Line limits of a window's programme: written when a solution violates them (MODEL_SPEC 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.flow import Ptdf
from dafeng.network.frame import Frame
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_solver import Solver

OVER_MW = 1e-6
"""What counts as more than a line carries, for each MW of its limit and 1 MW more."""

SHED_MW = 1e-3
"""What counts as load shed."""


@dataclass(frozen=True)
class Lines:
    """The lines in the hours of a layout."""

    limit_mw: Floats
    """(branches, hours)."""
    emergency_mw: Floats
    """(branches, hours) what a line carries when load would be shed, or output lost, otherwise: N-1 is not worth it."""
    runs: tuple[tuple[int, int, Ptdf, bytes], ...]
    """Hours with the same lines in service: first, last, factors and what is in service."""
    given_mw: Floats
    """(branches, hours) flow that no column moves."""
    kept_h: int = 0
    """First hours of the layout whose limits stay as they are written."""

    def flow_mw(self, net_mw: Floats) -> Floats:
        """(branches, hours) flows of net feeds (buses, hours)."""
        flow = np.zeros((len(self.limit_mw), net_mw.shape[1]))
        for begin, end, ptdf, _ in self.runs:
            flow[:, begin:end] = ptdf.flow_mw(net_mw[:, begin:end])
        return flow

    def service(self, hours: int) -> list[bytes]:
        """What is in service, hour by hour."""
        found: list[bytes] = [b""] * hours
        for begin, end, _, key in self.runs:
            found[begin:end] = [key] * (end - begin)
        return found


def lines_of(frame: Frame, shape: Shape, facts: Facts, values: Values) -> Lines:
    """The lines of a window; hours at rest are like its first."""
    part = facts.task.share[frame.rows.branches, facts.task.hours]
    share = np.concatenate([np.repeat(part[:, :1], facts.rest, axis=1), part], axis=1)
    edges = [0, *(np.flatnonzero((share[:, 1:] != share[:, :-1]).any(axis=0)) + 1).tolist(), shape.hours]
    runs = tuple((a, b, frame.ptdf(share[:, a]), share[:, a].tobytes()) for a, b in pairwise(edges))
    hours = np.r_[np.full(facts.rest, facts.task.window.start), np.array(facts.task.window)]
    limit = frame.grid.parted(frame.grid.branches.binding_mw(share), hours)
    emergency = np.maximum(limit, frame.grid.parted(frame.grid.branches.carry_mw[:, None] * share, hours))
    made = Lines(limit, emergency, runs, np.zeros_like(limit))
    kept_h = 0 if values.lived is None else facts.rest
    return Lines(limit, emergency, runs, made.flow_mw(values.given_mw), kept_h)


def ease(solver: Solver, lines: Lines, shed_mw: Floats) -> bool:
    """Let lines carry more than N-1 allows, by what is shed or lost in an hour; whether a limit written was widened.

    `shed_mw` (hours,). No factor is above 1, so this much more is enough wherever more flow helps.
    """
    hours = lines.kept_h + np.flatnonzero(shed_mw[lines.kept_h :] > SHED_MW)
    limit = np.minimum(lines.limit_mw[:, hours] + shed_mw[hours], lines.emergency_mw[:, hours])
    branch, at = np.nonzero(limit > lines.limit_mw[:, hours])
    lines.limit_mw[:, hours] = np.maximum(limit, lines.limit_mw[:, hours])
    written = solver.written.lines
    eased = [key for key in zip(branch.tolist(), hours[at].tolist(), strict=True) if key in written]
    if eased:
        keys = np.array(eased)
        rows = np.array([written[key][0] for key in eased])
        solver.require(rows, *_bounds(lines, keys[:, 0], keys[:, 1]))
    return bool(eased)


def renew(solver: Solver, lines: Lines) -> None:
    """Right-hand sides of limits written in earlier windows; those of other lines in service are dropped."""
    written, service = solver.written.lines, lines.service(solver.shape.hours)
    now = {key: row for key, row in written.items() if key[1] >= lines.kept_h}
    stale = [key for key, (_, factors) in now.items() if factors != service[key[1]]]
    gone = np.array([written.pop(key)[0] for key in stale], dtype=np.int64)
    now = {key: row for key, row in now.items() if key in written}
    if gone.size:
        solver.require(gone, np.full(gone.size, -np.inf), np.full(gone.size, np.inf))
    if now:
        keys = np.array(list(now))
        rows = np.array([row for row, _ in now.values()])
        solver.require(rows, *_bounds(lines, keys[:, 0], keys[:, 1]))


def violated(solver: Solver, lines: Lines, net: Floats) -> tuple[Ints, Ints]:
    """Branch and hour of each limit that a solution violates and that is not yet written."""
    over = np.abs(lines.flow_mw(net)) > lines.limit_mw + OVER_MW * (1.0 + np.minimum(lines.limit_mw, 1e6))
    over[:, : lines.kept_h] = False
    branch, hour = np.nonzero(over)
    fresh = np.array([key not in solver.written.lines for key in zip(branch.tolist(), hour.tolist(), strict=True)],
                     dtype=np.bool_)
    return branch[fresh], hour[fresh]


def write(solver: Solver, shape: Shape, lines: Lines, branch: Ints, hour: Ints) -> None:
    """Write limits as rows: what each column feeds in, times the factor of its bus."""
    for begin, end, ptdf, key in lines.runs:
        here = np.flatnonzero((hour >= begin) & (hour < end))
        if not here.size:
            continue
        factors = np.concatenate([ptdf.matrix, (ptdf.matrix @ shape.city_weight)[:, None]], axis=1)
        at, entry = ragged(solver.feeds.first, hour[here])
        values = solver.feeds.value[entry] * factors[branch[here][at], solver.feeds.bus[entry]]
        lower, upper = _bounds(lines, branch[here], hour[here])
        rows = solver.add(at, solver.feeds.column[entry].astype(np.int64), values, lower, upper)
        for place, row in zip(here.tolist(), rows.tolist(), strict=True):
            solver.written.lines[int(branch[place]), int(hour[place])] = row, key


def balance_islands(frame: Frame, solver: Solver, facts: Facts, values: Values) -> None:
    """Every part that stands alone or that outages cut off balances by itself; these rows hold in this window only."""
    part, rest = facts.task.share[frame.rows.branches, facts.task.hours], facts.rest
    for h in frame.parted_hours(part):
        for members in frame.cut_off(part[:, h]):
            _balance(solver, values, members, rest + h)


def _balance(solver: Solver, values: Values, members: Bools, hour: int) -> None:
    """One island in one hour."""
    weight = np.append(members.astype(np.float64), float(solver.shape.city_weight @ members))
    at, entry = ragged(solver.feeds.first, np.array([hour]))
    owed = np.array([-float(values.given_mw[members, hour].sum())])
    columns = solver.feeds.column[entry].astype(np.int64)
    rows = solver.add(at, columns, solver.feeds.value[entry] * weight[solver.feeds.bus[entry]], owed, owed)
    solver.written.passing.extend(rows.tolist())
    solver.written.islands.append((int(rows[0]), hour, weight[:-1]))


def ragged(first: Ints, hour: Ints) -> tuple[Ints, Ints]:
    """Entries of some hours, one hour behind the other: position among the hours, and number of the entry."""
    count = first[hour + 1] - first[hour]
    at = np.repeat(np.arange(len(hour)), count)
    begin = np.repeat(first[hour] - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return at, begin + np.arange(len(at))


def _bounds(lines: Lines, branch: Ints, hour: Ints) -> tuple[Floats, Floats]:
    """What is left of limits for the columns."""
    limit, given = lines.limit_mw[branch, hour], lines.given_mw[branch, hour]
    return -limit - given, limit - given

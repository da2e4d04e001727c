"""Flows of dispatched hours, and relief of the lines they overload, hour by hour (MODEL_SPEC 6.13 v)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.bounds import Bounds
from dafeng.network.compiled import compiled
from dafeng.network.frame import Frame
from dafeng.network.prices import market_marginal
from dafeng.network.relief_hours import Dispatched, Network, relieve_window, window_of

OVERLOAD = 1.0001
"""Load of a line, in parts of its limit, above which an hour is relieved."""


def flows(frame: Frame, share: Floats, net_mw: Floats) -> Floats:
    """(branches, hours) flows of all hours, by runs of hours with the same branches in service."""
    parts = [frame.ptdf(share[:, a]).flow_mw(net_mw[:, a:b]) for a, b in runs(share)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def runs(share: Floats) -> list[tuple[int, int]]:
    """First and last hours with the same branches in service; `share` (branches, hours)."""
    if not share.size or bool((share == share[:, :1]).all()):
        return [(0, share.shape[1])]
    change = np.flatnonzero((share[:, 1:] != share[:, :-1]).any(axis=0)) + 1
    return list(pairwise([0, *change.tolist(), share.shape[1]]))


def overloads(frame: Frame, window: range, share: Floats, flow_mw: Floats) -> Bools:
    """(branches, hours) meshed lines that carry more than their limit, for shares in service (branches, hours)."""
    branches, hours = frame.grid.branches, slice(window.start, window.stop)
    over = np.abs(flow_mw) > frame.grid.parted(branches.secure_mw(share), hours) * OVERLOAD + 1e-6
    return np.asarray(over & ~branches.is_radial[:, None])


def is_overloaded(frame: Frame, window: range, share: Floats, flow_mw: Floats) -> bool:
    """Whether any meshed line carries more than its limit in any hour."""
    branches = frame.grid.branches
    if frame.grid.line_part is not None:
        return bool(overloads(frame, window, share, flow_mw).any())
    return bool(_is_over(branches.is_radial, branches.limit_mw, branches.carry_mw, share, flow_mw))


@compiled
def _is_over(is_radial: Bools, limit_mw: Floats, carry_mw: Floats, share: Floats, flow_mw: Floats) -> bool:
    """The same, compiled."""
    for row in range(is_radial.size):
        if is_radial[row]:
            continue
        over, limit, carry = False, limit_mw[row], carry_mw[row]
        for h in range(share.shape[1]):
            over |= abs(flow_mw[row, h]) > min(limit, carry * share[row, h]) * OVERLOAD + 1e-6
        if over:
            return True
    return False


def relieve_hours(
    frame: Frame, window: range, share: Floats, made: Bounds, on: Bools, done: Dispatched, hours: int
) -> Ints:
    """(hours,) 1 where one of the first so many hours of a window was solved anew, and `done` changed.

    `share` (branches, hours) is what is in service.
    """
    over: Bools = np.asarray(overloads(frame, window, share, done.flow_mw).any(axis=0))
    if not over[:hours].any() or not frame.supplies.order.size:
        return np.zeros(len(window), dtype=np.int64)
    edges = np.unique(np.concatenate(frame.limit_hours))
    period = np.searchsorted(edges, np.arange(window.start, window.stop), side="right")
    period -= period[0]
    period[hours:] = -1
    network = _network(frame, window, share, done.flow_mw)
    dearest_first = np.argsort(-done.marginal, kind="stable")
    way = relieve_window(window_of(frame.fleet, made, on, frame.supplies, network, over), period, dearest_first, done)
    solved = way > 0
    done.marginal[solved] = market_marginal(frame, slice(window.start, window.stop), done.nodal)[solved]
    return way


def _network(frame: Frame, window: range, share: Floats, flow_mw: Floats) -> Network:
    """The lines of a window; an offtake that carries more than it may is held at what it carries."""
    alike, radial = runs(share), frame.grid.branches.is_radial[:, None]
    binding = frame.grid.parted(frame.grid.branches.binding_mw(share), slice(window.start, window.stop))
    limit = np.maximum(binding, np.where(radial, np.abs(flow_mw), 0.0))
    barred = np.zeros((len(alike), len(frame.grid.buses)), dtype=np.bool_)
    run = np.zeros(share.shape[1], dtype=np.int64)
    for number, (first, last) in enumerate(alike):
        run[first:last] = number
        for members in frame.cut_off(share[:, first]):
            barred[number] |= members
    factor = np.stack([frame.ptdf(share[:, first]).matrix for first, _ in alike])
    return Network(run, factor, limit, barred)

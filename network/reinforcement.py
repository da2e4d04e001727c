"""Which branches to reinforce: those whose limits cost most, by congestion rent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.flow import Ptdf
from dafeng.network.grid import Grid

AT_LIMIT = 1e-6
"""Relative distance from its limit at which a branch counts as bound."""


@dataclass(frozen=True)
class Candidate:
    """A branch that is worth reinforcing."""

    row: int
    key: str
    rent: float
    """Currency of all hours: worth of the limit times the flow it lets through."""
    worth_per_mw: float
    """What one more MW of limit would save in all hours, as long as prices stay."""
    hours: int
    """Hours at the limit."""


def candidates(grid: Grid, ptdf: Ptdf, flow_mw: Floats, nodal_price: Floats) -> tuple[Candidate, ...]:
    """Branches at their limit in some hour, the highest rent first; flows (branches, hours), prices (buses, hours)."""
    worth = limit_worth(grid, ptdf, flow_mw, nodal_price)
    is_bound = is_at_limit(grid, flow_mw)
    rent = (worth * np.abs(flow_mw)).sum(axis=1)
    rows = sorted(np.flatnonzero(is_bound.any(axis=1)).tolist(), key=lambda row: -rent[row])
    return tuple(
        Candidate(row, grid.branches.key[row], float(rent[row]), float(worth[row].sum()), int(is_bound[row].sum()))
        for row in rows
    )


def limit_worth(grid: Grid, ptdf: Ptdf, flow_mw: Floats, nodal_price: Floats) -> Floats:
    """(branches, hours) what one more MW of a limit would save in an hour.

    Prices differ between buses only by what bound branches are worth: price = level of the island - sum of worth *
    direction * distribution factor. The worths are the least-squares solution over the bound branches of an hour.
    """
    worth, is_bound = np.zeros(flow_mw.shape), is_at_limit(grid, flow_mw)
    level = np.zeros((len(grid.buses), len(ptdf.islands)))
    for at, island in enumerate(ptdf.islands):
        level[list(island), at] = 1.0
    for hour in np.flatnonzero(is_bound.any(axis=0)).tolist():  # each hour has bound branches of its own
        rows = np.flatnonzero(is_bound[:, hour])
        seen = -(np.sign(flow_mw[rows, hour])[:, None] * ptdf.matrix[rows]).T
        found = np.linalg.lstsq(np.hstack([level, seen]), nodal_price[:, hour], rcond=None)[0]
        worth[rows, hour] = found[level.shape[1] :]
    return worth


def is_at_limit(grid: Grid, flow_mw: Floats) -> np.ndarray:
    """(branches, hours) at the limit."""
    return np.asarray(np.abs(flow_mw) >= grid.branches.limit_mw[:, None] * (1.0 - AT_LIMIT))

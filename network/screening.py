"""N-1 screening of all hours at once: what each branch would carry after the loss of any other (line outage factors).

A row with several circuits loses one of them: circuits stay apart, and what is left of the row carries on with its
part of the susceptance and of the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.flow import Ptdf, build_ptdf
from dafeng.network.grid import Grid

ALONE = 1e-9
"""A branch whose own factor is 1 to within this has no path beside it."""


@dataclass(frozen=True)
class Outage:
    """Factors of the loss of one circuit of each branch."""

    factor: Floats
    """(branches, outages) MW more on a branch for each MW the outaged row carried before; 0 for what cuts the grid."""
    left: Floats
    """(outages,) part of the row that stays."""
    cuts: Bools
    """(outages,) the loss leaves a part of the grid without connection."""


@dataclass(frozen=True)
class Screening:
    """What the loss of each branch would do; both (branches, outages)."""

    loading: Floats
    """Highest flow over limit of any hour."""
    hours_over: Floats
    """Hours in which the limit would be exceeded."""
    cuts: Bools
    """(outages,) losses that cut the grid and have no flows."""

    @property
    def worst(self) -> Floats:
        """(branches,) highest loading after any loss."""
        return np.asarray(self.loading.max(axis=1, initial=0.0))


def outage_factors(grid: Grid, ptdf: Ptdf, share: Floats | None = None) -> Outage:
    """Factors for the loss of one circuit of each branch in service.

    For a loss of the part f of row k with its transfer factors h: flows change by h f F_k / (1 - f h_k), and of row k
    itself stays (1 - f) F_k / (1 - f h_k). With one circuit this is the line outage distribution factor
    (Wood, Wollenberg & Sheblé, Power Generation, Operation, and Control, 3rd ed., section 7.3).
    """
    branches, n = grid.branches, len(grid.branches.key)
    transfer = ptdf.matrix[:, branches.from_bus] - ptdf.matrix[:, branches.to_bus]
    lost, rows = 1.0 / np.maximum(branches.circuits, 1), np.arange(n)
    own = lost * transfer[rows, rows]
    cuts = np.asarray(own > 1.0 - ALONE)
    if share is not None:
        cuts &= share > 0.0
    kept = np.where(cuts, 1.0, 1.0 - own)
    factor = np.where(cuts, 0.0, transfer * lost / kept)
    factor[rows, rows] = np.where(cuts, -1.0, (1.0 - lost) / kept - 1.0)
    return Outage(factor, 1.0 - lost, cuts)


def screen(grid: Grid, flow_mw: Floats, share: Floats | None = None) -> Screening:
    """Screen all hours; `share` (branches, hours) is what is in service, new factors for each run of equal shares."""
    n, hours = flow_mw.shape
    present = np.ones((n, hours)) if share is None else share
    loading, over = np.zeros((n, n)), np.zeros((n, n))
    cuts = np.zeros(n, dtype=np.bool_)
    for first, last in runs(present):
        part = present[:, first]
        outage = outage_factors(grid, build_ptdf(grid, part), part)
        cuts |= outage.cuts
        for k in np.flatnonzero((part > 0.0) & ~outage.cuts).tolist():
            limit = grid.branches.carry_mw * part
            limit[k] *= outage.left[k]
            after = np.abs(flow_mw[:, first:last] + outage.factor[:, k : k + 1] * flow_mw[k, first:last])
            relative = np.divide(after, limit[:, None], out=np.zeros_like(after), where=limit[:, None] > 0.0)
            loading[:, k] = np.maximum(loading[:, k], relative.max(axis=1, initial=0.0))
            over[:, k] += (relative > 1.0).sum(axis=1)
    return Screening(loading, over, cuts)


def runs(share: Floats) -> Iterator[tuple[int, int]]:
    """Spans of hours with the same branches in service.

    >>> list(runs(np.array([[1.0, 1.0, 0.0, 0.0, 1.0]])))
    [(0, 2), (2, 4), (4, 5)]
    """
    change = np.flatnonzero((share[:, 1:] != share[:, :-1]).any(axis=0)) + 1
    yield from pairwise([0, *change.tolist(), share.shape[1]])

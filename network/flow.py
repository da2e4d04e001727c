"""Power flow over the branches for all hours at once, by power transfer distribution factors (MODEL_SPEC 6.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.units import Floats
from dafeng.network.grid import Grid
from dafeng.network.hanging import hanging_together, main_bus


@dataclass(frozen=True)
class Ptdf:
    """(branches, buses) MW on each branch for one MW fed in at a bus and taken out where its island balances."""

    matrix: Floats
    islands: tuple[tuple[int, ...], ...]
    """Groups of buses that hang together, that of the main bus first."""

    def flow_mw(self, injection_mw: Floats) -> Floats:
        """Flows of all hours from net injections (buses, hours)."""
        return self.matrix @ injection_mw


def build_ptdf(grid: Grid, share: Floats | None = None) -> Ptdf:
    """Distribution factors from reactances; a branch with share s keeps s of its susceptance, one at 0 is out.

    Each island balances at its own first bus (the main bus in the main island). A radial offtake needs no
    reactance: whatever it is, the flow over it is the net load behind it.
    """
    present = np.ones(len(grid.branches.key)) if share is None else share
    susceptance = _susceptance(grid) * present
    incidence = _incidence(grid)
    laplacian = incidence.T @ (susceptance[:, None] * incidence)
    groups = _main_first(grid, present)
    slack = [main_bus(grid)] + [group[0] for group in groups[1:]]
    kept = np.setdiff1d(np.arange(len(grid.buses)), slack)
    matrix = np.zeros((len(grid.branches.key), len(grid.buses)))
    if kept.size:
        angles = np.linalg.inv(laplacian[np.ix_(kept, kept)])
        matrix[:, kept] = susceptance[:, None] * (incidence[:, kept] @ angles)
    return Ptdf(matrix, groups)


def _incidence(grid: Grid) -> Floats:
    """(branches, buses) +1 where a branch begins, -1 where it ends."""
    rows = np.arange(len(grid.branches.key))
    made = np.zeros((len(rows), len(grid.buses)))
    made[rows, grid.branches.from_bus] = 1.0
    made[rows, grid.branches.to_bus] = -1.0
    return made


def _susceptance(grid: Grid) -> Floats:
    """1/x of meshed branches, 1 of radial ones."""
    branches = grid.branches
    wrong = np.flatnonzero(~branches.is_radial & ~(branches.x_pu > 0.0)).tolist()
    if wrong:
        raise InputError(
            Problem(Place("grid", 0, f"{branches.key[row]}.x_pu"), f"is {branches.x_pu[row]}; more than 0 is expected")
            for row in wrong
        )
    return 1.0 / np.where(branches.is_radial, 1.0, branches.x_pu)


def _main_first(grid: Grid, share: Floats) -> tuple[tuple[int, ...], ...]:
    """The islands, that of the main bus first."""
    branches = grid.branches
    groups = hanging_together(len(grid.buses), branches.from_bus, branches.to_bus, share)
    return tuple(sorted(groups, key=lambda group: main_bus(grid) not in group))

"""The DC-OPF of one instant as rows and columns: angles, outputs, balance of every bus, bounds of every branch.

Columns: angles (rad times the base power, which keeps the numbers of a row alike), outputs (MW), cost of generators
whose cost is a curve, and, when asked for, losses of branches (half of them drawn at each end), load not served and
output not taken at each bus. Rows: balance of buses (MW), angle differences of branches with a limit of flow or angle,
lines under the curves: the segments of piecewise linear ones, tangents of quadratic ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.case import Case, Susceptance
from dafeng.network.case_cost import Cost, Quadratic, Segments

FIRST_TANGENTS = 5
"""Tangents of a quadratic cost, evenly over its output, before any is added where it is needed."""


@dataclass(frozen=True)
class Layout:
    """Where things stand among the columns and rows."""

    buses: int
    generators: int
    curves: Ints
    """Generators in service whose cost is no straight line."""
    limited: Ints
    """Branches with a row."""
    lossy: Ints
    """Branches with a column of losses."""
    has_slack: bool

    @property
    def output(self) -> slice:
        """Columns of generators."""
        return slice(self.buses, self.buses + self.generators)

    @property
    def first_curve(self) -> int:
        """The first column of costs."""
        return self.buses + self.generators

    @property
    def first_loss(self) -> int:
        """The first column of losses."""
        return self.first_curve + len(self.curves)

    @property
    def first_slack(self) -> int:
        """The first column of load not served."""
        return self.first_loss + len(self.lossy)

    @property
    def columns(self) -> int:
        """All columns."""
        return self.first_slack + 2 * self.buses * self.has_slack


@dataclass(frozen=True)
class Branching:
    """Branches as the DC approximation sees them."""

    susceptance_mw: Floats
    shift_rad: Floats
    difference: sparse.csr_array
    """(branches, buses) +1 at the beginning, -1 at the end."""
    least_rad: Floats
    most_rad: Floats
    """Bounds of the angle difference by flow and angle limits together."""

    def flow_mw(self, angle_rad: Floats) -> Floats:
        """Flows at the beginning of branches."""
        flow: Floats = self.susceptance_mw * (self.difference @ angle_rad - self.shift_rad)
        return flow


def branching(case: Case, convention: Susceptance) -> Branching:
    """The branches of a case in a convention."""
    b, n = case.branches, len(case.branches.x_pu)
    susceptance, shift = case.susceptance_mw(convention), case.shift_rad(convention)
    rows, ones = np.arange(n), np.ones(n)
    difference = sparse.csr_array(
        (np.r_[ones, -ones], (np.r_[rows, rows], np.r_[b.from_bus, b.to_bus])), (n, len(case.buses.number))
    )
    is_limited = b.is_on & np.isfinite(b.limit_mw) & (susceptance != 0.0)
    by_flow = np.full(n, np.inf)
    by_flow[is_limited] = b.limit_mw[is_limited] / np.abs(susceptance[is_limited])
    least = np.where(b.is_on, np.maximum(b.least_rad, shift - by_flow), -np.inf)
    most = np.where(b.is_on, np.minimum(b.most_rad, shift + by_flow), np.inf)
    return Branching(susceptance, shift, difference, least, most)


def layout(case: Case, branches: Branching, has_losses: bool, has_slack: bool) -> Layout:
    """Columns and rows of a case; losses are those of series resistance."""
    pairs = zip(case.generators.cost, case.generators.is_on.tolist(), strict=True)
    curves = [g for g, (cost, is_on) in enumerate(pairs) if is_on and not is_straight(cost)]
    limited = np.flatnonzero(np.isfinite(branches.least_rad) | np.isfinite(branches.most_rad))
    rows = np.array(curves, dtype=np.int64)
    lossy = np.flatnonzero((case.branches.r_pu > 0.0) & (branches.susceptance_mw != 0.0) & has_losses)
    return Layout(len(case.buses.number), len(case.generators.bus), rows, limited, lossy, has_slack)


def program(case: Case, branches: Branching, where: Layout, fixed: Ints, voll: float) -> highspy.HighsLp:
    """The program for HiGHS; the angles of `fixed` buses, one an island, are 0."""
    curves, curve_least = _curve_rows(case, where)
    balance, demand = _balance_rows(case, branches, where)
    limits = _widened(branches.difference[where.limited], where)
    rows = sparse.vstack([balance, limits, curves], format="csc")
    low, high, cost = _columns(case, where, fixed, demand, voll)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = rows.shape[1], rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, low, high
    least, most = (case.base_mva * bound[where.limited] for bound in (branches.least_rad, branches.most_rad))
    lp.row_lower_ = np.r_[demand, least, curve_least]
    lp.row_upper_ = np.r_[demand, most, np.full(len(curve_least), np.inf)]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    lp.offset_ = fixed_cost(case)
    return lp


def is_straight(cost: Cost) -> bool:
    """A cost that grows evenly with output."""
    return isinstance(cost, Quadratic) and cost.square == 0.0


def fixed_cost(case: Case) -> float:
    """Currency an hour that generators in service with straight costs cost at no output."""
    pairs = zip(case.generators.cost, case.generators.is_on.tolist(), strict=True)
    return float(sum(c.fixed for c, is_on in pairs if is_on and isinstance(c, Quadratic) and is_straight(c)))


def lines(cost: Cost, at_mw: Sequence[float]) -> list[tuple[float, float]]:
    """Slope and intercept of the lines of a piecewise linear cost, or of a quadratic one's tangents at some outputs."""
    if isinstance(cost, Segments):
        points = zip(cost.slopes, cost.mw, cost.cost, strict=False)
        return [(slope, paid - slope * mw) for slope, mw, paid in points]
    return [(2.0 * cost.square * mw + cost.linear, cost.fixed - cost.square * mw**2) for mw in at_mw]


def _balance_rows(case: Case, branches: Branching, where: Layout) -> tuple[sparse.csr_array, Floats]:
    """Output less what flows away (and not served less not taken), and the demand it meets."""
    n, is_on = where.buses, case.buses.is_on
    out = branches.difference.T
    angles = -(out @ sparse.diags_array(branches.susceptance_mw / case.base_mva) @ branches.difference)
    at = sparse.csr_array(
        (np.ones(where.generators), (case.generators.bus, np.arange(where.generators))), (n, where.generators)
    )
    halves = -0.5 * abs(branches.difference[where.lossy]).T
    parts = [angles, at, sparse.csr_array((n, len(where.curves))), halves]
    if where.has_slack:
        parts += [sparse.eye_array(n), -sparse.eye_array(n)]
    demand = np.where(is_on, case.buses.load_mw + case.buses.shunt_mw, 0.0)
    demand = demand - out @ (branches.susceptance_mw * branches.shift_rad)
    return sparse.hstack(parts, format="csr"), demand


def _curve_rows(case: Case, where: Layout) -> tuple[sparse.csr_array, Floats]:
    """Cost above lines of each curve: y - slope * p >= intercept."""
    row, column, value = list[int](), list[int](), list[float]()
    least, g = list[float](), case.generators
    for at, unit in enumerate(where.curves.tolist()):
        for slope, intercept in lines(g.cost[unit], _spread(float(g.least_mw[unit]), float(g.most_mw[unit]))):
            row += [len(least)] * 2
            column += [where.first_curve + at, where.buses + unit]
            value += [1.0, -slope]
            least.append(intercept)
    return sparse.csr_array((value, (row, column)), (len(least), where.columns)), np.array(least)


def _spread(least: float, most: float) -> list[float]:
    """Outputs evenly between bounds; those bounds that are there, or none at all, where one is open."""
    if np.isfinite(least) and np.isfinite(most):
        return [float(mw) for mw in np.linspace(least, most, FIRST_TANGENTS)]
    return [mw for mw in (least, most) if np.isfinite(mw)] or [0.0]


def _widened(rows: sparse.csr_array, where: Layout) -> sparse.csr_array:
    """Rows over angles, with empty columns for all else."""
    return sparse.csr_array((rows.data, rows.indices, rows.indptr), (rows.shape[0], where.columns))


def _columns(
    case: Case, where: Layout, fixed: Ints, demand: Floats, voll: float
) -> tuple[Floats, Floats, Floats]:
    """Bounds and costs: angles free but for one an island, load not served at most the load."""
    g, n = case.generators, where.buses
    low = np.r_[np.full(n, -np.inf), np.where(g.is_on, g.least_mw, 0.0)]
    high = np.r_[np.full(n, np.inf), np.where(g.is_on, g.most_mw, 0.0)]
    low[fixed] = high[fixed] = 0.0
    linear = np.array([c.linear if isinstance(c, Quadratic) and is_straight(c) else 0.0 for c in g.cost]) * g.is_on
    curves = len(where.curves)
    low, high = np.r_[low, np.full(curves, -np.inf)], np.r_[high, np.full(curves, np.inf)]
    cost = np.r_[np.zeros(n), linear, np.ones(curves), np.zeros(len(where.lossy))]
    low, high = np.r_[low, np.zeros(len(where.lossy))], np.r_[high, np.full(len(where.lossy), np.inf)]
    if where.has_slack:
        served = np.where(case.buses.is_on, np.maximum(case.buses.load_mw, 0.0), 0.0)
        low, high = np.r_[low, np.zeros(2 * n)], np.r_[high, served, np.full(n, np.inf)]
        cost = np.r_[cost, np.full(2 * n, voll)]
    return low, high, cost


def is_binding(branches: Branching, angle_rad: Floats, tolerance_rad: float) -> Bools:
    """(branches,) at a limit of flow or angle."""
    difference = branches.difference @ angle_rad
    near = np.minimum(difference - branches.least_rad, branches.most_rad - difference)
    return np.asarray(near <= tolerance_rad)

"""The programme of one layout in HiGHS, kept from window to window: bounds, costs and right-hand sides change.

Each window starts from the basis of the one before. Rows that lines need are added when they are violated and stay:
they hold in every later window as well, with its own right-hand side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.frame import Frame
from dafeng.network.lp_entries import Feeds, compressed, entries_of, feeds_of
from dafeng.network.lp_shape import Shape
from dafeng.network.lp_values import Values

SMALL = 1e-9
"""Coefficients under this are noise of the distribution factors."""


class Quiet(highspy.Highs):
    """HiGHS without its greeting, which comes when the constructor prepares callbacks; none are used here."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


@dataclass(frozen=True)
class Solution:
    """What a solved programme says."""

    columns: Floats
    row_duals: Floats
    objective: float
    iterations: int


@dataclass
class Written:
    """Rows added to the layout, by what they say."""

    lines: dict[tuple[int, int], tuple[int, bytes]] = field(default_factory=dict)
    """Row of each line limit, by branch and hour of the layout, and what was in service when it was written."""
    ramps: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """Row of each ramp, by position in `powered`, hour and direction."""
    passing: list[int] = field(default_factory=list)
    """Rows that hold in one window only."""
    islands: list[tuple[int, int, Floats]] = field(default_factory=list)
    """Row, hour and members (buses,) of each island balanced in this window."""


@dataclass
class Solver:
    """The programme of one layout."""

    shape: Shape
    feeds: Feeds
    highs: Any
    written: Written = field(default_factory=lambda: Written())
    is_linked: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    extra_rows: int = 0
    iterations: int = 0
    solves: int = 0

    def set(self, values: Values) -> None:
        """The numbers of the next window; rows that held in the last one only are let go."""
        gone, self.written.passing, self.written.islands = self.written.passing, [], []
        if gone:
            self.require(np.array(gone), np.full(len(gone), -np.inf), np.full(len(gone), np.inf))
        columns = np.arange(self.shape.columns, dtype=np.int32)
        rows = np.arange(self.shape.rows, dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, values.cost)
        self.highs.changeColsBounds(len(columns), columns, values.lower, values.upper)
        self.highs.changeRowsBounds(len(rows), rows, values.row_lower, values.row_upper)
        self._link(values.is_linked)

    def _link(self, is_linked: Bools) -> None:
        """Readings that begin anew where a limit does, and those that go on."""
        for family, step in np.argwhere(is_linked != self.is_linked).tolist():
            if step > 0:
                row, column = self.shape.readings.at()[family, step], self.shape.reading.at()[family, step - 1]
                self.highs.changeCoeff(int(row), int(column), -1.0 if is_linked[family, step] else 0.0)
        self.is_linked = is_linked.copy()

    def solve(self) -> Solution:
        """Solve from the basis at hand."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise DafengError(f"the exact engine found no optimum: {self.highs.modelStatusToString(status)}")
        info, found = self.highs.getInfo(), self.highs.getSolution()
        self.solves += 1
        self.iterations += max(0, info.simplex_iteration_count)
        return Solution(
            np.array(found.col_value), np.array(found.row_dual), info.objective_function_value,
            info.simplex_iteration_count,
        )

    def add(self, rows: Ints, columns: Ints, values: Floats, lower: Floats, upper: Floats) -> Ints:
        """Write rows; `rows` are their positions entry by entry, ascending. Their numbers."""
        kept = np.abs(values) > SMALL
        rows, columns, values = rows[kept], columns[kept], values[kept]
        starts = np.searchsorted(rows, np.arange(len(lower))).astype(np.int32)
        self.highs.addRows(len(lower), lower, upper, len(values), starts, columns.astype(np.int32), values)
        numbers = self.shape.rows + self.extra_rows + np.arange(len(lower))
        self.extra_rows += len(lower)
        return numbers

    def require(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Bounds of rows written before."""
        self.highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper)


def solver_of(frame: Frame, shape: Shape, values: Values) -> Solver:
    """The programme of a layout with the numbers of its first window."""
    feeds = feeds_of(frame, shape)
    starts, rows, entries = compressed(entries_of(frame, shape, feeds), shape)
    highs = Quiet()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        highs.setOptionValue(option, value)
    highs.passModel(
        shape.columns, shape.rows, len(entries), highspy.MatrixFormat.kColwise.value,
        highspy.ObjSense.kMinimize.value, 0.0, values.cost, values.lower, values.upper, values.row_lower,
        values.row_upper, starts, rows, entries, np.zeros(shape.columns, dtype=np.int32),
    )
    made = Solver(shape, feeds, highs)
    made.is_linked = np.ones_like(values.is_linked)
    made._link(values.is_linked)
    return made

"""The programme of one layout in HiGHS, kept from window to window: bounds, costs and right-hand sides change.

Each window starts from the basis of the one before. Rows that lines need are added when they are violated and stay:
they hold in every later window as well, with its own right-hand side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from dafeng.configs.errors import DafengError
from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.frame import Frame
from dafeng.network.lp_entries import Feeds, compressed, entries_of, feeds_of
from dafeng.network.lp_facts import Values
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_scale import Scale, scale_of
from dafeng.network.lp_shape import Shape

SMALL = 1e-9
"""Coefficients under this are noise of the distribution factors."""


@dataclass(frozen=True)
class Solution:
    """What a solved programme says."""

    columns: Floats
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
    reserved: set[int] = field(default_factory=set)
    """Hours of this window with reserve."""
    shortage: dict[int, float] = field(default_factory=dict)
    """Shortage of the province in hours of this window, MW."""
    shed: set[tuple[int, int]] = field(default_factory=set)
    """Place and hour of this window in which both ways of shedding are bounded together."""
    columns: list[int] = field(default_factory=list)
    """Columns added for this window."""
    spare: list[int] = field(default_factory=list)
    """Columns added for earlier windows, at rest."""

    def let_go(self) -> tuple[list[int], list[int]]:
        """Rows and columns of the window that is over."""
        rows, columns = self.passing, self.columns
        self.spare += columns
        self.passing, self.columns, self.islands, self.reserved, self.shortage = [], [], [], set(), {}
        self.shed = set()
        return rows, columns


@dataclass
class Solver:
    """The programme of one layout."""

    shape: Shape
    feeds: Feeds
    highs: Any
    scale: Scale
    written: Written = field(default_factory=lambda: Written())
    is_linked: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    cost: Floats = field(default_factory=lambda: np.zeros(0))
    lower: Floats = field(default_factory=lambda: np.zeros(0))
    upper: Floats = field(default_factory=lambda: np.zeros(0))
    row_lower: Floats = field(default_factory=lambda: np.zeros(0))
    row_upper: Floats = field(default_factory=lambda: np.zeros(0))
    last: Floats = field(default_factory=lambda: np.zeros(0))
    """(columns of the layout,) the last solution; none before the first."""
    first: int = -1
    """Hour of the year at which the layout began when it was last asked for."""
    extra_rows: int = 0
    extra_columns: int = 0
    iterations: int = 0
    solves: int = 0

    def set(self, values: Values) -> None:
        """The numbers of the next window; rows that held in the last one only are let go."""
        gone, idle = self.written.let_go()
        if gone:
            self.require(np.array(gone), np.full(len(gone), -np.inf), np.full(len(gone), np.inf))
        if idle:
            self.bound(np.array(idle), np.zeros(len(idle)), np.zeros(len(idle)))
        columns = np.flatnonzero(values.cost != self.cost)
        if columns.size:
            self._price(columns, values.cost[columns])
            self.cost = values.cost
        columns = np.flatnonzero((values.lower != self.lower) | (values.upper != self.upper))
        self.bound(columns, values.lower[columns], values.upper[columns])
        rows = np.flatnonzero((values.row_lower != self.row_lower) | (values.row_upper != self.row_upper))
        self.require(rows, values.row_lower[rows], values.row_upper[rows])
        self.row_lower, self.row_upper = values.row_lower, values.row_upper
        self._link(values.is_linked)

    def _link(self, is_linked: Bools) -> None:
        """Readings that begin anew where a limit does, and those that go on."""
        for family, step in np.argwhere(is_linked != self.is_linked).tolist():
            if step > 0:
                row, column = self.shape.readings.at()[family, step], self.shape.reading.at()[family, step - 1]
                value = -float(self.scale.row[row] * self.scale.column[column]) if is_linked[family, step] else 0.0
                self.highs.changeCoeff(int(row), int(column), value)
        self.is_linked = is_linked.copy()

    def close(self, stores: Ints) -> None:
        """Let stores, each in a place of its own, begin with the level at which they end."""
        for store in stores.tolist():
            row, column = self.shape.levels.at()[store, 0], self.shape.level.at()[store, -1]
            scale = float(self.scale.row[row] * self.scale.column[column])
            self.highs.changeCoeff(int(row), int(column), 0.0 if self.shape.hours == 1 else -scale)

    def switch(self, is_binary: bool, gap: float = 0.0) -> None:
        """Whether units are on or off only, or in part."""
        on = self.shape.on.at().ravel().astype(np.int32)
        self.highs.setOptionValue("mip_rel_gap", gap)
        kinds = import_module("highspy").HighsVarType
        kind = kinds.kInteger if is_binary else kinds.kContinuous
        if on.size:
            self.highs.changeColsIntegrality(len(on), on, np.full(len(on), int(kind), dtype=np.uint8))

    def begin(self, basic: Ints, binding: Ints) -> None:
        """Solve next from the basis of these columns, at whose rows the lower bounds bind."""
        library = import_module("highspy")
        kinds = np.array([library.HighsBasisStatus.kLower, library.HighsBasisStatus.kBasic], dtype=np.object_)
        columns = np.zeros(self.shape.columns + self.extra_columns, dtype=np.int64)
        rows = np.ones(self.shape.rows + self.extra_rows, dtype=np.int64)
        columns[basic], rows[binding] = 1, 0
        basis = library.HighsBasis()
        basis.col_status, basis.row_status, basis.valid = kinds[columns].tolist(), kinds[rows].tolist(), True
        self.highs.setBasis(basis)

    def solve(self) -> Solution:
        """Solve from the basis at hand."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != import_module("highspy").HighsModelStatus.kOptimal:
            raise DafengError(f"the exact engine found no optimum: {self.highs.modelStatusToString(status)}")
        info = self.highs.getInfo()
        self.solves += 1
        self.iterations += max(0, info.simplex_iteration_count)
        columns = _read(self.highs.getSolution().col_value) * self.scale.column
        self.last = columns[: self.shape.columns]
        return Solution(columns, info.objective_function_value, info.simplex_iteration_count)

    def row_duals(self) -> Floats:
        """(rows,) duals of the last solution."""
        return _read(self.highs.getSolution().row_dual) * self.scale.row

    def add(self, rows: Ints, columns: Ints, values: Floats, lower: Floats, upper: Floats) -> Ints:
        """Write rows; `rows` are their positions entry by entry, ascending. Their numbers."""
        kept = np.abs(values) > SMALL
        rows, columns, values = rows[kept], columns[kept], values[kept]
        starts = np.searchsorted(rows, np.arange(len(lower))).astype(np.int32)
        values = values * self.scale.column[columns]
        self.highs.addRows(len(lower), lower, upper, len(values), starts, columns.astype(np.int32), values)
        self.scale.widen(rows=len(lower))
        numbers = self.shape.rows + self.extra_rows + np.arange(len(lower))
        self.extra_rows += len(lower)
        return numbers

    def add_columns(self, cost: Floats, upper: Floats) -> Ints:
        """Columns from 0 up for this window, with no coefficients yet. Their numbers."""
        reused = np.array(self.written.spare[: len(cost)], dtype=np.int64)
        del self.written.spare[: len(cost)]
        n = len(cost) - len(reused)
        first = self.shape.columns + self.extra_columns
        self.extra_columns += n
        if n:
            none = np.zeros(0, dtype=np.int32)
            self.highs.addCols(n, np.zeros(n), np.zeros(n), np.zeros(n), 0, np.zeros(n, dtype=np.int32), none,
                               np.zeros(0))
            self.scale.widen(columns=n)
        numbers = np.concatenate([reused, np.arange(first, first + n)])
        self.bound(numbers, np.zeros(len(cost)), upper)
        self._price(numbers, cost)
        self.written.columns.extend(numbers.tolist())
        return numbers

    def bound(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Bounds of some columns."""
        own = columns < self.shape.columns
        self.lower[columns[own]], self.upper[columns[own]] = lower[own], upper[own]
        scale = self.scale.column[columns]
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), lower / scale, upper / scale)

    def require(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Bounds of rows written before."""
        scale = self.scale.row[rows]
        self.highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower * scale, upper * scale)

    def _price(self, columns: Ints, cost: Floats) -> None:
        """Costs of some columns."""
        self.highs.changeColsCost(len(columns), columns.astype(np.int32), cost * self.scale.column[columns])


def _read(values: list[float]) -> Floats:
    """Numbers of the solver; in half the time that finding out their type would take."""
    return np.fromiter(values, np.float64, len(values))


def solver_of(frame: Frame, shape: Shape, values: Values) -> Solver:
    """The programme of a layout with the numbers of its first window."""
    feeds = feeds_of(frame, shape)
    starts, rows, entries = compressed(entries_of(frame, shape, feeds), shape)
    scale = scale_of(frame, shape)
    entries = entries * scale.row[rows] * np.repeat(scale.column, np.diff(starts))
    library = import_module("highspy")  # 5 MB, which a run of the fast engine does without
    highs = import_module("dafeng.network.lp_quiet").Quiet()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("simplex_scale_strategy", 0)):
        highs.setOptionValue(option, value)
    column, row = scale.column, scale.row
    highs.passModel(
        shape.columns, shape.rows, len(entries), library.MatrixFormat.kColwise.value,
        library.ObjSense.kMinimize.value, 0.0, values.cost * column, values.lower / column, values.upper / column,
        values.row_lower * row, values.row_upper * row, starts, rows, entries, np.zeros(shape.columns, dtype=np.int32),
    )
    made = Solver(shape, feeds, highs, scale)
    made.switch(shape.commitment is Commitment.BINARY)
    made.cost, made.lower, made.upper = values.cost, values.lower.copy(), values.upper.copy()
    made.row_lower, made.row_upper = values.row_lower, values.row_upper
    made.is_linked = np.ones_like(values.is_linked)
    made._link(values.is_linked)
    return made

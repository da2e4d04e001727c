"""What the numbers of a window are made from, and the numbers themselves, by columns and rows of its programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.bounds import Bounds
from dafeng.network.lp_options import Exactly
from dafeng.network.lp_shape import Block
from dafeng.network.lp_tanks import Shared
from dafeng.network.window import Task

FAR = np.inf


@dataclass(frozen=True)
class Facts:
    """What a window's numbers are made from."""

    task: Task
    tanks: Shared
    options: Exactly
    made: Bounds
    """(hours, rows) after what a surprise and equal hours ask for; after commitment where it is fixed."""
    cost: Floats
    """(rows,) CNY/MWh, with shadow prices of caps that are not counted."""
    scheduled_mw: Floats
    """(generators, year) what the plan spends of energy budgets."""
    first: int
    """Hour of the year at which the layout begins."""
    on: Bools | None = None
    """(hours, rows) commitment where it is fixed."""
    pins_mwh: Floats | None = None
    """(stores + flexible,) levels at the window's end, NaN where their worth decides."""
    used: Floats | None = None
    """(limits,) use of limits by the window's end where it is fixed."""
    shed_mw: Floats | None = None
    """(offers, hours) net response where it is fixed."""

    @property
    def rest(self) -> int:
        """Hours of the layout before the window."""
        return self.task.window.start - self.first


@dataclass
class Values:
    """Numbers of all columns and rows."""

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    given_mw: Floats
    """(buses, hours) net feed that no column moves."""
    is_linked: Bools
    """(families, readings) whether a reading goes on from the one before."""
    lived: Floats | None = None
    """(columns,) where hours before the window keep their place: the solution in which they were."""
    lived_cny: float = 0.0
    """What they cost there, beyond what they would cost at rest."""

    def bound(self, block: Block, lower: Floats | float, upper: Floats | float, rest: int = 0) -> None:
        """Bounds of a block of columns from hour `rest` on; before it they stay 0."""
        for values, given in ((self.lower, lower), (self.upper, upper)):
            values[block.span].reshape(block.things, block.width)[:, rest:] = given

    def price(self, block: Block, cost: Floats | float) -> None:
        """Costs of a block of columns."""
        self.cost[block.span].reshape(block.things, block.width)[:] = cost

    def require(self, block: Block, lower: Floats | float, upper: Floats | float) -> None:
        """Bounds of a block of rows."""
        self.row_lower[block.span].reshape(block.things, block.width)[:] = lower
        self.row_upper[block.span].reshape(block.things, block.width)[:] = upper

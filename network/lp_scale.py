"""Units in which a window's programme is solved.

With coefficients near 1 to begin with, HiGHS need not scale the programme at every one of its hundreds of solves: 7 %
of an exact year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.frame import Frame
from dafeng.network.lp_options import Commitment
from dafeng.network.lp_shape import Shape


@dataclass
class Scale:
    """Units in which the programme is solved, so that its coefficients are near 1 and need no scaling at each solve."""

    column: Floats
    """What 1 in the solver is in the column's own unit."""
    row: Floats
    """What 1 in the row's own unit is in the solver."""

    def widen(self, rows: int = 0, columns: int = 0) -> None:
        """More rows or columns in their own units."""
        self.column = np.append(self.column, np.ones(columns))
        self.row = np.append(self.row, np.ones(rows))


def scale_of(frame: Frame, shape: Shape) -> Scale:
    """Units on and starts in MW, unless they are whole numbers."""
    made = Scale(np.ones(shape.columns), np.ones(shape.rows))
    if shape.commitment is not Commitment.BINARY:
        mw = frame.fleet.capacity_mw[shape.powered[shape.switched]]
        mw = np.where(mw > 0.0, mw, 1.0)
        made.column[shape.on.span] = 1.0 / np.repeat(mw, shape.hours)
        mw = np.repeat(mw[shape.starting], shape.hours)
        made.column[shape.start.span] = 1.0 / mw
        made.row[shape.starts.span] = mw
    return made

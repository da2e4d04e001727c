"""Nodal prices of a solved window."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.lp_lines import Lines
from dafeng.network.lp_solver import Solver


def nodal_prices(solver: Solver, lines: Lines) -> Floats:
    """(buses, hours) what one more MWh at a bus would cost: the dual of its balance (MODEL_SPEC 6.2).

    In the form with distribution factors it is the dual of the hour's balance, plus those of line limits and islands
    at the factor of the bus.
    """
    shape, duals = solver.shape, solver.row_duals()
    price = np.repeat(shape.balance.of(duals), len(shape.city_weight), axis=0)
    rent = np.zeros(lines.limit_mw.shape)
    for (branch, hour), (row, _) in solver.written.lines.items():
        rent[branch, hour] = duals[row]
    for begin, end, ptdf, _ in lines.runs:
        price[:, begin:end] += ptdf.matrix.T @ rent[:, begin:end]
    for row, hour, members in solver.written.islands:
        price[:, hour] += duals[row] * members
    return price

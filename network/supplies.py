"""What may move when the lines of an hour are relieved, as columns of its programme (MODEL_SPEC 6.13 v)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dafeng.configs.units import Bools, Floats, Ints
from dafeng.network.fleet import BUDGET, FREE, Fleet


class Supplies(NamedTuple):
    """Units, blocks and buyers one by one, free rows by bus and cost; then energy budgets twice: less and more."""

    column: Ints
    """(rows,) of each supply row but budgets, -1 of those."""
    bus: Ints
    """(columns,)."""
    cost: Floats
    """(columns,) CNY/MWh; of free rows less what curtailing costs."""
    order: Ints
    """Columns but those of budgets, by cost."""
    budget: Ints
    """(budgets,) rows whose energy is given; budget b has columns order.size + 2 b and the next."""
    floor: Floats
    """(budgets,) least output in parts of what is available."""


def supplies_of(fleet: Fleet, bus: Ints, is_block: Bools, curtailment: float) -> Supplies:
    """The columns of a fleet; `bus` (rows,) of generators and buyers, `is_block` (generators,)."""
    column, names = np.full(len(fleet.kind), -1), dict[tuple[int, int, float], int]()
    for row in range(len(fleet.kind) - 1):
        kind, price = int(fleet.kind[row]), float(fleet.cost[row])
        if kind != BUDGET:
            name = (int(bus[row]), -1, price - curtailment) if kind == FREE else (int(bus[row]), row, price)
            column[row] = names.setdefault(name, len(names))
    cost = np.array([name[2] for name in names], dtype=np.float64)
    budget = np.flatnonzero(fleet.kind[: fleet.n_generators] == BUDGET)
    buses = np.array([name[0] for name in names], dtype=np.int64)
    return Supplies(
        column, np.concatenate([buses, np.repeat(bus[budget], 2)]).astype(np.int64),
        np.concatenate([cost, np.zeros(2 * budget.size)]), np.argsort(cost, kind="stable"), budget,
        np.asarray(fleet.min_share[budget] * is_block[budget], dtype=np.float64),
    )

"""What sums leave over is no unserved energy; what is small and real stays."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from dafeng.network.buses import DUST_MW, Nodes, shed_at
from dafeng.network.lp_record import _unserved
from dafeng.network.operate import _split

HOURS_A_YEAR = 8760
FRAME = cast(Any, SimpleNamespace(phi=0.04, grid=SimpleNamespace(buses=("a", "b"))))
SHAPE = cast(Any, SimpleNamespace(shed_bus=np.array([0, 1]), city_weight=np.array([0.5, 0.5])))


def test_a_year_of_dust_stays_below_a_watt_hour() -> None:
    assert HOURS_A_YEAR * DUST_MW < 1e-6


def test_what_rounding_leaves_over_is_exactly_nothing() -> None:
    short = np.array([0.0, 3e-12, 7e-13, 2e-6, 40.0])
    city, province = _split(FRAME, short, np.zeros(5))
    assert city[:3].tolist() == [0.0] * 3 == province[:3].tolist()
    assert city[3] + province[3] == 2e-6, "what is small and real stays"
    assert city[4] + province[4] == 40.0


def test_dust_is_shed_at_no_bus_and_what_is_real_by_load() -> None:
    nodes = Nodes(np.zeros((2, 1)), np.array([[30.0], [10.0]]), np.zeros((2, 1)))
    everywhere = np.ones(2, dtype=np.bool_)
    assert shed_at(nodes, 0, 7e-13, everywhere) == 0.0
    assert nodes.unserved_mw.tolist() == [[0.0], [0.0]]
    assert shed_at(nodes, 0, 4.0, everywhere) == 4.0
    assert nodes.unserved_mw.tolist() == [[3.0], [1.0]]


def test_what_the_solver_leaves_over_is_exactly_nothing() -> None:
    made = _unserved(FRAME, SHAPE, np.array([[1e-13, 5.0], [0.0, 3e-8]]), np.zeros((1, 2)))
    assert made.tolist() == [[0.0, 5.0], [0.0, 3e-8]]

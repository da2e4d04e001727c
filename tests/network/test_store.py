"""One store by water value is the optimum of its linear programme."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dafeng.configs.units import Floats
from dafeng.network.curve import Curve
from dafeng.network.store import Tank, operate, step_room, value_room

CAP, VOLL = 1500.0, 10_000.0
NOTHING = np.zeros(1)


def curve_of(need: Floats, cost: Floats, width: Floats) -> Curve:
    """A supply curve with the same steps in all hours; beyond it lies the city's shortage."""
    tops = np.tile(np.cumsum(width), (need.size, 1))
    return Curve(tops, cost, need.copy(), tops[:, -1].copy(), CAP, VOLL)


def battery(hours: int, charge: float, discharge: float, energy: float, efficiency: float, wear: float) -> Tank:
    return Tank(
        np.full(hours, charge), np.full(hours, discharge), np.zeros(hours + 1), np.full(hours + 1, energy),
        efficiency, efficiency, wear, 0.0,
    )


def run(curve: Curve, tank: Tank, start: float) -> Floats:
    hours = tank.charge_mw.size
    out, near = np.zeros((3, hours)), np.zeros(hours, np.int64)
    operate(curve, tank, value_room(hours, curve.cost.size, 1), step_room(curve), near, start, NOTHING, NOTHING, out)
    return out


def supply_cost(curve: Curve, need: Floats) -> float:
    """Cost of serving a need from the steps, value of lost load beyond them."""
    widths = np.diff(curve.top_mw, axis=1, prepend=0.0)
    left, total = np.maximum(need, 0.0), 0.0
    for k in range(curve.cost.size):
        part = np.minimum(left, widths[:, k])
        total += float((part * curve.cost[k]).sum())
        left = left - part
    return total + float(left.sum()) * VOLL


def optimum(curve: Curve, need: Floats, tank: Tank, start: float) -> float:
    """The linear programme: charge, discharge, level, step outputs, surplus and unserved of each hour."""
    hours, steps = curve.top_mw.shape
    widths = np.diff(curve.top_mw, axis=1, prepend=0.0)
    size = 3 + steps + 2
    price = np.zeros((hours, size))
    price[:, 1], price[:, 3 : 3 + steps], price[:, -1] = tank.wear, curve.cost, VOLL
    bounds, rows, right = [], np.zeros((2 * hours, hours * size)), np.zeros(2 * hours)
    for h in range(hours):
        at = h * size
        rows[h, [at, at + 1]] = -1.0, 1.0
        rows[h, at + 3 : at + 3 + steps] = 1.0
        rows[h, [at + size - 2, at + size - 1]] = -1.0, 1.0
        right[h] = need[h]
        rows[hours + h, [at, at + 1, at + 2]] = -tank.efficiency_in, 1.0 / tank.efficiency_out, 1.0
        if h:
            rows[hours + h, at - size + 2] = -1.0
        right[hours + h] = 0.0 if h else start
        bounds += [(0, tank.charge_mw[h]), (0, tank.discharge_mw[h]), (tank.low_mwh[h + 1], tank.high_mwh[h + 1])]
        bounds += [(0, widths[h, k]) for k in range(steps)] + [(0, None), (0, None)]
    found = linprog(price.ravel(), A_eq=rows, b_eq=right, bounds=bounds, method="highs")
    assert found.fun is not None
    return float(found.fun)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    need=st.lists(st.integers(-10, 70), min_size=3, max_size=14),
    costs=st.lists(st.integers(0, 500), min_size=2, max_size=6, unique=True),
    power=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    energy=st.integers(1, 80), efficiency=st.sampled_from([1.0, 0.9, 0.8]), wear=st.sampled_from([0.0, 7.0]),
    start=st.floats(0, 1),
)
def test_one_store_costs_what_the_linear_programme_costs(
    need: list[int], costs: list[int], power: tuple[int, int], energy: int, efficiency: float, wear: float, start: float
) -> None:
    load = np.array(need, dtype=float)
    curve = curve_of(load, np.array(sorted(costs), dtype=float), np.linspace(8.0, 15.0, len(costs)))
    tank = battery(len(need), power[0], power[1], energy, efficiency, wear)
    out = run(curve, tank, start * energy)
    assert np.allclose(curve.need_mw, load + out[0] - out[1])
    cost = supply_cost(curve, curve.need_mw) + wear * out[1].sum()
    assert cost == pytest.approx(optimum(curve, load, tank, start * energy), rel=1e-9, abs=1e-6)
    assert out[2].min() >= 0.0
    assert out[2].max() <= energy


def test_a_battery_buys_at_night_and_sells_at_the_peak_by_hand() -> None:
    """Two hours, 10 MW at 100 and 20 MW at 400 CNY/MWh; 5 MW charged at 0.8 give 3.2 MW (efficiencies 0.8)."""
    curve = curve_of(np.array([5.0, 15.0]), np.array([100.0, 400.0]), np.array([10.0, 20.0]))
    out = run(curve, battery(2, 50.0, 50.0, 100.0, 0.8, 0.0), 0.0)
    assert np.allclose(out[0], [5.0, 0.0])
    assert np.allclose(out[1], [0.0, 3.2])
    assert np.allclose(out[2], [4.0, 0.0])


def test_a_flexible_load_draws_in_the_cheapest_hours_within_its_bounds() -> None:
    need = np.array([15.0, 5.0, 15.0, 25.0])
    curve = curve_of(need, np.array([100.0, 200.0, 300.0]), np.array([10.0, 10.0, 10.0]))
    least, most = np.array([0.0, 0.0, 2.0, 3.0, 8.0]), np.array([0.0, 8.0, 8.0, 8.0, 8.0])
    tank = Tank(np.full(4, 4.0), np.zeros(4), least, most, 1.0, 1.0, 0.0, 0.0)
    out = run(curve, tank, 0.0)
    assert np.allclose(out[0, 1], 4.0)
    assert out[0].sum() == pytest.approx(8.0)
    assert out[0, 3] == pytest.approx(0.0)
    assert (out[2] >= least[1:] - 1e-12).all()


def test_energy_owed_too_late_is_drawn_as_fast_as_possible() -> None:
    curve = curve_of(np.full(3, 5.0), np.array([100.0]), np.array([50.0]))
    least, most = np.array([0.0, 6.0, 6.0, 6.0]), np.array([0.0, 6.0, 6.0, 6.0])
    out = run(curve, Tank(np.full(3, 4.0), np.zeros(3), least, most, 1.0, 1.0, 0.0, 0.0), 0.0)
    assert np.allclose(out[0], [4.0, 2.0, 0.0])

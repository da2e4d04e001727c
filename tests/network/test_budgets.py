"""Energy budgets are spent exactly, where they are worth most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dafeng.configs.units import Floats
from dafeng.network.budgets import along_load, schedule, shave
from dafeng.network.grid import Limit
from tests.network.small_grids import U, full, small_grid


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    residual=st.lists(st.floats(-50, 200), min_size=2, max_size=40), high=st.floats(1, 50), part=st.floats(0, 1),
    least=st.floats(0, 1),
)
def test_a_budget_is_spent_to_the_last_megawatt_hour(
    residual: list[float], high: float, part: float, least: float
) -> None:
    n = len(residual)
    low, top = np.full(n, least * high * part), np.full(n, high)
    energy = float(low.sum() + part * (top - low).sum())
    out = shave(np.array(residual), low, top, np.ones(n), energy)
    assert out.sum() == pytest.approx(energy, rel=1e-12, abs=1e-9)
    assert (out >= low - 1e-12).all()
    assert (out <= top + 1e-12).all()


def quadratic(residual: Floats, out: Floats) -> float:
    return float(((residual - out) ** 2).sum())


def test_no_exchange_between_two_hours_makes_the_residual_flatter() -> None:
    """The schedule is optimal for any convex cost, so for the square: moving energy between hours never helps."""
    rng = np.random.default_rng(5)
    residual = rng.uniform(50, 100, 30)
    out = shave(residual, np.zeros(30), np.full(30, 20.0), np.ones(30), 200.0)
    best = quadratic(residual, out)
    for _ in range(300):
        a, b = rng.choice(30, 2, replace=False)
        moved = out.copy()
        step = min(rng.uniform(0, 5), moved[a], 20.0 - moved[b])
        moved[a] -= step
        moved[b] += step
        assert quadratic(residual, moved) >= best - 1e-9


def test_a_budget_beyond_its_bounds_is_met_as_far_as_they_go() -> None:
    ones = np.ones(4)
    assert np.allclose(shave(10 * ones, ones, 3 * ones, ones, 100.0), 3.0)
    assert np.allclose(shave(10 * ones, ones, 3 * ones, ones, 1.0), 1.0)


def test_rows_of_one_budget_share_it_and_two_months_keep_their_own() -> None:
    load = np.tile([50.0, 80.0], 24)
    units = [U(10, 0), U(30, 0), U(100, 300)]
    weight = np.array([1.0, 1.0, 0.0])
    limits = (Limit("first", weight, 300.0, 300.0, 0, 24), Limit("second", weight, 480.0, 480.0, 24, 48))
    grid = small_grid(load, units, limits=limits)
    out = schedule(grid, full(grid), load, along_load(grid))
    assert out[:, :24].sum() == pytest.approx(300.0)
    assert out[:, 24:].sum() == pytest.approx(480.0)
    assert np.allclose(out[1], 3.0 * out[0])
    assert (out[2] == 0.0).all()
    assert (out[:2, 1:24:2].sum(axis=0) > out[:2, 0:24:2].sum(axis=0)).all()


def test_a_contract_is_delivered_along_the_load_as_far_as_it_asks() -> None:
    """240 MWh over loads of 50 and 150: all of it along the load is 5 and 15 MW; half leaves 120 MWh for the peaks."""
    load = np.tile([50.0, 150.0], 12)
    for follows, low, high in ((1.0, 5.0, 15.0), (0.5, 2.5, 17.5), (0.0, 0.0, 20.0)):
        limit = Limit("contract", np.array([1.0, 0.0]), 240.0, 240.0, 0, 24, follows)
        grid = small_grid(load, [U(30, 0), U(200, 300)], limits=(limit,))
        out = schedule(grid, full(grid), load, along_load(grid))[0]
        assert np.allclose(out[0::2], low)
        assert np.allclose(out[1::2], high)

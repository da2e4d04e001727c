"""N-1 screening against the flows of the grid without the branch; congestion rent worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.network.flow import build_ptdf
from dafeng.network.grid import Grid
from dafeng.network.reinforcement import candidates
from dafeng.network.screening import outage_factors, screen
from tests.network.small_grids import B, U, small_grid


def meshed(seed: int, circuits: int = 1) -> tuple[Grid, Floats]:
    """A random grid of 8 buses and injections of 5 hours."""
    rng, n = np.random.default_rng(seed), 8
    branch = [B(i, i + 1, x=float(rng.uniform(0.01, 0.3)), mw=60.0) for i in range(n - 1)]
    branch += [B(int(a), int(b), x=0.05, mw=60.0) for a, b in rng.integers(0, n, (7, 2)) if a != b]
    grid = small_grid(np.zeros((n, 5)), [U(1, 1)], branch=branch, counties=("PJ",) * n)
    injection = 50.0 * rng.normal(size=(n, 5))
    many = np.full(len(branch), circuits, dtype=np.int64)
    return replace(grid, branches=replace(grid.branches, circuits=many)), injection - injection.mean(axis=0)


@pytest.mark.parametrize("circuits", [1, 2, 3])
def test_outage_factors_give_the_flows_of_the_grid_without_the_circuit(circuits: int) -> None:
    for seed in range(8):
        grid, injection = meshed(seed, circuits)
        ptdf = build_ptdf(grid)
        flow, outage = ptdf.flow_mw(injection), outage_factors(grid, ptdf)
        for k in np.flatnonzero(~outage.cuts).tolist():
            share = np.ones(len(grid.branches.key))
            share[k] = 1.0 - 1.0 / circuits
            truth = build_ptdf(grid, share).flow_mw(injection)
            assert np.abs(flow + outage.factor[:, k : k + 1] * flow[k] - truth).max() < 1e-6


def test_a_bridge_cuts_the_grid_and_one_of_two_circuits_does_not() -> None:
    branch = [B(0, 1), B(1, 2), B(0, 2), B(2, 3)]
    grid = small_grid(np.zeros((4, 1)), [U(1, 1)], branch=branch, counties=("PJ",) * 4)
    assert outage_factors(grid, build_ptdf(grid)).cuts.tolist() == [False, False, False, True]
    double = replace(grid, branches=replace(grid.branches, circuits=np.array([1, 1, 1, 2])))
    assert not outage_factors(double, build_ptdf(double)).cuts.any()


def test_screening_counts_hours_and_keeps_the_highest_loading_by_brute_force() -> None:
    grid, injection = meshed(3)
    flow = build_ptdf(grid).flow_mw(injection)
    found = screen(grid, flow)
    for k in np.flatnonzero(~found.cuts).tolist():
        share = np.ones(len(grid.branches.key))
        share[k] = 0.0
        relative = np.abs(build_ptdf(grid, share).flow_mw(injection)) / 60.0
        assert found.loading[:, k] == pytest.approx(relative.max(axis=1), abs=1e-9)
        assert found.hours_over[:, k].tolist() == (relative > 1.0).sum(axis=1).tolist()


def test_a_line_that_comes_into_service_changes_the_factors_from_its_hour_on() -> None:
    """A triangle that is a path until hour 2: before, each of its two lines is a bridge."""
    branch = [B(0, 1, mw=100.0), B(1, 2, mw=100.0), B(0, 2, mw=100.0)]
    grid = small_grid(np.zeros((3, 4)), [U(1, 1)], branch=branch, counties=("PJ",) * 3)
    share = np.array([[1.0] * 4, [1.0] * 4, [0.0, 0.0, 1.0, 1.0]])
    injection = np.array([[90.0] * 4, [0.0] * 4, [-90.0] * 4])
    parts = [build_ptdf(grid, share[:, h]).flow_mw(injection[:, h : h + 1]) for h in range(4)]
    flow = np.concatenate(parts, axis=1)
    assert flow[:, 1].tolist() == pytest.approx([90.0, 90.0, 0.0])
    assert flow[:, 2].tolist() == pytest.approx([30.0, 30.0, 60.0])
    found = screen(grid, flow, share)
    assert found.cuts.tolist() == [True, True, False]
    assert found.loading[0, 2] == pytest.approx(0.9)


def test_the_rent_of_the_one_bound_line_is_what_loads_pay_above_what_generators_get() -> None:
    """The three buses of tests/network/written.py: prices 10, 15, 20; one more MW on line 1-3 saves 15 an hour."""
    branch = [B(0, 1), B(1, 2), B(0, 2, mw=60.0)]
    grid = small_grid(np.zeros((3, 1)), [U(1, 1)], branch=branch, counties=("PJ",) * 3)
    flow, price = np.array([[55.0], [5.0], [60.0]]), np.array([[10.0], [15.0], [20.0]])
    (found,) = candidates(grid, build_ptdf(grid), flow, price)
    assert (found.key, found.hours) == ("branch-2", 1)
    assert found.worth_per_mw == pytest.approx(15.0)
    assert found.rent == pytest.approx(50 * 15 + 100 * 20 - 115 * 10 - 35 * 20)

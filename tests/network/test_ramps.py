"""Tight ramps in the fast engine: as the exact one has them, whatever else binds; every broken one is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.units import Floats
from dafeng.network.dispatch import Commitment, Exactly, dispatch, plan
from dafeng.network.grid import Engine, Grid, Hours, Relief, State
from dafeng.network.ramps import broken_ramps, reach
from dafeng.network.rolling import roll
from tests.network.small_grids import B, S, U, full, small_grid

HOURS = np.arange(72)
DAILY = 100.0 + 40.0 * np.sin((HOURS - 9) * np.pi / 12)


def slow(mw: float, cost: float, ramp: float, **more: float) -> U:
    return U(mw, cost, kind="unit", ramp=ramp * mw, **more)  # type: ignore[arg-type]


def both(grid: Grid, relieve: Relief = Relief.HOURS) -> tuple[Hours, Hours]:
    """The fast engine, and the exact one with the same commitment."""
    share, options = full(grid), Exactly(commitment=Commitment.FIXED)
    fast = roll(grid, share, plan(grid, share), engine=Engine.FAST, relieve=relieve)
    exact = roll(grid, share, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT, options=options)
    return fast, exact


def worst_mw(grid: Grid, hours: Hours) -> float:
    """The most by which a unit moves beyond its ramp, on or off."""
    moved = np.abs(np.diff(hours.generation_mw, axis=1))
    return float((moved - grid.generators.ramp_mw_per_h[:, None]).max())


def one_bus(ramp: float, units: Sequence[U] = (), store: Sequence[S] = ()) -> Grid:
    return small_grid(DAILY, [slow(150, 5, ramp), U(45, 50), *units], store=store)


@pytest.mark.parametrize("ramp", [0.02, 0.05, 0.1, 0.5])
def test_a_slow_unit_goes_up_and_down_ahead_of_need(ramp: float) -> None:
    fast, exact = both(one_bus(ramp))
    assert fast.cost_cny == pytest.approx(exact.cost_cny, rel=1e-3)
    assert fast.unserved_mw.sum() == pytest.approx(exact.unserved_mw.sum(), abs=1e-3)
    assert worst_mw(one_bus(ramp), fast) < 1e-3


def test_without_relief_the_merit_order_breaks_the_same_ramps() -> None:
    """What the tests here would not see if merit order alone kept ramps."""
    grid = one_bus(0.05)
    fast, _ = both(grid, Relief.NONE)
    assert worst_mw(grid, fast) > 1.0
    units = grid.generators
    told = broken_ramps(units.ramp_mw_per_h[:1], units.ramp_mw_per_h[:1], np.full((1, 72), 150.0),
                        np.ones((1, 72), dtype=np.bool_), fast.generation_mw[:1])
    assert told.moves == int((np.abs(np.diff(fast.generation_mw[0])) > 7.5 + 1e-3).sum()) > 0


@pytest.mark.parametrize("seed", range(6))
def test_ramps_of_several_units_on_one_and_two_buses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    buses = 1 + seed % 2
    load = np.stack([DAILY + 5.0 * rng.standard_normal(72) for _ in range(buses)])
    sizes = rng.dirichlet(np.ones(4)) * 190.0 * buses
    units = [slow(float(mw), float(rng.uniform(5, 60)), float(np.exp(rng.uniform(np.log(0.02), np.log(0.5)))),
                  bus=k % buses) for k, mw in enumerate(sizes)]
    units += [U(60, 150, bus=bus) for bus in range(buses)]
    line = [B(0, 1, mw=float(rng.choice([30, 60, 500])))] if buses > 1 else []
    grid = small_grid(load, units, branch=line, counties=("PJ", "JH")[:buses])
    fast, exact = both(grid)
    assert fast.cost_cny == pytest.approx(exact.cost_cny, rel=1e-3)
    assert fast.unserved_mw.sum() <= exact.unserved_mw.sum() + 1e-3
    assert worst_mw(grid, fast) < 1e-3
    assert set(fast.way.tolist()) <= {0, 1, 3}


def test_hours_without_a_binding_ramp_stay_with_the_merit_order() -> None:
    fast, _ = both(one_bus(0.9))
    assert (fast.way == 0).all()


def test_a_line_day_keeps_the_ramps_towards_the_days_around_it() -> None:
    """The line of 90 MW binds on the second day only; the unit behind it moves by 6 MW an hour."""
    load = np.stack([np.full(72, 10.0), np.where(HOURS // 24 == 1, 130.0, 80.0)])
    grid = small_grid(load, [U(200, 10, bus=0), slow(60, 30, 0.1, bus=1), U(60, 200, bus=1)],
                      branch=[B(0, 1, mw=90.0)], counties=("PJ", "JH"))
    for relieve in (Relief.HOURS, Relief.DAYS):
        fast, exact = both(grid, relieve)
        assert worst_mw(grid, fast) < 1e-3
        assert (np.abs(fast.flow_mw) <= 90.0 + 1e-3).all()
        assert fast.unserved_mw.sum() == pytest.approx(exact.unserved_mw.sum(), abs=1e-3)


def test_a_slow_unit_with_a_minimum_is_committed_for_its_ramp() -> None:
    """Needed in the peaks alone it would still be at its minimum there: it comes up 3 MW an hour."""
    load = np.where(HOURS % 24 < 18, 60.0, 140.0)
    grid = small_grid(load, [slow(100, 20, 0.03, least=0.4, start=2000.0), slow(100, 25, 0.03), U(20, 90)])
    fast, fixed = both(grid)
    assert fast.cost_cny <= fixed.cost_cny * (1 + 1e-6)
    assert fast.unserved_mw.sum() <= fixed.unserved_mw.sum() + 1e-3


def test_a_week_goes_on_from_the_output_before_it() -> None:
    grid = one_bus(0.05)
    share, made = full(grid), plan(grid, full(grid))
    state = replace(State.empty(grid), committed=np.array([True, False]), output_mw=np.array([40.0, 0.0]))
    found = dispatch(grid, share, range(72), state, made, relieve=Relief.HOURS)
    assert abs(found.generation_mw[0, 0] - 40.0) <= 7.5 + 1e-3


@pytest.mark.parametrize("commitment", [Commitment.RELAXED, Commitment.BINARY])
def test_a_unit_that_cannot_be_down_in_time_comes_down_as_far_as_it_can(commitment: Commitment) -> None:
    """From 140 MW by 15 MW an hour for three hours, then it is out: 125, 110, 95 and 0, which no ramp would let it."""
    grid = small_grid(np.full(24, 120.0), [slow(150, 5, 0.1, least=0.1, start=1000.0), U(200, 50)])
    share = full(grid).copy()
    share[0, 3:] = 0.0
    state = replace(State.empty(grid), committed=np.array([True, False]), output_mw=np.array([140.0, 0.0]))
    found = dispatch(grid, share, range(24), state, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT,
                     options=Exactly(commitment=commitment))
    assert found.generation_mw[0, :4] == pytest.approx([125.0, 110.0, 95.0, 0.0], abs=1e-4)
    assert found.unserved_mw.sum() == pytest.approx(0.0, abs=1e-6)


def test_broken_ramps_are_told_apart() -> None:
    """Up 10 within a ramp of 10; up 20; a fall forced by availability; a stop from 60 and a start at 60."""
    out: Floats = np.array([[50.0, 60.0, 80.0, 30.0, 60.0, 0.0, 60.0]])
    can = np.array([[100.0, 100.0, 100.0, 30.0, 100.0, 100.0, 100.0]])
    ramp = np.array([10.0])
    found = broken_ramps(ramp, np.array([40.0]), can, out > 0.0, out)
    assert found == (2, 2, 1)
    assert broken_ramps(ramp, np.array([40.0]), can, out > 0.0, out, np.array([20.0])).moves == 3


def test_what_fails_hours_after_a_window_begins_cannot_be_down_yet() -> None:
    high = np.array([[100.0, 100.0, 0.0, 0.0]])
    goes_on = np.ones((1, 4), dtype=np.bool_)
    least, most = reach(np.zeros((1, 4)), high, np.array([10.0]), goes_on, np.array([90.0]))
    assert least.tolist() == [[80.0, 70.0, 0.0, 0.0]]
    assert most.tolist() == [[100.0, 100.0, 0.0, 0.0]]

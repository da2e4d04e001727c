"""The plan of a year: water values, schedules, shadow prices."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.network.dispatch import dispatch, plan
from dafeng.network.grid import Grid, Limit, State
from tests.network.small_grids import S, U, flexible, full, small_grid


def weeks(n: int = 3, store: tuple[S, ...] = (S(10, 40, into=0.9, out=0.9),)) -> Grid:
    t = np.arange(168 * n)
    load = 100.0 + 30.0 * np.sin(2 * np.pi * (t % 24 - 8) / 24) + t / 24
    return small_grid(load, [U(90, 100), U(40, 250), U(60, 600)], store=list(store))


def test_values_of_stored_energy_fall_from_empty_to_full_and_fill_the_store() -> None:
    grid = weeks()
    made = plan(grid, full(grid))
    assert made.value_slope.shape == made.value_width_mwh.shape
    assert made.value_slope.shape[:2] == (1, 3)
    assert np.allclose(made.value_width_mwh.sum(axis=2), 40.0)
    for worth, width in zip(made.value_slope[0], made.value_width_mwh[0], strict=True):
        assert (np.diff(worth[width > 0.0]) < 0.0).all()
    assert (made.value_cny_per_mwh > 0.0).all()


def test_a_plan_prices_every_hour_at_a_step_of_the_curve() -> None:
    grid = weeks()
    made = plan(grid, full(grid))
    assert set(np.unique(made.price_cny_per_mwh)) <= {100.0, 250.0, 600.0, 1500.0}


def test_weeks_dispatched_by_value_cost_what_the_whole_time_costs() -> None:
    """With values of week ends from the plan, weekly windows lose nothing against one long window."""
    grid = weeks(4)
    made = plan(grid, full(grid))
    whole = dispatch(grid, full(grid), range(grid.hours), State.empty(grid), made)
    state, cost = State.empty(grid), 0.0
    for week in range(0, grid.hours, 168):
        running = dispatch(grid, full(grid), range(week, min(week + 192, grid.hours)), state, made)
        lived = running.until(168)
        state, cost = lived.end, cost + lived.cost_cny
    assert cost == pytest.approx(whole.cost_cny, rel=1e-4)


def test_stores_alike_run_as_one_and_share_by_size() -> None:
    one = weeks(1, (S(12, 48, into=0.9, out=0.9),))
    two = weeks(1, (S(8, 32, into=0.9, out=0.9, key="b"), S(4, 16, into=0.9, out=0.9, key="a")))
    hours = [
        dispatch(grid, full(grid), range(168), State.empty(grid), plan(grid, full(grid))) for grid in (one, two)
    ]
    assert np.allclose(hours[1].stored_mwh.sum(axis=0), hours[0].stored_mwh[0])
    assert np.allclose(hours[1].stored_mwh[0], 2.0 * hours[1].stored_mwh[1])
    assert hours[1].cost_cny == pytest.approx(hours[0].cost_cny)


def test_a_store_that_was_out_parts_from_its_twin() -> None:
    grid = weeks(1, (S(8, 32, key="b"), S(8, 32, key="a")))
    share = full(grid)
    share[grid.rows.stores][0, :60] = 0.0
    hours = dispatch(grid, share, range(168), State.empty(grid), plan(grid, full(grid)))
    assert np.allclose(hours.stored_mwh[0, :60], 16.0)
    assert np.abs(np.diff(hours.stored_mwh[1, :60])).max() > 1.0


def test_a_cap_that_binds_gets_the_price_that_keeps_it() -> None:
    """Cheap coal is capped to half its energy; gas is 150 dearer, so that is the price of the cap."""
    grid = small_grid(np.tile([50.0, 70.0], 84), [U(80, 250), U(80, 400)])
    weight = np.array([1.0, 0.0])
    for most, price in ((1e9, 0.0), (5000.0, 150.0)):
        limits = (Limit("coal", weight, 0.0, most, 0, 168),)
        capped = small_grid(grid.load_mw, [U(80, 250), U(80, 400)], limits=limits)
        made = plan(capped, full(capped))
        assert made.limit_price_cny[0] == pytest.approx(price, abs=0.05)
        hours = dispatch(capped, full(capped), range(168), State.empty(capped), made)
        assert hours.end.used[0] <= most
    assert hours.price_cny_per_mwh.min() == pytest.approx(400.0)


def test_the_schedule_follows_availability() -> None:
    """Planned on 90 % of a block, its budget gives what is there when all or half of it is."""
    budget = Limit("imports", np.array([0.0, 1.0]), 2160.0, 2160.0, 0, 48)
    grid = small_grid(np.full(48, 100.0), [U(100, 300), U(50, 0)], limits=(budget,))
    expected = full(grid)
    expected[1] = 0.9
    made = plan(grid, expected)
    assert np.allclose(made.scheduled_mw[1], 45.0)
    known = full(grid)
    known[1, 24:] = 0.5
    hours = dispatch(grid, known, range(48), State.empty(grid), made)
    assert np.allclose(hours.generation_mw[1, [0, 24]], [50.0, 25.0])


def test_smart_charging_prefers_the_night_over_the_year() -> None:
    t = np.arange(168 * 2)
    load = 100.0 + 30.0 * np.sin(2 * np.pi * (t % 24 - 8) / 24)
    day = np.ceil((t + 1) / 24) * 50.0
    flex = flexible(len(t), 12.0, day - 50.0, np.minimum(day, day - 50.0 + (t % 24 + 1) * 12.0))
    grid = small_grid(load, [U(90, 100), U(60, 250), U(60, 600)], flex=flex)
    hours = dispatch(grid, full(grid), range(168), State.empty(grid), plan(grid, full(grid)))
    drawn = hours.flexible_mw[0]
    assert (drawn @ hours.price_cny_per_mwh) / drawn.sum() <= hours.price_cny_per_mwh.mean()

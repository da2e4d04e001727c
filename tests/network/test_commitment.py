"""Which units run: minimum times, starts against idling, reserve, equal hours, and what a surprise costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.units import Bools, Floats
from dafeng.network.dispatch import dispatch, join, plan
from dafeng.network.grid import Grid, Hours, Market, State
from tests.network.small_grids import U, full, small_grid

QUIET = Market(reserve_share_load=0.0, reserve_share_vre=0.0)


def run(grid: Grid, share: Floats | None = None, start: State | None = None) -> Hours:
    known = full(grid) if share is None else share
    return dispatch(grid, known, range(grid.hours), start or State.empty(grid), plan(grid, known))


def runs_of(on: Bools) -> list[int]:
    """Lengths of runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
    lengths: list[int] = (edges[1::2] - edges[::2]).tolist()
    return lengths


def two_units(start_cny: float, up: float = 0.0, down: float = 0.0) -> Grid:
    """A block of 100 and a unit of 50, needed in two hours with a gap of four between."""
    load = np.full(24, 90.0)
    load[[6, 11]] = 130.0
    unit = U(50, 300, kind="unit", least=0.4, no_load=1000, start=start_cny, up=up, down=down)
    return small_grid(load, [U(100, 200), unit], market=QUIET)


def test_a_unit_stays_on_through_a_gap_when_a_start_costs_more() -> None:
    """Four hours on cost 4 x (1000 + 20 x (300 - 200)) = 12,000 CNY."""
    assert runs_of(run(two_units(11_900.0)).committed[1]) == [1, 1]
    assert runs_of(run(two_units(12_100.0)).committed[1]) == [6]


def test_minimum_up_and_down_times_are_kept() -> None:
    assert runs_of(run(two_units(0.0, down=5.0)).committed[1]) == [6]
    assert runs_of(run(two_units(0.0, up=3.0)).committed[1]) == [3, 3]


def test_a_unit_just_stopped_rests_and_one_just_started_goes_on() -> None:
    grid = two_units(0.0, up=8.0, down=9.0)
    cold = replace(State.empty(grid), hours_on=np.array([999.0, 1.0]))
    hours = run(grid, start=cold)
    assert not hours.committed[1, :8].any()
    assert hours.unserved_mw[0, 6] == pytest.approx(30.0)
    warm = replace(State.empty(grid), committed=np.array([False, True]), hours_on=np.array([999.0, 5.0]))
    assert run(grid, start=warm).committed[1, :3].all()


def test_a_unit_that_is_on_gives_its_minimum_and_moves_within_its_ramp() -> None:
    load = np.array([60.0] * 6 + [130.0] * 6 + [60.0] * 12)
    unit = U(80, 300, kind="unit", least=0.5, ramp=10.0, up=24.0)
    hours = run(small_grid(load, [U(100, 200), unit], market=QUIET))
    output, on = hours.generation_mw[1], hours.committed[1]
    assert (output[on] >= 40.0 - 1e-9).all()
    both = on[1:] & on[:-1]
    assert (np.abs(np.diff(output))[both] <= 10.0 + 1e-9).all()


def test_reserve_brings_another_unit_on() -> None:
    load = np.full(24, 99.0)
    units = [U(100, 200), U(40, 300, kind="unit", least=0.3)]
    assert not run(small_grid(load, units, market=QUIET)).committed[1].any()
    secure = replace(QUIET, reserve_share_load=0.05)
    hours = run(small_grid(load, units, market=secure))
    assert hours.committed[1].all()
    assert (hours.reserve_short_mw == 0.0).all()
    alone = run(small_grid(load, units[:1], market=secure))
    assert np.allclose(alone.reserve_short_mw, 0.05 * 99.0 - 1.0)


def test_equal_hours_load_all_coal_alike_and_merit_order_does_not() -> None:
    """kappa 1: every coal row runs at need over capacity; kappa 0: the cheapest first (MODEL_SPEC 6.11)."""
    load = np.tile([120.0, 180.0], 84)
    units = [U(100, 200, shares=True), U(100, 300, shares=True), U(100, 400, shares=True), U(50, 900)]
    equal = run(small_grid(load, units, market=replace(QUIET, equal_hours_share=1.0)))
    assert np.allclose(equal.generation_mw[:3], load / 3.0)
    merit = run(small_grid(load, units, market=replace(QUIET, equal_hours_share=0.0)))
    assert np.allclose(merit.generation_mw[:, 0], [100.0, 20.0, 0.0, 0.0])
    half = run(small_grid(load, units, market=replace(QUIET, equal_hours_share=0.5)))
    assert np.allclose(half.generation_mw[:, 0], [80.0, 20.0, 20.0, 0.0])


def test_each_technology_of_the_pool_has_a_task_of_its_own() -> None:
    """kappa 0: 900 MW are those of the efficient machines, two units of 200 MW among them; the others' two rest.

    The dear ones are a technology of their own (another key in the pool), which merit order leaves nothing.
    """
    load = np.full(168, 900.0)
    units = [U(800, 200, shares=True), U(800, 400, shares=True)]
    units += [U(200, 200, key=f"good-{i}", kind="unit", least=0.4, shares=True) for i in range(2)]
    units += [U(200, 400, key=f"poor-{i}", kind="unit", least=0.4, shares=True) for i in range(2)]
    grid = small_grid(load, units, market=replace(QUIET, equal_hours_share=0.1))
    names = ("good", "poor", "good", "good", "poor", "poor")
    grid = replace(grid, generators=replace(grid.generators, technology=names))
    made = run(grid).generation_mw.mean(axis=1)
    task = 0.1 * 900.0 / 2400.0
    assert made[2:4] == pytest.approx(200.0 * (task + 0.9 * 900.0 / 1200.0), rel=1e-6)
    assert made[4:].sum() <= 80.0 + 1e-6


def test_a_coal_block_keeps_the_minimum_of_what_the_days_peak_needs() -> None:
    """Night 40, peak 90 MW of a block of 100: 90 MW run that day, at 40 % at least, so 6 of 10 MW of sun are lost.

    The second day needs 50 MW at most: its night owes 20 MW and nothing is lost.
    """
    load = np.tile([40.0] * 12 + [90.0] * 12, 7)
    load[36:48] = 50.0
    sunny = np.vstack([np.ones(168), np.where(load == 40.0, 1.0, 0.0)])
    sun = U(10, 0, kind="free", key="sun")
    hours = run(small_grid(load, [U(100, 200, shares=True, least=0.4), sun], market=QUIET), sunny)
    night = np.where(np.arange(168) // 24 == 1, 30.0, 36.0)
    assert np.allclose(hours.generation_mw[0], np.where(load == 40.0, night, load))
    assert hours.curtailed_mw[1].sum() == pytest.approx(6 * 12 * 6.0)
    loose = run(small_grid(load, [U(100, 200, shares=True), sun], market=QUIET), sunny)
    assert loose.curtailed_mw.sum() == 0.0


def test_units_owed_little_are_cycled_week_by_week_and_get_their_share() -> None:
    """Floor 0.1 of four units of 100 MW with a minimum of 0.4: one of them runs at 40 MW, another each week."""
    weeks = 4
    load = np.full(168 * weeks, 1000.0)
    units = [U(9600, 200, shares=True)]
    units += [U(100, 500, key=f"u{i}", kind="unit", least=0.4, shares=True) for i in range(4)]
    grid = small_grid(load, units, market=replace(QUIET, equal_hours_share=1.0))
    state, made, parts = State.empty(grid), plan(grid, full(grid)), []
    for week in range(weeks):
        hours = dispatch(grid, full(grid), range(168 * week, 168 * (week + 1)), state, made)
        state = hours.end
        parts.append(hours)
    joined = join(list(parts))
    assert np.allclose(joined.generation_mw[1:].sum(axis=0), 40.0)
    assert np.allclose(joined.generation_mw[1:].sum(axis=1), 40.0 * 168)
    assert np.allclose(joined.generation_mw[0], 960.0)


def fourteen_units() -> Grid:
    """Fourteen thermal units without storage, coal needing 8 h from cold and gas 3 h; half a year (interfaces.md)."""
    t = np.arange(168 * 26)
    load = 1780.0 + 750.0 * np.sin(2 * np.pi * (t % 24 - 8) / 24) + 80.0 * np.sin(2 * np.pi * t / 168)
    coal = [
        U(300, 250 + 5 * i, key=f"coal-{i}", kind="unit", least=0.4, up=8, down=8, lead=8, no_load=3000, start=90_000)
        for i in range(8)
    ]
    gas = [
        U(150, 400 + 5 * i, key=f"gas-{i}", kind="unit", least=0.4, up=3, down=3, lead=3, no_load=2000, start=15_000)
        for i in range(6)
    ]
    return small_grid(load, coal + gas, market=replace(QUIET, reserve_share_load=0.03))


def operated(grid: Grid, share: Floats, trips: list[tuple[int, int, int]], has_lead: bool) -> Hours:
    """Weeks with trips (hour, row, duration) that nobody foresaw; without lead times re-dispatch is free."""
    made = plan(grid, full(grid))
    state, parts, known = State.empty(grid), [], full(grid)
    for week in range(0, grid.hours, 168):
        end = min(week + 168, grid.hours)
        running, begin = dispatch(grid, known, range(week, min(end + 24, grid.hours)), state, made), week
        for hour, row, lasting in [trip for trip in trips if week < trip[0] < end]:
            lived = running.until(hour - begin)
            parts.append(lived)
            state, begin = lived.end, hour
            known = known.copy()
            known[row, hour : hour + lasting] = 0.0
            firm = running if has_lead else None
            running = dispatch(grid, known, range(hour, min(end + 24, grid.hours)), state, made, firm=firm)
        parts.append(running.until(end - begin))
        state = parts[-1].end
    return join(parts)


def test_a_surprise_costs_hours_because_units_need_their_lead_time() -> None:
    grid = fourteen_units()
    rng = np.random.default_rng(7)
    hours = np.sort(rng.choice(np.arange(1, grid.hours - 1), 56, replace=False))
    trips = [(int(h), int(rng.integers(0, 14)), int(rng.integers(10, 60))) for h in hours if h % 168]
    free = operated(grid, full(grid), trips, has_lead=False)
    bound = operated(grid, full(grid), trips, has_lead=True)
    foreseen = full(grid)
    for hour, row, lasting in trips:
        foreseen[row, hour : hour + lasting] = 0.0
    told = join([run(grid, foreseen)])
    short = [int((lived.unserved_mw.sum(axis=0) > 1e-6).sum()) for lived in (told, free, bound)]
    assert short[1] == short[0]
    assert short[2] > short[0] + 10
    assert bound.unserved_mw.sum() > 1000.0


def test_within_its_lead_time_no_unit_is_on_that_the_running_plan_had_off() -> None:
    grid = fourteen_units()
    made, share = plan(grid, full(grid)), full(grid)
    running = dispatch(grid, share, range(192), State.empty(grid), made)
    lived = running.until(60)
    known = share.copy()
    known[0, 60:100] = 0.0
    again = dispatch(grid, known, range(60, 192), lived.end, made, firm=running)
    for row, lead in enumerate(grid.generators.lead_time_h):
        stays = lived.end.committed[row] & np.logical_and.accumulate(again.committed[row])
        early = np.arange(132) < lead
        assert not (again.committed[row] & early & ~running.committed[row, 60:] & ~stays).any()

"""Lines relieved in the fast engine, and both engines over twelve weeks (MODEL_SPEC 6.13 v and 6.14)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dafeng.experiments.checks.weeks import both, priced_cny, twelve_weeks, week
from dafeng.network.dispatch import Commitment, Exactly, dispatch, plan
from dafeng.network.grid import Engine, Grid, Hours, Limit, Relief, State
from dafeng.network.rolling import roll
from tests.network.peer_case import as_grid, case
from tests.network.small_grids import B, S, U, full, shorter, small_grid


def overloaded(grid: Grid, hours: Hours) -> int:
    return int((np.abs(hours.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0).sum())


def test_hours_with_an_overload_are_dispatched_anew_and_others_stay() -> None:
    grid, share = as_grid(case(hours=336, tight=0.8))
    made = plan(grid, share)
    before, after = (roll(grid, share, made, engine=Engine.FAST, relieve=way) for way in (Relief.NONE, Relief.HOURS))
    over = (np.abs(before.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0)
    assert over.any()
    assert overloaded(grid, after) == 0
    assert (after.way == over).all()
    assert (after.generation_mw[:, ~over] == before.generation_mw[:, ~over]).all()
    assert np.allclose(after.stored_mwh, before.stored_mwh)


def test_days_with_an_overload_go_to_a_programme_when_asked() -> None:
    grid, share = as_grid(case(hours=336, tight=0.8))
    made = plan(grid, share)
    ways = (Relief.NONE, Relief.HOURS, Relief.DAYS)
    before, hours, days = (roll(grid, share, made, engine=Engine.FAST, relieve=way) for way in ways)
    over = (np.abs(before.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0)
    assert overloaded(grid, days) == 0
    assert (days.way == np.repeat(over.reshape(-1, 24).any(axis=1), 24)).all()
    assert days.cost_cny <= hours.cost_cny * (1 + 1e-6)


def test_relieved_days_cost_within_a_thousandth_of_the_optimum_and_hours_a_little_more() -> None:
    grid, share = as_grid(case(hours=504))
    made = plan(grid, share)
    hours, days = (roll(grid, share, made, engine=Engine.FAST, relieve=way) for way in (Relief.HOURS, Relief.DAYS))
    exact = roll(grid, share, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT)
    assert (days.way == 1).mean() > 0.5
    assert exact.cost_cny * (1 - 1e-5) <= days.cost_cny <= exact.cost_cny * 1.001
    assert days.cost_cny <= hours.cost_cny <= exact.cost_cny * 1.004  # stores stay; lines bind in most days here


@pytest.mark.parametrize("way_asked", [Relief.HOURS, Relief.DAYS])
def test_a_relieved_window_keeps_stores_at_its_days_ends_and_every_node_in_balance(way_asked: Relief) -> None:
    load = np.stack([np.full(48, 20.0), 80.0 + 40.0 * np.sin(np.arange(48) * np.pi / 12)])
    grid = small_grid(load, [U(200, 100, bus=0), U(100, 300, bus=1)], branch=[B(0, 1, mw=90.0)],
                      counties=("PJ", "JH"), store=[S(20, 80, bus=1, into=0.9, out=0.9)])
    made, state = plan(grid, full(grid)), State.empty(grid)
    plain, relieved = (
        dispatch(grid, full(grid), range(48), state, made, relieve=way) for way in (Relief.NONE, way_asked)
    )
    assert overloaded(grid, plain) > 0
    assert overloaded(grid, relieved) == 0
    assert np.allclose(plain.stored_mwh[:, [23, 47]], relieved.stored_mwh[:, [23, 47]])
    net = relieved.generation_mw - load + relieved.unserved_mw
    net[1] += (relieved.discharge_mw - relieved.charge_mw)[0]
    assert np.abs(net[0] - relieved.flow_mw[0]).max() < 1e-6
    assert np.abs(net[1] + relieved.flow_mw[0]).max() < 1e-6


@pytest.mark.parametrize("way", [Relief.HOURS, Relief.DAYS])
def test_a_window_of_one_hour_before_midnight_is_relieved(way: Relief) -> None:
    load = np.array([[20.0] * 24, [120.0] * 24])
    grid = small_grid(load, [U(200, 100, bus=0), U(100, 300, bus=1, kind="unit", ramp=10.0)],
                      branch=[B(0, 1, mw=90.0)], counties=("PJ", "JH"))
    made = plan(grid, full(grid))
    whole = dispatch(grid, full(grid), range(24), State.empty(grid), made, relieve=way)
    found = dispatch(grid, full(grid), range(23, 24), State.empty(grid), made, relieve=way)
    assert found.flow_mw[0] == pytest.approx([90.0])
    assert whole.flow_mw[0] == pytest.approx([90.0] * 24)


def test_a_budget_that_gives_way_to_a_line_is_made_even_where_the_line_has_room() -> None:
    """1,200 MWh of water go to 12 hours of peak load at 100 MW, behind a line of 90 MW."""
    load = np.array([[0.0] * 24, [100.0, 250.0] * 12])
    grid = small_grid(load, [U(120, 0, "water", bus=0, kind="block"), U(300, 300, "coal", bus=1)],
                      branch=[B(0, 1, mw=90.0)], counties=("PJ", "JH"))
    grid = replace(grid, limits=(Limit("water", np.array([1.0, 0.0]), 1200.0, 1200.0, 0, 24),))
    share = full(grid)
    made = plan(grid, share)
    plain, relieved = (
        dispatch(grid, share, range(24), State.empty(grid), made, relieve=way) for way in (Relief.NONE, Relief.HOURS)
    )
    assert overloaded(grid, plain) > 0
    assert overloaded(grid, relieved) == 0
    assert relieved.generation_mw[0].sum() == pytest.approx(1200.0)
    assert relieved.generation_mw[0].max() == pytest.approx(90.0)
    assert relieved.cost_cny == pytest.approx(plain.cost_cny)


def test_an_hour_that_no_unit_can_relieve_goes_to_the_programme_of_its_day() -> None:
    """Behind the line there is only a store, which the hour by itself leaves as it is."""
    load = np.stack([np.zeros(24), np.where(np.arange(24) == 12, 100.0, 50.0)])
    grid = small_grid(load, [U(200, 100, bus=0)], branch=[B(0, 1, mw=90.0)], counties=("PJ", "JH"),
                      store=[S(20, 40, bus=1)])
    found = dispatch(grid, full(grid), range(24), State.empty(grid), plan(grid, full(grid)), relieve=Relief.HOURS)
    assert overloaded(grid, found) == 0
    assert found.unserved_mw.sum() == pytest.approx(0.0, abs=1e-6)
    assert (found.way == 1).all()


@pytest.mark.parametrize("way", [Relief.HOURS, Relief.DAYS, None])
def test_nobody_is_cut_off_to_keep_n_1(way: Relief | None) -> None:
    """90 MW behind a line of 60 (N-1) or 120 MW (all circuits), with 20 MW of their own: it carries 70 MW.

    With one circuit only, 60 MW is all there is and 10 MW are shed.
    """
    grid = small_grid(np.array([[0.0] * 24, [90.0] * 24]), [U(200, 100, bus=0), U(20, 300, bus=1)],
                      branch=[B(0, 1, mw=60.0)], counties=("PJ", "JH"))
    for carry, flow, shed in ((120.0, 70.0, 0.0), (60.0, 60.0, 10.0)):
        wired = replace(grid, branches=replace(grid.branches, carry_mw=np.array([carry])))
        made = plan(wired, full(wired), engine=Engine.EXACT if way is None else Engine.FAST)
        hours = dispatch(wired, full(wired), range(24), State.empty(wired), made, relieve=way or Relief.NONE,
                         engine=Engine.EXACT if way is None else Engine.FAST)
        assert np.allclose(hours.flow_mw, flow)
        assert np.allclose(hours.unserved_mw[1], shed)
        assert np.allclose(hours.asked_mw, flow if way is None else 90.0)


@pytest.mark.parametrize("way", [Relief.HOURS, Relief.DAYS])
def test_a_unit_behind_a_full_line_is_switched_on_though_nothing_ramps_slowly(way: Relief) -> None:
    """100 MW behind a line of 50: the dear unit there, of at least 50 MW, serves the rest; merit order has it off."""
    grid = small_grid(np.array([[0.0] * 24, [100.0] * 24]),
                      [U(200, 20, bus=0), U(100, 150, bus=1, kind="unit", least=0.5, start=1000.0)],
                      branch=[B(0, 1, mw=50.0)], counties=("PJ", "JH"))
    found = dispatch(grid, full(grid), range(24), State.empty(grid), plan(grid, full(grid)), relieve=way)
    assert found.unserved_mw.sum() == pytest.approx(0.0, abs=1e-6)
    assert found.cost_cny == pytest.approx(24 * 50 * (20 + 150) + 1000)


@pytest.mark.parametrize("way", [Relief.HOURS, Relief.DAYS, None])
def test_no_output_is_destroyed_to_keep_n_1(way: Relief | None) -> None:
    """90 MW that must be fed in behind a line of 60 (N-1) or 120 MW (all circuits): it carries them, or what it can."""
    units = [U(90, 5, bus=0, kind="free", least=1.0), U(200, 100, bus=1)]
    grid = small_grid(np.array([[0.0] * 24, [150.0] * 24]), units,
                      branch=[B(0, 1, mw=60.0)], counties=("PJ", "JH"))
    for carry, flow in ((120.0, 90.0), (60.0, 60.0)):
        wired = replace(grid, branches=replace(grid.branches, carry_mw=np.array([carry])))
        engine = Engine.EXACT if way is None else Engine.FAST
        made = plan(wired, full(wired), engine=engine)
        hours = dispatch(wired, full(wired), range(24), State.empty(wired), made, relieve=way or Relief.NONE,
                         engine=engine)
        assert np.allclose(hours.flow_mw, flow)
        assert hours.unserved_mw.sum() == pytest.approx(0.0, abs=1e-6)


def test_with_commitment_twelve_weeks_keep_to_the_acceptance() -> None:
    """Against the linear programme, a lower bound of the binary one: median 2 %, worst 4 %."""
    gaps = []
    for grid, share in twelve_weeks():
        fast, exact = both(grid, share)
        gaps.append(priced_cny(grid, fast) / priced_cny(grid, exact) - 1.0)
    assert np.median(gaps) <= 0.02
    assert max(gaps) <= 0.04
    assert min(gaps) >= -1e-6


def test_the_binary_programme_lies_between_the_linear_one_and_the_fast_engine() -> None:
    grid, share = week("coal", 1)
    grid, share = shorter(grid, share, 48)
    made, start = plan(grid, share, engine=Engine.EXACT), State.empty(grid)
    costs = []
    for commitment in (Commitment.RELAXED, Commitment.BINARY):
        options = Exactly(commitment=commitment, pinned_mwh=tuple(start.stored_mwh.tolist()), gap=1e-3)
        found = dispatch(grid, share, range(48), start, made, engine=Engine.EXACT, options=options)
        costs.append(priced_cny(grid, found))
    fast = roll(grid, share, plan(grid, share), engine=Engine.FAST, start=start)
    assert costs[0] <= costs[1] * (1 + 1e-9)
    assert costs[1] <= priced_cny(grid, fast) * 1.001



@pytest.mark.parametrize(("cap_mwh", "dear_mw"), [(2_000.0, 0.0), (480.0, 10.0), (0.0, 30.0)])
def test_relief_may_spend_what_a_cap_has_left(cap_mwh: float, dear_mw: float) -> None:
    """80 MW behind a line of 50: 30 from a capped unit at 30, as far as its cap of the day goes, the rest at 200."""
    load = np.stack([np.full(24, 20.0), np.full(24, 80.0)])
    units = [U(200, 10), U(60, 30, "capped", bus=1), U(60, 200, "dear", bus=1)]
    grid = small_grid(load, units, branch=(B(0, 1, 0.1, 50),), counties=("PJ", "JH"))
    grid = replace(grid, limits=(Limit("cap", np.array([0.0, 1.0, 0.0]), -np.inf, cap_mwh, 0, 24),))
    share = full(grid)
    found = dispatch(grid, share, range(24), State.empty(grid), plan(grid, share), relieve=Relief.DAYS)
    assert found.generation_mw[1:].sum(axis=1) == pytest.approx([24 * (30.0 - dear_mw), 24 * dear_mw])
    assert found.end.used[0] == pytest.approx(24 * (30.0 - dear_mw))

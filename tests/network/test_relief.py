"""Lines relieved in the fast engine, and both engines over twelve weeks (MODEL_SPEC 6.13 v and 6.14)."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.experiments.checks.weeks import both, priced_cny, twelve_weeks, week
from dafeng.network.dispatch import Commitment, Exactly, dispatch, plan
from dafeng.network.grid import Engine, Grid, Hours, State
from dafeng.network.rolling import roll
from tests.network.peer_case import as_grid, case
from tests.network.small_grids import B, S, U, full, shorter, small_grid


def overloaded(grid: Grid, hours: Hours) -> int:
    return int((np.abs(hours.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0).sum())


def test_days_with_an_overload_are_dispatched_anew_and_others_stay() -> None:
    grid, share = as_grid(case(hours=336, tight=0.8))
    made = plan(grid, share)
    before, after = (roll(grid, share, made, engine=Engine.FAST, relieve=relieve) for relieve in (False, True))
    assert overloaded(grid, before) > 0
    assert overloaded(grid, after) == 0
    over = (np.abs(before.flow_mw) > grid.branches.limit_mw[:, None] * 1.0001).any(axis=0)
    days = np.repeat(over.reshape(-1, 24).any(axis=1), 24)
    assert (after.way == days).all()
    first = int(np.argmax(days))
    assert (after.generation_mw[:, :first] == before.generation_mw[:, :first]).all()


def test_relieved_hours_cost_within_a_thousandth_of_the_optimum() -> None:
    grid, share = as_grid(case(hours=504))
    fast = roll(grid, share, plan(grid, share), engine=Engine.FAST)
    exact = roll(grid, share, plan(grid, share, engine=Engine.EXACT), engine=Engine.EXACT)
    assert (fast.way == 1).mean() > 0.5
    assert exact.cost_cny * (1 - 1e-5) <= fast.cost_cny <= exact.cost_cny * 1.001


def test_a_relieved_window_keeps_stores_at_its_days_ends_and_every_node_in_balance() -> None:
    load = np.stack([np.full(48, 20.0), 80.0 + 40.0 * np.sin(np.arange(48) * np.pi / 12)])
    grid = small_grid(load, [U(200, 100, bus=0), U(100, 300, bus=1)], branch=[B(0, 1, mw=90.0)],
                      counties=("PJ", "JH"), store=[S(20, 80, bus=1, into=0.9, out=0.9)])
    made, state = plan(grid, full(grid)), State.empty(grid)
    plain, relieved = (dispatch(grid, full(grid), range(48), state, made, relieve=relieve) for relieve in (False, True))
    assert overloaded(grid, plain) > 0
    assert overloaded(grid, relieved) == 0
    assert np.allclose(plain.stored_mwh[:, [23, 47]], relieved.stored_mwh[:, [23, 47]])
    net = relieved.generation_mw - load + relieved.unserved_mw
    net[1] += (relieved.discharge_mw - relieved.charge_mw)[0]
    assert np.abs(net[0] - relieved.flow_mw[0]).max() < 1e-6
    assert np.abs(net[1] + relieved.flow_mw[0]).max() < 1e-6


def test_a_window_of_one_hour_before_midnight_is_relieved() -> None:
    load = np.array([[20.0] * 24, [120.0] * 24])
    grid = small_grid(load, [U(200, 100, bus=0), U(100, 300, bus=1, kind="unit", ramp=10.0)],
                      branch=[B(0, 1, mw=90.0)], counties=("PJ", "JH"))
    found = dispatch(grid, full(grid), range(23, 24), State.empty(grid), plan(grid, full(grid)), relieve=True)
    assert found.flow_mw[0] == pytest.approx([90.0])


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


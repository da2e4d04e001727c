"""Checks of dispatch, flows and credit: every row is measured and passes, and a wrong answer would fail."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.experiments.checks import dispatch, flows
from dafeng.experiments.checks.drawn_grid import drawn_grid, imbalance_mw
from dafeng.experiments.checks.weeks import emissions_t, week
from dafeng.experiments.verify import verify
from dafeng.network import capacity_credit
from dafeng.network.dispatch import dispatch as dispatched
from dafeng.network.dispatch import plan
from dafeng.network.grid import State


@pytest.mark.parametrize("name", ["dispatch", "flows", "credit"])
def test_every_row_is_measured_and_passes(name, monkeypatch):
    monkeypatch.setattr(dispatch, "BALANCE_SEEDS", 1)
    rows = verify([name])
    assert [row.id for row in rows if not row.passes] == []
    assert all(row.measured == row.measured for row in rows)


def test_a_credit_of_nothing_for_a_large_store_is_no_fall(monkeypatch):
    found = capacity_credit.load_matching
    assert verify(["V24c"])[0].passes
    monkeypatch.setattr(capacity_credit, "load_matching",
                        lambda over, goal, most, close: 1e-6 if most > 5000.0 else found(over, goal, most, close))
    assert not verify(["V24c"])[0].passes


def test_power_that_goes_nowhere_shows_as_imbalance():
    grid, share = drawn_grid(0)
    found = dispatched(grid, share, range(grid.hours), State.empty(grid), plan(grid, share))
    generation = found.generation_mw.copy()
    generation[1, 5] += 0.5
    assert imbalance_mw(grid, found) < 1e-6
    assert imbalance_mw(grid, replace(found, generation_mw=generation)) == pytest.approx(0.5)


def test_a_tap_left_out_shows_in_the_flows(monkeypatch):
    whole = flows._read
    monkeypatch.setattr(flows, "_read", lambda name: tuple({**row, "tap": 1.0} for row in whole(name)))
    found = flows.flows()
    assert found["V17a"] > 0.1
    assert found["V17b"] < 1e-6
    assert found["V17d"] < 1e-6


def test_emissions_are_those_of_each_unit():
    grid, share = week("coal", 0)
    found = dispatched(grid, share, range(24), State.empty(grid), plan(grid, share))
    by_hand = sum(rate * row.sum() for rate, row in zip(grid.generators.emissions_t_per_mwh, found.generation_mw,
                                                        strict=True))
    assert emissions_t(grid, found) == pytest.approx(by_hand)
    assert np.count_nonzero(grid.generators.emissions_t_per_mwh) == 18

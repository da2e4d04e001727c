"""The ways of drawing sample years: threads, targets, mirrored pairs, the control variate, units that vary."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.outages import Process
from dafeng.network.regional import Ways, assess
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_sampling import add_lost, draw_changes
from dafeng.network.sampling import Derated, Machine, Machines
from tests.network.regional_cases import (
    NEVER,
    battery,
    both_stores,
    near,
    system,
    two_regions,
)


def test_any_number_of_threads_gives_the_same_numbers():
    base = replace(two_regions(), stores=both_stores())
    one, three = (assess(base, Luck(1), sample_years=2100, ways=Ways(threads=n)) for n in (1, 3))
    assert one.indices == three.indices
    assert np.array_equal(one.short_share, three.short_share)
    assert one.indices["eue_mwh"].value > 0.0


def test_sampling_stops_at_the_target_or_says_that_it_did_not_reach_it(rts79):
    stopped = assess(rts79, Luck(1), sample_years=20_000, target=0.1)
    assert stopped.converged
    assert stopped.sample_years < 20_000
    short = assess(rts79, Luck(1), sample_years=100, target=0.05)
    assert not short.converged
    assert short.coefficient_of_variation > 0.05


def test_nothing_seen_gives_the_rule_of_three_and_no_convergence():
    found = assess(system([np.full(48, 50.0)], [(100.0, 0, NEVER)]), Luck(1), sample_years=300)
    assert (found.indices["lolh_h"].value, found.indices["lolh_h"].se) == (0.0, 3 / 300)
    assert not found.converged


def test_antithetic_years_keep_the_mean_and_do_not_widen_the_error(rts79):
    plain = assess(rts79, Luck(1), sample_years=10_000).indices
    paired = assess(rts79, Luck(1), sample_years=10_000, ways=Ways(is_antithetic=True)).indices
    assert near(paired["lolh_h"], 9.39418)
    assert paired["lolh_h"].se < 1.05 * plain["lolh_h"].se


def test_the_control_variate_is_exact_where_it_is_the_answer(rts79):
    found = assess(rts79, Luck(1), sample_years=1000, ways=Ways(has_control=True)).indices
    assert found["eue_mwh"].value == pytest.approx(exact_indices(rts79).eue_mwh)
    assert found["eue_mwh"].se < 1e-6


def test_the_control_variate_narrows_the_error_of_a_system_with_a_battery(rts79):
    found = assess(battery(rts79), Luck(1), sample_years=10_000, ways=Ways(has_control=True))
    plain = assess(battery(rts79), Luck(1), sample_years=10_000)
    assert near(found.indices["eue_mwh"], 423.4, 2.8)
    assert found.indices["eue_mwh"].se < 0.6 * plain.indices["eue_mwh"].se
    assert found.gain["eue_mwh"] > 2.0


def test_the_years_sampled_do_not_depend_on_the_number_of_threads(rts79):
    """A target met within the second thousand: four threads drop what they sampled beyond it."""
    one, four = (assess(rts79, Luck(1), sample_years=8000, target=0.09, ways=Ways(threads=n)) for n in (1, 4))
    assert one.sample_years == four.sample_years < 4000
    assert one.indices == four.indices


@pytest.mark.parametrize("steps", [480, 475])
def test_what_units_of_varying_capacity_lose_is_told_hour_by_hour_and_leaves_nothing_behind(steps):
    """Three machines with a derated state, looked at only on days with any out, against every hour of a sample year."""
    rows = Machines.of([Machine("a", 1.0, Process(90.0, 15.0), count=3, derated=Derated(0.4, 10.0, 0.3))])
    machines, capacity = rows.with_keys(np.array([7], np.uint64)), np.random.default_rng(1).uniform(0.0, 9.0, steps)
    change, is_touched = np.zeros(steps + 1), np.zeros(21, np.bool_)
    for sample in range(20):
        draw_changes(machines, 0, sample, False, 24, change, is_touched)
        lost = np.cumsum(change[:-1]) * capacity * (np.cumsum(change[:-1]) > 0.0)
        out, fails = np.zeros(steps), np.zeros(21)
        add_lost(capacity, 24, change, is_touched, out, fails)
        assert lost.any()
        assert out.tolist() == lost.tolist()
        assert fails.tolist() == [lost[day * 24:day * 24 + 24].max(initial=0.0) for day in range(21)]
        assert not change.any()
        assert not is_touched.any()

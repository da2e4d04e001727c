"""Rare states of the province: drawn more often than they come, weighed as often as they come."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_indices import mean_of, tail_mean, widened
from dafeng.network.adequacy_request import on_request
from dafeng.network.adequacy_states import draw_cases, rows_kept, year_weights
from dafeng.network.adequacy_system import Pool, System, no_measures, no_stores
from dafeng.network.capacity_credit import conditioned_elcc_mw
from dafeng.network.capacity_margins import room_of
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines

HOURS = 8760
PROBABILITY = np.array([0.8, 0.16, 0.04])


def province(more_mw=(0.0, 120.0, 260.0), count=60):
    """Sixty units of 20 MW against days with an evening peak, higher in two rare states."""
    hour = np.arange(HOURS)
    load = 700.0 + 110.0 * np.cos(2 * np.pi * (hour % 24 - 19) / 24) - 60.0 * np.cos(2 * np.pi * hour / HOURS)
    units = Machines.of([Machine(f"u{i}", 20.0, Process(760.0, 40.0)) for i in range(count)])
    need = np.array([load + more for more in more_mw])
    pool = Pool(units, np.ones((1, HOURS)), np.ones((3, 1)), need, no_stores())
    return System(2030, ("all",), load[None, :], PROBABILITY, pool, None, no_measures(HOURS))


def test_rare_states_are_drawn_by_the_root_of_their_probability():
    count = np.bincount(draw_cases(province(), Luck(1), 500, is_by_state=True))
    root = np.sqrt(PROBABILITY)
    assert count == pytest.approx(500 * root / root.sum(), abs=2)


def test_years_of_a_state_weigh_its_probability_together():
    case = draw_cases(province(), Luck(1), 200, is_by_state=True)
    weight = year_weights(case, PROBABILITY)
    assert np.bincount(case, weight) == pytest.approx(PROBABILITY)


def test_as_many_years_of_each_state_are_kept_as_there_are():
    case = draw_cases(province(), Luck(1), 200, is_by_state=True)
    row = rows_kept(case, 40)
    assert sorted(row[row >= 0]) == list(range(40))
    assert np.ptp(np.bincount(case[row >= 0])) <= 1


@pytest.fixture(scope="module")
def seeds():
    """Assessments of 200 sample years, and the same figures of many more years."""
    system = province()
    found = [adequacy(system, Luck(seed), sample_years=200, support="province") for seed in range(80)]
    more = [adequacy(system, Luck(1000 + seed), sample_years=2500, support="province") for seed in range(8)]
    return found, more


@pytest.mark.parametrize("name", ["margin_mw", "eue_mwh", "lolh_h", "cvar95_mwh"])
def test_nine_of_ten_intervals_hold_the_figure_of_many_years_and_none_leans(seeds, name):
    """Of a correct 95 % interval 68 of 80 or more do so in 99.9 of 100 times."""
    found, more = ([getattr(one, name) for one in part] for part in seeds)
    value, error = (np.array([getattr(one, of) for one in found]) for of in ("value", "se"))
    known = np.array([one.value for one in more])
    assert (np.abs(value - known.mean()) <= 1.96 * error).sum() >= 68
    lean = np.hypot(value.std(ddof=1) / np.sqrt(len(value)), known.std(ddof=1) / np.sqrt(len(known)))
    assert abs(value.mean() - known.mean()) < 3.0 * lean
    assert 0.7 < np.sqrt((error**2).mean()) / value.std(ddof=1) < 1.6


def test_an_answer_on_request_is_that_of_many_years(seeds):
    """Its years are strata that come in parts; the tail weighs them too."""
    known = {name: np.mean([getattr(one, name).value for one in seeds[1]]) for name in ("eue_mwh", "cvar95_mwh")}
    found = on_request(province(), Luck(7), support="province", sample_years=2000).indices
    for name, value in known.items():
        assert abs(found[name].value - value) < 3.5 * found[name].se < 0.4 * value


def test_a_bound_of_no_event_counts_the_years_of_the_state_that_has_fewest_for_its_weight():
    found = adequacy(province((-400.0, -400.0, -400.0)), Luck(1), sample_years=200, support="province",
                     with_margin=False)
    case = draw_cases(province(), Luck(1), 200, is_by_state=True)
    assert found.lolf_hourly.value == 0.0
    assert found.lolf_hourly.se == pytest.approx(3.0 * (PROBABILITY / np.bincount(case)).max())


def test_a_credit_over_two_states_is_worked_out_by_hand():
    """A unit of 100 MW (q = 0.1) before 105 MW in one year of ten (a) and 95 MW in the others; 20 MW (r = 0.2) join.

    With load d more, 5 < d < 15: a [(1-q) r (5 + d) + q (105 + d - 20 (1-r))] + (1-a) [(1-q) r (d - 5) + q (95 + d -
    20 (1-r))] = a [5 (1-q) + 105 q] + (1-a) 95 q, so d (q + (1-q) r) = 20 q (1-r) + 5 a (1-q) (1-r) + 5 (1-a) (1-q) r.
    """
    q, r, a = 0.1, 0.2, 0.1
    d = (20 * q * (1 - r) + 5 * a * (1 - q) * (1 - r) + 5 * (1 - a) * (1 - q) * r) / (q + (1 - q) * r)
    load = np.full(HOURS, 95.0)
    units = Machines.of([Machine("one", 100.0, Process(450.0, 50.0))])
    pool = Pool(units, np.ones((1, HOURS)), np.ones((2, 1)), np.array([load, load + 10.0]), no_stores())
    system = System(2030, ("all",), load[None, :], np.array([1 - a, a]), pool, None, no_measures(HOURS))
    room = room_of(system, Luck(3), sample_years=400, balance="province", at_standard=False)
    found = conditioned_elcc_mw(room, 20.0, r)
    assert np.bincount(room.case)[1] > 80
    assert found.value == pytest.approx(d, abs=0.1)
    alike = conditioned_elcc_mw(replace(room, weight=None), 20.0, r)
    assert abs(alike.value - d) > 0.3


def test_a_tail_of_weighed_years_is_that_of_as_many_years_alike():
    values = np.array([0.0, 1.0, 50.0, 70.0, 90.0])
    case, weight = np.array([0, 0, 1, 1, 1]), np.array([0.47, 0.47, 0.02, 0.02, 0.02])
    alike = tail_mean(np.repeat(values, [47, 47, 2, 2, 2]))
    assert tail_mean(values, case, weight).value == pytest.approx(alike.value)


def test_few_years_widen_an_error_and_many_hardly():
    few, many = (np.random.default_rng(1).normal(10.0, 2.0, n) for n in (5, 4000))
    wide = [widened(of, np.zeros(len(of), np.int64)).se / mean_of(of, np.zeros(len(of), np.int64)).se
            for of in (few, many)]
    assert wide == pytest.approx([2.776 / 1.96, 1.0], rel=1e-3)

"""ELCC and EFC: hand-worked and exact answers, and laws on common random numbers."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy_system import single_node
from dafeng.network.capacity_credit import (
    capacity_credit,
    conditioned_elcc_mw,
    elcc_mw,
    elcc_share_of_unit,
    firm,
    perfect,
    present,
    response,
    saturation,
    storage,
    unserved_curve,
    weather,
)
from dafeng.network.capacity_margins import portfolio, room_of, with_offers
from dafeng.network.copt import exact
from dafeng.network.outages import Process

HOURS = 8760


def room(units, load_mw, sample_years=300, seed=5, **more):
    return room_of(single_node(units, load_mw), Luck(seed), sample_years=sample_years, balance="island",
                   **{"at_standard": False, **more})


def peaky_load_mw(peak=1000.0):
    """Days with an evening peak, higher in the middle of the year."""
    hour = np.arange(HOURS)
    return peak * (0.7 + 0.2 * np.cos(2 * np.pi * (hour % 24 - 19) / 24) - 0.1 * np.cos(2 * np.pi * hour / HOURS))


def fleet(count=12, mw=100.0):
    return [(f"unit-{i}", mw, Process(950.0, 50.0)) for i in range(count)]


@pytest.fixture(scope="module")
def peaky():
    return room(fleet(), peaky_load_mw(), at_standard=True)


def sun(mw):
    return weather(mw, np.maximum(0.0, np.cos(2 * np.pi * (np.arange(HOURS) % 24 - 13) / 24)))


def test_perfect_capacity_is_worth_itself(peaky):
    found = capacity_credit(peaky, perfect(50.0, HOURS))
    assert found.elcc_share.value == pytest.approx(1.0, abs=1e-3)
    assert found.efc_share.value == pytest.approx(1.0, abs=1e-3)


def test_a_unit_beside_one_unit_is_worked_out_by_hand():
    """A unit of 100 MW (q = 0.1) carries 95 MW; 20 MW with r = 0.2 join it.

    EUE without: q 95. With load d more (5 < d < 25): q (95 + d - 20 (1 - r)) + (1 - q) r (d - 5), so that
    d = (20 q (1 - r) + 5 (1 - q) r) / (q + (1 - q) r) = 2.5 / 0.28 MW. Perfect capacity of 20 (1 - r) MW would lower
    the energy unserved as much, since what is short is always more than that.
    """
    base = room([("one", 100.0, Process(450.0, 50.0))], np.full(HOURS, 95.0), 400)
    found = capacity_credit(base, firm("two", 20.0, Process(200.0, 50.0)))
    assert abs(found.elcc_mw.value - 2.5 / 0.28) < 3 * found.elcc_mw.se < 0.5
    assert abs(found.efc_mw.value - 16.0) < 3 * found.efc_mw.se < 0.5


def test_averaging_the_states_of_a_unit_gives_the_same_credit():
    """The system worked out by hand above."""
    base = room([("one", 100.0, Process(450.0, 50.0))], np.full(HOURS, 95.0), 400)
    found = conditioned_elcc_mw(base, 20.0, 0.2)
    assert found.value == pytest.approx(2.5 / 0.28, rel=0.01) or abs(found.value - 2.5 / 0.28) < 3 * found.se < 0.5


def test_the_curve_of_unserved_energy_gives_the_same_credit_as_each_evaluation(peaky):
    curve = unserved_curve(peaky, 20.0)
    for mw, rate in ((5.0, 0.03), (20.0, 0.08), (20.0, 0.3)):
        whole = conditioned_elcc_mw(peaky, mw, rate).value / mw
        assert elcc_share_of_unit(curve, mw, rate) == pytest.approx(whole, abs=0.005)


def test_a_unit_that_is_out_when_the_system_is_short_is_worth_less_and_a_heated_one_what_is_left(peaky):
    curve, days = unserved_curve(peaky, 20.0), np.arange(365)
    short = peaky.unserved_by_day(0.0)
    assert short.sum() == pytest.approx(peaky.unserved(0.0)[:, 0].mean())
    middle = np.where(np.abs(days - 182) < 60, 0.2, 0.02)
    share = elcc_share_of_unit(curve, 20.0, middle)
    assert share < elcc_share_of_unit(curve, 20.0, float(middle.mean())) - 0.05
    assert share == pytest.approx(1.0 - short @ middle / short.sum(), abs=0.01)
    less = unserved_curve(peaky.plus(weather(20.0, np.full(HOURS, -0.1))), 10.0, -10.0, 3)
    assert elcc_share_of_unit(curve, 20.0, 0.0, less) == pytest.approx(0.9, abs=0.005)


def test_hours_of_a_store_are_what_it_holds_inside():
    stores = storage(100.0, 2.0, 0.9, 0.8).stores
    assert stores.energy_mwh.tolist() == [200.0]


def test_the_load_carried_agrees_with_exact_convolution():
    """The load is found by bisection on the exact EUE of capacity outage tables."""
    load, extra, process = peaky_load_mw(1040.0), 100.0, Process(460.0, 40.0)
    units = [(100.0, Process(950.0, 50.0))] * 12

    def eue(units, added):
        return exact([mw for mw, _ in units], [process for _, process in units], load + added).eue_mwh

    goal, low, high = eue(units, 0.0), 0.0, extra
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if eue([*units, (extra, process)], middle) < goal else (low, middle)
    found = capacity_credit(room(fleet(), load, 1500), firm("more", extra, process)).elcc_mw
    assert 0.3 * extra < low < extra
    assert abs(found.value - low) < 3 * found.se < 6.0


def test_the_credit_of_sun_falls_with_its_capacity(peaky):
    shares = [credit.elcc_share.value for credit in saturation(peaky, sun, [20.0, 100.0, 300.0, 900.0])]
    assert all(later < earlier for earlier, later in pairwise(shares))
    assert 0.0 <= shares[-1] < shares[0] < 1.0


def test_longer_stores_and_more_calls_are_worth_more(peaky):
    stored = [capacity_credit(peaky, storage(100.0, h, 0.9)).elcc_share.value for h in (1.0, 2.0, 4.0, 8.0)]
    assert stored == sorted(stored)
    assert stored[0] < 0.7 < stored[-1]
    called = [capacity_credit(peaky, response(100.0, 4.0, days, HOURS)).elcc_share.value for days in (0.0, 1.0, 30.0)]
    assert called[0] == 0.0
    assert called == sorted(called)
    assert called[1] < called[2] <= 1.0


def test_the_credit_of_storage_falls_with_its_capacity(peaky):
    shares = [c.elcc_share.value for c in saturation(peaky, lambda mw: storage(mw, 2.0, 0.9), [20.0, 100.0, 300.0])]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < shares[0]


def test_sun_and_storage_together_are_worth_no_less_than_the_store_alone(peaky):
    both = capacity_credit(peaky, portfolio([sun(100.0), storage(100.0, 4.0, 0.9)]))
    alone = capacity_credit(peaky, storage(100.0, 4.0, 0.9))
    assert both.power_mw == 200.0
    assert both.elcc_mw.value >= alone.elcc_mw.value


def test_a_system_that_is_never_short_gives_no_credit_but_not_a_number():
    base = room([("one", 100.0, Process(math.inf, 1.0))], np.full(HOURS, 50.0), 20)
    found = capacity_credit(base, perfect(10.0, HOURS))
    assert math.isnan(found.elcc_mw.value)
    assert math.isnan(found.efc_mw.value)


def test_at_the_standard_a_room_is_short_for_the_standard_hours(peaky):
    assert peaky.unserved(0.0)[:, 1].mean() == pytest.approx(2.4, rel=0.1)


def test_cars_at_their_plugs_and_response_serve_with_the_stores_of_the_pool(peaky):
    """Always there, cars are the store they are; after an empty pool they would have their own power alone."""
    full = peaky.plus(storage(100.0, 4.0, 0.9, 0.9)).less(150.0)
    bought = capacity_credit(full, storage(100.0, 4.0, 0.9, 0.9)).elcc_share.value
    plugged = capacity_credit(full, present(storage(100.0, 4.0, 0.9, 0.9), np.ones(HOURS))).elcc_share.value
    assert plugged == pytest.approx(bought, abs=1e-4)
    called = response(100.0, 4.0, 30.0, HOURS)
    after = replace(full, measures=with_offers(full.measures, called.offers))  # after the stores
    assert elcc_mw(full, full.plus(called), 100.0).value > 1.05 * elcc_mw(full, after, 100.0).value > 0.0

"""What the city's own measures may do against a gap, by hand: energy is never made, and what is moved comes back."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_system import Reservoirs, no_measures, single_node
from dafeng.network.outages import Process

NEVER = Process(np.inf, 1.0)


def year(load, **measures):
    """One machine of 100 MW that never fails, under a load of two days."""
    system = single_node([("a", 100.0, NEVER)], load)
    system = replace(system, measures=no_measures(len(load))._replace(**measures))
    return adequacy(system, Luck(1), sample_years=2, support="island", with_margin=False)


def offer(mw=20.0, hours=1.0, days=9.0, rebound=0.0):
    return {"offer_mw": np.full((1, 48), mw), "hours_per_event": np.array([hours]),
            "events_per_year": np.array([days]), "is_ordered": np.zeros(1, np.bool_),
            "rebound_share": np.array([rebound])}


def steady(load_mw=50.0, **hours):
    load = np.full(48, load_mw)
    for hour, mw in hours.items():
        load[int(hour[1:])] = mw
    return load


def test_what_was_shed_comes_back_over_six_hours_and_may_make_an_hour_short():
    """20 MW are shed at 10, 60 % come back as 2 MW in each hour to 16: where 1 MW is spare, 1 MW is unserved."""
    found = year(steady(h10=120.0, h12=99.0, h16=99.5, h17=100.0), **offer(rebound=0.6))
    assert found.eue_mwh.value == pytest.approx(1.0 + 1.5)
    assert found.lolh_h.value == 2.0


def test_what_comes_back_crosses_midnight():
    """Shed at 22 of the first day; at 1 of the next, a day without a shortage of its own, nothing is spare."""
    found = year(steady(h22=120.0, h25=100.0, h29=100.0), **offer(days=1.0, rebound=0.6))
    assert found.eue_mwh.value == pytest.approx(2.0)
    assert found.events["hour"].tolist() == [25.0, 25.0]


def test_what_comes_back_into_a_shortage_deepens_it():
    found = year(steady(h10=120.0, h11=115.0), **offer(rebound=0.6))
    assert found.eue_mwh.value == pytest.approx(15.0 + 2.0)


@pytest.mark.parametrize(("first_mw", "last_mw", "left"),
                         [(120.0, 130.0, 30.0), (120.0, 119.0, 20.0), (120.0, 117.0, 19.0)])
def test_a_call_waits_for_the_hour_it_saves_most_in_with_what_comes_back(first_mw, last_mw, left):
    """20 MW for an hour: a call in the first brings 2 MW back into the second, one in the second none."""
    found = year(steady(h10=first_mw, h11=last_mw), **offer(rebound=0.6))
    assert found.eue_mwh.value == pytest.approx(left)


@pytest.mark.parametrize(("hours", "left"), [(1.0, 70.0), (2.0, 50.0), (3.0, 40.0), (4.0, 30.0), (24.0, 10.0)])
def test_an_offer_is_called_in_the_run_of_hours_that_saves_most_and_no_other(hours, left):
    """Short by 10, 10, 30, 20, 10 MW, and by 10 MW hours later; the offer sheds 20 MW: an event is one run."""
    load = steady(h5=110.0, h6=110.0, h7=130.0, h8=120.0, h9=110.0, h19=110.0)
    assert year(load, **offer(hours=hours)).eue_mwh.value == pytest.approx(left)


def test_the_next_offer_takes_the_best_run_of_what_the_one_before_leaves():
    """Gaps of 50, 20 and 30 MW, offers of 20 MW for an hour: the first two in the first hour, the third in another."""
    load, one = steady(h5=150.0, h6=120.0, h7=130.0), offer()
    for count, left in ((1, 80.0), (2, 60.0), (3, 40.0)):
        many = {name: np.repeat(column, count, axis=0) for name, column in one.items()}
        assert year(load, **many).eue_mwh.value == pytest.approx(left)


def test_the_run_is_chosen_from_what_stores_leave():
    """The gap before the store is deepest at 5; after it, at 8: the store is emptied at 5, as stores come first."""
    load = steady(h5=140.0, h8=130.0)
    full = Reservoirs(*(np.array([x]) for x in (40.0, 40.0, 40.0, 1.0, 1.0)))
    assert year(load, stores=full, **offer(mw=30.0)).eue_mwh.value == pytest.approx(0.0)
    load = np.full(48, 100.0)
    load[:24] = steady(100.0, h5=140.0, h6=110.0, h8=130.0)[:24]
    assert year(load, stores=full, **offer(mw=30.0)).eue_mwh.value == pytest.approx(10.0)


def test_no_run_saves_more_on_drawn_days():
    """Against each run of a drawn day, one by one."""
    rng = np.random.default_rng(3)
    for hours in (1, 2, 3, 5, 9):
        gaps = np.where(rng.random(24) < 0.4, rng.uniform(1.0, 50.0, 24), 0.0)
        load = steady(60.0)
        load[:24] = np.where(gaps > 0.0, 100.0 + gaps, 60.0)
        for last in (1.0, 0.3):
            mw = 20.0 * np.array([*[1.0] * (hours - 1), last])
            saved = max(np.minimum(gaps[at:at + hours], mw).sum() for at in range(25 - hours))
            found = year(load, **offer(hours=hours - 1.0 + last)).eue_mwh.value
            assert found == pytest.approx(gaps.sum() - saved)


def test_moved_charging_needs_room_where_it_comes_back():
    """Ten hours are short by 50 MW, 14 have 1 MW to spare: 14 MWh can move, whatever the chargers' power."""
    load = steady(99.0)
    load[14:24] = load[38:48] = 150.0
    found = year(load, shift_mw=np.full(48, 60.0))
    assert found.eue_mwh.value == pytest.approx(2 * (10 * 50.0 - 14.0))


@pytest.mark.parametrize("first", [2, 10, 18])
def test_stores_and_moved_charging_share_the_room(first):
    """The store is emptied on the first day; on the second 18 MWh are spare, and 60 are wanted in six hours."""
    load = steady(99.0)
    load[:24] = 100.0
    load[8:10] = 105.0
    load[24 + first:30 + first] = 110.0
    full = Reservoirs(*(np.array([x]) for x in (5.0, 5.0, 10.0, 1.0, 1.0)))
    found = year(load, stores=full, shift_mw=np.full(48, 20.0))
    lost = found.eue_mwh.value
    assert lost >= 60.0 - 18.0
    assert lost == pytest.approx(42.0)


@pytest.mark.parametrize(("hours", "days", "served"), [(1.5, 9.0, 3), (2.0, 9.0, 4), (2.0, 1.9, 2), (0.5, 9.0, 1)])
def test_an_offer_answers_its_hours_the_last_in_part_on_whole_days(hours, days, served):
    """Two days with three hours short by 20 MW each; an event is of 20 MW for so many hours."""
    load = steady()
    load[10:13] = load[34:37] = 120.0
    found = year(load, **offer(hours=hours, days=days))
    assert found.eue_mwh.value == pytest.approx(20.0 * (6 - served))


@pytest.mark.parametrize("name", ["offer_mw", "hours_per_event", "events_per_year"])
def test_more_response_that_does_not_come_back_never_raises_unserved_energy(name):
    """A fleet that fails, on common random numbers; part of an hour more is more."""
    units = [(f"u{i}", 20.0, Process(90.0, 10.0)) for i in range(6)]
    hour = np.arange(8760)
    system = single_node(units, 75.0 + 15.0 * np.cos(2 * np.pi * (hour % 24 - 19) / 24))
    few = {"offer_mw": np.full((2, 8760), 8.0), "hours_per_event": np.array([2.0, 3.4]),
           "events_per_year": np.array([9.0, 20.0]), "is_ordered": np.zeros(2, np.bool_), "rebound_share": np.zeros(2)}
    lost = []
    for factor in (0.0, 1.0, 1.3, 2.0):
        measures = no_measures(8760)._replace(**{**few, name: few[name] * factor})
        found = adequacy(replace(system, measures=measures), Luck(1), sample_years=60, support="island",
                         with_margin=False)
        lost.append(found.eue_mwh.value)
    assert lost[0] > lost[1] > lost[3]
    assert lost == sorted(lost, reverse=True)

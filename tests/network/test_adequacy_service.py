"""The city's stores as far as they are there, by hand: those that come during the year, and cars at their plugs."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_system import Reservoirs, no_measures, single_node
from dafeng.network.capacity_margins import room_of
from dafeng.network.outages import Process

NEVER = Process(np.inf, 1.0)


def stores(*rows):
    """(MW, MWh) of stores that lose a fifth."""
    mw, mwh = np.array(rows).T
    return Reservoirs(mw.copy(), mw.copy(), mwh.copy(), np.full(len(mw), 0.8), np.ones(len(mw)))


def system(load, own, share=None):
    """One machine of 100 MW that never fails, under a load of whole days."""
    alone = single_node([("a", 100.0, NEVER)], load, stores=own)
    there = no_measures(len(load)).store_share if share is None else np.array(share)
    return replace(alone, measures=alone.measures._replace(store_share=there))


def unserved_mwh(load, own, share=None):
    one = system(load, own, share)
    return adequacy(one, Luck(1), sample_years=2, support="island", with_margin=False).eue_mwh.value


def gaps(load_mw=50.0, days=2, **hours):
    load = np.full(24 * days, load_mw)
    for hour, mw in hours.items():
        load[int(hour[1:])] = mw
    return load


def test_a_store_helps_from_its_hour_of_service_on_and_arrives_full():
    """A gap of 20 MW on the day before and on the day itself."""
    share = [np.repeat([0.0, 1.0], 24)]
    assert unserved_mwh(gaps(h10=120.0, h34=120.0), stores((20.0, 40.0)), share) == pytest.approx(20.0)


def test_of_a_kind_half_of_which_stands_the_half_gives_power_and_energy():
    """10 MW and 20 MWh against four hours of 20 MW; next day nothing has room to charge, and the other half comes."""
    load = gaps(h10=120.0, h11=120.0, h12=120.0, h13=120.0, h34=120.0)
    load[14:34] = 100.0
    share = [np.repeat([0.5, 1.0], 24)]
    assert unserved_mwh(load, stores((20.0, 40.0)), share) == pytest.approx(80.0 - 20.0 + 20.0 - 20.0)
    assert unserved_mwh(load, stores((20.0, 40.0))) == pytest.approx(100.0 - 40.0)


def test_cars_on_the_road_neither_feed_back_nor_lose_what_they_hold():
    """A fifth at the plug at 17, all at 22, five hours of power each: 2 of 10 MW served, then all 10."""
    at_plug = np.tile(np.where(np.arange(24) == 17, 0.2, 1.0), 2)
    load = gaps(h17=110.0, h22=110.0)
    assert unserved_mwh(load, stores((10.0, 50.0)), [at_plug]) == pytest.approx(8.0)


def test_stores_charge_with_the_power_that_is_there():
    """Emptied at 10, 2 MW of 20 are there to charge for the next ten hours: 16 MWh for the gap at 21."""
    share = np.ones(48)
    share[11:21] = 0.1
    load = gaps(h10=120.0, h21=120.0)
    assert unserved_mwh(load, stores((20.0, 20.0)), [share]) == pytest.approx(20.0 - 0.8 * 2.0 * 10)


@pytest.mark.parametrize("seed", range(4))
def test_a_share_of_one_changes_nothing_and_a_steady_one_is_a_smaller_store(seed):
    rng = np.random.default_rng(seed)
    load, own = rng.uniform(70.0, 125.0, 24 * 30), stores((10.0, 40.0), (8.0, 8.0), (5.0, 30.0))
    whole = np.ones((3, len(load)))
    assert unserved_mwh(load, own, whole) == pytest.approx(unserved_mwh(load, own), rel=1e-12)
    smaller = own._replace(charge_mw=0.4 * own.charge_mw, discharge_mw=0.4 * own.discharge_mw,
                           energy_mwh=0.4 * own.energy_mwh)
    assert unserved_mwh(load, own, 0.4 * whole) == pytest.approx(unserved_mwh(load, smaller), rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_more_that_is_there_never_leaves_more_unserved_with_one_store(seed):
    rng = np.random.default_rng(10 + seed)
    load, own = rng.uniform(70.0, 125.0, 24 * 30), stores((15.0, 60.0))
    less = np.sort(rng.uniform(0.0, 1.0, len(load)))
    more = less + rng.uniform(0.0, 1.0) * (1.0 - less)
    assert unserved_mwh(load, own, [more]) <= unserved_mwh(load, own, [less]) + 1e-6


def test_margins_and_credits_see_the_same_stores():
    """The hours short that a credit's room counts are those of the view."""
    load = np.tile(gaps(days=1, h18=115.0, h19=115.0), 365)
    own, share = stores((15.0, 60.0)), [np.tile(np.where(np.arange(24) == 18, 0.5, 1.0), 365)]
    one = system(load, own, share)
    room = room_of(one, Luck(1), sample_years=2, balance="island", at_standard=False)
    view = adequacy(one, Luck(1), sample_years=2, support="island")
    assert view.eue_mwh.value == pytest.approx(365 * 7.5)
    assert room.unserved(0.0)[0].tolist() == pytest.approx([365 * 7.5, 365.0])

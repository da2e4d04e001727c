"""Response on call in regional systems: years worked by hand, laws, and the audit by perfect foresight."""

from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.luck import Luck
from dafeng.network.regional import Ways, assess
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_response import RegionalOffers
from dafeng.network.system_folder import read_folder
from tests.network.foresight import least_unserved_mwh
from tests.network.regional_cases import NEVER, drawn_days, system, two_regions
from tests.network.test_systems import GOOD, problems, write

TOLERANCE_MWH = 1e-5


def offers(steps, *rows, rebound=0.0):
    """Rows as (region, MW, hours an event, events a year)."""
    region, mw, hours, events = (np.array(column) for column in zip(*rows, strict=True))
    return RegionalOffers(region, np.repeat(mw.astype(float)[:, None], steps, axis=1), hours.astype(float),
                          events.astype(float), np.full(len(rows), rebound))


def eue(one, years=2, seed=1):
    return assess(one, Luck(seed), sample_years=years).indices["eue_mwh"].value


# worked by hand


@pytest.mark.parametrize(("events", "unserved"), [(0, 160.0), (1, 35.0 + 80.0), (2, 70.0), (9, 70.0)])
def test_an_offer_answers_its_hours_a_day_and_its_days_a_year(events, unserved):
    """Two days miss 20 MW for 4 h; 15 MW for 3 h an event leave 3 x 5 + 20 = 35 MWh of each day they are called on."""
    load = ([80] * 10 + [100] * 4 + [80] * 10) * 2
    one = replace(system([load], [(80.0, 0, NEVER)]), offers=offers(48, (0, 15, 3, events)))
    assert eue(one) == pytest.approx(unserved)


@pytest.mark.parametrize(("rebound", "unserved"), [(0.0, 0.0), (0.6, 0.0), (0.9, 6.0), (1.0, 8.0)])
def test_what_was_shed_comes_back_in_six_hours_and_past_midnight(rebound, unserved):
    """At 22 h 20 MW are shed: 20 r / 6 MW come back in each of six hours, five of them of a day that has 2 MW spare."""
    load = [80] * 22 + [120] + [98] * 25
    one = replace(system([load], [(100.0, 0, NEVER)]), offers=offers(48, (0, 20, 4, 9), rebound=rebound))
    one = replace(one, offers=replace(one.offers, mw=one.offers.mw * (np.arange(48) == 22)))
    found = assess(one, Luck(1), sample_years=2).indices
    assert found["eue_mwh"].value == pytest.approx(unserved)
    assert found["lolh_h"].value == (6.0 if unserved else 0.0)


def test_what_is_owed_at_the_end_of_a_sample_year_does_not_come_back_in_the_next():
    """The last hour sheds 20 MW; the first hours of the year have nothing to spare."""
    one = replace(system([[100] * 6 + [60] * 17 + [120]], [(100.0, 0, NEVER)]), offers=offers(24, (0, 20, 1, 1),
                                                                                              rebound=1.0))
    assert eue(one, years=5) == 0.0


def test_half_hours_count_as_half_the_hours_of_an_event():
    """Five half hours miss 20 MW; an event of 1.5 h sheds 20 MW in three of them: 2 x 0.5 x 20 MWh stay unserved."""
    one = system([[80] * 3 + [100] * 5 + [80] * 40], [(80.0, 0, NEVER)], step_h=0.5)
    assert eue(replace(one, offers=offers(48, (0, 20, 1.5, 9)))) == pytest.approx(20.0)


def test_any_number_of_threads_gives_the_same_numbers_with_response():
    one = replace(two_regions(), offers=offers(1440, (0, 20, 2, 3), (1, 20, 2, 3), rebound=0.5))
    alone, three = (assess(one, Luck(1), sample_years=2100, ways=Ways(threads=n)) for n in (1, 3))
    assert alone.indices == three.indices


def test_response_helps_a_neighbour_as_far_as_the_border_lets_through():
    """B misses 30 MW for 2 h, the border carries 10, A has nothing to spare but sheds 20: 2 x 20 MWh stay unserved."""
    base = system([[50, 50], [80, 80]], [(50.0, 0, NEVER), (50.0, 1, NEVER)], interfaces=[(0, 1, 10.0)])
    assert eue(replace(base, offers=offers(2, (0, 20, 4, 9)))) == pytest.approx(40.0)
    assert eue(replace(base, offers=offers(2, (0, 20, 4, 9), (1, 15, 4, 9)))) == pytest.approx(10.0)


def test_stores_give_before_response_is_called():
    """A store of 10 MWh meets the first hour's 10 MW; the only hour of the only event is left for the second."""
    one = replace(drawn_days(1, 0, stores=1), load_mw=np.array([[110.0, 110.0] + [100.0] * 70]))
    one = replace(one, stores=replace(one.stores, energy_mwh=np.array([10.0])))
    assert eue(replace(one, offers=offers(72, (0, 10, 1, 1)))) == pytest.approx(0.0)


# laws


@pytest.mark.parametrize("more", [{"mw": 2.0}, {"hours_per_event": 2.0}, {"events_per_year": 3.0}])
def test_more_response_that_does_not_come_back_never_raises_unserved_energy(more):
    for seed in range(5):
        few = offers(1440, (0, 20, 2, 2), (1, 20, 2, 2))
        many = replace(few, **{name: getattr(few, name) * factor for name, factor in more.items()})
        none, some, most = (eue(replace(two_regions(), offers=one), 200, seed) for one in (None, few, many))
        assert most < some < none


def test_an_offer_of_nothing_changes_nothing():
    base = two_regions()
    assert eue(replace(base, offers=offers(1440, (0, 0, 4, 9))), 200) == eue(base, 200)


def test_exact_indices_are_refused_with_response():
    with pytest.raises(InputError, match="no response on call"):
        exact_indices(replace(drawn_days(1, 0, stores=0), offers=offers(72, (0, 5, 1, 1))))


# perfect foresight


@pytest.mark.parametrize("regions", [1, 2])
@pytest.mark.parametrize("rebound", [0.0, 0.5])
def test_storage_or_response_set_by_perfect_foresight_never_raises_unserved_energy(regions, rebound):
    """Six drawn systems, with and without three stores and two offers: each addition lowers the least or leaves it."""
    gained = 0
    for seed in range(3):
        plain = drawn_days(regions, seed, stores=0)
        called = offers(72, (0, 6, 3, 2), (regions - 1, 4, 2, 1), rebound=rebound)
        stored = replace(plain, stores=drawn_days(regions, seed).stores)
        bare, store, response, both = map(least_unserved_mwh, (
            plain, stored, replace(plain, offers=called), replace(stored, offers=called)))
        assert store <= bare + TOLERANCE_MWH
        assert response <= bare + TOLERANCE_MWH
        assert both <= min(store, response) + TOLERANCE_MWH
        gained += both < min(store, response) - TOLERANCE_MWH
    assert gained == 3


@pytest.mark.parametrize("regions", [1, 2])
def test_calls_in_the_order_of_need_are_never_better_than_perfect_foresight(regions):
    for seed in range(4):
        one = replace(drawn_days(regions, seed), offers=offers(72, (0, 6, 3, 2), (regions - 1, 4, 2, 1)))
        assert eue(one) >= least_unserved_mwh(one) - TOLERANCE_MWH
        assert eue(one) < eue(replace(one, offers=None))


# the table


def test_a_table_of_response_is_read_and_lowers_unserved_energy(tmp_path):
    table = "region,mw,hours_per_event,events_per_year,rebound_share\nA,5,2,10,0.5\nB,7.5,4,20,\n"
    plain = read_folder(write(tmp_path / "plain", **GOOD))
    found = read_folder(write(tmp_path / "mine", **GOOD, response=table))
    assert found.offers.region.tolist() == [0, 1]
    assert found.offers.mw[:, 5].tolist() == [5.0, 7.5]
    assert found.offers.events_per_year.tolist() == [10.0, 20.0]
    assert found.offers.rebound_share.tolist() == [0.5, 0.0]
    assert eue(found, 200) < eue(plain, 200)


def test_every_wrong_cell_of_response_is_told_at_once(tmp_path):
    table = "region,mw,hours_per_event,events_per_year,rebound_shar\nC,-5,0,x,0.5\n,3,2,1,0\n"
    with pytest.raises(InputError) as found:
        read_folder(write(tmp_path / "mine", **GOOD, response=table))
    said = "\n".join(problems(found))
    for part in ("rebound_shar: no such column", "C.mw: is -5", "C.hours_per_event: is 0", "events_per_year: is 'x'",
                 "is 'C'; no such region", "region: is empty"):
        assert part in said
    assert all(line.startswith("response.csv") for line in said.splitlines())


def test_a_share_above_one_cannot_come_back(tmp_path):
    table = "region,mw,hours_per_event,events_per_year,rebound_share\nA,5,2,10,1.5\n"
    with pytest.raises(InputError, match="rebound_share"):
        read_folder(write(tmp_path / "mine", **GOOD, response=table))

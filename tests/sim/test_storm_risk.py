"""Typhoons in adequacy: what they take, for how long each kind, all at once, and only in their season."""

import itertools
import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_gales import HIT, Gales, add_gale, add_gales
from dafeng.network.adequacy_gales import NUCLEAR as NUCLEAR_ROW
from dafeng.network.adequacy_lazy import lazy_for
from dafeng.network.adequacy_storms import Season, storm_of, storms_in
from dafeng.network.adequacy_system import Pool, System, no_measures, no_stores
from dafeng.network.adequacy_year import sample_margin
from dafeng.network.compiled import compiled
from dafeng.network.outages import Process
from dafeng.network.sampling import Machine, Machines, Marks, no_marks
from dafeng.network.storms import output_path, season
from dafeng.sim.availability import Availability, Window
from dafeng.sim.storm_risk import gales_of, lost_mw, struck_of

WIND = SimpleNamespace(profile="wind_offshore", fuel="wind", capacity_mw=1000.0)
SUN = SimpleNamespace(profile="solar", fuel="solar", capacity_mw=500.0)
NUCLEAR = SimpleNamespace(profile="", fuel="uranium", capacity_mw=1750.0)
COAL = SimpleNamespace(profile="", fuel="coal", capacity_mw=600.0)
HALF, FULL = np.full(8760, 0.5), np.ones(8760)
ALL = ((WIND, FULL), (SUN, FULL), (NUCLEAR, FULL))
YEARS = 6000
FIRST, LAST = 151 * DAY_H, 334 * DAY_H


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def gales_over(city, units=ALL):
    return gales_of(city, lost_mw(city, units), 0)


NO_MACHINES = Machines.of([]).arrays(Luck(1), "adequacy", 2030)


@compiled
def add(gales, machines, sample, change):
    add_gales(gales, machines, sample, change, no_marks())


@compiled
def add_given(gales, machines, row, storms, change):
    add_gale(gales, machines, row, storms, 0, change, no_marks())


def sampled_out(gales, sample, rows=3):
    """(rows, hours) whether a storm takes from each kind."""
    change = np.zeros((rows, 8761))
    add(gales, NO_MACHINES, sample, change)
    return np.cumsum(change[:, :-1], axis=1)


@pytest.fixture(scope="module")
def hours(jiangmen):
    """(2, YEARS, HIT) hours of each kind in drawn years: the operated year's seasons, and the sampler's."""
    arrays = gales_over(jiangmen)[0].arrays(Luck(4), 2030)
    found = np.zeros((2, YEARS, len(HIT)))
    for sample in range(YEARS):
        storms = season(jiangmen, Luck(4, sample), 2030)
        found[0, sample] = [(output_path(storms, kind, 8760) < 1.0).sum() for kind in HIT]
        found[1, sample] = sampled_out(arrays, sample).sum(axis=1)
    return found


@pytest.mark.parametrize("kind", HIT)
def test_each_kind_is_out_for_as_many_hours_a_year_as_in_the_operated_year(hours, kind):
    """Two independent sets of 6,000 drawn seasons; one standard error is 1.2 % of the hours of wind or sun, 4 % of the
    few of nuclear."""
    operated, sampled = hours[:, :, HIT.index(kind)]
    error = math.sqrt((operated.var(ddof=1) + sampled.var(ddof=1)) / YEARS)
    assert abs(operated.mean() - sampled.mean()) < 3 * error
    assert error < (0.06 if kind == "nuclear" else 0.02) * operated.mean()


def test_hours_of_each_kind_are_its_rate_times_its_own_hours(hours):
    """1.1 storms a year: (8 + 14 + 24) / 3 hours of strong wind and half of one as hours are whole, 24 of sun, and 24
    of nuclear in the 0.12 that are severe. Storms overlap in some 2 % of their hours."""
    mean, error = hours[1].mean(axis=0), hours[1].std(axis=0, ddof=1) / math.sqrt(YEARS)
    alone = np.array([1.1 * (46 / 3 + 0.5), 1.1 * 24, 0.12 * 24])
    assert (mean < alone + 3 * error).all()
    assert (mean > 0.98 * alone - 3 * error).all()


def test_storms_drawn_once_take_the_same_hours_in_both_paths(jiangmen):
    """The very storms of operated years, overlapping ones too, written where the sampler has its own."""
    arrays, overlaps = gales_over(jiangmen)[0].arrays(Luck(0), 2030), 0
    often = jiangmen.with_values({"typhoon.rate_any_hit": 5.0, "typhoon.rate_severe": 2.0}, Place("test", 0, ""))
    for number in range(200):
        storms = season(often, Luck(7, number), 2030)
        begin = [storm.hour for storm in storms]
        overlaps += any(later - earlier < DAY_H for earlier, later in itertools.pairwise(begin))
        arrays.begin_h[:len(storms)] = begin
        arrays.lasts_h[:len(storms)] = [storm.duration_h for storm in storms]
        arrays.is_severe[:len(storms)] = [storm.is_severe for storm in storms]
        for row, kind in enumerate(HIT):
            change = np.zeros(8761)
            add_given(arrays, NO_MACHINES, row, len(storms), change)
            assert np.array_equal(np.cumsum(change[:-1]), (output_path(storms, kind, 8760) < 1.0).astype(float)), kind
    assert overlaps > 20


def test_one_storm_takes_wind_and_sun_from_the_same_hour_on(jiangmen):
    arrays = gales_over(jiangmen)[0].arrays(Luck(1), 2030)
    seen = 0
    for sample in range(100):
        wind, sun, nuclear = sampled_out(arrays, sample)
        assert ((wind > 0) <= (sun > 0)).all()
        assert ((nuclear > 0) <= (sun > 0)).all()
        seen += bool(wind.any())
    assert seen > 40


def test_storms_over_units_are_those_that_take_lines(jiangmen):
    """One season a sample year, from one key of luck: each storm's beginning is an hour from which wind is out."""
    lines = Season.of(jiangmen, ("a",), np.ones(1)).arrays(Luck(3), 2030)
    arrays = gales_over(jiangmen)[0].arrays(Luck(3), 2030)
    for sample in range(50):
        wind = sampled_out(arrays, sample)[0]
        begins = [int(storm_of(lines, number, sample)[0]) for number in range(storms_in(lines, sample))]
        assert all(wind[hour] == 1.0 for hour in begins)
        assert wind.any() == bool(begins)


def test_what_a_storm_takes_is_worked_out_by_hand(jiangmen):
    """All wind, 85 % of the sun, and 17 % of nuclear."""
    lost = lost_mw(jiangmen, [(WIND, HALF), (SUN, HALF), (NUCLEAR, FULL), (COAL, FULL)])
    assert lost[:, 4000] == pytest.approx([0.5 * 1000, 0.85 * 0.5 * 500, 0.17 * 1750])


def test_margins_fall_by_what_the_storms_take_and_never_add_up_to_more(jiangmen):
    """1,000 MW of wind serve a load of 400 MW: 600 MW to spare, -400 in a storm; merging groups changes nothing."""
    gales, taken = gales_over(jiangmen, [(WIND, FULL)])
    pool = Pool(Machines.of([]), np.array(taken), np.ones((1, 1)), np.full((1, 8760), 400.0 - 1000.0), no_stores(),
                gales=gales)
    for one in (pool, pool.merged()):
        margin, lowest = np.zeros(8760), np.zeros(365)
        arrays, work = one.gales.arrays(Luck(5), 2030), lazy_for(1, 8760)
        for sample in range(20):
            sample_margin(one.machines.arrays(Luck(5), "adequacy", 2030), arrays, one.share, one.factor[0],
                          one.firm_margin_mw[0], sample, work.change[0], margin, lowest)
            out = sampled_out(gales.arrays(Luck(5), 2030), sample, 1)[0]
            assert np.allclose(margin, 600.0 - 1000.0 * out)


def test_days_that_a_storm_touches_are_marked(jiangmen):
    """Else the sampler, which passes over quiet days, would miss them."""
    gales, taken = gales_over(jiangmen)
    arrays = gales.arrays(Luck(6), 2030)
    for sample in range(30):
        lazy = lazy_for(len(taken), 8760)
        marks = Marks(lazy.touched, lazy.most, np.array([mw.max() for mw in taken]))
        add_marked(arrays, NO_MACHINES, sample, lazy.change, marks)
        changes = (lazy.change[:, :-1].reshape(len(taken), 365, DAY_H) != 0.0).any(axis=2)
        assert np.array_equal(changes.T, lazy.touched[:, :, 0] <= lazy.touched[:, :, 1])
        out = np.cumsum(lazy.change[:, :-1], axis=1).T @ np.array([mw.max() for mw in taken])
        assert (out.reshape(365, DAY_H).max(axis=1) <= np.cumsum(lazy.most[:-1]) + 1e-9).all()


@compiled
def add_marked(gales, machines, sample, change, marks):
    add_gales(gales, machines, sample, change, marks)


# a machine that is out


def reactor(process):
    """A reactor of 1,000 MW that gives 90 % of it, and six severe storms a year, each of which takes 17 %."""
    machines = [Machine("n", 1000.0, process, 0), Machine("other", 50.0, Process(300.0, 60.0), 0)]
    severe = replace(Season.of(load.city("jiangmen")), rate=6.0, severe_share=1.0)
    struck = struck_of(machines, [SimpleNamespace(key="n", **vars(NUCLEAR))])
    gales = Gales.of(severe, [], 1).over(NUCLEAR_ROW, struck, 0.17)
    return Pool(Machines.of(machines), np.full((1, 8760), 0.9), np.ones((1, 1)), np.zeros((1, 8760)), no_stores(),
                gales=gales)


def margins(pool, sample):
    margin, lowest = np.zeros(8760), np.zeros(365)
    machines, gales = pool.machines, pool.gales.arrays(Luck(5), 2030, pool.machines.keys)
    sample_margin(machines.arrays(Luck(5), "adequacy", 2030), gales, pool.share, pool.factor[0],
                  pool.firm_margin_mw[0], sample, lazy_for(1, 8760).change[0], margin, lowest)
    return margin


def test_a_storm_takes_nothing_of_a_reactor_that_is_out():
    """Hour by hour it gives what outages leave, times 0.83 in a storm; it had given -153 MW while it was out."""
    pool = reactor(Process(800.0, 800.0))
    calm = replace(pool, gales=Gales())
    never = reactor(Process(math.inf, 1.0))
    calm_never = replace(never, gales=Gales())
    both = 0
    for one in (pool, pool.merged()):
        for sample in range(40):
            other = margins(calm_never, sample) - 900.0
            in_service = np.round((margins(calm, sample) - other) / 900.0)
            in_storm = margins(never, sample) < margins(calm_never, sample) - 1.0
            assert set(in_service.tolist()) <= {0.0, 1.0}
            expected = 900.0 * in_service * np.where(in_storm, 0.83, 1.0)
            assert np.allclose(margins(one, sample) - other, expected, atol=1e-6)
            both += int((in_storm & (in_service == 0.0)).sum())
    assert both > 1000


def test_days_passed_over_are_those_that_a_storm_over_a_reactor_cannot_touch():
    """Margins of all days, or only of those that can matter: the same, to the last bit."""
    pool = replace(reactor(Process(800.0, 800.0)), need_mw=np.full((1, 8760), 150.0))
    system = System(2030, ("A",), np.full((1, 8760), 150.0), np.ones(1), None, pool, no_measures(8760))
    lazy, whole = (adequacy(system, Luck(2), sample_years=300, support="island", with_margin=keeps)
                   for keeps in (False, True))
    assert lazy.eue_mwh.value > 0.0
    assert lazy.eue_mwh == whole.eue_mwh


def test_what_a_reactor_gives_in_a_storm_is_what_it_gives_in_the_operated_year():
    """Of a storm's window and an outage's the lower share holds: 0 while it is out, 0.83 while it is not."""
    availability = Availability(np.ones((1, 100)))
    availability.add(Window(0, 10, 34, 0.83, 10, "storm"))
    availability.add(Window(0, 20, 60, 0.0, 20, "trip"))
    assert availability.actual()[0, [9, 10, 19, 20, 40, 70]].tolist() == [1.0, 0.83, 0.83, 0.0, 0.0, 1.0]


def test_outside_the_season_nothing_is_taken(jiangmen):
    arrays = gales_over(jiangmen)[0].arrays(Luck(2), 2030)
    out = sum(sampled_out(arrays, sample).sum(axis=0) for sample in range(300))
    assert out[:FIRST].max() == 0.0
    assert out[LAST + DAY_H:].max() == 0.0
    assert out[FIRST:LAST].max() > 0.0


def test_a_city_without_storms_or_without_what_they_hit_has_none(jiangmen):
    calm = jiangmen.with_values({"storms": "no"}, Place("test", 0, ""))
    for city, units in ((calm, ALL), (jiangmen, [(COAL, FULL)])):
        gales, taken = gales_over(city, units)
        assert (len(gales.group), taken) == (0, [])

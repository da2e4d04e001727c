"""Failures at the pace of the weather: the change of clock, the event clock against the arrays, and the laws."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dafeng.configs.load import city as load_city
from dafeng.configs.luck import Luck
from dafeng.network.outages import Process
from dafeng.network.outages_pace import (
    CITY,
    NO_PACES,
    PROVINCE,
    STEADY,
    Clock,
    Paces,
    fails_at,
    lived,
    normal_odds,
    odds_by_temperature,
    paces_of,
    stacked,
)
from dafeng.network.outages_states import Behaviour, outages_of
from dafeng.network.sampling import Derated, Machine, Machines, add_all_outages
from dafeng.network.weather import weather_year
from tests.network.test_outages_states import simpy_outages, streams

YEARS = 400
SUMMER = np.where((np.arange(8760) >= 2880) & (np.arange(8760) < 6552), 1.6, 0.7)
"""A pace with a hot half."""


@pytest.fixture(scope="module")
def jiangmen():
    return load_city("jiangmen")


def clock(pace):
    return Clock(*stacked([lived(pace)]), 0)


def test_hours_lived_by_hand():
    """Days at paces 1, 2 and 0.5: 12 hours lived from noon on the first day reach its end, 60 the end of the second."""
    one = clock(np.repeat([1.0, 2.0, 0.5], 24))
    assert one.lived_h.tolist() == [[0.0, 24.0, 72.0, 84.0]]
    assert fails_at(*one, 12.0, 6.0) == pytest.approx(18.0)
    assert fails_at(*one, 12.0, 36.0) == pytest.approx(36.0)
    assert fails_at(*one, 12.0, 66.0) == pytest.approx(60.0)
    assert fails_at(*one, 30.0, 80.0) == pytest.approx(72.0 + 32.0)
    assert fails_at(*one, 75.0, 2.0) == 77.0


def test_an_even_pace_changes_no_outage():
    plain = Behaviour(Process(400.0, 60.0), Derated(0.6, 40.0, 0.5))
    even = replace(plain, clock=clock(np.ones(8760)))
    for replication in range(10):
        found, before = (outages_of(one, *streams(Luck(3, replication))) for one in (even, plain))
        assert found == pytest.approx(before, abs=1e-6)


@pytest.mark.parametrize("derated", [Derated(), Derated(0.6, 40.0, 0.5)])
def test_the_event_clock_and_the_array_agree_event_for_event(derated):
    behaviour = Behaviour(Process(400.0, 60.0), derated, clock=clock(SUMMER))
    for replication in range(20):
        luck = Luck(3, replication)
        arrays = outages_of(behaviour, *streams(luck))
        ended = arrays[arrays[:, 1] < 8760]
        assert ended.tolist() == simpy_outages(behaviour, *streams(luck))


def test_failures_while_up_come_at_the_pace_of_the_hour():
    """Failures over hours up, hot half over cold half: 1.6 / 0.7."""
    behaviour, counts, hours_up = Behaviour(Process(400.0, 60.0), clock=clock(SUMMER)), np.zeros(2), np.zeros(2)
    for year in range(YEARS):
        found, up = outages_of(behaviour, *streams(Luck(1), year)), np.ones(8760)
        for start, end, _ in found:
            up[math.ceil(start):math.ceil(end)] = 0.0
            counts[int(SUMMER[min(int(start), 8759)] > 1.0)] += start > 0.0
        hours_up += (up[SUMMER < 1.0].sum(), up[SUMMER > 1.0].sum())
    cold, hot = counts / hours_up
    error = math.sqrt((1.0 / counts).sum())
    assert abs(math.log(hot / cold) - math.log(1.6 / 0.7)) < 3 * error
    assert abs(math.log(hot * 400.0 / 1.6)) < 3 / math.sqrt(counts[1])


def test_the_compiled_sampler_is_out_as_often_in_heat_as_the_arrays():
    paces = Paces((("steam", CITY),), stacked([lived(SUMMER)]))
    rows = Machines.of([Machine("a", 1.0, Process(400.0, 60.0), pace=paces.row("coal_ge300"))], paces)
    behaviour, machines = Behaviour(Process(400.0, 60.0), clock=paces.clock("coal_ge300")), rows.arrays(Luck(2), "x", 1)
    sampled, drawn = np.zeros(YEARS), np.zeros(YEARS)
    for year in range(YEARS):
        change = np.zeros((1, 8761))
        add_all_outages(machines, year, change)
        sampled[year] = np.cumsum(change[0, :-1])[SUMMER > 1.0].mean()
        out = np.zeros(8760)
        for start, end, _ in outages_of(behaviour, *streams(Luck(9), year)):
            out[math.ceil(start):math.ceil(end)] = 1.0
        drawn[year] = out[SUMMER > 1.0].mean()
    error = math.hypot(*(x.std(ddof=1) / math.sqrt(YEARS) for x in (sampled, drawn)))
    assert abs(sampled.mean() - drawn.mean()) < 3 * error
    assert sampled.mean() > 1.3 * 60.0 / 460.0


def test_a_normal_year_has_an_even_pace_on_the_whole_and_a_fast_one_in_july(jiangmen):
    yearly, july = [], []
    for replication in range(12):
        weather = weather_year(jiangmen, Luck(1, replication), 2020)
        arrays = paces_of(jiangmen, weather.temperature_c, weather.province_temperature_c).arrays
        yearly.append(arrays.lived_h[:, -1] / 8760)
        july.append((arrays.lived_h[:, 212] - arrays.lived_h[:, 181]) / 744)
    assert np.mean(yearly, axis=0) == pytest.approx(1.0, abs=0.02)
    assert (np.mean(july, axis=0) > 1.1).all()


def test_odds_are_those_of_the_table_and_normal_ones_lie_among_them(jiangmen):
    degrees, odds = odds_by_temperature(jiangmen, "steam")
    assert degrees.tolist() == list(range(-15, 36, 5))
    assert odds[-1] == pytest.approx(0.14 / 0.86)
    assert odds.min() < normal_odds(jiangmen, degrees, odds) < odds.max()


def test_wires_batteries_and_a_city_of_constant_rates_have_no_pace(jiangmen):
    weather = weather_year(jiangmen, Luck(1), 2030)
    paces = paces_of(jiangmen, weather.temperature_c, weather.province_temperature_c)
    assert paces.row("battery_li") == paces.row("line_500kV_per_100km") == STEADY
    assert paces.row("nuclear_modern") != paces.row("nuclear_modern", PROVINCE) != STEADY
    assert paces.clock("nuclear_epr_long_outage") is None
    constant = replace(jiangmen, settings={**jiangmen.settings, "outage_rates": "constant"})
    assert paces_of(constant, weather.temperature_c, weather.province_temperature_c) is NO_PACES

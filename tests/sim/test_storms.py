"""Typhoons of the operated year: the event path against the array path, crews, and the switch."""

from types import SimpleNamespace

import numpy as np
import pytest
import simpy

from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.network.storms import line_hits, output_path, season
from dafeng.sim.availability import Availability
from dafeng.sim.storms import Storms, storms_of
from dafeng.sim.trips import Trips

YEAR = 2031
UNITS = (("wind_offshore", "wind"), ("solar", "solar"), ("", "uranium"), ("", "coal"))


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def operated(city, luck, crews=1000):
    lines = [branch for branch in city.branches if branch.kind == "line"]
    units = [SimpleNamespace(profile=p, fuel=f, is_block=False, county="TS") for p, f in UNITS]
    branches = SimpleNamespace(key=tuple(line.key for line in lines), circuits=[line.circuits for line in lines])
    rows = SimpleNamespace(branches=SimpleNamespace(start=len(units)))
    base = np.full((len(units) + len(lines), 8760), 0.8)
    assembly = SimpleNamespace(units=units, base_share=base, grid=SimpleNamespace(branches=branches, rows=rows))
    env, heard, surprises = simpy.Environment(), [], []
    availability = Availability(base)
    trips = Trips(env, availability, simpy.Resource(env, crews), lambda: surprises.append(env.now),
                  lambda kind, key, amount: heard.append((kind, key, env.now)))
    Storms(env, availability, trips).schedule(city, luck, YEAR, assembly)
    env.run(until=8760)
    return availability, heard, surprises, lines


def lucks(seed):
    return (Luck(seed, replication) for replication in range(500))


def severe_luck(city):
    return next(luck for luck in lucks(2) if any(storm.is_severe for storm in season(city, luck, YEAR)))


def test_storms_as_events_leave_the_output_that_the_array_path_leaves(jiangmen):
    luck = severe_luck(jiangmen)
    availability, heard, surprises, _ = operated(jiangmen, luck)
    storms = season(jiangmen, luck, YEAR)
    for row, kind in enumerate(("wind", "solar", "nuclear")):
        assert np.allclose(availability.actual()[row], 0.8 * output_path(storms, kind, 8760))
    assert (availability.actual()[3] == 0.8).all()
    assert [hour for kind, _, hour in heard if kind.endswith("storm")] == [storm.hour for storm in storms]
    assert {storm.hour for storm in storms} <= set(surprises)


def test_lines_hit_by_a_storm_are_out_for_the_hours_drawn_while_crews_are_free(jiangmen):
    luck = severe_luck(jiangmen)
    hits = line_hits(jiangmen, luck, YEAR, season(jiangmen, luck, YEAR))
    availability, heard, _, lines = operated(jiangmen, luck)
    assert hits
    assert sorted(key for kind, key, _ in heard if kind == "storm trip") == sorted(hit.key for hit in hits)
    for row, line in enumerate(lines):
        hours = sum(np.ceil(hit.hour + hit.hours) - np.ceil(hit.hour) for hit in hits if hit.key == line.key)
        assert (availability.actual()[4 + row] < 0.8).sum() <= hours
        assert ((availability.actual()[4 + row] < 0.8).sum() > 0) == (hours > 0)


def test_one_crew_mends_line_after_line_and_never_sooner(jiangmen):
    luck = next(luck for luck in lucks(3) if len(line_hits(jiangmen, luck, YEAR, season(jiangmen, luck, YEAR))) > 2)
    many, one = (operated(jiangmen, luck, crews)[0].actual() for crews in (1000, 1))
    assert (one <= many).all()
    assert one.sum() < many.sum()


def test_the_operator_knows_nothing_of_a_storm_before_its_hour(jiangmen):
    availability, _, _, _ = operated(jiangmen, severe_luck(jiangmen))
    assert all(window.told == window.start for window in availability.windows)


def test_there_is_no_storm_when_the_switch_says_so(jiangmen):
    without = jiangmen.with_values({"storms": "no"}, Place("test", 0, ""))
    assert storms_of(without, severe_luck(jiangmen), YEAR) == ()

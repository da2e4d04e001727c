"""Typhoons of the operated year: the event path against the array path, crews, and the switch."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import simpy

from dafeng.configs import load
from dafeng.configs.errors import Place
from dafeng.configs.luck import Luck
from dafeng.network.outages import share_path
from dafeng.network.storms import line_hits, output_path, season
from dafeng.sim.availability import Availability
from dafeng.sim.chance import Draws, circuits_of, wire_outages
from dafeng.sim.storms import Storms, storms_of
from dafeng.sim.trips import Trips

YEAR = 2031
UNITS = (("wind_offshore", "wind"), ("solar", "solar"), ("", "uranium"), ("", "coal"))


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def assembly_of(city):
    lines = [branch for branch in city.branches if branch.kind == "line"]
    units = [SimpleNamespace(profile=p, fuel=f, is_block=False, county="TS") for p, f in UNITS]
    branches = SimpleNamespace(key=tuple(line.key for line in lines), circuits=[line.circuits for line in lines],
                               is_radial=[False] * len(lines))
    rows = SimpleNamespace(branches=slice(len(units), len(units) + len(lines)))
    base = np.full((len(units) + len(lines), 8760), 0.8)
    return SimpleNamespace(units=units, base_share=base, grid=SimpleNamespace(branches=branches, rows=rows)), lines


def operated(city, luck, crews=1000, own=()):
    assembly, lines = assembly_of(city)
    env, heard, surprises = simpy.Environment(), [], []
    availability = Availability(assembly.base_share, circuits_of(city, assembly))
    trips = Trips(env, availability, simpy.Resource(env, crews), lambda: surprises.append(env.now),
                  lambda kind, key, amount: heard.append((kind, key, env.now)))
    trips.schedule(own, frozenset())
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
        assert np.allclose(availability.actual()[4 + row], 0.8 * left_of(line, hits))


def test_a_storm_on_top_of_outages_leaves_hour_for_hour_what_the_arrays_leave(jiangmen):
    """With repairs twenty times as long a storm meets lines that are out already, in some years their last circuit."""
    worn = jiangmen.with_values({"outage.line_220kv_mttr": 20 * jiangmen.value("outage.line_220kv_mttr"),
                                 "typhoon.line_trip_prob_coastal_220kv": 1.0}, Place("test", 0, ""))
    several = 0
    for luck in itertools.islice(lucks(5), 12):
        hits = line_hits(worn, luck, YEAR, season(worn, luck, YEAR))
        found = wire_outages(Draws(worn, luck, YEAR, {}), assembly_of(worn)[0])
        availability, _, _, lines = operated(worn, luck, own=found)
        for row, line in enumerate(lines):
            own = [outage for outage in found if outage.row == 4 + row]
            share = left_of(line, hits, own)
            assert np.array_equal(availability.actual()[4 + row], 0.8 * share)
            several += bool((share < left_of(line, hits)).any() and (share < left_of(line, (), own)).any())
    assert several > 3


def left_of(line, hits, own=()):
    """(hours,) share of a line with its outages as arrays: an hour is out when its beginning lies in the outage."""
    pairs = [(o.start_h, o.end_h) for o in own] + [(h.hour, h.hour + h.hours) for h in hits if h.key == line.key]
    out = sum((1.0 - share_path(np.array([pair])) for pair in pairs), np.zeros(8760))
    return np.maximum(line.circuits - out, 0.0) / line.circuits


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

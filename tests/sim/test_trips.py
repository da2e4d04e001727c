"""The event path of outages against the array path, on the same streams."""

import heapq
from math import ceil
from types import SimpleNamespace

import numpy as np
import simpy

from dafeng.configs.luck import Luck
from dafeng.network.outages import share_path, up_and_down
from dafeng.sim.availability import Availability, Circuits, Window
from dafeng.sim.chance import by_loss
from dafeng.sim.trips import Outage, Trips, window_of


def sampled(units, seed=3):
    luck = Luck(seed)
    return {row: up_and_down(900.0, 60.0, luck("outage", f"unit-{row}", 2030)) for row in range(units)}


def operate(outages, crews, large):
    env = simpy.Environment()
    availability = Availability(np.ones((len(outages), 8760)))
    heard = []
    trips = Trips(env, availability, simpy.Resource(env, crews), lambda: None, lambda *event: heard.append(event))
    trips.schedule(
        [Outage(row, f"unit-{row}", *pair) for row, pairs in outages.items() for pair in pairs.tolist()],
        frozenset(large),
    )
    env.run(until=8760)
    return availability, heard


def test_events_and_arrays_agree_hour_for_hour_while_crews_are_free():
    outages = sampled(6)
    by_event, _ = operate(outages, crews=100, large=range(6))
    by_array = np.array([share_path(pairs) for pairs in outages.values()])
    assert np.array_equal(by_event.actual(), by_array)


def test_each_trip_of_a_large_unit_is_one_event():
    outages = sampled(4)
    _, heard = operate(outages, crews=100, large=range(4))
    during = sum(int((pairs[:, 0] > 0).sum()) for pairs in outages.values())
    in_year = sum(int(((pairs[:, 0] > 0) & (np.ceil(pairs[:, 0]) < 8760)).sum()) for pairs in outages.values())
    assert during > 10
    assert sum(kind == "trip" for kind, _, _ in heard) == in_year


def by_hand(outages, crews):
    """(units, hours) with crews who come in the order of the trips, and what of the draws does not come about."""
    share, mended_at, free, unborn = np.ones((len(outages), 8760)), dict.fromkeys(outages, 0), [0] * crews, []
    trips = sorted((pair[0], row, pair[1]) for row, pairs in outages.items() for pair in pairs.tolist())
    for start, row, end in trips:
        hour = ceil(start)
        if hour < mended_at[row]:
            unborn.append((row, slice(hour, ceil(end))))
            continue
        mended_at[row] = max(hour, heapq.heappop(free)) + ceil(end) - hour
        heapq.heappush(free, mended_at[row])
        share[row, hour : mended_at[row]] = 0.0
    return share, unborn


def test_scarce_crews_make_outages_longer_and_never_shorter():
    """But for what was drawn for the time in which a machine still waits or is mended late: that does not happen."""
    outages = sampled(12)
    free, _ = operate(outages, crews=100, large=range(12))
    scarce, _ = operate(outages, crews=1, large=range(12))
    expected, unborn = by_hand(outages, 1)
    assert unborn
    assert np.array_equal(scarce.actual(), expected)
    without = free.actual()
    for hours in unborn:
        without[hours] = 1.0
    assert (scarce.actual() <= without).all()
    assert scarce.actual().sum() < free.actual().sum()


def test_a_unit_that_waits_for_a_crew_cannot_fail_again():
    """`b` waits from hour 20 to 100 and is back at 110; what its process drew for 60 and 105 is void."""
    outages = [Outage(0, "a", 10.0, 100.0, process="a#0"), Outage(1, "b", 20.0, 30.0, process="b#0"),
               Outage(1, "b", 60.0, 90.0, process="b#0"), Outage(1, "b", 140.0, 150.0, process="b#0")]
    env, heard = simpy.Environment(), []
    trips = Trips(env, Availability(np.ones((2, 200))), simpy.Resource(env, 1), lambda: None,
                  lambda kind, key, amount: heard.append((kind, key, env.now)))
    trips.schedule(outages, frozenset({0, 1}))
    trips.schedule([Outage(1, "b", 105.0, 130.0, 0.5, "b#0", "derating")], frozenset())
    env.run(until=200)
    assert heard == [("trip", "a", 10), ("trip", "b", 20), ("repaired", "a", 100), ("repaired", "b", 110),
                     ("trip", "b", 140), ("repaired", "b", 150)]
    b = trips.availability.actual()[1]
    assert np.flatnonzero(b < 1.0).tolist() == [*range(20, 110), *range(140, 150)]
    assert trips.out_until_h(["a#0", "b#0"]) == {"a#0": 0.0, "b#0": 0.0}


def test_a_derating_over_new_year_is_kept_when_a_trip_before_it_had_to_wait():
    """While `b` waits in hour 20 its end is not known, and might lie after that of the derating of hours 190 to 230."""
    env = simpy.Environment()
    trips = Trips(env, Availability(np.ones((2, 200))), simpy.Resource(env, 1), lambda: None, lambda *_: None)
    trips.schedule([Outage(0, "a", 10.0, 40.0, process="a#0"), Outage(1, "b", 20.0, 70.0, process="b#0")],
                   frozenset({0, 1}))
    trips.schedule([Outage(1, "b", 190.0, 230.0, 0.5, "b#0", "derating")], frozenset())
    env.run(until=200)
    assert trips.out_until_h(["b#0"]) == {"b#0": 30.0}
    assert trips.left["b#0"] == 0.5


def test_the_operator_knows_an_outage_only_from_its_hour_on():
    availability = Availability(np.ones((1, 100)))
    availability.add(Window(0, 40, 60, 0.0, told=40, why="trip"))
    assert availability.known[0].min() == 1.0
    assert availability.actual()[0, 40:60].max() == 0.0
    availability.tell(40)
    assert np.array_equal(availability.known, availability.actual())


def test_of_two_windows_the_lower_share_holds():
    availability = Availability(np.ones((1, 10)))
    availability.add(Window(0, 0, 6, 0.5, told=0, why="maintenance"))
    availability.add(Window(0, 4, 8, 0.0, told=0, why="trip"))
    assert availability.actual()[0].tolist() == [0.5] * 4 + [0.0] * 4 + [1.0] * 2


def test_an_outage_goes_on_in_the_next_year_and_so_does_the_wait_for_its_crew():
    """`a` holds the only crew until hour 300 of the second year; `b` needs 10 h of it after that, `c` fails then."""
    env, heard = simpy.Environment(), []
    first = Trips(env, Availability(np.ones((2, 8760))), simpy.Resource(env, 1), lambda: None, lambda *_: None)
    first.schedule(
        [Outage(0, "a", 8700.0, 9060.0, 0.0, "a#0"), Outage(1, "b", 8710.0, 8720.0, 0.0, "b#0")], frozenset({0, 1})
    )
    env.run(until=8760)
    assert (first.availability.actual()[:, 8750:] == 0.0).all()
    assert first.out_until_h(["a#0", "b#0", "c#0"]) == {"a#0": 300.0, "b#0": 10.0, "c#0": 0.0}

    availability = Availability(np.ones((2, 8760)))
    crews = simpy.Resource(env, 1)
    second = Trips(env, availability, crews, lambda: None, lambda *event: heard.append((*event[:2], env.now - 8760)))
    second.schedule(
        [Outage(0, "a", 0.0, 300.0, 0.0, "a#0"), Outage(1, "b", 0.0, 10.0, 0.0, "b#0")], frozenset({0, 1})
    )
    assert (availability.known[:, 0] == 0.0).all()
    env.run(until=2 * 8760)
    assert heard == [("repaired", "a", 300), ("repaired", "b", 310)]
    assert [int((share == 0.0).sum()) for share in availability.actual()] == [300, 310]
    assert crews.count == 0


def test_what_a_year_leaves_out_is_out_in_the_next_for_the_rest_of_its_repair():
    luck = Luck(5)
    first = up_and_down(900.0, 3000.0, luck("outage", "a", 2030))
    left = max(0.0, first[-1, 1] - 8760.0)
    second = up_and_down(900.0, 3000.0, luck("outage", "a", 2031), out_until_h=left)
    assert left > 0.0
    assert second[0].tolist() == [0.0, left]
    assert up_and_down(900.0, 3000.0, luck("outage", "a", 2031), out_until_h=0.0)[0, 0] > 0.0


def test_years_that_follow_each_other_are_out_for_the_forced_outage_rate():
    """FOR = 300 / 1200; 4,000 machine-years in chains of 20, standard error about 0.002."""
    shares = []
    for machine in range(200):
        luck, left = Luck(machine), None
        for year in range(20):
            outages = up_and_down(900.0, 300.0, luck("outage", "m", year), out_until_h=left)
            left = max(0.0, outages[-1, 1] - 8760.0) if len(outages) else 0.0
            shares.append(1.0 - share_path(outages).mean())
    assert abs(np.mean(shares) - 0.25) < 3 * np.std(shares) / np.sqrt(len(shares))


def test_a_derating_leaves_its_share_and_is_told_as_one_and_kept_for_the_next_year():
    env, heard = simpy.Environment(), []
    trips = Trips(env, Availability(np.ones((1, 8760))), simpy.Resource(env, 1), lambda: None,
                  lambda kind, *_: heard.append(kind))
    trips.schedule([Outage(0, "a", 8700.0, 8800.0, 0.5, "a#0", "derating")], frozenset({0}))
    env.run(until=8760)
    assert heard == ["derating"]
    assert set(trips.availability.actual()[0, 8700:]) == {0.5}
    assert (trips.out_until_h(["a#0"]), trips.left) == ({"a#0": 40.0}, {"a#0": 0.5})


def test_a_derating_that_takes_less_than_300_mw_is_known_like_the_outage_of_a_small_unit():
    units = [SimpleNamespace(capacity_mw=560.0), SimpleNamespace(capacity_mw=940.0)]
    grid = SimpleNamespace(rows=SimpleNamespace(stores=SimpleNamespace(start=2)))
    assembly = SimpleNamespace(units=units, stores=[SimpleNamespace(power_mw=100.0)], grid=grid)
    outages = [Outage(0, "a", 1.0, 9.0, 0.5), Outage(0, "a", 20.0, 30.0), Outage(1, "b", 1.0, 9.0, 0.5),
               Outage(2, "s", 1.0, 9.0, 0.5)]
    large, small = by_loss(outages, assembly)
    assert large == outages[1:3]
    assert small == [outages[0], outages[3]]


def test_a_derating_over_new_year_is_kept_whatever_trips_earlier_in_the_year():
    """A trip of hours 3,000 to 3,100 is an event, a derating of 8,700 to 8,900 is known: 140 h of it are left."""
    env = simpy.Environment()
    trips = Trips(env, Availability(np.ones((1, 8760))), simpy.Resource(env, 2), lambda: None, lambda *_: None)
    trips.schedule([Outage(0, "a", 3000.0, 3100.0, 0.0, "a#0")], frozenset({0}))
    trips.schedule([Outage(0, "a", 8700.0, 8900.0, 0.5, "a#0")], frozenset())
    env.run(until=8760)
    assert trips.out_until_h(["a#0"]) == {"a#0": 140.0}
    assert trips.left == {"a#0": 0.5}


def heard_of(base, outages):
    env, heard = simpy.Environment(), []
    trips = Trips(env, Availability(base), simpy.Resource(env, 9), lambda: heard.append("surprise"),
                  lambda *event: heard.append(event[0]))
    trips.schedule(outages, frozenset({0}))
    env.run(until=base.shape[1])
    return heard


def test_a_unit_that_does_not_stand_cannot_trip():
    outages = [Outage(0, "unit", 10.0, 20.0)]
    assert heard_of(np.ones((1, 100)), outages) == ["trip", "surprise", "repaired"]
    assert heard_of(np.zeros((1, 100)), outages) == []
    retired = np.ones((1, 100))
    retired[0, 5:] = 0.0
    assert heard_of(retired, outages) == []


def test_a_cause_that_comes_while_another_holds_the_unit_out_is_no_event():
    outages = [Outage(0, "unit", 10.0, 60.0, process="long"), Outage(0, "unit", 20.0, 30.0, process="short")]
    assert heard_of(np.ones((1, 100)), outages) == ["trip", "surprise", "repaired"]


def test_an_end_that_comes_before_the_operator_was_told_is_told_in_place_of_the_open_one():
    """A second cause of an outage waits for a crew until the year's end, and gets one before anything is told."""
    availability = Availability(np.ones((1, 100)))
    waiting = Window(0, 40, 100, 0.0, told=40, why="trip, waits for a crew")
    availability.add(waiting)
    availability.close(waiting, 60)
    availability.tell(45)
    assert (availability.known == availability.actual()).all()
    assert availability.known[0].sum() == 80.0


def test_at_the_years_end_the_operator_knows_all_that_happened():
    outages = sampled(12)
    for crews in (1, 2):
        known, _ = operate(outages, crews=crews, large=range(12))
        known.tell(8760)
        assert (known.known == known.actual()).all()


def test_circuits_out_together_count_as_such():
    """Of three circuits two are out from 5 to 9, all three from 7 to 8: the lowest of single windows would be 2/3."""
    single = [Outage(0, f"L/{i}", start, end, circuits=1)
              for i, (start, end) in enumerate([(1.0, 9.0), (5.0, 12.0), (7.0, 8.0)])]
    out = np.array([sum(o.start_h <= h < o.end_h for o in single) for h in range(14)])
    for spare, left in ((False, 1 - out / 3), (True, np.minimum(1.0, (3 - out) / 2))):
        availability = Availability(np.ones((1, 14)), {0: Circuits(3, spare)})
        for outage in single:
            availability.add(window_of(outage, told=0))
        assert np.allclose(availability.actual()[0], left)
        assert (availability.known == availability.actual()).all()


def test_a_circuit_more_is_known_only_when_told():
    """Two of three circuits: the second goes at 40 and is told at 50, and its end is known sooner than was feared."""
    availability = Availability(np.ones((1, 100)), {0: Circuits(3, False)})
    second = Window(0, 40, 100, 0.0, 50, "storm", circuits=1)
    availability.add(Window(0, 20, 60, 0.0, 20, "trip", circuits=1))
    availability.add(second)
    availability.tell(45)
    assert np.allclose(availability.known[0].sum(), 100 - 40 / 3)
    availability.tell(50)
    assert np.allclose(availability.known[0].sum(), 100 - (40 + 60) / 3)
    availability.close(second, 70)
    assert np.allclose(availability.known[0], availability.actual()[0])
    assert np.allclose(availability.known[0].sum(), 100 - (40 + 30) / 3)


def test_of_two_equal_windows_only_the_one_that_ends_is_closed():
    """Two circuits go in the same hour and wait for a crew: the first is back at 8, the other is still out."""
    availability = Availability(np.ones((1, 20)), {0: Circuits(2, False)})
    first, second = (Window(0, 4, 20, 0.0, 4, "trip, waits for a crew", circuits=1) for _ in range(2))
    availability.add(first)
    availability.add(second)
    availability.tell(4)
    availability.close(first, 8)
    assert availability.actual()[0].tolist() == [1.0] * 4 + [0.0] * 4 + [0.5] * 12
    assert (availability.known == availability.actual()).all()

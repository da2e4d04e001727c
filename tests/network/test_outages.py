"""Outages of machines, wires and storms: laws, oracles and hand-worked answers."""

import math

import numpy as np
import pytest
import simpy

from dafeng.configs.load import city as load_city
from dafeng.configs.luck import Luck
from dafeng.network.outages import (
    Process,
    class_of,
    durations,
    hours_out,
    of_rate,
    processes_of,
    share_path,
    up_and_down,
)
from dafeng.network.outages_derated import with_derated_state
from dafeng.network.outages_wires import line_process, transformer_process
from dafeng.network.sampling import Machine, Machines, add_all_outages, block_share, stream, uniform
from dafeng.network.storms import line_hits, output_path, season, trip_probability

YEARS = 400


@pytest.fixture(scope="module")
def jiangmen():
    return load_city("jiangmen")


def simpy_outages(mttf_h, mttr_h, rng, hours=8760):
    """The oracle: one process on an event clock that consumes the draws one by one."""
    env, found = simpy.Environment(), []

    def machine():
        for is_up, lasting_h in durations(mttf_h, mttr_h, rng):
            start = env.now
            yield env.timeout(lasting_h)
            if not is_up:
                found.append((start, env.now))

    env.process(machine())
    env.run(until=hours)
    return found


@pytest.mark.parametrize(("mttf_h", "mttr_h"), [(1150.0, 100.0), (50.0, 20.0), (5.0, 300.0), (20000.0, 10.0)])
def test_the_array_version_agrees_with_the_event_clock_event_for_event(mttf_h, mttr_h):
    for replication in range(20):
        luck = Luck(3, replication)
        arrays = up_and_down(mttf_h, mttr_h, luck("outage", "a", 2030))
        events = simpy_outages(mttf_h, mttr_h, luck("outage", "a", 2030))
        ended = arrays[arrays[:, 1] < 8760]
        assert ended.tolist() == [list(event) for event in events]
        assert len(arrays) - len(ended) in (0, 1)


def test_the_share_of_time_out_is_the_forced_outage_rate():
    luck, process = Luck(1), Process(900.0, 100.0)
    shares = [1.0 - share_path(up_and_down(900.0, 100.0, luck("outage", "a", y))).mean() for y in range(YEARS)]
    error = np.std(shares, ddof=1) / math.sqrt(YEARS)
    assert abs(np.mean(shares) - process.forced_outage_rate) < 3 * error


def test_the_number_of_failures_is_that_of_the_two_state_process():
    luck = Luck(1)
    counts = [len(up_and_down(900.0, 100.0, luck("outage", "a", y))) for y in range(YEARS)]
    expected = 8760 / 1000 + 0.1
    assert abs(np.mean(counts) - expected) < 3 * np.std(counts, ddof=1) / math.sqrt(YEARS)


def test_taking_one_unit_away_leaves_every_other_outage_as_it_was():
    luck = Luck(5)
    all_three = {key: up_and_down(500.0, 50.0, luck("outage", key, 2030)) for key in ("a", "b", "c")}
    without_b = {key: up_and_down(500.0, 50.0, luck("outage", key, 2030)) for key in ("c", "a")}
    assert all(np.array_equal(all_three[key], without_b[key]) for key in without_b)


def test_an_hour_is_out_when_its_beginning_lies_in_the_outage():
    outages = np.array([[0.0, 2.0], [3.2, 3.9], [4.5, 6.5]])
    assert hours_out(outages, 8).tolist() == [[0, 2], [4, 4], [5, 7]]
    assert share_path(outages, 8).tolist() == [0, 0, 1, 1, 1, 0, 0, 1]


def test_a_machine_that_never_fails_has_no_outage_and_uses_no_luck():
    assert up_and_down(math.inf, 10.0, Luck(1)("outage", "a", 1)).shape == (0, 2)
    assert next(durations(math.inf, 10.0, Luck(1)("outage", "a", 1)))[0]


def test_a_long_repair_may_outlast_the_year():
    outages = up_and_down(10.0, 1e7, Luck(2)("outage", "a", 2030))
    assert outages[-1, 1] > 8760
    assert share_path(outages)[-1] == 0.0


def test_large_coal_takes_the_geometric_mean_of_both_outage_rates(jiangmen):
    mttf_h, mttr_h = class_of(jiangmen, "coal_ge300")
    assert mttr_h == 100.0
    american, chinese = 100 / 1250, 45 / 18445
    assert mttr_h / (mttf_h + mttr_h) == pytest.approx(math.sqrt(american * chinese))
    assert class_of(jiangmen, "gas_ccgt") == (967.0, 33.0)


def test_an_epr_has_a_second_process_of_long_outages(jiangmen):
    first, second = processes_of(jiangmen, "nuclear_modern", "nuclear_epr")
    assert first.forced_outage_rate == pytest.approx(0.03)
    assert (second.mttf_h, second.mttr_h) == (108000.0, 9144.0)
    assert len(processes_of(jiangmen, "nuclear_modern", "nuclear_gen3")) == 1


def test_a_multiplier_acts_on_the_forced_outage_rate_and_keeps_repairs(jiangmen):
    (doubled,) = processes_of(jiangmen, "gas_ccgt", multiplier=2.0)
    assert doubled.forced_outage_rate == pytest.approx(2 * 33 / 1000)
    assert doubled.mttr_h == 33.0


def test_line_outages_grow_with_length_and_transformers_fail_at_the_surveyed_rate(jiangmen):
    assert 8760 / line_process(jiangmen, 220.0, 50.0).mttf_h == pytest.approx(0.41 / 2)
    assert 8760 / line_process(jiangmen, 500.0, 100.0).mttf_h == pytest.approx(0.3)
    assert transformer_process(jiangmen).mttr_h == 768.0
    assert transformer_process(jiangmen, has_spare=True).mttr_h == 120.0


def test_counter_based_uniforms_fill_the_unit_interval_evenly():
    draws = np.array([uniform(np.uint64(stream(np.uint64(7), machine, sample)), k)
                      for machine in range(10) for sample in range(100) for k in range(20)])
    assert 0.0 < draws.min() < draws.max() < 1.0
    assert abs(draws.mean() - 0.5) < 3 * math.sqrt(1 / 12 / draws.size)
    counts = np.histogram(draws, 20, (0, 1))[0]
    chi_square = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert chi_square < 43.8  # 99.9 % of chi-square with 19 degrees of freedom
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 3 / math.sqrt(draws.size)


def test_a_block_is_down_as_often_as_its_machines_and_larger_blocks_keep_their_first_machines():
    process = Process(400.0, 100.0)
    paths = np.array([block_share(Luck(1, r).key("outage", "b", 1), 10, process) for r in range(100)])
    error = paths.mean(axis=1).std(ddof=1) / 10
    assert abs(paths.mean() - 0.8) < 3 * error
    key = Luck(1).key("outage", "b", 1)
    up_of_ten, up_of_nine = 10 * block_share(key, 10, process), 9 * block_share(key, 9, process)
    tenth = up_of_ten - up_of_nine
    assert set(np.round(tenth, 9)) == {0.0, 1.0}


def sampled_mean_out(row, years):
    machines = Machines.of([row]).arrays(Luck(1), "adequacy", 2030)
    means = []
    for sample in range(years):
        change = np.zeros((1, 8761))
        add_all_outages(machines, sample, change)
        means.append(np.cumsum(change[0])[:-1].mean())
    return np.array(means)


def test_the_derated_state_loses_the_same_energy_as_full_outages_alone(jiangmen):
    whole = of_rate(0.08, 100.0)
    process, derated = with_derated_state(jiangmen, whole)
    means = sampled_mean_out(Machine("a", 1.0, process, derated=derated), 2000)
    assert abs(means.mean() - 0.08) < 3 * means.std(ddof=1) / math.sqrt(2000)
    energy = [(1 - derated.rate) * process.mttr_h, derated.rate * derated.mttr_h * (1 - derated.share)]
    assert energy[1] / sum(energy) == pytest.approx(0.4)


def test_storms_come_at_their_rate_in_their_months(jiangmen):
    seasons = [season(jiangmen, Luck(1, r), 2030) for r in range(2000)]
    storms = [storm for one in seasons for storm in one]
    assert abs(len(storms) / 2000 - 1.1) < 3 * math.sqrt(1.1 / 2000)
    severe = sum(storm.is_severe for storm in storms)
    assert abs(severe / 2000 - 0.12) < 3 * math.sqrt(0.12 / 2000)
    august = sum(5088 <= storm.hour < 5832 for storm in storms) / len(storms)
    assert abs(august - 0.28) < 3 * math.sqrt(0.28 * 0.72 / len(storms))
    assert all(3624 <= storm.hour < 8016 and 8.0 <= storm.duration_h <= 24.0 for storm in storms)


def test_storms_are_ordered_and_equal_for_equal_luck(jiangmen):
    one = next(s for r in range(100) if len(s := season(jiangmen, Luck(1, r), 2031)) > 2)
    assert [storm.hour for storm in one] == sorted(storm.hour for storm in one)
    assert season(jiangmen, Luck(4), 2031) == season(jiangmen, Luck(4), 2031)


def test_coastal_lines_trip_more_often_than_inland_ones(jiangmen):
    coast, inland = frozenset({"N05"}), frozenset()
    assert trip_probability(jiangmen, 220.0, coast) == 0.12
    assert trip_probability(jiangmen, 500.0, coast) == 0.05
    assert trip_probability(jiangmen, 220.0, inland) == 0.02


def test_line_hits_come_at_the_probabilities_of_the_lines(jiangmen):
    lines = [b for b in jiangmen.branches if b.kind == "line"]
    coastal = {"N05", "N06", "N13", "N14", "N10"}
    expected = found = spread = 0.0
    for replication in range(300):
        luck = Luck(9, replication)
        storms = season(jiangmen, luck, 2030)
        found += len(line_hits(jiangmen, luck, 2030, storms))
        for storm in storms:
            for line in lines:
                p = trip_probability(jiangmen, line.kv, frozenset(coastal & {line.from_bus, line.to_bus}))
                p *= 1.0 if storm.is_severe else 0.15
                expected, spread = expected + p, spread + p * (1 - p)
    assert abs(found - expected) < 3 * math.sqrt(spread)


def test_a_severe_storm_stops_wind_and_runs_nuclear_back(jiangmen):
    severe = next(s for r in range(300) for s in season(jiangmen, Luck(1, r), 2030) if s.is_severe)
    wind = output_path([severe], "wind", 8760)
    nuclear = output_path([severe], "nuclear", 8760)
    assert wind[severe.hour] == 0.0
    assert (wind == 0.0).sum() == math.ceil(severe.duration_h)
    assert nuclear[severe.hour] == pytest.approx(0.83)
    assert (nuclear < 1.0).sum() == 24



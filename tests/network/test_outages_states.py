"""Three states and Weibull repairs: the event clock against the arrays, rates against their laws."""

import math

import numpy as np
import pytest
import simpy

from dafeng.configs.luck import Luck
from dafeng.network.outages import Process, up_and_down
from dafeng.network.outages_repair import lower_gamma, repair_h, rest_of_repair_h
from dafeng.network.outages_states import Behaviour, outages_of, states
from dafeng.network.sampling import Derated, Machine, Machines, add_all_outages

PARTIAL = Derated(0.6, 40.0, 0.5)
YEARS = 400


def streams(luck, year=2030):
    return luck("outage", "a", year), luck("derated", "a", year)


def simpy_outages(behaviour, rng, kinds, hours=8760):
    """The oracle: one process on an event clock that consumes the draws one by one."""
    env, found = simpy.Environment(), []

    def machine():
        for left, lasting_h in states(behaviour, rng, kinds):
            start = env.now
            yield env.timeout(lasting_h)
            if left < 1.0:
                found.append([start, env.now, left])

    env.process(machine())
    env.run(until=hours)
    return found


@pytest.mark.parametrize("shape", [1.0, 1.5])
@pytest.mark.parametrize("derated", [Derated(), PARTIAL])
def test_the_event_clock_and_the_array_agree_event_for_event(derated, shape):
    behaviour = Behaviour(Process(400.0, 60.0), derated, shape)
    for replication in range(20):
        luck = Luck(3, replication)
        arrays = outages_of(behaviour, *streams(luck))
        ended = arrays[arrays[:, 1] < 8760]
        assert ended.tolist() == simpy_outages(behaviour, *streams(luck))
        assert len(arrays) - len(ended) in (0, 1)


def test_a_machine_of_two_states_has_the_outages_that_it_always_had():
    luck = Luck(8)
    found = outages_of(Behaviour(Process(400.0, 60.0)), *streams(luck))
    assert np.array_equal(found[:, :2], up_and_down(400.0, 60.0, luck("outage", "a", 2030)))
    assert (found[:, 2] == 0.0).all()


@pytest.mark.parametrize("shape", [1.0, 1.5, 2.5])
def test_shares_of_time_out_and_derated_are_those_of_the_chain_whatever_the_repair(shape):
    """Full outages 0.4 x 60 h and deratings 0.6 x 40 h in a mean cycle of 400 + 48 h."""
    behaviour = Behaviour(Process(400.0, 60.0), PARTIAL, shape)
    out, partly = np.zeros(YEARS), np.zeros(YEARS)
    for year in range(YEARS):
        found = outages_of(behaviour, *streams(Luck(1), year))
        hours = np.minimum(found[:, 1], 8760) - found[:, 0]
        out[year], partly[year] = hours[found[:, 2] == 0.0].sum() / 8760, hours[found[:, 2] == 0.5].sum() / 8760
    for shares, expected in ((out, 24 / 448), (partly, 24 / 448)):
        assert abs(shares.mean() - expected) < 3 * shares.std(ddof=1) / math.sqrt(YEARS)


@pytest.mark.parametrize("shape", [1.0, 2.0])
def test_the_compiled_sampler_loses_the_same_energy(shape):
    machine = Machine("a", 100.0, Process(400.0, 60.0), count=1, derated=PARTIAL, repair_shape=shape)
    arrays = Machines.of([machine]).arrays(Luck(2), "adequacy", 2030)
    lost = np.zeros(YEARS)
    for sample in range(YEARS):
        change = np.zeros((1, 8761))
        add_all_outages(arrays, sample, change)
        lost[sample] = np.cumsum(change[0, :-1]).mean()
    expected = 100.0 * (24 + 0.5 * 24) / 448
    assert abs(lost.mean() - expected) < 3 * lost.std(ddof=1) / math.sqrt(YEARS)


def test_weibull_repairs_keep_their_mean_and_spread_less():
    draws = (np.arange(20_000) + 0.5) / 20_000
    for shape in (1.0, 1.5, 2.5):
        hours = np.array([repair_h(draw, 60.0, shape) for draw in draws])
        spread = math.sqrt(math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1)
        assert hours.mean() == pytest.approx(60.0, rel=2e-3)
        assert hours.std() / hours.mean() == pytest.approx(spread, rel=1e-2)


def test_what_is_left_of_a_repair_met_by_chance_has_the_mean_of_renewal_theory():
    """E[X^2] / (2 E[X]): shorter than a whole repair when repairs are regular."""
    draws = (np.arange(20_000) + 0.5) / 20_000
    for shape in (1.0, 1.5, 2.5):
        hours = np.array([rest_of_repair_h(draw, 60.0, shape) for draw in draws])
        second = math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2
        assert hours.mean() == pytest.approx(0.5 * 60.0 * second, rel=3e-3)


def test_the_incomplete_gamma_function_meets_known_values():
    """P(1, x) = 1 - exp(-x); P(1/2, x) = erf(sqrt(x))."""
    for x in (0.01, 0.5, 2.0, 9.0, 40.0):
        assert lower_gamma(1.0, x) == pytest.approx(-math.expm1(-x), rel=1e-12)
        assert lower_gamma(0.5, x) == pytest.approx(math.erf(math.sqrt(x)), rel=1e-12)


def test_years_that_follow_each_other_keep_the_shares_of_the_chain_and_the_output_left():
    """Chains of 20 years, each going on from the outage that the year before left open, whole or partial."""
    behaviour = Behaviour(Process(400.0, 600.0), Derated(0.6, 400.0, 0.5))
    lost = []
    for machine in range(150):
        luck, until, left = Luck(machine), None, 0.0
        for year in range(20):
            found = outages_of(behaviour, *streams(luck, year), out_until_h=until, left=left)
            if until:
                assert found[0].tolist() == [0.0, until, left]
            hours = np.minimum(found[:, 1], 8760) - found[:, 0]
            lost.append((hours * (1.0 - found[:, 2])).sum() / 8760)
            until, left = (max(0.0, found[-1, 1] - 8760), found[-1, 2]) if len(found) else (0.0, 0.0)
    expected = (0.4 * 600 + 0.6 * 400 * 0.5) / (400 + 480)
    by_machine = np.array(lost).reshape(150, 20).mean(axis=1)
    assert abs(by_machine.mean() - expected) < 3 * by_machine.std(ddof=1) / math.sqrt(150)

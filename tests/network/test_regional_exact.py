"""Tables of outages on any grid, and the control variate that rests on them, against every state one by one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from dafeng.configs.luck import Luck
from dafeng.configs.values import Estimate
from dafeng.network.adequacy_indices import tail_over, widening
from dafeng.network.outages import Process
from dafeng.network.regional import Ways, assess
from dafeng.network.regional_exact import bare_hours_and_mwh, exact_indices, step_of
from tests.network.regional_cases import system

STEPS = 48
HALF = Process(45.0, 5.0)
"""Out for a tenth of the time."""


def by_states(capacity_mw, load_mw, rate=0.1):
    """Hours and MWh short by going through all states of all units."""
    hours = mwh = 0.0
    for up in product((0, 1), repeat=len(capacity_mw)):
        chance = np.prod([1.0 - rate if on else rate for on in up])
        short = np.maximum(load_mw - np.dot(up, capacity_mw), 0.0)
        hours += chance * (short > 1e-9).sum()
        mwh += chance * short.sum()
    return hours, mwh


@pytest.mark.parametrize("capacity", [
    (0.30, 0.31, 0.33, 0.34, 0.36, 0.39), (12.5, 13.1, 13.4, 12.9), (2.4,) * 6, (1200.0, 600.0, 350.0), (7.0, 11.0)])
def test_capacities_of_any_size_have_the_indices_of_all_their_states(capacity):
    load = np.linspace(0.4, 0.95, STEPS) * sum(capacity)
    found = exact_indices(system([load], [(mw, 0, HALF) for mw in capacity]))
    assert (found.lolh_h, found.eue_mwh) == pytest.approx(by_states(capacity, load), rel=1e-9)


def test_capacities_that_share_no_step_say_so_and_come_close():
    capacity = (np.sqrt(2.0), np.pi, np.e, np.sqrt(3.0))
    one = system([np.linspace(3.0, 8.5, STEPS)], [(mw, 0, HALF) for mw in capacity])
    assert not step_of(one)[1]
    assert exact_indices(one).eue_mwh == pytest.approx(by_states(capacity, one.load_mw[0])[1], rel=1e-4)


def test_a_control_without_the_outages_of_varying_units_leans_nowhere():
    """The table has them in service, so the sampled control must too: its error once was sixty times the answer."""
    varying = [(np.tile([9.0, 7.0, 4.0, 8.0], STEPS // 4), 0, Process(40.0, 10.0))]
    one = system([np.full(STEPS, 20.0)], [(5.0, 0, HALF)] * 5, varying)
    plain = assess(one, Luck(1), sample_years=20_000).indices
    beside = assess(one, Luck(2), sample_years=20_000, ways=Ways(has_control=True)).indices
    for name in ("lolh_h", "eue_mwh"):
        error = np.hypot(plain[name].se, beside[name].se)
        assert abs(plain[name].value - beside[name].value) < 4.0 * error < 0.1 * plain[name].value


def test_a_control_of_five_minute_steps_counts_hours():
    capacity = (5.0, 5.0, 5.0)
    one = replace(system([np.full(STEPS, 12.0)], [(mw, 0, HALF) for mw in capacity]), step_h=1.0 / 12.0)
    known = bare_hours_and_mwh(one)
    assert known == pytest.approx(np.array(by_states(capacity, np.full(STEPS, 12.0))) / 12.0)
    found = assess(one, Luck(1), sample_years=2000, ways=Ways(has_control=True)).indices
    assert (found["lolh_h"].value, found["eue_mwh"].value) == pytest.approx(known)


def test_the_tail_of_several_weather_years_is_that_of_all_years_together():
    rng = np.random.default_rng(1)
    energies = [rng.exponential(scale, 400) for scale in (1.0, 1.0, 30.0, 1.0)]
    found = tail_over(energies, [np.full(400, 1 / 400)] * 4, Estimate(float(np.mean(energies)), 1.0))
    worst = np.sort(np.concatenate(energies))[-80:]
    assert found.value == pytest.approx(worst.mean())
    start = np.sort(np.concatenate(energies))[-81]
    over = [np.maximum(energy - start, 0.0).mean() / 0.05 for energy in energies]
    assert found.se == pytest.approx(widening(4) * np.std(over, ddof=1) / 2.0, rel=0.02)  # Student's t with 3

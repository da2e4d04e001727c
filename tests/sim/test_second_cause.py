"""A unit with two causes of outages, an EPR: operated, in adequacy's arrays, and under a storm."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import simpy

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.network.adequacy_gales import NUCLEAR, Gales, add_gales
from dafeng.network.adequacy_storms import Season
from dafeng.network.outages import processes_of, share_path, up_and_down
from dafeng.network.outages_pace import NO_PACES
from dafeng.network.sampling import Machines, add_all_outages, no_marks
from dafeng.sim.assess import machines_of
from dafeng.sim.availability import Availability
from dafeng.sim.chance import Draws, large_rows, unit_outages
from dafeng.sim.trips import Trips

YEAR = 2030
EPR = Unit("003", "N01", "TS", "nuclear_epr", "uranium", 1750.0, 1.0, outage_class="nuclear_modern")
MANY_YEARS = 2_000


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def assembly():
    branches = SimpleNamespace(key=(), circuits=[], is_radial=[])
    rows = SimpleNamespace(branches=slice(1, 1), stores=slice(1, 1))
    return SimpleNamespace(units=(EPR,), stores=(), grid=SimpleNamespace(branches=branches, rows=rows))


def drawn_as_operated(city, luck):
    """(2, hours) whether each cause holds the unit out, from the streams of the operated year."""
    keys = ((EPR.key, YEAR), (EPR.key, 1, YEAR))
    pairs = (up_and_down(one.mttf_h, one.mttr_h, luck("outage", *key))
             for one, key in zip(processes_of(city, EPR.outage_class, EPR.technology), keys, strict=True))
    return np.array([share_path(pair) == 0.0 for pair in pairs])


def sampled(rows, sample):
    """(hours,) MW out of rows of a sampler, with the keys of luck of a year."""
    change = np.zeros((1, 8761))
    add_all_outages(Machines.of(rows).arrays(Luck(3), "adequacy", YEAR), sample, change)
    return np.cumsum(change[0, :-1])


def test_both_causes_as_events_give_what_their_arrays_leave(jiangmen):
    """While crews are free, hour for hour; some replications hold an outage of months."""
    longest = 0
    for replication in range(30):
        luck, env = Luck(4, replication), simpy.Environment()
        availability = Availability(np.ones((1, 8760)))
        trips = Trips(env, availability, simpy.Resource(env, 9), lambda: None, lambda kind, key, amount: None)
        trips.schedule(unit_outages(Draws(jiangmen, luck, YEAR, {}), assembly()), large_rows(assembly()))
        env.run(until=8760)
        causes = drawn_as_operated(jiangmen, luck)
        assert (availability.actual()[0] == 1.0 - causes.any(axis=0)).all()
        longest = max(longest, int(causes[1].sum()))
    assert longest > 4000


def test_adequacy_samples_both_causes_apart_and_no_mw_is_out_twice(jiangmen):
    main, second = machines_of(jiangmen, EPR, 0, NO_PACES)
    assert [main.process, second.process] == list(processes_of(jiangmen, EPR.outage_class, EPR.technology))
    met = 0
    for sample in range(MANY_YEARS // 10):
        alone = [sampled([row], sample) > 0.0 for row in (main, replace(second, takes=0))]
        assert np.allclose(sampled([main, second], sample), 1750.0 * (alone[0] | alone[1]))
        met += int((alone[0] & alone[1]).sum())
    assert met > 0


def test_years_of_adequacy_are_as_uneven_as_the_operated_ones(jiangmen):
    """Joined in one process, with the same share of time out, 0.3 % of years had the unit out for more than half."""
    rows = machines_of(jiangmen, EPR, 0, NO_PACES)
    out = np.array([(sampled(rows, sample) > 0.0).mean() for sample in range(MANY_YEARS)])
    lived = np.array([drawn_as_operated(jiangmen, Luck(5, one)).any(axis=0).mean() for one in range(MANY_YEARS)])
    error = np.hypot(out.std(), lived.std()) / MANY_YEARS**0.5
    assert abs(out.mean() - lived.mean()) < 4.0 * error
    assert abs(out.mean() - 0.10572) < 4.0 * error
    assert (out > 0.5).mean() == pytest.approx((lived > 0.5).mean(), abs=4.0 * (2 * 0.0775 / MANY_YEARS) ** 0.5)
    assert (out > 0.5).mean() > 0.05


def test_a_storm_takes_nothing_of_a_unit_that_either_cause_holds_out(jiangmen):
    season = replace(Season.of(jiangmen), rate=6.0, severe_share=1.0)
    rows, met = machines_of(jiangmen, EPR, 0, NO_PACES), 0
    gales = Gales(season).over(NUCLEAR, rows[:1], 1.0)
    every = Machines.of(rows)
    arrays, of_storms = every.arrays(Luck(3), "adequacy", YEAR), gales.arrays(Luck(3), YEAR, every.keys)
    for sample in range(100):
        change = np.zeros((1, 8761))
        add_gales(of_storms, arrays, sample, change, no_marks())
        struck, out = np.cumsum(change[0, :-1]) > 1e-6, sampled(rows, sample) > 0.0
        assert not (struck & out).any()
        assert np.cumsum(change[0, :-1]).min() > -1e-6
        met += int(struck.any() and sampled([replace(rows[-1], takes=0)], sample).any())
    assert met > 0

"""Dated facts rule the hours that they name; before and after, a unit fails and is maintained like any other."""

from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.agents.assets import Unit
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.network.outages_pace import NO_PACES
from dafeng.sim.assess import _city_machines, _Shares
from dafeng.sim.availability import Availability, Window
from dafeng.sim.chance import Draws
from dafeng.sim.failing import behaviours
from dafeng.sim.history import without_dated
from dafeng.sim.trips import window_of

FACT = Window(0, 1000, 2880, 0.767, 0, "history")
UNTIL_H = 2880
"""The end of April, to which the facts of 2020 reach."""


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def operated(city, unit, seed):
    """(hours,) share of a unit with the fact in a year of draws that are known beforehand."""
    availability = Availability(np.ones((1, 8760)))
    draws = Draws(city, Luck(seed), 2030, {})
    drawn = [draws.states(0, unit.key, number, how) for number, how in enumerate(behaviours(city, unit))]
    availability.add(FACT)
    for outage in without_dated([outage for outages in drawn for outage in outages], [FACT]):
        availability.add(window_of(outage, told=0))
    return availability.actual()[0]


def sampled(city, unit):
    """(hours,) share that adequacy expects: what does not fail, and the machine's own."""
    availability = SimpleNamespace(windows=[FACT], base=np.ones((1, 8760)))
    shares = _Shares(SimpleNamespace(units=(unit,)), availability, NO_PACES)
    machines, groups, steady, _ = _city_machines(city, SimpleNamespace(units=(unit,)), shares, [0], 0)
    up = sum(machine.mw * (1.0 - machine.process.forced_outage_rate) * groups[machine.group] for machine in machines)
    return (steady + up) / unit.capacity_mw


def test_the_operated_year_and_adequacy_agree_with_dated_facts(jiangmen):
    """A gas unit, 4,000 years: equal in the dated hours, and within three errors before and after them."""
    unit = Unit("g", "N07", "TS", "gas_ccgt", "gas", 400.0, outage_class="gas_ccgt")
    found = np.array([operated(jiangmen, unit, seed) for seed in range(4000)])
    expected = sampled(jiangmen, unit)
    assert np.all(found[:, 1000:2880] == 0.767)
    assert np.allclose(expected[1000:2880], 0.767)
    for hours in (slice(0, 1000), slice(3100, 8760)):
        by_year = found[:, hours].mean(axis=1)
        assert abs(by_year.mean() - expected[hours].mean()) < 3.0 * by_year.std() / np.sqrt(len(by_year))
    assert expected[5000] < 1.0


def test_an_outage_that_lasts_into_dated_hours_ends_where_they_begin(jiangmen):
    unit = Unit("e", "N07", "TS", "gas_ccgt", "gas", 400.0, outage_class="nuclear_rts")
    shares = [operated(jiangmen, unit, seed) for seed in range(100)]
    assert any(share[999] == 0.0 for share in shares)
    assert all((share[1000:2880] == 0.767).all() and share[2880] == 1.0 for share in shares)


def test_units_with_facts_of_spring_trip_in_the_rest_of_the_year(runs):
    """014 and 015 in 2020: one failure in 4,850 h, so about ten in 5,880 h of two units in four replications."""
    found = []
    for replication in range(4):
        events = runs.jiangmen("baseline", last_year=2020, replication=replication).events
        found += events[events.agent.isin(["014", "015"]) & (events.kind == "trip")].hour.tolist()
    assert 3 <= len(found) <= 20
    assert min(found) >= UNTIL_H

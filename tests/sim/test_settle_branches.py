"""What the year tells the grid company of its branches, and whose luck a new circuit touches."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.sim.chance import Draws, wire_outages
from dafeng.sim.settle import _branches
from dafeng.sim.wires import build


def branches_of(city, circuits_more=None):
    at = {bus.key: i for i, bus in enumerate(city.buses)}
    found = build(city, 2035, [], at)
    row = found.key.index(circuits_more) if circuits_more else None
    if row is None:
        return found
    circuits = found.circuits.copy()
    circuits[row] += 1
    return replace(found, circuits=circuits)


def assembly_of(branches):
    rows = SimpleNamespace(branches=slice(0, len(branches.key)))
    return SimpleNamespace(grid=SimpleNamespace(branches=branches, rows=rows))


def test_a_new_circuit_leaves_the_outages_of_everything_else_as_they_were():
    city = load.city("jiangmen")
    draws = [
        sorted((year, o.process, o.start_h, o.end_h) for year in range(2030, 2041)
               for o in wire_outages(Draws(city, Luck(2020), year, {}), assembly_of(b)))
        for b in (branches_of(city), branches_of(city, "L02"))
    ]
    new = [outage for outage in draws[1] if outage[1].startswith("L02/2")]
    assert draws[0] == [outage for outage in draws[1] if outage not in new]
    assert len(draws[0]) > 50
    assert new


def test_stress_is_the_energy_beyond_the_trigger_at_the_prices_of_its_hours():
    """A limit of 100 MW, a trigger of 0.85: 120 MW at 500 is 35 MWh, 90 MW at 300 is 5, 80 MW nothing."""
    city = load.city("toy3")
    found = build(city, 2020, [], {bus.key: i for i, bus in enumerate(city.buses)})
    one = replace(found, limit_mw=np.full(len(found.key), 100.0), carry_mw=np.full(len(found.key), 150.0))
    flow = np.zeros((len(found.key), 3))
    flow[0] = [-120.0, 90.0, 80.0]
    kept = np.clip(flow, -100.0, 100.0)
    hours = SimpleNamespace(flow_mw=kept, asked_mw=flow, unserved_mw=np.zeros((len(city.buses), 3)),
                            price_cny_per_mwh=np.array([500.0, 300.0, 900.0]))
    told = _branches(assembly_of(one), hours, np.ones(flow.shape), 0.85)[found.key[0]]
    assert (told.overloaded_h, told.redispatched_h) == (0.0, 1.0)
    assert told.peak_share == pytest.approx(1.2)
    assert told.stressed_mwh == pytest.approx(40.0)
    assert told.stressed_cny == pytest.approx(35 * 500.0 + 5 * 300.0)

"""Laws on common random numbers, and other tools on the same question."""

from dataclasses import replace

import networkx
import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.configs.luck import Luck
from dafeng.network.outages import Process
from dafeng.network.regional import assess
from dafeng.network.regional_exact import exact_indices
from dafeng.network.regional_flow import network_for, send
from dafeng.network.regional_system import Interfaces
from tests.network.foresight import least_unserved_mwh
from tests.network.regional_cases import both_stores, drawn_days, eue, fleet, near, two_regions


def test_adding_a_unit_or_a_line_never_raises_unserved_energy():
    base = eue(two_regions())
    assert base > 500.0
    assert eue(two_regions(extra=[(50.0, 0, Process(400.0, 40.0))])) < base
    assert eue(two_regions(border_mw=90.0)) < base
    assert eue(two_regions(border_mw=0.0)) > base


def test_adding_storage_never_raises_unserved_energy_here():
    for seed in range(5):
        base = two_regions()
        assert eue(replace(base, stores=both_stores()), seed=seed) < eue(base, seed=seed)


def test_wide_borders_make_one_node_of_many_regions():
    wide = two_regions(border_mw=1e6)
    one = replace(wide, regions=("all",), load_mw=wide.load_mw.sum(axis=0)[None, :],
                  units=replace(wide.units, group=np.zeros(8, dtype=np.int64)), interfaces=Interfaces.none(1440))
    assert eue(wide) == pytest.approx(eue(one), rel=1e-9)
    assert near(assess(wide, Luck(1), sample_years=400).indices["eue_mwh"], exact_indices(one).eue_mwh)


def test_two_regions_without_a_border_are_two_systems():
    apart = two_regions(border_mw=0.0)
    found = assess(apart, Luck(1), sample_years=200)
    for row, name in enumerate("AB"):
        keep = apart.units.group == row
        own = fleet(*((100.0, 0, Process(400.0, 40.0)) for _ in range(4)))
        own = replace(own, keys=tuple(key for key, kept in zip(apart.units.keys, keep, strict=True) if kept))
        alone = replace(apart, regions=("all",), load_mw=apart.load_mw[row][None, :], units=own,
                        interfaces=Interfaces.none(1440))
        assert found.by_region[name]["eue_mwh"].value == pytest.approx(eue(alone), rel=1e-9)


def test_exact_indices_are_refused_where_there_are_none(rts79):
    with pytest.raises(InputError, match="one region") as regions:
        exact_indices(replace(two_regions(), stores=both_stores()))
    assert len(regions.value.problems) == 2


def test_flows_serve_as_much_as_networkx_says_can_be_served():
    """Twenty drawn graphs of six regions: what stays unserved is the demand less the maximum flow."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        room = rng.integers(-60, 60, 6).astype(float)
        pairs = [(i, j) for i in range(6) for j in range(i + 1, 6) if rng.random() < 0.5]
        limit = rng.integers(1, 40, (2, len(pairs))).astype(float)
        graph = networkx.DiGraph()
        graph.add_nodes_from(["source", "sink", *range(6)])
        for region, mw in enumerate(room):
            graph.add_edge(*(("source", region) if mw > 0 else (region, "sink")), capacity=abs(mw))
        for k, (i, j) in enumerate(pairs):
            graph.add_edge(i, j, capacity=limit[0, k])
            graph.add_edge(j, i, capacity=limit[1, k])
        served = networkx.maximum_flow_value(graph, "source", "sink")
        network = network_for(*(np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1)), 6)
        network.forward_mw[:], network.backward_mw[:] = limit
        supply, demand = np.maximum(room, 0.0), np.maximum(-room, 0.0)
        send(network, supply, demand)
        assert demand.sum() == pytest.approx(np.maximum(-room, 0.0).sum() - served)
        assert (network.flow_mw <= limit[0] + 1e-9).all()
        assert (network.flow_mw >= -limit[1] - 1e-9).all()


def test_a_store_of_one_region_loses_no_more_than_perfect_foresight():
    for seed in range(5):
        one = drawn_days(1, seed, stores=1)
        found = assess(one, Luck(1), sample_years=2).indices["eue_mwh"].value
        assert found == pytest.approx(least_unserved_mwh(one), rel=1e-6)
        assert found > 10.0


@pytest.mark.parametrize(("regions", "worse"), [(1, 1.01), (2, 1.05)])
def test_many_stores_are_never_better_than_perfect_foresight_and_close_to_it(regions, worse):
    """Which of several stores is charged first, and from where, is not planned: that costs a little."""
    found, best = 0.0, 0.0
    for seed in range(5):
        one = drawn_days(regions, seed)
        here, least = assess(one, Luck(1), sample_years=2).indices["eue_mwh"].value, least_unserved_mwh(one)
        assert here >= least - 1e-6
        found, best = found + here, best + least
    assert best > 10.0
    assert found <= worse * best

"""Indices at the ends of the ranges of the province's states, as a study books them."""

from types import SimpleNamespace

import pytest

from dafeng.configs import load
from dafeng.configs.values import Estimate
from dafeng.network.province_ranges import rare_states
from dafeng.sim.metrics.reliability import by_states


@pytest.mark.parametrize(("hot_mwh", "seen", "bound"), [(0.0, Estimate(0.0, 222.0), 222.0),
                                                        (9.0, Estimate(0.9, 0.3), 0.0)])
def test_where_no_shortage_was_seen_the_range_has_the_bound_of_the_view(hot_mwh, seen, bound):
    city = load.city("jiangmen")
    means = {state: {"eue_mwh": 0.0} for state in ("normal", *rare_states(city))}
    means["hot"] = {"eue_mwh": hot_mwh}
    year = SimpleNamespace(city=city, adequacy={"province": SimpleNamespace(eue_mwh=seen, state_means=means)})
    rows = by_states(year, "eue_states_mwh", "eue_mwh", "MWh/y").entries
    assert [row.basis for row in rows] == ["states:low", "states:high"]
    assert [row.se for row in rows] == [bound, bound]
    assert (rows[1].value > 0.0) == (hot_mwh > 0.0)

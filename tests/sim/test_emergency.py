"""Orderly power use: what is ordered off was unserved before, is told apart, and pays nobody."""

import numpy as np
import pytest

from dafeng.agents.assets import Offer
from dafeng.agents.emergency import pooled_orders
from dafeng.network.adequacy_measures import serve_city
from dafeng.network.adequacy_system import no_measures, no_stores
from dafeng.network.adequacy_year import hands_for, scratch
from dafeng.sim.run import run

PLAN = """title: Orderly use
title_zh: 有序用电
levers:
  emergency_response:
    orderly_share: {{2020: 0.02}}
    days_a_year: {{2020: {days}}}
"""


@pytest.fixture(scope="module")
def results(runs, tmp_path_factory):
    """The toy city, which is short on most days, without a plan and with plans of 30 and of 0 days a year."""
    found = {"none": run(runs.job_of())}
    for days in (30, 0):
        file = tmp_path_factory.mktemp("bundles") / f"orderly_{days}.yaml"
        file.write_text(PLAN.format(days=days), encoding="utf-8")
        found[str(days)] = run(runs.job_of(bundle=str(file)))
    return found


@pytest.mark.parametrize(("unserved", "ordered", "basis"), [
    ("unserved_mwh", "ordered_mwh", "all"), ("eue_mwh", "expected_ordered_mwh", "island")])
def test_what_is_ordered_off_was_unserved_without_the_plan(runs, results, unserved, ordered, basis):
    before = runs.total(results["none"], unserved, basis)
    assert runs.total(results["30"], ordered, basis) > 0.0
    after = runs.total(results["30"], unserved, basis) + runs.total(results["30"], ordered, basis)
    assert after == pytest.approx(before)
    assert runs.total(results["0"], unserved, basis) == before
    assert ordered not in set(results["none"].outcomes.variable)


def test_lost_output_costs_as_much_and_nobody_is_paid(runs, results):
    for variable in ("system_cost_cny", "subsidy_cny"):
        assert runs.total(results["30"], variable) == pytest.approx(runs.total(results["none"], variable))


def test_an_hour_by_hand_contracts_before_orders_and_days_that_end():
    """Short by 100 MW in two hours of each of two days; 30 MW by contract, 50 MW by order on one day a year."""
    work, measures = scratch(48), no_measures(48)._replace(
        offer_mw=np.array([[30.0] * 48, [50.0] * 48]), hours_per_event=np.array([1.0, 24.0]),
        events_per_year=np.array([9.0, 1.0]), is_ordered=np.array([False, True]), rebound_share=np.zeros(2))
    margin = np.zeros(48)
    margin[[5, 6, 30, 31]] = -100.0
    work.balance_mw[:], work.is_short[:], work.is_walked[:] = margin, True, True
    serve_city(margin, 0.0, 1.0, measures, hands_for(no_stores(), measures), work)
    assert work.unserved_mw[[5, 6, 30, 31]].tolist() == [20.0, 50.0, 70.0, 100.0]
    assert work.ordered.tolist() == [100.0, 2.0]


def test_orders_of_a_bus_are_one_and_come_last():
    def offer(key, bus, mw, is_ordered):
        return Offer(key, bus, "XH", "cement", mw, 9.0, 0.0, 24.0, 30.0, is_ordered=is_ordered)

    found = pooled_orders([offer("a", "N2", 3.0, True), offer("b", "N1", 2.0, False), offer("c", "N2", 4.0, True)])
    assert [(one.key, one.mw) for one in found] == [("b", 2.0), ("orderly-N2-flat", 7.0)]

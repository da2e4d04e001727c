"""Reliability-must-run: who may close while the margin lasts, and what those that stay are paid."""

import math
from types import SimpleNamespace

import pytest

from dafeng.agents.view import Notice
from dafeng.sim.must_run import contracts, spare_mw, told

THREE = [Notice("a", "cheap", 500.0, 5e6), Notice("a", "middle", 500.0, 20e6), Notice("b", "dear", 500.0, 50e6)]


def test_while_the_margin_lasts_the_dearest_to_keep_go_first():
    assert contracts(THREE, 1600.0) == {}
    assert contracts(THREE, 1000.0) == {"cheap": 5e6}
    assert contracts(THREE, 600.0) == {"middle": 20e6, "cheap": 5e6}
    assert set(contracts(THREE, 100.0)) == {"cheap", "middle", "dear"}


def test_a_system_below_its_standard_lets_nothing_go():
    assert set(contracts(THREE, -2000.0)) == {"cheap", "middle", "dear"}


def test_a_small_plant_may_go_where_a_large_one_may_not():
    notices = [Notice("a", "large", 1000.0, 90e6), Notice("a", "small", 100.0, 1e6)]
    assert contracts(notices, 500.0) == {"large": 90e6}


def test_no_margin_known_keeps_nobody():
    assert contracts(THREE, spare_mw({})) == {}
    unknown = SimpleNamespace(bare_margin_mw=math.inf)
    assert spare_mw({"province": unknown}) == math.inf


def test_the_margin_is_that_of_the_whole_pool_not_of_the_offtakes():
    views = {"deliverability": SimpleNamespace(bare_margin_mw=5.0),
             "province": SimpleNamespace(bare_margin_mw=700.0)}
    assert spare_mw(views) == 700.0
    assert spare_mw({"island": views["deliverability"]}) == 5.0


def test_each_notice_is_a_decision_that_can_be_read():
    kept = contracts(THREE, 1000.0)
    decisions = told(2030, THREE, kept, 1000.0)
    assert [d.choice for d in decisions] == ["contract", "let go", "let go"]
    assert decisions[0].saw == {"margin_mw": 1000.0, "firm_mw": 500.0}
    assert decisions[0].values == pytest.approx((0.0, 5e6))

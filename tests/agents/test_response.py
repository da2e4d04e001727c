"""Demand response of industry: joining, caps and shiftable load (MODEL_SPEC 5.5 to 5.7)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from dafeng.agents import response
from dafeng.agents.output_lines import lines
from dafeng.agents.response import SHIFT, Terms
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City


@cache
def jiangmen() -> City:
    return load.city("jiangmen")


def view(**asked: float) -> View:
    return View(
        year=2025, hour=0.0, city=jiangmen(), rules=Rules(2025, "XH").ask(**asked), announced={},
        prices={"peak_mw": {2023: 5000.0, 2024: 6000.0}}, outlooks=(), own={}, pipeline={}, standing={}, credit={},
        awards=(), luck=Luck(1),
    )  # fmt: skip


def test_a_firm_joins_when_payment_exceeds_hassle_and_its_own_cost() -> None:
    known = lines(jiangmen())
    metal = known.technology.index("metal_products")
    offer = response.terms(
        view(dr_price_cny_per_mwh=3000.0, dr_capacity_cny_per_kw=10.0), known, np.array([metal]), np.array([5.0]),
        np.array([500.0]), 0.5,
    )  # fmt: skip
    hours = 0.5 * 30 * 3
    assert offer.shed_mw[0] == pytest.approx(0.5)
    assert offer.gain_cny[0] == pytest.approx(0.5 * (hours * 3000.0 + 10_000.0) - 20_000.0 - 500.0 * 0.5 * hours)


def test_the_cheapest_come_in_first_until_the_programme_is_full() -> None:
    offer = Terms(np.array([2.0, 3.0, 2.0]), np.ones(3), np.full(3, 10.0), np.zeros(3))
    nobody, everyone = np.zeros(3, bool), np.ones(3, bool)
    assert response.joined(nobody, offer, np.array([3.0, 1.0, 2.0]), everyone, 5.0).tolist() == [False, True, True]


def test_enrolment_stays_when_the_gain_is_gone() -> None:
    offer = Terms(np.ones(2), np.ones(2), np.zeros(2), np.ones(2))
    assert response.joined(np.array([True, False]), offer, np.ones(2), np.ones(2, bool), 9.0).tolist() == [True, False]


def test_county_caps_add_up_to_the_target_share_of_last_years_peak() -> None:
    asked = view(dr_target_share=0.05)
    caps = sum(response.county_cap_mw(asked, county.key) for county in jiangmen().counties)
    assert caps == pytest.approx(0.05 * 6000.0)


def test_called_hours_are_expected_as_they_were_seen() -> None:
    rate = 1.0
    for _ in range(30):
        rate = response.learnt(view(), rate, 100.0, 20.0)
    assert rate == pytest.approx(0.2, abs=1e-4)


def test_shiftable_load_can_be_used_as_usual_and_moves_within_its_window() -> None:
    week = np.repeat((np.arange(365) % 7 < 5).astype(float), 24)
    asked = replace(view(), weekday=week)
    bus = next(bus for bus in jiangmen().buses if bus.key == "N07D")
    item = response.shiftable(asked, "x", bus, {"paper": 87_600.0}, {SHIFT: 87_600.0})[0]
    usual = 87_600.0 * response.unit_profile(asked, SHIFT)
    used = np.cumsum(usual)
    assert np.all(item.least_mwh <= used + 1e-6)
    assert np.all(used <= item.most_mwh + 1e-6)
    assert item.least_mwh[-1] == pytest.approx(87_600.0)
    assert item.most_mwh[-1] == pytest.approx(87_600.0)
    assert item.most_mwh[100] == pytest.approx(used[104])
    assert item.least_mwh[100] == pytest.approx(used[96])
    assert np.all(np.diff(item.least_mwh, prepend=0.0) <= item.power_mw), "what is late can still be drawn"
    assert usual[:168].max() > 1.2 * usual[:168].mean()

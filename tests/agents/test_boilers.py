"""Boilers: cost of heat and choice of fuel (MODEL_SPEC 3.6, 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from dafeng.agents import boilers
from dafeng.agents.boilers import COAL, ELECTRIC, FUELS, GAS, HEAT_PUMP
from dafeng.agents.boilers_cap import clear_coal, shadow_price
from dafeng.agents.output_lines import lines
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_TCE


@cache
def jiangmen() -> City:
    return load.city("jiangmen")


def view(year: int = 2020, **asked: float) -> View:
    return View(
        year=year, hour=0.0, city=jiangmen(), rules=Rules(year, "XH").ask(**asked), announced={}, prices={},
        outlooks=(), own={}, pipeline={}, standing={}, credit={}, awards=(), luck=Luck(1),
    )  # fmt: skip


def test_heat_from_coal_and_gas_costs_what_a_card_says() -> None:
    known, kit = lines(jiangmen()), boilers.heaters(jiangmen())
    cost = boilers.heat_cost(known, kit, boilers.prices(view(), known)) + kit.capital_cny_per_gj
    paper = known.technology.index("paper")
    crf_20, crf_25 = 0.065 / (1 - 1.065**-20), 0.065 / (1 - 1.065**-25)
    assert cost[paper, COAL] == pytest.approx(28.6 / 0.84 + crf_20 * 400 / 4500 * 1000 / 3.6, rel=1e-9)
    assert cost[paper, GAS] == pytest.approx(82.2 / 0.92 + crf_25 * 540 / 4500 * 1000 / 3.6, rel=1e-9)
    assert cost[paper, ELECTRIC] == pytest.approx(620 / 3.6 / 0.99 + crf_25 * 790 / 4500 * 1000 / 3.6, rel=1e-9)


def test_a_carbon_tax_adds_each_fuels_own_carbon() -> None:
    known, kit = lines(jiangmen()), boilers.heaters(jiangmen())
    without = boilers.heat_cost(known, kit, boilers.prices(view(), known))
    taxed = boilers.heat_cost(known, kit, boilers.prices(view(carbon_tax_cny_per_t=100.0), known))
    extra = (taxed - without)[known.technology.index("food")]
    assert extra[COAL] == pytest.approx(100.0 * 0.09089 / 0.84)
    assert extra[GAS] == pytest.approx(100.0 * 0.05554 / 0.92)
    assert extra[ELECTRIC] == extra[HEAT_PUMP] == 0.0


def test_the_national_carbon_market_reaches_clinker_from_its_benchmark_year_and_paper_never() -> None:
    known = lines(jiangmen())
    price = {year: boilers.prices(view(year), known).carbon_cny_per_t for year in (2024, 2030)}
    clinker, paper = known.technology.index("cement_clinker"), known.technology.index("paper")
    assert price[2024][clinker] == 0.0
    assert price[2030][clinker] == pytest.approx(jiangmen().path("carbon.central").at(2030))
    assert price[2030][paper] == 0.0


def test_the_border_charge_makes_carbon_dear_for_exported_metal_products() -> None:
    known = lines(jiangmen())
    metal = known.technology.index("metal_products")
    city = jiangmen()
    price = boilers.prices(view(2030), known).carbon_cny_per_t[metal]
    wanted = 0.06 * city.path("cbam.cbam_price").at(2030) * city.path("cbam.cbam_phase_in").at(2030)
    assert price == pytest.approx(wanted)
    assert boilers.prices(view(2025), known).carbon_cny_per_t[metal] == 0.0


def test_choices_by_uniform_follow_the_logit_shares() -> None:
    cost = np.tile(np.array([[100.0, 110.0, 120.0, 130.0, 140.0, 150.0, 160.0]]), (50_000, 1))
    can = np.ones_like(cost, dtype=bool)
    picked = boilers.chosen(boilers.weights(cost, can), Luck(3)("fuel").random(50_000))
    weight = np.exp(-8.0 * (cost[0] / 100.0 - 1.0))
    assert np.bincount(picked, minlength=len(FUELS)) / 50_000 == pytest.approx(weight / weight.sum(), abs=0.01)


def test_a_coal_boiler_stays_when_no_cap_makes_coal_dearer_and_leaves_as_it_grows_dearer() -> None:
    new, can = np.array([[50.0, 90.0, 60.0, 200.0, 120.0, 60.0, 90.0]]), np.ones((1, 7), bool)
    kept = [boilers.stays(np.array([30.0]), np.array([30.0 + p]), new, can)[0] for p in (0.0, 10.0, 30.0, 100.0)]
    assert kept[0] == 1.0
    assert kept == sorted(kept, reverse=True)
    assert kept[-1] < 0.001


@dataclass
class Straight:
    """A coal user whose use falls in a straight line with the price."""

    key: str
    at_zero: float
    price: float = -1.0

    def coal_tce(self, price: float, view: View) -> float:
        return max(0.0, self.at_zero - price * GJ_PER_TCE / GJ_PER_TCE)

    def set_coal_price(self, price: float) -> None:
        self.price = price


def test_the_shadow_price_is_the_one_at_which_all_users_together_keep_the_cap() -> None:
    users = [Straight("a", 1000.0), Straight("b", 600.0)]
    views = {"a": view(coal_nonpower_cap_tce=1000.0), "b": view(coal_nonpower_cap_tce=1000.0)}
    price = clear_coal([*users, object()], views)
    assert price == pytest.approx(300.0, abs=1.0)
    assert users[0].price == users[1].price == price
    assert sum(user.coal_tce(price, views[user.key]) for user in users) <= 1000.0


def test_a_cap_that_does_not_bind_costs_nothing() -> None:
    assert shadow_price([Straight("a", 10.0)], {"a": view()}, 10.0) == 0.0
    assert shadow_price([Straight("a", 10.0)], {"a": view()}, float("inf")) == 0.0


def test_the_parts_of_a_boilers_heat_add_up_to_its_cost_and_its_chances_to_one() -> None:
    known, kit = lines(jiangmen()), boilers.heaters(jiangmen())
    now, can = boilers.prices(view(carbon_tax_cny_per_t=100.0), known), FUELS_AT_HAND
    paper = known.technology.index("paper")
    parts = boilers.parts(known, kit, now, 500.0, paper, can)
    total = sum(column for name, column in parts.items() if name != "chance")
    cost = boilers.heat_cost(known, kit, now, 500.0)[paper] + kit.capital_cny_per_gj
    assert total == pytest.approx(cost[can], rel=1e-12)
    assert parts["chance"].sum() == pytest.approx(1.0)
    assert parts["chance"].argmax() == cost[can].argmin()
    assert parts["coal_cap_cny_per_gj"][0] == pytest.approx(500.0 / GJ_PER_TCE / kit.efficiency[COAL])


FUELS_AT_HAND = np.array([fuel in ("coal", "natural_gas", "electricity") for fuel in FUELS])

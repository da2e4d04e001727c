"""Households: what they use closes on 2020, roofs pay back by hand, and a push never takes solar off a roof."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import mesa
import numpy as np
import pytest

from dafeng.agents import households_energy, rooftops
from dafeng.agents.households import Households
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schedule import Path
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_TCE


@cache
def jiangmen() -> City:
    """The whole city."""
    return load.city("jiangmen")


@cache
def village() -> City:
    """toy3 with 5,000 households, solar on many neighbours' roofs and twelve years."""
    city = load.city("toy3")
    row = {**city.agents["households"][0], "households_k_2020": 5.0}
    return replace(city, last_year=2032, horizon=2032, agents={**city.agents, "households": (row,)})


def view(city: City, year: int, *, county: str | None = None, seed: int = 1, **asked: Any) -> View:
    """What a household sees."""
    rules = Rules(year, county or city.counties[0].key).ask(**asked)
    return View(year, 0.0, city, rules, {}, {}, (), {}, {}, {}, {}, (), Luck(seed))


def agents(city: City) -> list[Households]:
    """All counties of a city, new."""
    made = Households.populate(mesa.Model(), city, city.agents["households"])
    return [agent for agent in made if isinstance(agent, Households)]


def test_every_household_of_the_census_is_a_row() -> None:
    rows = jiangmen().agents["households"]
    assert sum(households_energy.households(jiangmen(), row, 2020) for row in rows) == 1_744_900


def test_homes_use_six_point_two_terawatt_hours_in_2020() -> None:
    city = jiangmen()
    made = agents(city)
    loads = [item for agent in made for item in agent.assets(view(city, 2020)).loads]
    assert sum(item.mwh for item in loads) == pytest.approx(6.2e6, rel=1e-6)
    booked = [f.value for agent in made for f in agent.flows(view(city, 2020)) if f.variable == "electricity_mwh"]
    assert sum(booked) == pytest.approx(6.2e6, rel=1e-6)
    assert {item.cooling for item in loads} == {1.9}


def test_gas_and_lpg_are_near_the_energy_balance() -> None:
    """0.19 Mtce in the balance, derived from the same parameters with fewer digits: within 12 %."""
    city = jiangmen()
    total = sum(sum(households_energy.gas_gj(city, row, 2020).values()) for row in city.agents["households"])
    assert total / GJ_PER_TCE / 1e6 == pytest.approx(0.19, rel=0.12)


def test_use_follows_income_and_people_by_hand() -> None:
    city = jiangmen()
    first, second = (households_energy.electricity_mwh(city, "PJ", year, 1.0) for year in (2020, 2021))
    assert second / first == pytest.approx(4835.1 / 4798.0 * 1.0764 ** (0.5 * (1.286 + 0.889)), rel=1e-9)


def test_a_higher_tariff_lowers_use_by_the_published_elasticity() -> None:
    city = jiangmen()
    dearer = replace(city, paths={**city.paths, "tariff.residential.tier1": Path({2020: 0.6, 2021: 0.66})})
    ratio = [households_energy.electricity_mwh(place, "PJ", 2021, 1.0) for place in (dearer, city)]
    assert ratio[0] / ratio[1] == pytest.approx(1.1 ** (-0.5 * (0.146 + 0.062)), rel=1e-9)


def test_the_rich_fifth_uses_more_and_all_fifths_make_the_whole() -> None:
    shares = households_energy.group_shares(jiangmen(), jiangmen().agents["households"][0])
    assert float(shares.sum()) == pytest.approx(1.0)
    assert (np.diff(shares) > 0).all()


def test_the_payback_of_a_roof_in_2020_by_hand() -> None:
    """3,200 CNY/kW over 1,007.4 kWh x (0.35 x 0.60 + 0.65 x 0.453) less 1.26 % upkeep."""
    earned = 8760 * 0.115 * (0.35 * 0.60 + 0.65 * 0.453) - 0.0126 * 3200
    assert rooftops.payback_y(view(jiangmen(), 2020), 0.60, 0.35) == pytest.approx(3200 / earned)
    paid = rooftops.payback_y(view(jiangmen(), 2020, rooftop_cny_per_kw=800.0), 0.60, 0.35)
    assert paid == pytest.approx(2400 / earned)


def test_the_hazard_is_bass_at_the_reference_payback() -> None:
    city = jiangmen()
    assert rooftops.hazard(city, 0.4, 7.0) == pytest.approx(1 - math.exp(-(0.004 + 0.45 * 0.4)))
    assert rooftops.hazard(city, 0.4, 11.0) == pytest.approx(1 - math.exp(-(0.004 + 0.45 * 0.4) * math.exp(-1.0)))


def test_homes_and_other_roofs_share_the_published_potential() -> None:
    """SOURCES: 30 MW per km2 of home roof, 60.5 MW per km2 of industrial roof."""
    parts = rooftops.potentials_mw(jiangmen())
    for county in jiangmen().counties:
        assert sum(parts[county.key]) == pytest.approx(county.facts["rooftop_pv_potential_mw_est"])
    assert parts["PJ"][0] / 35.8 == pytest.approx(30.0, rel=0.02)
    assert parts["PJ"][1] / 12.7 == pytest.approx(60.5, rel=0.02)


def test_the_solar_of_2020_is_not_counted_twice() -> None:
    city = jiangmen()
    standing = sum(rooftops.standing_mw(city, county.key) for county in city.counties)
    assert standing == pytest.approx(130.0)
    units = [unit for agent in agents(city) for unit in agent.assets(view(city, 2020)).units]
    assert units == []


def test_adoption_stays_under_its_ceiling_and_never_goes_back() -> None:
    city = village()
    agent = agents(city)[0]
    seen = [0]
    for year in range(2021, 2033):
        agent.decide(view(city, year, rooftop_cny_per_kw=3000.0))
        seen.append(agent.adopters)
    assert all(a <= b for a, b in pairwise(seen))
    assert seen[-1] > seen[1]
    open_roofs = city.value("building.rooftop_policy_share_base")
    assert agent.adopters <= open_roofs * len(agent.since) * 1.05
    assert (agent.since > 0).sum() == agent.adopters


def test_a_payment_and_opened_roofs_only_ever_add_solar() -> None:
    """Same luck, same rows: who adopts without a payment has adopted no later with it."""
    city = village()
    plain, paid, opened = (agents(city)[0] for _ in range(3))
    for year in range(2021, 2031):
        plain.decide(view(city, year))
        paid.decide(view(city, year, rooftop_cny_per_kw=1000.0))
        opened.decide(view(city, year, rooftop_roof_share=0.6))
        assert not ((plain.since > 0) & (paid.since == 0)).any()
    assert paid.adopters > plain.adopters
    assert opened.adopters > plain.adopters


def test_the_unit_of_the_year_is_the_mean_of_begin_and_end() -> None:
    city = village()
    agent = agents(city)[0]
    for year in range(2021, 2027):
        agent.decide(view(city, year, rooftop_cny_per_kw=2500.0))
    unit = agent.assets(view(city, 2026)).units[0]
    each = agent.roof_mw / agent.adopters
    assert unit.capacity_mw == pytest.approx(0.5 * (agent.adopters_begin + agent.adopters) * each)
    assert (unit.profile, unit.technology, unit.mean_capacity_factor) == ("solar", "pv_rooftop", 0.115)


def test_response_needs_a_price_and_stays_within_what_can_be_controlled() -> None:
    city = jiangmen()
    agent = agents(city)[0]
    agent.decide(view(city, 2020))
    assert agent.assets(view(city, 2020)).offers == ()
    agent.decide(view(city, 2020, dr_price_cny_per_mwh=3500.0))
    offer = agent.assets(view(city, 2020, dr_price_cny_per_mwh=3500.0)).offers[0]
    cooling_mw = 0.38 * 1.072e6 / 8760
    assert 0.0 < offer.mw <= 0.15 * cooling_mw * 1.001
    assert offer.rebound_share == 0.8
    assert offer.events_per_year == 30


def test_more_pay_brings_more_homes_until_the_cap() -> None:
    city = jiangmen()
    prices = (0.0, 300.0, 800.0, 9000.0)
    shares = [households_energy.willing(view(city, 2020, dr_price_cny_per_mwh=price), 0.3)[0] for price in prices]
    assert shares[0] == 0.0
    assert shares[0] < shares[1] < shares[2] <= shares[3] == 0.15


def test_two_households_are_explained() -> None:
    city = village()
    agent = agents(city)[0]
    agent.decide(view(city, 2021))
    found = [decision for decision in agent.take_decisions() if decision.topic == "rooftop"]
    assert len(found) == 2
    for decision in found:
        row = int(decision.agent.split(":")[2])
        assert decision.uniform is not None
        assert (decision.uniform < decision.values[0]) == (decision.choice == "adopt") == (agent.since[row] > 0)


def test_a_restored_county_goes_on_bit_for_bit() -> None:
    city = village()
    one, other = agents(city)[0], agents(city)[0]
    for year in (2021, 2022):
        one.decide(view(city, year))
    other.restore(one.snapshot())
    for year in (2023, 2024):
        one.decide(view(city, year))
        other.decide(view(city, year))
    assert (one.since == other.since).all()
    assert (one.adopters, one.mwh) == (other.adopters, other.mwh)

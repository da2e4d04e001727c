"""Firms and sites: what they add up to in the base year, and how rules move them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import mesa
import numpy as np
import pytest

from dafeng.agents.base import CityAgent
from dafeng.agents.boilers import COAL
from dafeng.agents.boilers_cap import clear_coal
from dafeng.agents.firms import Firms
from dafeng.agents.output_producer import Producer
from dafeng.agents.sites import Site
from dafeng.agents.view import Decision, View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_TCE, HOURS_A_YEAR, MWH_PER_TWH

PROGRAMME = {"dr_price_cny_per_mwh": 3500.0}
FUELS = {"coal", "natural_gas", "biomass", "steam", "diesel", "msw"}


@cache
def jiangmen() -> City:
    return load.city("jiangmen")


def industry() -> list[Producer]:
    model, city = mesa.Model(rng=0), jiangmen()
    found = [*Firms.populate(model, city, city.agents["firms"]), *Site.populate(model, city, city.agents["sites"])]
    return [agent for agent in found if isinstance(agent, Producer)]


def view_of(agent: CityAgent, year: int, asked: Mapping[str, float] = MappingProxyType({}), seed: int = 1) -> View:
    city = jiangmen()
    return View(
        year=year, hour=(year - city.first_year) * HOURS_A_YEAR, city=city,
        rules=Rules(year, agent.county).ask(**asked), announced={}, prices={"peak_mw": {year - 1: 5400.0}}, outlooks=(),
        own={}, pipeline={}, standing={}, credit={}, awards=(), luck=Luck(seed, 0),
    )  # fmt: skip


def live(agents: Sequence[Producer], years: range, **asked: float) -> list[Decision]:
    """Some years of all agents; rules hold in every year."""
    decisions: list[Decision] = []
    for year in years:
        views = {agent.key: view_of(agent, year, asked) for agent in agents}
        clear_coal(agents, views)
        for agent in agents:
            for works in agent.decide(views[agent.key]):
                agent.complete(works, works.complete_h or 0.0)
            decisions += agent.take_decisions()
    return decisions


def total(agents: Sequence[Producer], year: int, variable: str, **where: str) -> float:
    flows = [flow for agent in agents for flow in agent.flows(view_of(agent, year))]
    return sum(
        flow.value for flow in flows
        if flow.variable == variable and all(getattr(flow, name) == value for name, value in where.items())
    )  # fmt: skip


def coal_tce(agents: Sequence[Producer], year: int) -> float:
    return total(agents, year, "energy_gj", fuel="coal") / GJ_PER_TCE


def test_fuels_and_electricity_of_every_sector_close_on_the_base_year() -> None:
    agents = industry()
    live(agents, range(2020, 2021))
    for row in jiangmen().table("sector_base_2020"):
        scale = 1e6 if row["activity_unit"].startswith("Mt") else 1e3
        heat = total(agents, 2020, "energy_gj", sector=row["sector"])
        power = total(agents, 2020, "electricity_mwh", sector=row["sector"])
        assert heat == pytest.approx(row["activity_2020"] * scale * row["thermal_intensity"], rel=1e-9)
        assert power == pytest.approx(row["activity_2020"] * scale * row["electric_intensity"] / 1e3, rel=1e-6)


def test_industry_uses_16_twh_and_1_85_mtce_of_fuels_in_2020() -> None:
    agents = industry()
    live(agents, range(2020, 2021))
    assert total(agents, 2020, "electricity_mwh") == pytest.approx(16.0 * MWH_PER_TWH, rel=1e-5)
    fuels = sum(total(agents, 2020, "energy_gj", fuel=fuel) for fuel in FUELS)
    assert fuels / GJ_PER_TCE == pytest.approx(1.85e6, rel=0.006), "sector intensities give 0.5 % more than the balance"


def test_electricity_of_industry_closes_on_each_county_to_the_rounding_of_the_table() -> None:
    agents = industry()
    live(agents, range(2020, 2021))
    for row in jiangmen().table("electricity_2020_by_sector_county"):
        if row["sector"] == "industry":
            mwh = total(agents, 2020, "electricity_mwh", county=row["county"])
            assert mwh == pytest.approx(row["twh"] * MWH_PER_TWH, rel=1e-4)


def test_clinker_emits_525_kg_of_process_co2_a_tonne() -> None:
    agents = [agent for agent in industry() if agent.key == "U02"]
    live(agents, range(2020, 2022))
    made = total(agents, 2021, "activity")
    assert made == pytest.approx(0.8e6, rel=0.2)
    assert total(agents, 2021, "process_tco2") == pytest.approx(0.525 * made, rel=1e-12)


def test_loads_add_up_to_the_electricity_booked() -> None:
    agents = industry()
    live(agents, range(2020, 2023), dr_price_cny_per_mwh=3500.0)
    for agent in agents:
        view = view_of(agent, 2022, PROGRAMME)
        assets = agent.assets(view)
        grid = sum(load.mwh for load in assets.loads) + sum(float(item.most_mwh[-1]) for item in assets.shiftable)
        assert grid == pytest.approx(total([agent], 2022, "electricity_mwh"), rel=1e-9)


def test_offers_and_shiftable_loads_stay_few() -> None:
    agents = industry()
    live(agents, range(2020, 2027), dr_price_cny_per_mwh=3500.0)
    found = [agent.assets(view_of(agent, 2026, PROGRAMME)) for agent in agents]
    assert 3 <= sum(len(assets.offers) for assets in found) <= 10
    assert sum(len(assets.shiftable) for assets in found) == 3


def test_a_ban_removes_every_coal_boiler_but_not_the_cement_kiln() -> None:
    agents = industry()
    live(agents, range(2020, 2022), coal_boiler_banned=1.0)
    for agent in agents:
        burners = agent.rows.alive & (agent.rows.share[:, COAL] > 0)
        assert (agent.key == "U02") == bool(burners.any())


def test_a_ban_in_one_county_leaves_the_boilers_of_the_others() -> None:
    agents = [agent for agent in industry() if isinstance(agent, Firms)]
    for year in (2020, 2021):
        for agent in agents:
            agent.decide(view_of(agent, year, {"coal_boiler_banned": float(agent.county == "PJ")}))
    left = {agent.county: int((agent.rows.alive & (agent.rows.main == COAL)).sum()) for agent in agents}
    assert left.pop("PJ") == 0
    assert all(count > 0 for count in left.values())


def test_a_coal_cap_is_met_in_the_year_it_binds() -> None:
    free, capped = industry(), industry()
    live(free, range(2020, 2023))
    live(capped, range(2020, 2023), coal_nonpower_cap_tce=300e3)
    assert coal_tce(free, 2022) > 400e3
    assert 250e3 < coal_tce(capped, 2022) <= 300e3
    assert capped[0].coal_cny_per_tce == 0.0 or coal_tce(capped, 2022) > 290e3, "a price only where the cap binds"


def test_what_a_trial_price_promises_is_what_the_year_then_burns() -> None:
    agents = industry()
    live(agents, range(2020, 2021))
    views = {agent.key: view_of(agent, 2021) for agent in agents}
    promised = sum(agent.coal_tce(800.0, views[agent.key]) for agent in agents)
    for agent in agents:
        agent.set_coal_price(800.0)
        agent.decide(views[agent.key])
    assert coal_tce(agents, 2021) == pytest.approx(promised, rel=1e-9)


def test_coal_use_never_rises_with_its_shadow_price() -> None:
    agents = industry()
    live(agents, range(2020, 2022))
    for agent in agents:
        view = view_of(agent, 2022)
        burnt = [agent.coal_tce(price, view) for price in (0.0, 50.0, 200.0, 800.0, 3200.0, 1e5)]
        assert all(later <= earlier + 1e-9 for earlier, later in pairwise(burnt))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_higher_carbon_tax_never_raises_coal_use(seed: int) -> None:
    burnt = []
    for tax in (0.0, 100.0, 400.0):
        agents = industry()
        for year in range(2020, 2026):
            for agent in agents:
                agent.decide(view_of(agent, year, {"carbon_tax_cny_per_t": tax}, seed))
        burnt.append(coal_tce(agents, 2025))
    assert burnt[0] >= burnt[1] >= burnt[2]


def test_nobody_is_enrolled_without_a_programme_and_enrolment_rises_with_the_payment() -> None:
    enrolled = []
    for price in (0.0, 1000.0, 3500.0, 10000.0):
        agents = industry()
        live(agents, range(2020, 2022), dr_price_cny_per_mwh=price)
        enrolled.append(sum(int(agent.rows.enrolled.sum()) for agent in agents))
    assert enrolled[0] == 0
    assert 0 < enrolled[1] < enrolled[2] < enrolled[3]


def test_a_target_share_caps_the_response_of_the_firms() -> None:
    shares = {"dr_price_cny_per_mwh": 10000.0, "dr_target_share": 0.002}
    agents = [agent for agent in industry() if isinstance(agent, Firms)]
    live(agents, range(2020, 2022), **shares)
    offered = sum(offer.mw for agent in agents for offer in agent.assets(view_of(agent, 2021, shares)).offers)
    assert 0.5 * 0.002 * 5400.0 < offered <= 0.002 * 5400.0


def test_other_rules_leave_the_luck_of_every_firm_alone() -> None:
    one, other = industry(), industry()
    drawn: list[dict[tuple[str, str], float | None]] = []
    strict = {"coal_boiler_banned": 1.0, "audit_hazard": 0.5, "capex_subsidy_share": 0.3}
    for agents, asked in ((one, {}), (other, strict)):
        decisions = live(agents, range(2020, 2024), **asked)
        drawn.append({(d.agent, f"{d.topic} {d.year}"): d.uniform for d in decisions if d.topic.startswith("output")})
    assert len(drawn[0]) > 100
    assert drawn[0] == drawn[1]


def test_audits_and_subsidies_bring_more_measures() -> None:
    taken = []
    for asked in ({}, {"audit_hazard": 0.15}, {"audit_hazard": 0.15, "capex_subsidy_share": 0.5}):
        agents = industry()
        live(agents, range(2020, 2024), **asked)
        taken.append(sum(int((agent.rows.adopted | agent.rows.adopting).sum()) for agent in agents))
    assert taken[0] < taken[1] < taken[2]


def test_a_restored_industry_goes_on_as_if_never_stopped() -> None:
    first = industry()
    live(first, range(2020, 2023), audit_hazard=0.1)
    second = industry()
    for agent, saved in zip(second, [agent.snapshot() for agent in first], strict=True):
        agent.restore(saved)
    for agents in (first, second):
        live(agents, range(2023, 2025), audit_hazard=0.1)
    for one, other in zip(first, second, strict=True):
        assert_same(one.snapshot(), other.snapshot())


def assert_same(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    else:
        assert np.array_equal(one, other)


def test_the_battery_base_opens_in_2023_and_its_first_phase_is_full_when_the_second_is_due() -> None:
    agents = [agent for agent in industry() if agent.key == "U06"]
    made = {}
    for year in range(2020, 2027):
        live(agents, range(year, year + 1))
        made[year] = total(agents, year, "activity")
    assert made[2022] == 0.0
    assert 5.0 < made[2023] < 15.0
    assert made[2026] == pytest.approx(35.0, rel=0.3)


def test_every_named_site_logs_every_year_and_up_to_three_firms_of_each_sector_are_followed() -> None:
    agents = industry()
    decisions = live(agents, range(2020, 2022))
    sites = {agent.key for agent in agents if isinstance(agent, Site)}
    assert {d.agent for d in decisions if d.topic == "output" and d.year == 2021} == sites
    followed = [d.topic.split()[2] for d in decisions if d.topic.startswith("output of") and d.year == 2021]
    counted = {sector: followed.count(sector) for sector in followed}
    assert counted.pop("glass") == 2, "there are but two glass firms beside the named one"
    assert counted == {row["sector"]: 3 for row in jiangmen().table("sector_base_2020") if row["sector"] != "glass"}


def test_the_small_city_has_industry_too() -> None:
    city, model = load.city("toy3"), mesa.Model(rng=0)
    agents = [*Firms.populate(model, city, city.agents["firms"]), *Site.populate(model, city, city.agents["sites"])]
    assert {agent.key for agent in agents} == {"firms-T", "U01"}
    for agent in agents:
        agent.decide(replace(view_of(agent, 2020), city=city))
    flows = [flow for agent in agents for flow in agent.flows(replace(view_of(agent, 2020), city=city))]
    mwh = sum(flow.value for flow in flows if flow.variable == "electricity_mwh")
    assert mwh == pytest.approx(0.2e6 * 1.25 + 3600.0 * 166.6667, rel=1e-6)


def test_sector_output_follows_its_growth_path_on_average() -> None:
    agents = [agent for agent in industry() if isinstance(agent, Firms)]
    before = {}
    for year in range(2020, 2031):
        live(agents, range(year, year + 1))
        before[year] = total(agents, year, "activity", sector="metal_products")
    asked = 1.06**5 * 1.045**5
    assert before[2030] / before[2020] == pytest.approx(asked, rel=0.06)

"""Buildings: services close on 2020, floor turns over, and larger roofs adopt."""

from __future__ import annotations

from functools import cache
from typing import Any

import mesa
import pytest

from dafeng.agents import buildings_floor
from dafeng.agents.buildings import Buildings, value_added_ratio
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_TCE


@cache
def jiangmen() -> City:
    """The whole city."""
    return load.city("jiangmen")


def view(year: int, **asked: Any) -> View:
    """What a building's owner sees."""
    rules = Rules(year, "PJ").ask(**asked)
    return View(year, 0.0, jiangmen(), rules, {}, {}, (), {}, {}, {}, {}, (), Luck(1))


def agents() -> list[Buildings]:
    """All counties, new."""
    made = Buildings.populate(mesa.Model(), jiangmen(), jiangmen().agents["buildings"])
    return [agent for agent in made if isinstance(agent, Buildings)]


def test_services_use_five_point_six_terawatt_hours_in_2020() -> None:
    loads = [item for agent in agents() for item in agent.assets(view(2020)).loads]
    assert sum(item.mwh for item in loads) == pytest.approx(5.6e6, rel=1e-6)
    assert {item.cooling for item in loads} == {1.7}
    assert len({item.bus for item in loads}) == 9


def test_services_burn_what_the_energy_balance_says() -> None:
    burnt = sum(f.value for agent in agents() for f in agent.flows(view(2020)) if f.variable == "energy_gj")
    assert burnt / GJ_PER_TCE / 1e6 == pytest.approx(0.12, rel=1e-9)


def test_building_electricity_of_the_stock_closes_on_services() -> None:
    """Floor x use of all types but homes is the 5.6 TWh it was derived from, within 3 % (county GDP was revised)."""
    rows = [row for row in jiangmen().table("building_stock_2020") if row["type"] != buildings_floor.RESIDENTIAL]
    assert sum(row["floor_mm2"] * row["electricity_kwh_per_m2"] for row in rows) / 1000 == pytest.approx(5.6, rel=0.03)


def test_floor_is_the_old_less_the_demolished_plus_the_new() -> None:
    city = jiangmen()
    homes = [row for row in city.table("building_stock_2020") if row["type"] == buildings_floor.RESIDENTIAL]
    stock = buildings_floor.floors(city, homes)
    assert stock[2021].area_m2 == pytest.approx(stock[2020].area_m2 * (1 - 0.008) + 6.0e6)
    assert stock[2026].area_m2 == pytest.approx(stock[2025].area_m2 * (1 - 0.008) + 3.5e6)
    assert stock[2035].kwh_per_m2 < stock[2025].kwh_per_m2 < stock[2020].kwh_per_m2


def test_a_promised_saving_is_cut_by_the_performance_gap() -> None:
    assert buildings_floor.realised(jiangmen(), "use_renovated") == pytest.approx(0.15 * 0.7)


def test_services_grow_with_value_added_but_less() -> None:
    growth = value_added_ratio(jiangmen(), 2030)
    assert growth == pytest.approx(1.055**5 * 1.05**5)
    for agent in agents():
        assert 1.0 < agent.mwh(view(2030)) / agent.mwh(view(2020)) < growth


def test_larger_roofs_adopt_up_to_what_is_open() -> None:
    plain, pushed = agents()[0], agents()[0]
    for year in range(2021, 2041):
        plain.decide(view(year))
        pushed.decide(view(year, rooftop_roof_share=0.5, rooftop_cny_per_kw=500.0))
        assert pushed.roof_mw >= plain.roof_mw >= plain.roof_begin_mw
    potential = 925.0 * 2.7 * 60.5 / (25.4 * 30 + 2.7 * 60.5)
    assert plain.county == "EP"
    assert plain.roof_mw <= 0.25 * potential * 1.01
    assert 0.25 * potential < pushed.roof_mw <= 0.5 * potential * 1.01


def test_the_city_pays_for_new_roofs_only() -> None:
    agent = agents()[0]
    for year in (2021, 2022):
        agent.decide(view(year, rooftop_cny_per_kw=500.0))
    paid = [f.value for f in agent.flows(view(2022, rooftop_cny_per_kw=500.0)) if f.variable == "subsidy_cny"]
    assert paid == [pytest.approx(500.0 * 1000.0 * (agent.roof_mw - agent.roof_begin_mw))]


def test_a_restored_county_has_the_same_roofs() -> None:
    one, other = agents()[0], agents()[0]
    one.decide(view(2021))
    other.restore(one.snapshot())
    one.decide(view(2022))
    other.decide(view(2022))
    assert one.roof_mw == other.roof_mw > 0.0

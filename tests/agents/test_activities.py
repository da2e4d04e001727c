"""Activities: diesel of boats, machines and ships, electricity of farms, building sites and losses."""

from __future__ import annotations

from functools import cache

import mesa
import pytest

from dafeng.agents.activities import Activities
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_TCE


@cache
def jiangmen() -> City:
    return load.city("jiangmen")


def agent() -> Activities:
    found = Activities.populate(mesa.Model(rng=0), jiangmen(), jiangmen().agents["activities"])
    assert isinstance(found[0], Activities)
    return found[0]


def view(year: int, loads: dict[int, float] | None = None) -> View:
    return View(
        year=year, hour=0.0, city=jiangmen(), rules=Rules(year, "XH"), announced={}, prices={"load_mwh": loads or {}},
        outlooks=(), own={}, pipeline={}, standing={}, credit={}, awards=(), luck=Luck(1),
    )  # fmt: skip


def diesel_mtce(who: Activities, year: int, sector: str, name: str | None = None) -> float:
    flows = who.flows(view(year))
    return sum(
        f.value for f in flows if f.variable == "energy_gj" and f.sector == sector and name in (None, f.technology)
    ) / GJ_PER_TCE / 1e6  # fmt: skip


def test_diesel_of_farms_and_building_sites_is_what_the_energy_balance_says() -> None:
    who = agent()
    who.decide(view(2020))
    assert diesel_mtce(who, 2020, "agriculture") == pytest.approx(0.14, abs=0.006)
    assert diesel_mtce(who, 2020, "construction") == pytest.approx(0.07, abs=0.006)


def test_ships_and_rail_freight_use_nine_billion_tonne_km_at_six_grams_of_coal() -> None:
    who = agent()
    who.decide(view(2020))
    assert diesel_mtce(who, 2020, "transport") == pytest.approx((9.0 * 6.0 + 0.3 * 4.0) / 1000.0, rel=1e-9)


def test_shipping_grows_faster_in_years_when_gdp_does() -> None:
    who = agent()
    who.decide(view(2020))
    level = []
    for year in (2020, 2021, 2022):
        if year > 2020:
            who.decide(view(year))
        level.append(diesel_mtce(who, year, "transport", "inland_and_coastal_ship"))
    gdp = jiangmen().path("socio.gdp_growth_pct")
    mean = sum(gdp.at(year) for year in range(2021, 2031)) / 10
    assert level[1] / level[0] - 1 == pytest.approx(0.03 + 0.8 * (gdp.at(2021) - mean) / 100)
    assert level[1] / level[0] > level[2] / level[1]


def test_loads_are_those_of_the_electricity_table() -> None:
    who = agent()
    who.decide(view(2020))
    loads = who.assets(view(2020)).loads
    for sector, twh in (("agriculture", 0.9), ("construction", 0.399), ("losses", 0.9)):
        assert sum(load.mwh for load in loads if load.sector == sector) == pytest.approx(twh * 1e6, rel=1e-9)


def test_losses_follow_last_years_load() -> None:
    who = agent()
    who.decide(view(2020))
    who.decide(view(2021, {2020: 5000.0}))
    before = sum(load.mwh for load in who.assets(view(2021)).loads if load.sector == "losses")
    who.decide(view(2022, {2020: 5000.0, 2021: 5500.0}))
    after = sum(load.mwh for load in who.assets(view(2022)).loads if load.sector == "losses")
    assert after / before == pytest.approx(1.1)


def test_a_restored_agent_has_the_same_levels() -> None:
    who, other = agent(), agent()
    who.decide(view(2020))
    who.decide(view(2021))
    other.restore(who.snapshot())
    assert other.snapshot() == who.snapshot()

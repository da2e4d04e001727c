"""The card of the toy city, worked out by hand in its README."""

from __future__ import annotations

import numpy as np
import pytest

from dafeng.configs import load
from dafeng.configs.files import home
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_MWH, efficiency_from_coal_rate

CARD = (home() / "cities" / "toy3" / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("toy3")


def incremental_cost(city: City, technology: str, efficiency: float, fuel: str) -> float:
    """CNY/MWh of one more MWh between minimum and full output (MODEL_SPEC 1.1 to 1.3), without carbon."""
    least, ratio = city.value(f"{technology}.p_min"), city.value(f"{technology}.eff_ratio_at_pmin")
    slope = (1.0 - least / ratio) / (1.0 - least) / efficiency
    return slope * GJ_PER_MWH * city.path(f"fuel.{fuel}").at(2020) + city.value(f"{technology}.vom")


def test_the_fleet_is_that_of_the_card(city: City) -> None:
    units = {row["id"]: (row["node"], row["net_mw"]) for row in city.table("plants")}
    assert units == {"001": ("A", 120.0), "002": ("B", 80.0), "003": ("C", 30.0)}
    assert [bus.load_share for bus in city.buses] == [0.0, 0.0, 1.0]
    assert not any(bus.kind == "province" for bus in city.buses)
    assert {branch.x_pu for branch in city.branches} == {0.01}


def test_the_city_is_small_enough_for_a_card(city: City) -> None:
    assert sum(row["stock_k"] for row in city.table("fleet_2020")) == pytest.approx(0.2)
    assert sum(row["households_k_2020"] for row in city.table("households")) == pytest.approx(0.1)
    assert len(city.table("industry")) == 1
    twh = sum(row["twh"] for row in city.table("electricity_2020_by_sector_county"))
    assert twh * 1e6 / 8760 == pytest.approx(100.3, abs=0.1)


def test_merit_order_prices_are_those_of_the_card(city: City) -> None:
    coal_rate = city.table("plants")[0]["supply_coal_gce_per_kwh_typical"]
    coal = incremental_cost(city, "coal_sub", efficiency_from_coal_rate(coal_rate), "steam_coal_power")
    gas = incremental_cost(city, "gas_ccgt", city.value("gas_ccgt.eff_full"), "natural_gas_power")
    assert f"{coal:.1f} CNY/MWh" in CARD
    assert f"{gas:.1f} CNY/MWh" in CARD
    assert coal < gas


def test_flows_of_equal_reactances_are_thirds_and_those_of_the_card(city: City) -> None:
    injection = np.array([120.0, 30.0, -150.0])
    buses = [bus.key for bus in city.buses]
    ends = [(buses.index(branch.from_bus), buses.index(branch.to_bus)) for branch in city.branches]
    incidence = np.array([[1.0 if i == a else -1.0 if i == b else 0.0 for i in range(3)] for a, b in ends])
    susceptance = np.diag([1.0 / branch.x_pu for branch in city.branches])
    laplace = incidence.T @ susceptance @ incidence
    angle = np.zeros(3)
    angle[:2] = np.linalg.solve(laplace[:2, :2], injection[:2])
    flows = dict(zip((branch.key for branch in city.branches), susceptance @ incidence @ angle, strict=True))
    assert flows == pytest.approx({"AB": 30.0, "BC": 60.0, "AC": 90.0})
    for key, mw in flows.items():
        assert f"| {key} | {mw:.0f} |" in CARD
    assert all(abs(flows[branch.key]) < branch.limit_mw for branch in city.branches)

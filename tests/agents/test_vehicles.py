"""Vehicles: lives, stock accounts, the fleet of 2020, and what a payment can and cannot do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import mesa
import numpy as np
import pytest

from dafeng.agents import peers, vehicles_stock
from dafeng.agents.vehicles import Vehicles
from dafeng.agents.vehicles_stock import BEV, ELECTRIC, ICE, NONE, PHEV
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import GJ_PER_TCE


@cache
def town() -> City:
    """toy3 with 6,000 private cars, 1,000 lorries, 2,000 motorcycles, 300 taxis and twelve years."""
    city = load.city("toy3")
    sizes = {"private_car": 6.0, "light_truck": 1.0, "taxi_ridehail": 0.3}
    rows = [row for row in city.agents["vehicles"] if row["class"] in sizes]
    scaled = tuple(
        {**row, "stock_k": size, "nev_stock_k": size * row["nev_stock_k"] / row["stock_k"]}
        for row, size in ((row, sizes[row["class"]]) for row in rows)
    )
    return replace(city, last_year=2032, horizon=2032, agents={**city.agents, "vehicles": scaled})


def view(city: City, year: int, *, seed: int = 1, **asked: Any) -> View:
    """What a vehicle owner sees."""
    rules = Rules(year, city.counties[0].key).ask(**asked)
    return View(year, 0.0, city, rules, {}, {}, (), {}, {}, {}, {}, (), Luck(seed))


def classes(city: City) -> dict[str, Vehicles]:
    """All classes of a city, new."""
    agents = Vehicles.populate(mesa.Model(), city, city.agents["vehicles"])
    return {agent.name: agent for agent in agents if isinstance(agent, Vehicles)}


def after(years: int, *, seed: int = 1, name: str = "private_car", **asked: Any) -> Vehicles:
    """One class of the town some years on."""
    agent = classes(town())[name]
    for year in range(2020, 2021 + years):
        agent.decide(view(town(), year, seed=seed, **asked))
    return agent


@pytest.mark.parametrize(("name", "life"), [("car_private", 14.5), ("truck_light", 8.0), ("taxi_ridehail", 5.0)])
def test_a_simulated_generation_lives_as_long_as_published(name: str, life: float) -> None:
    row = next(row for row in town().table("vehicle_classes") if row["class"] == name)
    hazard = vehicles_stock.hazards(row["mean_life_y"], row["weibull_k_C"])
    n = 40_000
    powertrain, born = np.full(n, ICE, dtype=np.uint8), np.zeros(n, dtype=np.int16)
    room, lived = np.empty(n, dtype=np.int64), 0.0
    for year in range(1, 62):
        ended = vehicles_stock.scrapped(Luck(3).key("scrap", year), hazard, year, 0, n, powertrain, born, room)
        powertrain[room[:ended]] = NONE
        lived += ended * year
    assert not powertrain.any()
    assert lived / n == pytest.approx(life, abs=0.05)


def test_the_weibull_scale_is_the_published_one() -> None:
    for row in town().table("vehicle_classes"):
        at_scale = vehicles_stock.survival(np.array([row["weibull_T_derived"]]), row["mean_life_y"], row["weibull_k_C"])
        assert float(at_scale[0]) == pytest.approx(np.exp(-1.0), abs=0.002)


def test_the_observed_fleet_of_2020_stands() -> None:
    city = load.city("jiangmen")
    rows = [row for row in city.agents["vehicles"] if row["class"] in ("taxi_ridehail", "bus", "coach", "heavy_truck")]
    for row in rows:
        agent = Vehicles(mesa.Model(), city, row)
        ages = 2020 - agent.born[agent.powertrain != NONE] + 0.5
        assert agent.begin.sum() == round(1000 * row["stock_k"])
        assert agent.begin[:, ELECTRIC].sum() == pytest.approx(1000 * row["nev_stock_k"], abs=7)
        assert float(ages.mean()) == pytest.approx(row["mean_age_y"], abs=0.05)


def test_the_citys_fleet_burns_what_the_energy_balance_says() -> None:
    """Gasoline 0.93 and road diesel 0.97 Mtce in 2020, from stock x use (energy_balance_2020)."""
    city = load.city("jiangmen")
    burnt = {"gasoline": 0.0, "diesel": 0.0}
    for row in city.agents["vehicles"]:
        small = {**row, "stock_k": row["stock_k"] / 20.0, "nev_stock_k": row["nev_stock_k"] / 20.0}
        agent = Vehicles(mesa.Model(), replace(city, last_year=2020, horizon=2020), small)
        for flow in agent.flows(view(city, 2020)):
            if flow.variable == "energy_gj":
                burnt[flow.fuel] += 20.0 * flow.value / GJ_PER_TCE / 1e6
    assert burnt["gasoline"] == pytest.approx(0.93, rel=0.02)
    assert burnt["diesel"] == pytest.approx(0.97, rel=0.02)


def test_the_stock_is_the_old_less_the_scrapped_plus_the_new() -> None:
    agent = classes(town())["private_car"]
    for year in range(2021, 2031):
        before = agent.stock.counts()
        agent.decide(view(town(), year))
        assert (agent.stock.counts() == before - agent.gone + agent.bought).all()
        assert (agent.end == agent.stock.counts()).all()
        assert agent.end.sum() == agent.targets[year].sum()


def test_a_shrinking_class_does_not_replace_all() -> None:
    agent = classes(town())["light_truck"]
    agent.targets = {year: (1000 - 30 * (year - 2020)) * np.ones(1, dtype=np.int64) for year in range(2020, 2033)}
    for year in range(2021, 2027):
        agent.decide(view(town(), year))
        assert agent.end.sum() == 1000 - 30 * (year - 2020)
        assert agent.bought.sum() == agent.gone.sum() - 30


def test_without_local_policy_the_city_follows_the_country_with_its_offset() -> None:
    shares = []
    for seed in range(8):
        agent = after(5, seed=seed)
        shares.append(agent.bought[:, ELECTRIC].sum() / agent.bought.sum())
    wanted = agent.market.reference(town(), 2025)  # type: ignore[union-attr]
    error = float(np.std(shares, ddof=1) / np.sqrt(len(shares)))
    assert abs(float(np.mean(shares)) - wanted) < 3 * error + 0.01


def test_every_buyer_who_goes_electric_without_a_payment_does_so_with_it() -> None:
    """Same luck, same rows: a payment only ever adds electric cars, in the first year and in the tenth."""
    poor, paid = classes(town())["private_car"], classes(town())["private_car"]
    for year in range(2021, 2031):
        poor.decide(view(town(), year))
        paid.decide(view(town(), year, ev_subsidy_cny=40_000.0))
        assert (poor.born == paid.born).all()
        without, with_payment = np.isin(poor.powertrain, ELECTRIC), np.isin(paid.powertrain, ELECTRIC)
        assert not (without & ~with_payment).any()
        assert float(paid.memory[0]) > float(poor.memory[0])
    assert with_payment.sum() > without.sum()


def test_a_payment_grows_with_the_years_through_memory() -> None:
    first = after(1, ev_subsidy_cny=40_000.0).memory[0] - after(1).memory[0]
    tenth = after(10, ev_subsidy_cny=40_000.0).memory[0] - after(10).memory[0]
    assert tenth > 3 * first > 0


def test_more_chargers_raise_the_share_and_are_paid_for() -> None:
    few, many = after(3), after(3, ev_chargers_per_ev=0.5)
    assert many.memory[0] > few.memory[0]
    assert many.chargers == pytest.approx(0.5 * many.begin[:, ELECTRIC].sum())
    booked = many.flows(view(town(), 2023, ev_chargers_per_ev=0.5))
    bill = [flow.value for flow in booked if flow.technology == "public_chargers"]
    assert max(bill) == pytest.approx(many.chargers_built * 65_000.0)


def test_a_mandate_binds_fleets_and_no_private_buyer() -> None:
    lorries = after(1, name="light_truck", ev_fleet_mandate_share=1.0)
    assert lorries.bought[:, BEV].sum() == lorries.bought.sum() > 0
    assert (after(1, ev_fleet_mandate_share=1.0).bought == after(1).bought).all()


def test_cheaper_diesel_never_helps_electric_lorries() -> None:
    city = town()
    diesel = city.path("fuel.diesel")
    halved = replace(diesel, points={year: 0.5 * price for year, price in diesel.points.items()})
    cheap = replace(city, paths={**city.paths, "fuel.diesel": halved})
    shares = []
    for place in (city, cheap):
        agent = classes(place)["light_truck"]
        for year in range(2021, 2028):
            agent.decide(view(place, year))
        shares.append(agent.end[:, BEV].sum())
    assert shares[1] < shares[0]


def test_a_restored_class_goes_on_bit_for_bit() -> None:
    agent = after(4)
    kept = agent.snapshot()
    other = classes(town())["private_car"]
    other.restore(kept)
    for year in (2025, 2026):
        agent.decide(view(town(), year))
        other.decide(view(town(), year))
    assert (agent.powertrain == other.powertrain).all()
    assert (agent.born == other.born).all()
    assert (agent.memory == other.memory).all()
    assert (kept["powertrain"] != agent.powertrain).any(), "the snapshot shares no memory with the agent"


def test_the_order_of_classes_does_not_matter() -> None:
    forward, backward = classes(town()), classes(town())
    for name in forward:
        forward[name].decide(view(town(), 2021))
    for name in reversed(backward):
        backward[name].decide(view(town(), 2021))
    assert all((forward[name].powertrain == backward[name].powertrain).all() for name in forward)


def test_rows_are_bytes_and_work_grows_with_rows_only() -> None:
    """Linear in rows: doubling the fleet doubles the rows looked at; a row costs a byte and a short."""
    city = town()
    row = next(row for row in city.agents["vehicles"] if row["class"] == "private_car")
    one, two = (Vehicles(mesa.Model(), city, {**row, "stock_k": k, "nev_stock_k": 0.0}) for k in (2.0, 4.0))
    assert len(two.powertrain) == pytest.approx(2 * len(one.powertrain), abs=2)
    assert one.powertrain.itemsize + one.born.itemsize == 3
    assert len(one.powertrain) == max(int(target.sum()) for target in one.targets.values())


def test_two_buyers_of_each_county_are_explained() -> None:
    agent = after(1)
    found = agent.take_decisions()
    assert 1 <= len(found) <= 2
    assert found[0].agent.startswith("vehicle:T:")
    row = int(found[0].agent.split(":")[2])
    choice = vehicles_stock.POWERTRAINS[agent.powertrain[row]]
    assert found[0].choice == (choice if choice == "ice" else "electric")
    assert found[0].choice in found[0].options
    assert f"bought {choice};" in found[0].why
    chance = 1.0 / (1.0 + np.exp(-found[0].values[1]))
    assert (found[0].uniform is not None and found[0].uniform < chance) == (choice in ("bev", "phev"))


def test_neighbours_are_those_of_the_ring_when_nobody_is_rewired() -> None:
    kinds = np.array([ICE, BEV, ICE, NONE, PHEV, ICE], dtype=np.uint8)
    key = Luck(1).key("ring")
    seen = sorted(peers.neighbour(key, 0, link, 4, 0.0, 0, 6) for link in range(4))
    assert seen == [1, 2, 4, 5]
    shares = peers.electric_neighbours(key, np.array([0, 3]), 0, 6, kinds, 4, 0.0)
    assert shares.tolist() == [0.5, 0.5]


def test_rewired_neighbours_are_anyone_of_the_county() -> None:
    key = Luck(1).key("ring")
    seen = [peers.neighbour(key, row, link, 8, 1.0, 100, 50) for row in range(100, 150) for link in range(8)]
    assert min(seen) >= 100
    assert max(seen) < 150
    assert len(set(seen)) > 45

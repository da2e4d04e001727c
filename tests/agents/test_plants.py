from __future__ import annotations

import mesa
import numpy as np
import pytest

from dafeng.agents.assets import Storage, Unit
from dafeng.agents.fleet import expand, fleet
from dafeng.agents.fleet_dates import Fate, hour_of_date, risk
from dafeng.agents.plants import Plant
from dafeng.agents.works import Build, Retire, Retrofit
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR
from tests.agents.power_views import view_of


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("jiangmen")


@pytest.fixture
def plants(city: City) -> dict[str, Plant]:
    made = Plant.populate(mesa.Model(), city, city.agents["plants"])
    return {plant.key: plant for plant in made if isinstance(plant, Plant)}


def unit(plant: Plant, city: City, year: int = 2020, **more: object) -> Unit:
    (found,) = plant.assets(view_of(city, year, plant.county, **more)).units  # type: ignore[arg-type]
    return found


def live(
    plants: dict[str, Plant], city: City, first: int, last: int, luck: Luck, rules: object = None
) -> dict[str, float]:
    """Years of decisions with all works done at their hour: hour of commissioning of what came."""
    came = {}
    for year in range(first, last + 1):
        for key in sorted(plants):
            view = view_of(city, year, plants[key].county, luck=luck, rules=rules)  # type: ignore[arg-type]
            for works in plants[key].decide(view):
                assert works.complete_h is not None
                plants[key].complete(works, works.complete_h)
                if isinstance(works, Build):
                    came[key] = works.complete_h
    return came


def test_the_fleet_of_2020_has_the_published_capacities(city: City, plants: dict[str, Plant]) -> None:
    mw: dict[str, float] = {}
    for plant in plants.values():
        if plant.phase == "standing":
            mw[plant.machine.kind] = mw.get(plant.machine.kind, 0.0) + plant.machine.gross_mw
    assert mw["coal"] == 600 * 4 + 630 + 2000 + 300 + 100
    assert mw["nuclear"] == 3500
    assert mw["hvdc"] == 5000
    assert mw["gas"] == 780 + 230
    assert mw["wind"] == 252
    assert mw["pv"] == 130 + 125


def test_provincial_units_are_those_of_the_setting(city: City, plants: dict[str, Plant]) -> None:
    named = sorted(key for key, plant in plants.items() if plant.machine.is_provincial)
    assert named == [f"{i:03d}" for i in (*range(1, 10), *range(14, 18), 77)]


def test_every_listed_plant_of_an_owner_is_found_by_its_range() -> None:
    keys = [f"{i:03d}" for i in range(1, 101)]
    assert expand("046-053;088-090", keys) == tuple(keys[45:53] + keys[87:90])
    assert expand("lines;storage", keys) == expand("none yet", keys) == ()


def test_a_coal_unit_has_the_efficiency_of_its_coal_rate_and_its_class_of_benchmark(
    city: City, plants: dict[str, Plant]
) -> None:
    large, small = unit(plants["006"], city, 2024), unit(plants["010"], city, 2024)
    assert large.efficiency == pytest.approx(122.9 / 285.0)
    assert small.efficiency == pytest.approx(122.9 / 340.0)
    assert large.benchmark_t_per_mwh == pytest.approx(0.795)
    assert small.benchmark_t_per_mwh > large.benchmark_t_per_mwh
    assert large.emission_t_per_gj == pytest.approx(0.09474)
    assert large.gross_to_net == pytest.approx(0.955)


def test_gas_pays_no_shortfall_but_the_city_s_tax(city: City, plants: dict[str, Plant]) -> None:
    assert unit(plants["018"], city, 2024).carbon_price_cny_per_t == 0.0
    taxed = unit(plants["018"], city, 2024, rules={"carbon_tax_cny_per_t": 50.0})
    assert (taxed.carbon_price_cny_per_t, taxed.benchmark_t_per_mwh) == (50.0, 0.0)


def test_a_tax_falls_on_all_emissions_and_the_market_on_those_above_the_benchmark(
    city: City, plants: dict[str, Plant]
) -> None:
    taxed = unit(plants["001"], city, 2024, rules={"carbon_tax_cny_per_t": 100.0})
    market = city.path("carbon.central").at(2024)
    rate = 3.6 / taxed.efficiency * taxed.emission_t_per_gj
    paid = taxed.carbon_price_cny_per_t * (rate - taxed.benchmark_t_per_mwh)
    assert paid == pytest.approx(100.0 * rate + market * (rate - 0.795))


def test_there_is_no_carbon_price_before_the_market_begins(city: City, plants: dict[str, Plant]) -> None:
    assert unit(plants["001"], city, 2020).carbon_price_cny_per_t == 0.0


def test_heat_is_shared_by_size_and_never_leaves_a_unit_without_an_output_it_can_have(
    city: City, plants: dict[str, Plant]
) -> None:
    assert unit(plants["010"], city).peak_heat_mw == pytest.approx(45.0)
    for plant in plants.values():
        for made in plant.assets(view_of(city, 2020, plant.county)).units:
            least = made.back_pressure * made.peak_heat_mw
            assert least + made.power_loss * made.peak_heat_mw <= made.capacity_mw + 1e-9
    assert unit(plants["001"], city).peak_heat_mw == 0.0


def test_old_sun_follows_the_fleet_and_new_sun_its_own_capacity_factor(city: City, plants: dict[str, Plant]) -> None:
    assert unit(plants["080"], city).mean_capacity_factor is None
    plants["054"].complete(Build("054", "054", 0.0, 0.0, None), 2 * HOURS_A_YEAR - 72.0)
    assert unit(plants["054"], city, 2022).mean_capacity_factor == city.value("pv_utility.capacity_factor")


def test_small_plants_feed_the_load_side_of_their_node(city: City, plants: dict[str, Plant]) -> None:
    assert plants["055"].machine.bus == "N07D"
    assert plants["062"].machine.bus == "N15D"
    assert plants["018"].machine.bus == "N10"
    assert plants["054"].machine.bus == "N14"


def test_pumped_storage_is_a_store_with_its_round_trip(city: City, plants: dict[str, Plant]) -> None:
    plants["074"].complete(Build("074", "074", 0.0, 0.0, None), 12.0 * HOURS_A_YEAR)
    assets = plants["074"].assets(view_of(city, 2033, "TS"))
    (store,) = assets.stores
    assert isinstance(store, Storage)
    assert not assets.units
    assert (store.power_mw, store.hours) == (1200.0, city.value("pumped_hydro.hours"))
    assert store.efficiency_in * store.efficiency_out == pytest.approx(0.75)


def test_recorded_units_come_in_their_year_under_any_luck(city: City) -> None:
    for replication in range(3):
        made = {p.key: p for p in Plant.populate(mesa.Model(), city, ()) if isinstance(p, Plant)}
        came = live(made, city, 2020, 2025, Luck(7, replication))
        for entry in fleet(city):
            if entry.status == "operating" and entry.is_base and entry.start_year and entry.start_year >= 2020:
                assert 2020 + came[entry.machine.key] // HOURS_A_YEAR == entry.start_year


def test_a_unit_is_in_the_grid_of_its_first_year_from_its_hour_on(city: City, plants: dict[str, Plant]) -> None:
    view = view_of(city, 2020, "JH")
    (works,) = plants["024"].decide(view)
    (row,) = plants["024"].assets(view).units
    assert row.in_service_from_h == works.complete_h
    plants["024"].complete(works, works.complete_h or 0.0)
    (row,) = plants["024"].assets(view_of(city, 2021, "JH")).units
    assert row.in_service_from_h is None


def test_duplicates_and_cancelled_units_never_come(city: City, plants: dict[str, Plant]) -> None:
    live(plants, city, 2020, 2040, Luck(2, 0))
    assert {plants[key].phase for key in ("013", "026", "027", "073", "095")} == {"absent"}


def test_projects_are_cancelled_as_often_as_their_risk_says_and_never_come_early(city: City) -> None:
    listing = next(entry for entry in fleet(city) if entry.machine.key == "020")
    now = risk(city, "planned", False)
    fates = [Fate.of(Luck(11, replication), "020") for replication in range(1500)]
    cancelled = np.mean([fate.cancel < now.cancel_probability for fate in fates])
    assert abs(cancelled - 0.3) < 3 * (0.3 * 0.7 / 1500) ** 0.5
    assert listing.expected_year == 2028


def test_a_pushed_project_meets_the_same_luck_with_better_odds(city: City) -> None:
    differs = 0
    for replication in range(40):
        luck = Luck(5, replication)
        left, pushed = (
            {p.key: p for p in Plant.populate(mesa.Model(), city, ()) if isinstance(p, Plant) and p.key == "020"}
            for _ in range(2)
        )
        free = live(left, city, 2020, 2035, luck)
        helped = live(pushed, city, 2020, 2035, luck, {"projects": frozenset({"020"})})
        assert set(free) <= set(helped)
        assert all(free[key] == helped[key] for key in free)
        differs += len(helped) - len(free)
    assert differs > 0


def test_the_recorded_retrofit_of_taishan_2_comes_at_its_date(city: City, plants: dict[str, Plant]) -> None:
    (works,) = plants["002"].decide(view_of(city, 2025, "TS"))
    assert isinstance(works, Retrofit)
    assert works.complete_h == hour_of_date(city, "2025-10-01")
    before = unit(plants["002"], city, 2025)
    plants["002"].complete(works, works.complete_h)
    after = unit(plants["002"], city, 2026)
    assert before.efficiency == pytest.approx(122.9 / 318)
    assert after.efficiency == pytest.approx(122.9 / (318 - 25.94))
    assert (before.min_share, after.min_share) == (0.5, 0.2)


def test_a_retired_unit_leaves_the_grid_and_its_fixed_cost_ends(city: City, plants: dict[str, Plant]) -> None:
    plant = plants["076"]
    plant.complete(Retire("076", "076", 0.0, 0.0, None), 10.5 * HOURS_A_YEAR)
    whole = next(iter(plants["010"].flows(view_of(city, 2030, "XH")))).value
    half = next(iter(plant.flows(view_of(city, 2030, "XH")))).value
    assert not plant.assets(view_of(city, 2031, "XH")).units
    assert half == pytest.approx(0.5 * 0.0163 * 90.0 * 1e3 * city.path("capex.coal_chp").at(2030))
    assert whole == pytest.approx(0.0163 * 138.0 * 1e3 * city.path("capex.coal_chp").at(2030))
    assert {flow.variable for flow in plants["001"].flows(view_of(city, 2030, "TS"))} == {"pool_cost_cny"}
    assert not list(plant.flows(view_of(city, 2031, "XH")))


def test_a_plant_taken_up_again_is_the_same_plant(city: City, plants: dict[str, Plant]) -> None:
    luck = Luck(9, 0)
    live(plants, city, 2020, 2027, luck)
    again = {p.key: p for p in Plant.populate(mesa.Model(), city, ()) if isinstance(p, Plant)}
    for key, plant in plants.items():
        again[key].restore(plant.snapshot())
    assert live(again, city, 2028, 2036, luck) == live(plants, city, 2028, 2036, luck)
    for key, plant in plants.items():
        view = view_of(city, 2037, plant.county)
        assert plant.assets(view) == again[key].assets(view)

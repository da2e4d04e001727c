"""The facts of Jiangmen: counts, names, and where two sources disagree the one that was chosen."""

from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.families import COLUMNS, DATED, SCALARS
from dafeng.configs.files import home
from dafeng.configs.schema import City

HOME = home()
FILES = sorted([*(HOME / "technology").glob("*.csv"), *(HOME / "cities").glob("*/*.csv")])


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("jiangmen")


def test_the_city_has_the_counts_of_its_sources(city: City) -> None:
    assert [county.key for county in city.counties] == ["PJ", "JH", "XH", "TS", "KP", "HS", "EP"]
    assert Counter(bus.kind for bus in city.buses) == {
        "substation": 12, "plant": 2, "converter": 1, "external": 5, "lower": 3, "load": 9, "province": 1,
    }  # fmt: skip
    kinds = Counter(branch.kind for branch in city.branches)
    assert kinds == {"line": 32, "transformer": 3, "offtake": 9, "link": 5}
    assert len(city.table("plants")) == 100
    assert len(city.targets) == 47
    assert len(city.table("measures")) == 37
    assert len(city.table("projects")) == 24


def test_lines_of_220_kv_end_at_the_lower_busbars_and_loads_sit_behind_the_offtakes(city: City) -> None:
    upper = {"N01", "N02", "N03"}
    for branch in city.branches:
        if branch.kind == "line":
            assert (branch.kv == 500.0) or not {branch.from_bus, branch.to_bus} & upper
    shares = {bus.key: bus.load_share for bus in city.buses if bus.load_share > 0.0}
    assert set(shares) == {f"N{i:02d}D" for i in range(7, 16)}
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)


def test_usable_ratings_are_1500_of_2400_and_380_of_480_mva_a_circuit(city: City) -> None:
    for branch in city.branches:
        if branch.kind == "line":
            published = 1500.0 if branch.kv == 500.0 else 380.0
            assert branch.limit_mw / branch.circuits == pytest.approx(published, rel=0.01)


def test_planned_lines_start_in_their_year_and_the_others_stand(city: City) -> None:
    assert {branch.key: branch.from_year for branch in city.branches if branch.from_year} == {"L14": 2025, "L15": 2026}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_graded_row_is_a_b_or_c_and_says_its_source(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
        assert "confidence" not in (rows[0] if rows else {})
    for row in rows:
        if "grade" in row:
            assert row["grade"] in {"A", "B", "C"}
            assert row["source"]


def test_each_parameter_key_is_made_by_one_row_only() -> None:
    made: Counter[str] = Counter()
    folders = (HOME / "technology", HOME / "cities" / "jiangmen")
    for name, (family, naming) in SCALARS.items():
        for row in _rows(folders, name):
            made[".".join(filter(None, (family, *(row[column] for column in naming))))] += 1
    for name, (family, key, columns) in COLUMNS.items():
        for row in _rows(folders, name):
            made.update(".".join(filter(None, (family, row[key], part))) for part, _, _ in columns.values())
    assert len(made) > 700
    assert [key for key, count in made.items() if count > 1] == []
    assert {name.split(".")[0] for name in made} & {family for family, *_ in DATED.values()} == set()


def _rows(folders: tuple[Path, ...], name: str) -> list[dict[str, str]]:
    found = [path for folder in folders for path in folder.glob(f"{name}.csv")]
    assert len(found) == 1, f"{name} stands in {len(found)} places"
    with found[0].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "key",
    [
        "load_temperature.cooling_slope_2022",
        "investment.ets_benchmark_gas",
        "investment.ets_benchmark_coal_300MW_plus",
        "reliability.line_220kV_per_100km.for",
        "reliability.transformer_220kV.for",
    ],
)
def test_what_stands_elsewhere_or_is_out_of_date_is_not_loaded(city: City, key: str) -> None:
    assert key not in city.parameters


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("line_types", "forced_outage_per_100km_yr"),
        ("transformers", "outages_per_unit_year"),
        ("transformers", "mttr_h"),
    ],
)
def test_old_outage_rates_are_left_out_of_the_network_tables(city: City, table: str, column: str) -> None:
    assert column not in city.table(table)[0]


@pytest.mark.parametrize("table", ["load_shape_guangdong", "tech_costs", "emission_factors", "fuel_carbon_prices"])
def test_tables_that_lost_to_another_are_not_in_the_repository(city: City, table: str) -> None:
    assert table not in city.tables


def test_the_solar_fleet_of_2020_is_255_mw(city: City) -> None:
    solar = [row for row in city.table("plants") if row["fuel"] == "solar" and (row["start_year"] or 9999) <= 2020]
    assert sum(row["net_mw"] for row in solar) == pytest.approx(255.0)


def test_paper_mill_and_electronics_cluster_are_brought_to_what_the_city_can_hold(city: City) -> None:
    sites = {row["id"]: row for row in city.table("industry")}
    assert sites["U01"]["output_2020_est"] == 0.95
    assert sites["U15"]["elec_intensity"] == 121.0
    calorific = city.value("grid_factor.coal_equivalent_calorific")
    assert sites["U15"]["energy_intensity"] == pytest.approx(1.6 + 121.0 * calorific, abs=0.01)


def test_sectors_close_on_the_industrial_electricity_of_the_city(city: City) -> None:
    per_unit = {"Mt": 1e6, "Mt clinker": 1e6, "bn CNY VA": 1e3}
    kwh = sum(
        row["activity_2020"] * per_unit[row["activity_unit"]] * row["electric_intensity"]
        for row in city.table("sector_base_2020")
    )
    industry = sum(row["twh"] for row in city.table("electricity_2020_by_sector_county") if row["sector"] == "industry")
    assert kwh / 1e9 == pytest.approx(industry, rel=0.01)


def test_electricity_of_2020_adds_up_to_30_twh(city: City) -> None:
    assert sum(row["twh"] for row in city.table("electricity_2020_by_sector_county")) == pytest.approx(30.0, rel=0.005)


def test_emission_factors_come_in_tonnes_per_gigajoule(city: City) -> None:
    assert city.value("fuel_factor.power_coal_utility.t_co2_per_gj") == pytest.approx(0.09474)
    assert city.value("fuel_factor.raw_coal.t_co2_per_gj") == pytest.approx(0.09089)
    assert city.value("fuel_factor.natural_gas.t_co2_per_gj") == pytest.approx(0.05554)
    assert city.value("grid_factor.coal_equivalent_generation_2020") == 0.2995


def test_capital_costs_without_a_trajectory_follow_their_leader(city: City) -> None:
    gas, chp = city.path("capex.gas_ccgt"), city.path("capex.gas_chp")
    assert chp.at(2025) == pytest.approx(city.value("gas_chp.capex"))
    assert chp.at(2035) / chp.at(2025) == pytest.approx(gas.at(2035) / gas.at(2025))
    assert city.path("capex.hydro_small").at(2040) == pytest.approx(city.value("hydro_small.capex"))
    wanted = {row["cost_key"] for row in city.table("technology_map")} - {"import"}
    assert wanted <= {key.removeprefix("capex.") for key in city.paths if key.startswith("capex.")}


def test_carbon_scenarios_share_the_observed_prices_and_part_after_2025(city: City) -> None:
    low, central, high = (city.path(f"carbon.{name}") for name in ("low", "central", "high"))
    assert low.at(2023) == central.at(2023) == high.at(2023) == 68.15
    assert (low.at(2030), central.at(2030), high.at(2030)) == (80.0, 130.0, 220.0)
    assert min(central.points) == 2021


def test_growth_has_one_point_a_year(city: City) -> None:
    assert sorted(city.path("growth.paper").points) == list(range(2021, 2041))
    assert city.path("growth.paper").at(2025) == 6.0
    assert city.path("growth.paper").at(2026) == 2.0


def test_tariffs_hold_from_their_year_on(city: City) -> None:
    flat = city.path("tariff.industry_10kv.flat")
    assert [flat.at(year) for year in (2020, 2021, 2022, 2023, 2024, 2030)] == [0.62, 0.62, 0.70, 0.70, 0.67, 0.67]


def test_electric_car_costs_join_history_and_forward_path(city: City) -> None:
    pack = city.path("ev.pack_cny_per_kwh")
    assert pack.at(2020) == pytest.approx(141.0 * 6.9)
    assert pack.at(2025) == pytest.approx(83.0 * 6.9)
    assert city.path("ev.central_subsidy_kcny").at(2013) == 60.0
    assert city.path("ev.battery_kwh").at(2030) == 50.0


def test_the_national_share_of_electric_cars_ends_with_the_growth_of_2025(city: City) -> None:
    share = city.path("ev.national_share")
    assert share.at(2020) == pytest.approx(0.0619)
    assert share.at(2024) == pytest.approx(0.446)
    assert share.at(2025) == pytest.approx(0.446 * 0.47936 / 0.40928, abs=1e-4)


def test_profiles_reproduce_the_statistics_they_were_scaled_to(city: City) -> None:
    profiles = city.profiles
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    hours = {
        name: sum(day * mean[0, month].sum() for month, day in enumerate(days))
        for name, mean in profiles.capacity_factor.items()
    }
    assert hours["solar"] == pytest.approx(993.0, rel=0.01)
    assert hours["wind_onshore"] == pytest.approx(1826.0, rel=0.01)
    week = (5 * profiles.load_pu[:, 0] + 2 * profiles.load_pu[:, 1]) / 7
    ordinary = sum(day * week[month].mean() for month, day in enumerate(days)) / 365
    assert 1.0 < ordinary < 1.03, "holidays, which are applied apart, take the mean back to 1"
    for shape in profiles.sector_shapes.values():
        assert (5 * shape[0].mean() + 2 * shape[1].mean()) / 7 == pytest.approx(1.0, rel=0.01)
    for name, share in profiles.charging.items():
        assert share.sum() == pytest.approx(1.0, abs=2e-3), name
    assert {kind: len(values) for kind, values in profiles.heat.items()} == {"hour": 24, "month": 12, "weekend": 1}


def test_time_of_use_covers_the_day_and_critical_peaks_come_last(city: City) -> None:
    rows = city.table("time_of_use")
    ordinary = [row for row in rows if row["months"] == "1-12"]
    covered = [hour for row in ordinary for hour in range(int(row["from_hour"]), int(row["to_hour"]))]
    assert sorted(covered) == list(range(24))
    assert [row["period"] for row in rows[len(ordinary) :]] == ["critical_peak", "critical_peak"]


def test_dated_facts_of_units_hold_the_long_outage_of_the_first_reactor(city: City) -> None:
    rows = city.table("unit_history")
    off = [row for row in rows if row["unit"] == "014" and row["share"] == 0.0 and row["grade"] == "A"]
    assert [(row["from_date"], row["to_date"]) for row in off] == [("2021-07-30", "2022-08-15")]
    early = {row["unit"]: row["share"] for row in rows if row["from_date"] == "2020-01-01"}
    assert early == {"014": 0.767, "015": 0.767}
    assert any(row["unit"] == "002" and row["coal_rate_change_gce_per_kwh"] == -25.94 for row in rows)


def test_targets_say_how_they_are_measured_or_why_not(city: City) -> None:
    metrics = {target.key: target.metric for target in city.targets if target.status == "modelled"}
    assert metrics["T06"] == "peak_year"
    assert len(metrics) == 10
    for target in city.targets:
        if target.value is None:
            assert target.status == "no number in the plan"
        elif not target.metric:
            assert target.status.startswith("not yet modelled: ")


def test_every_county_in_a_table_is_one_of_the_city(city: City) -> None:
    keys = {county.key for county in city.counties}
    assert {row["county"] for row in city.table("households")} == keys
    assert {row["county"] for row in city.table("electricity_2020_by_sector_county")} == keys


def test_loading_takes_less_than_three_tenths_of_a_second(city: City) -> None:
    best = min(_seconds() for _ in range(3))
    assert best < 0.3


def _seconds() -> float:
    start = time.process_time()
    load.city("jiangmen")
    return time.process_time() - start


def test_two_loads_are_equal_and_have_the_same_digest(city: City) -> None:
    again = load.city("jiangmen")
    assert again.digest == city.digest
    assert again.parameters == city.parameters
    assert again.branches == city.branches

"""Setting values of a city, as `--set` and scenarios do, and the summary of `check`."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.check import check
from dafeng.configs.errors import InputError, Place
from dafeng.configs.schema import City

HERE = Place("--set")


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("toy3")


def test_a_parameter_is_set_with_its_unit_and_nothing_else_changes(city: City) -> None:
    changed = city.with_values({"coal_usc.capex": 4000.0}, HERE)
    assert changed.value("coal_usc.capex") == 4000.0
    assert changed.parameters["coal_usc.capex"].unit == city.parameters["coal_usc.capex"].unit
    others = {key: value for key, value in changed.parameters.items() if key != "coal_usc.capex"}
    assert others == {key: value for key, value in city.parameters.items() if key != "coal_usc.capex"}
    assert changed.paths == city.paths


def test_no_table_offers_a_parameter_past_the_value_that_was_set(city: City) -> None:
    assert not {"power_plants", "extra_parameters", "fuel_price_paths", "reliability_classes"} & city.tables.keys()
    assert city.table("vehicle_classes")


def test_a_series_takes_one_number_for_all_its_years(city: City) -> None:
    changed = city.with_values({"carbon.central": 200.0}, HERE)
    assert {changed.path("carbon.central").at(year) for year in range(2021, 2041)} == {200.0}
    assert min(changed.path("carbon.central").points) == 2021


def test_a_switch_is_set(city: City) -> None:
    assert city.with_values({"carbon_path": "high"}, HERE).setting("carbon_path", "central") == "high"


def test_values_change_the_digest_and_their_order_does_not(city: City) -> None:
    values: dict[str, float | str] = {"coal_usc.capex": 1.0, "carbon_path": "low"}
    backwards = dict(reversed(values.items()))
    one, other = city.with_values(values, HERE), city.with_values(backwards, HERE)
    assert one.digest == other.digest != city.digest
    assert city.with_values({}, HERE).digest == city.digest


def test_every_wrong_value_comes_at_once_with_the_nearest_name(city: City) -> None:
    values: dict[str, float | str] = {
        "coal_usc.capx": 1.0,
        "carbon.centrl": 1.0,
        "carbon_path": "hgh",
        "coal_usc.capex": math.nan,
        "gas_ccgt.capex": "dear",
    }
    with pytest.raises(InputError) as raised:
        city.with_values(values, HERE)
    found = {problem.place.key: problem for problem in raised.value.problems}
    assert found.keys() == values.keys()
    assert found["coal_usc.capx"].nearest == "coal_usc.capex"
    assert found["carbon.centrl"].nearest == "carbon.central"
    assert found["carbon_path"].nearest == "high"
    assert "finite number" in found["coal_usc.capex"].says
    assert "finite number" in found["gas_ccgt.capex"].says


def test_check_sums_up_a_city() -> None:
    lines = "\n".join(check("jiangmen"))
    assert "7 counties, 33 buses, 49 branches (32 lines, 3 transformers, 9 offtakes, 5 links)" in lines
    assert "nuclear PWR EPR-1750             3320 MW" in lines
    assert "47 targets, 10 of them modelled" in lines
    assert "of grade C" in lines


def test_check_sums_up_a_bundle_and_a_study() -> None:
    assert check("coal_control")[1] == "1 levers: coal_control"
    assert "2 bundles x 1 scenarios x 2 replications = 4 runs" in check("toy")[1]


def test_check_refuses_a_scenario_that_names_no_parameter(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "title: A\ncity: toy3\nyears: [2020, 2021]\nbundles: [baseline]\nscenarios: {dear: {coal_usc.capx: 1}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"scenarios\.dear\.coal_usc\.capx.*did you mean 'coal_usc\.capex'"):
        check(path)


def test_check_of_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="no such city, bundle or study; did you mean 'storage'"):
        check("storge")


def test_check_of_a_wrong_city_folder_lists_its_problems(folder: Path) -> None:
    (folder / "lines.csv").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        check(folder)

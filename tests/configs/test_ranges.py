"""What a parameter may be is asked wherever its number comes from, and an outage class says one thing."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest

from dafeng.configs import load
from dafeng.configs.cells import RANGES, WHOLE
from dafeng.configs.check import check
from dafeng.configs.errors import InputError, Place
from dafeng.configs.files import home
from dafeng.configs.ranges import kind_of
from dafeng.configs.schema import City
from dafeng.configs.settings import SAYS, SETTINGS

HERE = Place("--set")
ROOM = Path(__file__).parents[2]
CLASS = "reliability.coal_ge300"


@pytest.fixture(scope="module")
def city() -> City:
    return load.city("toy3")


WRONG = {
    "outage.repair_crews_large_units": (0.0, "a whole number from 1 to 10,000"),
    "outage.repair_crews_lines": (2.5, "a whole number"),
    f"{CLASS}.mttr_h": (-4.0, "a number above 0"),
    f"{CLASS}.maintenance_weeks": (60.0, "0 to 52 weeks"),
    f"{CLASS}.for": (1.4, "from 0 to below 1"),
    "reliability.gas_ccgt.mttf_h": (0.0, "a number above 0"),
    "outage.weibull_repair_shape": (-1.0, "0.2 to 20"),
    "outage.derated_level": (3.0, "from 0 to below 1"),
    "outage.coal_derated_state_share": (3.0, "from 0 to below 1"),
    "battery_li.eff_roundtrip": (1.2, "up to 1"),
    "coal_usc.lifetime": (0.0, "1 to 200 years"),
    "coal_usc.capex": (-1.0, "0 or more"),
    "carbon.central": (-5.0, "0 or more"),
    "fuel.natural_gas_power": (-5.0, "0 or more"),
    "typhoon.line_trip_prob_inland": (1.5, "from 0 to 1"),
}


def test_numbers_out_of_their_range_come_all_at_once_with_what_they_may_be(city: City) -> None:
    with pytest.raises(InputError) as raised:
        city.with_values({key: value for key, (value, _) in WRONG.items()}, HERE)
    found = {problem.place.key: problem.says for problem in raised.value.problems}
    assert found.keys() == WRONG.keys()
    for key, (value, says) in WRONG.items():
        assert found[key].startswith(f"is {value:g}; "), found[key]
        assert says in found[key], found[key]


def test_every_number_of_the_package_passes_when_it_is_set_again(city: City) -> None:
    jiangmen = load.city("jiangmen")
    for of in (city, jiangmen):
        again = of.with_values({key: one.value for key, one in of.parameters.items()}, HERE)
        assert {key: one.value for key, one in again.parameters.items()} == {
            key: one.value for key, one in of.parameters.items()}
        for key, path in of.paths.items():
            for value in (min(path.points.values()), max(path.points.values())):
                of.with_values({key: value}, HERE)


def test_every_line_of_the_ranges_names_a_kind_and_something_there_is(city: City) -> None:
    jiangmen = load.city("jiangmen")
    numbers = {**jiangmen.parameters, **jiangmen.paths}
    with (home() / "ranges.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start, _, end = row["match"].partition("*")
            texts = numbers if row["of"] == "key" else {one.unit for one in numbers.values()}
            assert row["kind"] in RANGES
            assert any(text.startswith(start) and text.endswith(end) for text in texts), row


def test_all_of_reliability_and_outages_has_a_range(city: City) -> None:
    mine = [key for key in city.parameters if key.startswith(("reliability.", "outage."))]
    assert len(mine) > 100
    assert all(RANGES[kind_of(key, city.parameters[key].unit)][0] >= 0.0 for key in mine)
    assert kind_of("outage.repair_crews_lines", "") in WHOLE


def test_a_file_of_a_city_is_asked_the_same_with_its_line(folder: Path) -> None:
    path = folder.parent / "technology" / "outage_events.csv"
    text = path.read_text(encoding="utf-8").replace("repair_crews_lines,6,", "repair_crews_lines,0,")
    path.write_text(text.replace("derated_level,0.5,", "derated_level,3,"), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        check(folder)
    lines = text.splitlines()
    told = {(p.place.line, p.place.key): p.says for p in raised.value.problems}
    assert len(told) == 2
    for name in ("repair_crews_lines", "derated_level"):
        line = next(i for i, row in enumerate(lines, 1) if row.startswith(f"{name},"))
        assert "is expected" in told[line, f"{name}.value"]


def test_a_class_whose_rate_contradicts_its_times_is_told_with_its_line(folder: Path) -> None:
    path = folder.parent / "technology" / "reliability_classes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("coal_ge300,350,0.08,", "coal_ge300,350,0.2,"),
                    encoding="utf-8")
    with pytest.raises(InputError, match=r"line 2: coal_ge300\.FOR  is 0\.2; MTTF_h 1150 and MTTR_h 100 say 0\.08"):
        check(folder)


def test_a_study_is_told_by_check_with_the_line_of_each_value(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: A\ncity: toy3\nyears: [2020, 2021]\nbundles: [baseline]\nscenarios:\n  s:\n"
                    f"    outage.repair_crews_lines: 0\n    {CLASS}.mttr_h: -4\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        check(path)
    assert [(p.place.line, p.place.key) for p in raised.value.problems] == [
        (7, "scenarios.s.outage.repair_crews_lines"), (8, f"scenarios.s.{CLASS}.mttr_h")]


# rate and times of a class


@pytest.mark.parametrize(("given", "rate", "up_h", "down_h"), [
    ({"for": 0.2}, 0.2, 400.0, 100.0),
    ({"for": 0.2, "mttf_h": 100.0}, 0.2, 100.0, 25.0),
    ({"for": 0.2, "mttr_h": 50.0}, 0.2, 200.0, 50.0),
    ({"mttf_h": 400.0}, 0.2, 400.0, 100.0),
    ({"mttr_h": 287.5}, 0.2, 1150.0, 287.5),
    ({"mttf_h": 300.0, "mttr_h": 100.0}, 0.25, 300.0, 100.0),
    ({"for": 0.0}, 0.0, math.inf, 100.0),
    ({"for": 0.0, "mttr_h": 7.0}, 0.0, math.inf, 7.0),
    ({"for": 0.2, "mttf_h": 401.0, "mttr_h": 100.0}, 0.2, 401.0, 100.0),
])
def test_rate_and_times_follow_one_another(
    city: City, given: dict[str, float], rate: float, up_h: float, down_h: float
) -> None:
    changed = city.with_values({f"{CLASS}.{part}": value for part, value in given.items()}, HERE)
    found = [changed.value(f"{CLASS}.{part}") for part in ("for", "mttf_h", "mttr_h")]
    assert found == pytest.approx([rate, up_h, down_h])
    others = [key for key in city.parameters if not key.startswith(f"{CLASS}.")]
    assert all(changed.parameters[key] == city.parameters[key] for key in others)


@pytest.mark.parametrize("given", [
    {"for": 0.2, "mttf_h": 1150.0, "mttr_h": 100.0}, {"for": 0.0, "mttf_h": 1150.0},
])
def test_a_rate_that_contradicts_the_times_set_with_it_is_refused(city: City, given: dict[str, float]) -> None:
    with pytest.raises(InputError) as raised:
        city.with_values({f"{CLASS}.{part}": value for part, value in given.items()}, HERE)
    (problem,) = raised.value.problems
    assert problem.place.key == f"{CLASS}.for"
    assert "mttf_h" in problem.says


# switches


def test_every_switch_says_what_it_does_and_the_default_that_the_program_takes() -> None:
    assert SAYS.keys() == SETTINGS.keys()
    asked: dict[str, set[str]] = {}
    for room in ("agents", "network", "sim", "experiments"):
        for file in (ROOM / room).rglob("*.py"):
            for name, default in re.findall(r"\.setting\(\"(\w+)\", \"(\w*)\"\)", file.read_text(encoding="utf-8")):
                asked.setdefault(name, set()).add(default)
    assert len(asked) >= 10
    assert all({SAYS[name][0]} == defaults for name, defaults in asked.items()), asked
    assert all(default in SETTINGS[name] for name, (default, _) in SAYS.items() if SETTINGS[name])

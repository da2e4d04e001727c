"""Values that are set act, or are refused, or are said to be idle; what can be set is listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dafeng.configs.settings import SETTINGS

Call = Callable[..., tuple[int, str, str]]
ASKED = ("adequacy", "toy3", "--bundle", "baseline", "--year", "2020", "--sample-years", "300", "--set")
RATE = "reliability.coal_ge300.for"


def eue(call: Call, *values: str) -> float:
    more = [word for value in values for word in ("--set", value)]
    code, out, err = call(*ASKED, "reliability_coal=rts", *more, "--json")
    assert code == 0, err
    return float(json.loads(out)["indices"]["eue_mwh"]["value"])


def test_a_forced_outage_rate_acts_as_its_times_do(call: Call) -> None:
    as_it_is, by_rate = eue(call), eue(call, f"{RATE}=0.2")
    assert by_rate > 1.5 * as_it_is
    assert by_rate == eue(call, "reliability.coal_ge300.mttf_h=400")
    assert eue(call, f"{RATE}=0") < as_it_is


@pytest.mark.parametrize("command", [ASKED[:-1], ("run", "toy3", "--bundle", "baseline", "--years", "2020")])
def test_wrong_values_end_with_2_and_are_told_at_once(call: Call, command: tuple[str, ...], tmp_path: Path) -> None:
    values = [f"{RATE}=1.4", "outage.repair_crews_large_units=0", "outage.repair_crews_lines=-1",
              "reliability.gas_ccgt.mttf_h=0", "outage.weibull_repair_shape=-1", "outage.derated_level=3"]
    more = ["--out", str(tmp_path / "r")] if command[0] == "run" else []
    code, _, err = call(*command, *more, *(word for value in values for word in ("--set", value)))
    assert code == 2
    assert "--set: 6 problems" in err
    assert all(f"{key}  is {value}; " in err for key, value in (text.split("=") for text in values)), err


@pytest.mark.parametrize("arguments", [
    ("adequacy", "toy3", "--bundle", "plann", "--year", "2090"), ("adequacy", "toy3", "--year", "2090"),
    ("adequacy", "toy33", "--bundle", "baseline", "--year", "2020"), ("run", "toy33", "--bundle", "baseline")])
def test_wrong_values_are_told_with_wrong_names_and_years(call: Call, arguments: tuple[str, ...]) -> None:
    code, _, err = call(*arguments, "--set", "storms=maybe", "--set", "province_scenari=tight")
    assert code == 2
    assert "storms  is 'maybe'; one of yes, no is expected" in err
    assert "province_scenari  no such parameter, series or setting; did you mean 'province_scenario'?" in err
    for word, said in (("plann", "no such bundle; did you mean 'plan'?"), ("2090", "is not within the city's years"),
                       ("toy33", "no such city; did you mean 'toy3'?")):
        assert (said in err) == (word in arguments)
        assert err.count(said) < 2


def test_a_derated_state_that_leaves_no_hour_in_full_service_is_refused(call: Call) -> None:
    code, _, err = call(*ASKED, "outage.derated_level=0.99", "--set", "outage.coal_derated_state_share=0.9")
    assert code == 2
    assert "outage.coal_derated_state_share  is 0.9: with derated_level 0.99" in err
    assert call(*ASKED, "outage.derated_level=0.99", "--set", "outage.coal_derated_state_share=0.9", "--set",
                "unit_states=two")[0] == 0


def test_a_value_of_a_scenario_may_not_contradict_one_that_is_set(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: A\ncity: toy3\nyears: [2020, 2020]\nbundles: [baseline]\nscenarios:\n  s:\n"
                    "    reliability.coal_ge300.mttf_h: 1000\n    reliability.coal_ge300.mttr_h: 100\n",
                    encoding="utf-8")
    code, _, err = call("study", path, "--dry-run", "--set", f"{RATE}=0.4")
    assert code == 2
    assert "reliability.coal_ge300.for  is 0.4; mttf_h 1000 and mttr_h 100 say 0.09091" in err


def test_what_is_set_and_idle_is_said(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: A\ncity: toy3\nyears: [2020, 2020]\nbundles: [baseline]\nscenarios:\n  s:\n"
                    "    reliability.coal_100_300.for: 0.2\n    outage.weibull_repair_shape: 2\n", encoding="utf-8")
    code, out, _ = call("check", path)
    assert code == 0
    assert "no unit of toy3 has the class coal_100_300" in out
    assert "Its units have coal_ge300," in out
    assert "outage.weibull_repair_shape acts with repair_form=weibull only" in out
    path.write_text(path.read_text(encoding="utf-8").replace("coal_100_300", "coal_ge300")
                    + "    repair_form: weibull\n", encoding="utf-8")
    assert "no unit" not in (out := call("check", path)[1])
    assert "weibull" not in out


def test_crews_do_not_act_in_the_assessment_and_coal_follows_its_switch(call: Call) -> None:
    code, out, _ = call(*ASKED, "outage.repair_crews_lines=2", "--set", "reliability_coal=cn", "--set", f"{RATE}=0.2")
    assert code == 0
    assert "outage.repair_crews_lines acts in the years that are lived" in out
    assert f"{RATE} is not read with reliability_coal=cn" in out


# lists


def test_switches_are_listed_with_choices_default_and_what_they_do(call: Call) -> None:
    items = json.loads(call("list", "settings", "--json")[1])["items"]
    assert [item["name"] for item in items] == list(SETTINGS)
    one = next(item for item in items if item["name"] == "repair_form")
    assert one["choices"] == ["exponential", "weibull"]
    assert one["default"] == "exponential"
    assert "repair" in one["title"]
    assert "in_toy3: no" in call("list", "settings", "line_relief", "--city", "toy3")[1]


def test_parameters_are_listed_by_text_with_range_grade_and_source(call: Call) -> None:
    items = json.loads(call("list", "parameters", "repair_crews", "--json")[1])["items"]
    assert [item["name"] for item in items] == ["outage.repair_crews_large_units", "outage.repair_crews_lines"]
    assert {key: items[0][key] for key in ("value", "unit", "low", "high", "grade", "source")} == {
        "value": 3.0, "unit": "crews in the city", "low": 2.0, "high": 5.0, "grade": "C", "source": "assumption"}
    line = call("list", "parameters", "coal_ge300.mttf")[1]
    assert line.startswith("reliability.coal_ge300.mttf_h  1150 h  (may_be: a number above 0")
    series = json.loads(call("list", "parameters", "carbon.central", "--json")[1])["items"][0]
    assert series["value"] is None
    assert series["points"]["2040"] > 0
    assert call("list", "parameters", "no such thing")[1].startswith("nothing has")


def test_any_list_can_be_narrowed(call: Call) -> None:
    whole, some = call("list", "levers")[1], call("list", "levers", "storage")[1]
    assert "storage" in some
    assert len(some) < len(whole)

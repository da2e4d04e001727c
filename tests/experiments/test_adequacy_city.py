"""The adequacy of a year of a city by the command line."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from dafeng import __version__
from dafeng.configs import load
from dafeng.configs.values import Estimate
from dafeng.experiments.adequacy_city import by_state, joined, told
from dafeng.experiments.adequacy_states import states_content, thin_states
from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status
from dafeng.network.adequacy_request import Requested
from dafeng.network.province_ranges import rare_states
from dafeng.sim.run import Job, run

ASK = ["adequacy", "toy3", "--bundle", "baseline", "--year", "2021", "--json", "--seed", "3"]


def answered(capsys, *more):
    assert status(app, [*ASK, *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_year_asked_for_is_the_year_that_a_run_assesses(capsys):
    job = Job("toy3", "baseline", "default", {}, 0, 3, 2020, 2021, "fast", 200, ("island",), ())
    rows = run(job).outcomes
    rows = rows[(rows.variable == "eue_mwh") & (rows.basis == "island") & (rows.year == 2021) & (rows.county == "all")]
    found = answered(capsys, "--sample-years", "200")
    assert found["indices"]["eue_mwh"]["value"] == pytest.approx(float(rows.value.iloc[0]))
    assert found["indices"]["eue_mwh"]["se"] == pytest.approx(float(rows.se.iloc[0]))
    assert any("one weather year" in remark for remark in found["remarks"])


def test_several_weather_years_have_the_error_between_them(capsys):
    single, three = answered(capsys), answered(capsys, "--weather-years", "3", "--cv", "0.05")
    assert single["converged"]
    assert not three["converged"]
    assert three["indices"]["eue_mwh"]["se"] > 3 * single["indices"]["eue_mwh"]["se"]
    assert any("3 weather years" in remark for remark in three["remarks"])


def test_what_was_not_converged_says_how_many_more_would_do(capsys):
    assert "about --sample-years" in answered(capsys, "--sample-years", "20", "--cv", "0.01")["remarks"][-1]
    several = answered(capsys, "--weather-years", "2", "--sample-years", "20", "--cv", "0.0001")
    assert "about --weather-years" in several["remarks"][-1]


def test_an_answer_of_a_city_names_its_provincial_scenario(capsys):
    assert "province_scenario" not in answered(capsys, "--sample-years", "2")  # no province
    ask = ["adequacy", "jiangmen", "--year", "2020", "--sample-years", "2"]
    assert status(app, ask) == 0
    assert "province scenario balanced (the city's default; --set" in capsys.readouterr().out
    assert status(app, [*ask, "--set", "province_scenario=tight", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["province_scenario"] == "tight"
    assert "province scenario tight (as set)" in found["remarks"]


def test_it_tells_on_stderr_what_it_lives_through_and_in_its_object_what_made_it(capsys):
    assert status(app, [*ASK, "--sample-years", "2"]) == 0
    said = capsys.readouterr()
    assert "toy3: living 2020 to 2021 before 2021 is assessed" in said.err
    found = json.loads(said.out)
    assert (found["seed"], found["version"]) == (3, __version__)


def test_a_city_without_a_province_has_the_island_alone_whatever_is_asked_for():
    job = Job("toy3", "baseline", "default", {}, 0, 3, 2020, 2020, "fast", 4, ("province", "deliverability"), ())
    rows = run(job).outcomes
    assert set(rows[rows.variable == "eue_mwh"].basis) == {"island"}


def test_bounds_of_weather_years_that_saw_nothing_join():
    assert joined([Estimate(0.0, 0.03), Estimate(0.0, 0.03)]) == Estimate(0.0, 0.015)
    assert joined([Estimate(0.0, 0.03), Estimate(2.0, 0.5)]) == Estimate(1.0, pytest.approx(12.706 / 1.96, rel=1e-3))


@pytest.mark.parametrize("count", [2, 3, 5, 20])
def test_the_interval_of_a_few_weather_years_holds_the_mean_as_often_as_it_says(count):
    """Of normal weather years 95 %; by the plain error 69 % with two, 81 % with three, 88 % with five."""
    rng = np.random.default_rng(count)
    years = 1.0 + 0.3 * rng.standard_normal((4000, count))
    held = np.mean([abs(one.value - 1.0) < 1.96 * one.se for one in (joined([Estimate(x, 0.0) for x in of])
                                                                     for of in years.tolist())])
    assert abs(held - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 4000)


def requested(mwh):
    """A weather year that knows its own energy very well."""
    indices = {name: Estimate(mwh, 1e-3) for name in ("eue_mwh", "lole_d", "cvar95_mwh")}
    return Requested(1000, 1e-5, indices, {}, 500, energy_mwh=np.full(10, mwh), weight=np.full(10, 0.1))


def test_a_few_weather_years_that_agree_by_luck_are_not_converged():
    """Two that differ by a tenth of a per mille: within 5 %, on two weather years."""
    few = told("city", [requested(100.0), requested(100.01)], 0.05, 0.0)
    assert not few.converged
    assert any("agree within the target, as so few may by luck" in remark for remark in few.remarks)
    assert "2 weather years" in few.remarks[0]
    assert "1 degrees of freedom" in few.remarks[0]
    many = told("city", [requested(100.0 + 0.01 * year) for year in range(10)], 0.05, 0.0)
    assert many.converged
    assert not any("luck" in remark for remark in many.remarks)
    assert "± is between 10 weather years" in many.text()


def test_how_many_weather_years_would_do_counts_that_a_t_falls_with_them():
    """Three of standard deviation 10 %: 16 for an error of 2.5 %, not 77; and never fewer than ten."""
    three = told("city", [requested(90.0), requested(100.0), requested(110.0)], 0.025, 0.0)
    assert any("about --weather-years 16 would" in remark for remark in three.remarks)
    near = told("city", [requested(99.0), requested(101.0)], 0.05, 0.0)
    assert any("about --weather-years 10 would" in remark for remark in near.remarks)


def test_where_nothing_was_seen_no_range_of_states_is_told():
    """0 to 0 beside a bound of hundreds of MWh would say that no probability of a state matters."""
    city = load.city("jiangmen")
    names = ("normal", *rare_states(city))
    none = {state: {"eue_mwh": 0.0, "lolh_h": 0.0, "lole_d": 0.0} for state in names}
    content = states_content(city, none)
    assert content["range"] == {}
    assert content["rare"].keys() == set(names[1:])
    assert all("eue_mwh" not in of and of["probability"] > 0.0 for of in content["rare"].values())
    assert states_content(city, {**none, "hot": {**none["hot"], "eue_mwh": 1.0}})["range"]["high"]["eue_mwh"] > 0.0


def test_all_that_is_wrong_is_told_at_once(capsys):
    wrong = ["adequacy", "toy3", "--bundle", "baseline", "--view", "isld", "--weather-years", "0", "--target", "0"]
    assert status(app, wrong) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in ("did you mean 'island'?", "which year", "1 or more", "a share above 0"))


@pytest.mark.parametrize(("years", "said"), [(9, []), (40, ["EUE by state of the province, from 40 sample years with a "
                                                            "shortage: dry 75 % (in 10 % of years, grade C), normal "
                                                            "25 % (in 90 % of years, grade C)"])])
def test_shares_of_states_say_from_how_many_years_and_of_a_few_nothing(years, said):
    one = Requested(1000, 0.1, {}, {}, years, {"normal": (0.9, 0.25), "dry": (0.1, 0.75)})
    assert by_state([one], [{"state": "normal", "grade": "C"}, {"state": "dry", "grade": "C"}]) == said


def test_states_with_few_short_years_do_not_tell_how_much_rests_on_their_probabilities():
    """Three short years of a dry state say nothing of it; none in a hundred normal ones is enough."""
    dry = {"normal": (120, 0), "dry": (30, 3)}
    known = {"normal": (120, 0), "dry": (30, 10)}
    assert thin_states([replace(requested(1.0), seen_by_state=dry)]) == ["dry (3 of 30)"]
    assert thin_states([replace(requested(1.0), seen_by_state=known)]) == []
    assert thin_states([replace(requested(1.0), seen_by_state={"hot": (19, 0)})]) == ["hot (0 of 19)"]
    assert thin_states([requested(1.0)]) == []


def test_few_short_sample_years_leave_the_states_untold_with_a_reason(capsys):
    asked = ["adequacy", "jiangmen", "--year", "2022", "--set", "province_scenario=short", "--cv", "0.2"]
    assert status(app, [*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert any("assumed probabilities" in remark and "not told" in remark for remark in found["remarks"])
    assert not any("low or high end" in remark for remark in found["remarks"])
    assert "province_states" not in found

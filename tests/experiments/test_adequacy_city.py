"""The adequacy of a year of a city by the command line."""

import json

import pytest

from dafeng import __version__
from dafeng.configs.values import Estimate
from dafeng.experiments.adequacy_city import joined
from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status
from dafeng.sim.run import Job, run

ASK = ["adequacy", "toy3", "--bundle", "baseline", "--year", "2021", "--json", "--seed", "3"]


def told(capsys, *more):
    assert status(app, [*ASK, *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_year_asked_for_is_the_year_that_a_run_assesses(capsys):
    job = Job("toy3", "baseline", "default", {}, 0, 3, 2020, 2021, "fast", 200, ("island",), ())
    rows = run(job).outcomes
    rows = rows[(rows.variable == "eue_mwh") & (rows.basis == "island") & (rows.year == 2021) & (rows.county == "all")]
    found = told(capsys, "--sample-years", "200")
    assert found["indices"]["eue_mwh"]["value"] == pytest.approx(float(rows.value.iloc[0]))
    assert found["indices"]["eue_mwh"]["se"] == pytest.approx(float(rows.se.iloc[0]))
    assert any("one weather year" in remark for remark in found["remarks"])


def test_several_weather_years_have_the_error_between_them(capsys):
    single, three = told(capsys), told(capsys, "--weather-years", "3", "--cv", "0.05")
    assert single["converged"]
    assert not three["converged"]
    assert three["indices"]["eue_mwh"]["se"] > 3 * single["indices"]["eue_mwh"]["se"]
    assert any("3 weather years" in remark for remark in three["remarks"])


def test_what_was_not_converged_says_how_many_more_would_do(capsys):
    assert "about --sample-years" in told(capsys, "--sample-years", "20", "--cv", "0.01")["remarks"][-1]
    several = told(capsys, "--weather-years", "2", "--sample-years", "20", "--cv", "0.0001")
    assert "about --weather-years" in several["remarks"][-1]


def test_an_answer_of_a_city_names_its_provincial_scenario(capsys):
    assert "province_scenario" not in told(capsys, "--sample-years", "2")  # no province
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
    assert joined([Estimate(0.0, 0.03), Estimate(2.0, 0.5)]) == Estimate(1.0, pytest.approx(1.0))


def test_all_that_is_wrong_is_told_at_once(capsys):
    wrong = ["adequacy", "toy3", "--bundle", "baseline", "--view", "isld", "--weather-years", "0", "--target", "0"]
    assert status(app, wrong) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in ("did you mean 'island'?", "which year", "1 or more", "a share above 0"))

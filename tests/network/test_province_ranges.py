"""Probabilities of the province's states: set, ranged, and what adequacy becomes with others."""

from dataclasses import replace

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError, Place
from dafeng.configs.luck import Luck
from dafeng.network.adequacy import adequacy
from dafeng.network.adequacy_request import on_request
from dafeng.network.province import draw_state, states
from dafeng.network.province_ranges import ranged, ranged_by_one, rare_states, reweighted
from tests.network.test_adequacy_request import two_states

HERE = Place("test", 0, "")
MEANS = {"normal": 1.0, "dry_west": 2.0, "fuel_tight": 3.0, "hot": 5.0, "dry_hot": 11.0, "fuel_hot": 21.0}


@pytest.fixture(scope="module")
def jiangmen():
    return load.city("jiangmen")


def means():
    return {state: {"eue_mwh": mwh} for state, mwh in MEANS.items()}


def test_each_rare_state_has_a_range_of_half_and_double_and_says_that_it_is_judgement(jiangmen):
    rare = rare_states(jiangmen)
    assert rare.keys() == MEANS.keys() - {"normal"}
    for one in rare.values():
        assert (one.low, one.high, one.grade) == (one.value / 2, one.value * 2, "C")
        assert "judgement" in one.source


def test_indices_at_the_ends_of_all_ranges_are_worked_out_by_hand(jiangmen):
    """0.15 x 1 + 0.1 x 2 + 0.1 x 4 + 0.04 x 10 + 0.01 x 20 = 1.35 above a normal year: half of it, or double."""
    found = ranged(jiangmen, means())
    assert found["low"]["eue_mwh"] == pytest.approx(1.0 + 1.35 / 2)
    assert found["high"]["eue_mwh"] == pytest.approx(1.0 + 1.35 * 2)


def test_one_state_alone_moves_its_own_part(jiangmen):
    low, high = ranged_by_one(jiangmen, means(), "eue_mwh")["hot"]
    assert (low, high) == (pytest.approx(2.35 - 0.05 * 4), pytest.approx(2.35 + 0.1 * 4))


def test_a_probability_that_is_set_has_no_range_and_the_normal_year_takes_the_rest(jiangmen):
    city = jiangmen.with_values({"province_state.dry_hot": 0.14}, HERE)
    probability = {row["state"]: row["probability_per_year"] for row in states(city)}
    assert probability["dry_hot"] == 0.14
    assert probability["normal"] == pytest.approx(0.5)
    assert probability["hot"] == 0.1
    assert ranged_by_one(city, means(), "eue_mwh").keys() == MEANS.keys() - {"normal", "dry_hot"}
    low = ranged(city, means())["low"]["eue_mwh"]
    assert low == pytest.approx(1.0 + (1.35 - 0.4) / 2 + 0.14 * 10)


def test_years_are_drawn_by_the_probability_that_is_set(jiangmen):
    sure = jiangmen.with_values({"province_state.hot": 0.7}, HERE)
    drawn = [draw_state(sure, Luck(1, r), 2030)["state"] for r in range(600)]
    assert abs(drawn.count("hot") / 600 - 0.7) < 3.5 * (0.7 * 0.3 / 600) ** 0.5
    assert 0 not in (drawn.count("dry_west"), 600 - drawn.count("normal"))


def test_nothing_is_said_where_a_state_was_never_drawn_or_no_range_is_known(jiangmen):
    assert ranged(jiangmen, {state: of for state, of in means().items() if state != "fuel_hot"}) == {}
    assert ranged(jiangmen, {}) == {}
    given = {f"province_state.{state}": one.value for state, one in rare_states(jiangmen).items()}
    assert ranged(jiangmen.with_values(given, HERE), means()) == {}


def test_means_of_states_weighed_by_their_probabilities_are_the_indices():
    system = replace(two_states(), case_names=("normal", "hot"))
    once = adequacy(system, Luck(1), sample_years=300, support="province", with_margin=False)
    asked = on_request(system, Luck(1), support="province", sample_years=300)
    for of, eue, hours in ((once.state_means, once.eue_mwh, once.lolh_h),
                           (asked.state_means, asked.indices["eue_mwh"], asked.indices["lolh_h"])):
        found = reweighted(of, {"hot": 0.2})
        assert (found["eue_mwh"], found["lolh_h"]) == (pytest.approx(eue.value), pytest.approx(hours.value))
        assert reweighted(of, {"hot": 0.4})["eue_mwh"] > eue.value
    assert adequacy(system, Luck(1), sample_years=40, support="island", with_margin=False).state_means == {}


@pytest.mark.parametrize(("values", "says"), [
    ({"province_state.hot": -0.1}, "a probability is expected, 0 to 1"),
    ({"province_state.hot": 0.5, "province_state.dry_west": 0.5}, "add up to 1.15; 1 at most"),
    ({"province_state.hott": 0.1}, "did you mean 'province_state.hot'"),
    ({"province_state.normal": 0.1}, "no such parameter"),
])
def test_impossible_probabilities_are_refused(jiangmen, values, says):
    with pytest.raises(InputError, match=says):
        jiangmen.with_values(values, HERE)

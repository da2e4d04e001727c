"""From a bundle to rules."""

import itertools

import pytest

from dafeng.configs import load
from dafeng.configs.errors import InputError, Place
from dafeng.configs.rules import Rules
from dafeng.sim.government import levers_of
from dafeng.sim.policies.base import LEVERS


def test_every_bundle_of_the_package_makes_its_levers():
    for name in load.names("bundles"):
        assert {lever for lever, _ in levers_of(load.bundle(name))} == set(load.bundle(name).levers)


def test_the_order_of_levers_never_matters():
    levers = levers_of(load.bundle("plan"))
    folded = []
    for order in itertools.islice(itertools.permutations(levers), 24):
        rules = Rules(2030, "XH")
        for name, lever in order:
            rules = lever.rules(rules.asking(name))
        folded.append({name: value for name, value in vars(rules).items() if name not in {"asked_by", "speaker"}})
    assert all(rules == folded[0] for rules in folded)


def test_a_lever_asks_nothing_before_its_first_year():
    lever = LEVERS.make("demand_response", {"price_cny_per_mwh": {2025: 3500}}, Place("x"))
    assert lever.rules(Rules(2024, "XH").asking("demand_response")).dr_price_cny_per_mwh == 0.0
    assert lever.rules(Rules(2025, "XH").asking("demand_response")).dr_price_cny_per_mwh == 3500.0


def test_two_caps_give_the_lower_one():
    rules = Rules(2030, "XH").asking("a").ask(coal_nonpower_cap_tce=500.0).asking("b").ask(coal_nonpower_cap_tce=700.0)
    assert rules.coal_nonpower_cap_tce == 500.0
    assert rules.asked_by["coal_nonpower_cap_tce"] == ("a", "b")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"smart_shar": {2025: 0.1}}, "smart_share"),
        ({"smart_share": {2025: 1.5}}, "1 or less"),
        ({"subsidy_cny": {2025: -1}}, "0 or more"),
        ({"subsidy_cny": {2030: 1, 2025: 2}}, "out of order"),
        ({"subsidy_cny": {2025: float("nan")}}, "finite"),
        ({"subsidy_cny": "many"}, "number"),
        ({"subsidy_cny": {}}, "empty"),
    ],
)
def test_a_wrong_field_of_a_lever_is_named(fields, says):
    with pytest.raises(InputError) as error:
        LEVERS.make("ev_adoption", fields, Place("bundle.yaml", 3, "levers.ev_adoption"))
    assert says in str(error.value)
    assert "levers.ev_adoption." in str(error.value)


def test_all_wrong_fields_are_named_at_once():
    with pytest.raises(InputError) as error:
        LEVERS.make("storage", {"target_mw": -5, "hour": 2, "vre_share": 3}, Place("b.yaml"))
    assert len(error.value.problems) == 3


def test_every_lever_has_titles_a_measure_and_documented_fields():
    for entry in LEVERS.entries():
        assert entry.title
        assert entry.title_zh != entry.title
        assert 1 <= entry.about["measure"] <= 37

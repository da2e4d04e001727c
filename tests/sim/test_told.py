"""What decisions tell: each number of an option adds up to the value by which it was chosen."""

from __future__ import annotations

import json
from math import exp, isnan

import pandas as pd
import pytest

from dafeng.agents.view import CHOICES, Decision
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.sim.model import CityModel
from dafeng.sim.run import Record, decision_frame, stored


@pytest.fixture(scope="module")
def decisions() -> list[Decision]:
    """All choices of the toy city in three years under the plan."""
    model = CityModel(load.city("toy3"), load.bundle("plan"), Luck(1, 0), sample_years=2, support=())
    try:
        return [decision for _ in range(3) for decision in model.advance_year().decisions]
    finally:
        model.close()


def of(decisions: list[Decision], kind: str, word: str) -> list[Decision]:
    found = [decision for decision in decisions if decision.kind == kind and decision.topic.startswith(word)]
    assert found, f"{kind} never chose {word}"
    return found


def test_a_site_tells_what_each_measure_costs_and_brings(decisions: list[Decision]) -> None:
    for told in of(decisions, "sites", "measures"):
        rows = zip(*(told.terms[name] for name in (
            "capital_mcny", "saving_mcny_per_y", "payback_y", "npv_mcny", "looked", "draw")), strict=True)
        for name, chance, (capital, saving, payback, npv, looked, draw) in zip(
            told.options, told.values, rows, strict=True
        ):
            assert payback == pytest.approx(capital * (1.0 - told.saw["subsidy_share"]) / saving)
            assert (npv > 0.0) == (chance > 0.5)
            is_taken = name in told.choice.split(CHOICES)
            assert is_taken == bool(looked and draw < chance)
            assert isnan(draw) == (not looked)


def test_firms_say_how_many_could_looked_and_took(decisions: list[Decision]) -> None:
    for told in of(decisions, "firms", "measures"):
        assert "counted" not in (told.choice, told.why)
        if told.topic == "measures":
            counts = zip(told.values, told.terms["looked_firms"], told.terms["could_firms"], strict=True)
            assert all(taken <= looked <= could for taken, looked, could in counts)


def test_a_households_chance_is_worked_out_from_what_it_tells(decisions: list[Decision]) -> None:
    for told in of(decisions, "households", "rooftop"):
        saw, (payback, _) = told.saw, told.terms["payback_y"]
        factor = exp(-0.25 * (payback - saw["reference_payback_y"]))
        assert saw["payback_factor"] == pytest.approx(factor)
        pull = (saw["own_pull_per_y"] + saw["neighbours_pull_per_y"]) * saw["payback_factor"]
        assert told.values[0] == pytest.approx(1.0 - exp(-pull))
        money = ("capital_cny", "payment_cny", "saving_cny_per_y")
        capital, payment, saving = (told.terms[name][0] for name in money)
        assert payback == pytest.approx((capital - payment) / saving)


def test_the_parts_of_a_buyers_logit_add_up(decisions: list[Decision]) -> None:
    for told in of(decisions, "vehicles", "new car"):
        parts = [value for name, value in told.saw.items() if name.endswith("_logit")]
        assert sum(parts) == pytest.approx(told.values[1])


def test_a_fleets_cost_is_price_and_fuel(decisions: list[Decision]) -> None:
    for told in of(decisions, "vehicles", "fleet"):
        parts = zip(told.terms["capital_kcny"], told.terms["life_fuel_kcny"], strict=True)
        assert [price + fuel for price, fuel in parts] == pytest.approx(list(told.values))


def test_terms_reach_the_table_and_a_checkpoint(decisions: list[Decision]) -> None:
    frame = decision_frame(decisions)
    first = of(decisions, "vehicles", "fleet")[0]
    rows = frame[(frame["agent"] == first.agent) & (frame["year"] == first.year)]
    capital = [json.loads(text)["capital_kcny"] for text in rows["terms"]]
    assert capital == list(first.terms["capital_kcny"])
    kept = json.loads(json.dumps(stored(Record({}, {}, [], [first], []))["decisions"]))
    assert kept[0][-1]["capital_kcny"] == capital
    assert isinstance(frame, pd.DataFrame)

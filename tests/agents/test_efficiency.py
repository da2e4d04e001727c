"""Adoption of efficiency measures: the hurdle, the choice and the hazard (MODEL_SPEC 3.4, V26)."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from dafeng.agents import efficiency
from dafeng.agents.efficiency_measures import measures
from dafeng.agents.output_lines import Lines, lines
from dafeng.agents.output_rows import Rows
from dafeng.agents.view import View
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import Floats


@cache
def jiangmen() -> City:
    return load.city("jiangmen")


def view(**asked: float) -> View:
    return View(
        year=2025, hour=0.0, city=jiangmen(), rules=Rules(2025, "EP").ask(**asked), announced={}, prices={},
        outlooks=(), own={}, pipeline={}, standing={}, credit={}, awards=(), luck=Luck(1),
    )  # fmt: skip


def probability(known: Lines, technology: str, payback_y: float, subsidy: float = 0.0) -> Floats:
    """Probability of each measure that fits a technology, over a fine sample of producers' hurdles."""
    line = known.technology.index(technology)
    options = measures(jiangmen(), known, (line,))
    normal = Luck(5)("hurdles").standard_normal(20_000)
    patience = efficiency.patience(jiangmen(), known, options, np.full(20_000, line), normal)
    capex = np.ones_like(patience)
    chance = efficiency.adoption_probability(jiangmen(), patience, capex / payback_y, capex, subsidy)
    return np.asarray(chance.mean(axis=0))


def test_v26_half_of_cement_plants_take_a_measure_that_pays_back_in_3_3_years() -> None:
    chance = probability(lines(jiangmen()), "cement_clinker", 3.3)
    assert len(chance) == 5
    assert chance == pytest.approx(0.5, abs=0.03)


def test_a_shorter_payback_and_a_subsidy_both_raise_adoption() -> None:
    known = lines(jiangmen())
    slow, fast = probability(known, "paper", 5.0), probability(known, "paper", 2.0)
    assert (fast > slow + 0.2).all()
    assert (probability(known, "paper", 5.0, subsidy=0.3) > slow).all()


def test_small_metal_firms_ask_the_40_to_45_percent_that_us_firms_ask() -> None:
    rate = efficiency.hurdle(np.array([1.5]), np.array([12.0]), jiangmen().value("behaviour.capex_vs_saving_weight"))
    assert rate[0] == pytest.approx(0.45, abs=0.05)


def test_the_hurdle_makes_a_producer_indifferent_at_its_payback() -> None:
    payback, life = np.array([1.5, 3.3, 3.5]), np.array([12.0, 20.0, 15.0])
    found = efficiency.annuity_factor(efficiency.hurdle(payback, life, 1.4), life)
    assert found == pytest.approx(1.4 * payback, rel=1e-9)


def test_an_audit_hazard_adds_to_the_own_one() -> None:
    known = lines(jiangmen())
    options = measures(jiangmen(), known, (known.technology.index("ceramics"),))
    life = options.life_y
    without = efficiency.consideration(view(), options, np.zeros(options.count))
    audited = efficiency.consideration(view(audit_hazard=0.15), options, np.zeros(options.count))
    assert without == pytest.approx(1.0 - np.exp(-0.08) * (1.0 - 1.0 / life))
    assert audited == pytest.approx(1.0 - np.exp(-0.23) * (1.0 - 1.0 / life))


def test_peers_who_have_a_measure_make_others_look_at_it() -> None:
    share = efficiency.peers(np.array([0, 0, 1, 1]), np.ones(4, bool), np.array([[1], [0], [0], [0]], dtype=bool), 2)
    assert share.tolist() == [[0.5], [0.0]]


def test_no_measure_goes_below_best_practice() -> None:
    known = lines(jiangmen())
    line = known.technology.index("ceramics")
    options = measures(jiangmen(), known, (line,))
    heat, _ = efficiency.saved_shares(options, np.array([line]), np.array([0.6]), np.array([0.1]), np.array([0.8]))
    assert heat.max() == pytest.approx(0.2)


def test_a_measure_at_work_saves_its_share_less_the_rebound() -> None:
    n = 2
    flat = {name: np.zeros(n) for name in (
        "output", "wanted", "capacity", "waste_gj", "age", "other_cost", "unit_cost", "size", "heat_class",
        "reservation",
    )}  # fmt: skip
    rows = Rows(
        line=np.zeros(n, int), alive=np.ones(n, bool), heat=np.array([10.0, 10.0]), electric=np.array([1.0, 1.0]),
        share=np.eye(7)[:n], main=np.zeros(n, int), fuel_potential=np.zeros((n, 7)), patience=np.ones((n, 1)),
        heat_saving=np.array([[0.2], [0.2]]), electric_saving=np.zeros((n, 1)), fuel_saving_gj=np.zeros((n, 1)),
        possible=np.ones((n, 1), bool), adopted=np.zeros((n, 1), bool), adopting=np.ones((n, 1), bool),
        enrolled=np.zeros(n, bool), watched=np.zeros(n, bool), **flat,
    )  # fmt: skip
    rows.commission(np.array([[True], [False]]), 0.15)
    assert rows.heat == pytest.approx([10.0 * (1.0 - 0.2 * 0.85), 10.0])
    assert rows.adopted[:, 0].tolist() == [True, False]
    assert rows.adopting[:, 0].tolist() == [False, True]

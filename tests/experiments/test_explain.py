"""Explanations: an agent's choices in its own numbers, from a table made by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from dafeng.configs.errors import InputError
from dafeng.experiments.explain import as_text, explain, kinds
from dafeng.experiments.explain_words import seen
from dafeng.experiments.results import Results

COLUMNS = ["run", "year", "agent", "kind", "topic", "option", "value", "unit", "chosen", "uniform", "saw", "why"]
COAL = ["taishan-coal-2", "plants"]
RETROFIT = ["MCNY", 0.42, '{"margin": 12.3}', "pays in 4 years"]


def option(
    run: str, year: int, who: list[str], topic: str, name: str, value: float, chosen: bool, more: Any
) -> list[Any]:
    unit, uniform, saw, why = more
    return [run, year, *who, topic, name, value, unit, chosen, uniform, saw, why]


ROWS = [
    option("r0", 2024, COAL, "retrofit", "none", 0.0, False, RETROFIT),
    option("r0", 2024, COAL, "retrofit", "flexible", 81.25, True, RETROFIT),
    option("r0", 2024, COAL, "retrofit", "heat", float("-inf"), False, RETROFIT),
    option("r0", 2026, COAL, "retire", "keep", 5.0, True, ["MCNY", None, "{}", "keep"]),
    option("r0", 2026, COAL, "retire", "retire", -1.0, False, ["MCNY", None, "{}", "keep"]),
    option("r0", 2024, ["owner-1", "owners"], "invest", "wait", 0.0, True, ["MCNY", None, None, None]),
    option("r0", 2024, ["owner-1", "owners"], "invest", "wait", 2.0, True, ["MCNY", None, None, None]),
    option("r1", 2024, COAL, "retire", "keep", 7.0, True, ["MCNY", None, "{}", ""]),
]


@pytest.fixture
def results() -> Results:
    runs = pd.DataFrame({
        "run": ["r0", "r1", "r2"], "bundle": ["baseline", "plan", "plan"], "scenario": ["tight"] * 3,
        "replication": [0, 0, 1], "status": ["done", "done", "failed"],
    })

    def bundle(name: str | None, option: str = "") -> str:
        return name or "baseline"

    stand_in = SimpleNamespace(
        runs=runs, decisions=pd.DataFrame(ROWS, columns=COLUMNS), bundle=bundle, folder=Path("here")
    )
    return cast(Results, stand_in)


def test_an_agent_is_explained_in_its_own_numbers(results: Results) -> None:
    first, second = explain(results, "taishan-coal-2")
    assert as_text(first) == "\n".join([
        "2024  taishan-coal-2 (plants): retrofit",
        "  saw      margin 12.3",
        "    none      0 MCNY",
        "  → flexible  81.25 MCNY",
        "    heat      not possible MCNY",
        "  draw     0.4200",
        "  because  pays in 4 years",
    ])
    assert (second.year, second.choice, second.uniform) == (2026, "keep", None)
    assert "because" not in as_text(second)


def test_a_topic_that_comes_up_twice_in_a_year_is_two_choices(results: Results) -> None:
    told = explain(results, "owner-1")
    assert [choice.options for choice in told] == [{"wait": 0.0}, {"wait": 2.0}]


def test_another_bundle_tells_another_run(results: Results) -> None:
    assert [choice.options["keep"] for choice in explain(results, "taishan-coal-2", bundle="plan")] == [7.0]


def test_a_wrong_key_names_the_nearest_agent(results: Results) -> None:
    with pytest.raises(InputError, match="did you mean 'taishan-coal-2'"):
        explain(results, "taishan-coal-22")


def test_a_year_without_a_choice_names_the_years_with_one(results: Results) -> None:
    with pytest.raises(InputError, match="but in 2024, 2026"):
        explain(results, "taishan-coal-2", year=2025)


def test_a_replication_that_failed_cannot_be_explained(results: Results) -> None:
    with pytest.raises(InputError, match="there is 0"):
        explain(results, "taishan-coal-2", bundle="plan", replication=1)


def test_without_an_agent_the_kinds_are_listed_with_keys(results: Results) -> None:
    assert kinds(results) == {"owners": ["owner-1"], "plants": ["taishan-coal-2"]}


def test_options_stand_in_a_table_with_what_they_are_made_of(results: Results) -> None:
    decisions = results.decisions
    terms = ['{"capital_mcny": 0.0, "payback_y": NaN}', '{"capital_mcny": 12.5, "payback_y": 4.0}', "", *[""] * 5]
    told = told_of(results, decisions.assign(terms=terms))
    assert as_text(told) == "\n".join([
        "2024  taishan-coal-2 (plants): retrofit",
        "  saw      margin 12.3",
        "              capital (MCNY)  payback (y)          MCNY",
        "    none                   0            –             0",
        "  → flexible            12.5            4         81.25",
        "    heat                   –            –  not possible",
        "  draw     0.4200",
        "  because  pays in 4 years",
    ])


def told_of(results: Results, decisions: pd.DataFrame) -> Any:
    stand_in = SimpleNamespace(**{**vars(results), "decisions": decisions})
    return explain(cast(Results, stand_in), "taishan-coal-2")[0]


def test_numbers_are_told_with_their_units() -> None:
    told = [seen(name, 2.0) for name in ("unit_cost_cny_per_t cement", "saving_kcny_per_y", "growth_pct", "limit_mw")]
    assert told == ["unit cost 2 CNY/t cement", "saving 2 kCNY/y", "growth 2 %", "limit 2 MW"]

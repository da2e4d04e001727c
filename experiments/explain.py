"""Why an agent did what it did: what it saw, what each option was worth to it, what it chose and by which draw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dafeng.agents.view import CHOICES
from dafeng.configs.errors import InputError, Place, Problem, ResultsError, nearest
from dafeng.experiments.explain_words import as_lines
from dafeng.experiments.nearby import agents_of, candidates, listed
from dafeng.experiments.results import Results

SAMPLES = 5
"""Keys shown of each kind of agent when none was asked for; the others are counted."""


@dataclass(frozen=True)
class Told:
    """One choice of one agent."""

    bundle: str
    year: int
    agent: str
    kind: str
    topic: str
    saw: Mapping[str, Any]
    options: Mapping[str, float]
    unit: str
    choice: str
    uniform: float | None
    why: str
    terms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Option -> what its value is made of, by a name that ends in its unit; empty in results of older versions."""


def explain(
    results: Results, agent: str, year: int | None = None, bundle: str | None = None, scenario: str | None = None,
    replication: int | None = None,
) -> tuple[Told, ...]:
    """All choices of an agent in one run, in time, and those of others for it, such as an owner's for its plant.

    An InputError names the nearest agent when there is none such.
    """
    run, label = one_run(results, bundle, scenario, replication)
    decisions = results.decisions[results.decisions["run"] == run]
    mine = decisions[_concerns(decisions, agent)]
    if mine.empty:
        _miss(decisions, agent)
    if year is not None:
        mine = mine[mine["year"] == year]
        if mine.empty:
            years = sorted(decisions.loc[_concerns(decisions, agent), "year"].unique())
            says = f"nothing was chosen for {agent} in {year}, but in {', '.join(map(str, years))}"
            raise InputError([Problem(Place("--year", 0, str(year)), says)])
    chosen = mine.groupby(["year", "agent", "topic", _turn(mine)], sort=True)
    return tuple(_told(rows, label) for _, rows in chosen)


def one_run(
    results: Results, bundle: str | None, scenario: str | None, replication: int | None
) -> tuple[str, str]:
    """Key and bundle of one finished run: by default the baseline's first."""
    wanted = results.bundle(bundle, "--bundle")
    runs = results.runs
    mine = runs[(runs["bundle"] == wanted) & (runs["status"] == "done")]
    for option, value in (("scenario", scenario), ("replication", replication)):
        if value is not None:
            known = sorted(mine[option].astype(str).unique())
            mine = mine[mine[option] == value]
            if mine.empty:
                says = f"no finished run of '{wanted}' with {option} {value}; there is {', '.join(known) or 'none'}"
                raise InputError([Problem(Place(f"--{option}", 0, str(value)), says, nearest(str(value), known))])
    if mine.empty:
        raise ResultsError(f"{results.folder}: no run of '{wanted}' has come to its end")
    return str(mine["run"].iloc[0]), wanted


def kinds(
    results: Results, bundle: str | None = None, only: str | None = None, scenario: str | None = None,
    replication: int | None = None,
) -> dict[str, list[str]]:
    """Kinds of agents that chose something, each with all its keys; `only` one of the kinds."""
    run, _ = one_run(results, bundle, scenario, replication)
    decisions = results.decisions
    mine = decisions[decisions["run"] == run].drop_duplicates(["kind", "agent"])
    found = {str(kind): sorted(of["agent"]) for kind, of in mine.groupby("kind", sort=True)}
    if only is not None and only not in found:
        says = f"no agent of this kind chose anything; there are {', '.join(found)}"
        raise InputError([Problem(Place("--kind", 0, only), says, nearest(only, found))])
    return found if only is None else {only: found[only]}


def kinds_as_text(found: Mapping[str, list[str]], is_whole: bool = False) -> str:
    """A line a kind with a few of its keys and how many there are besides; whole, all keys, one a line."""
    if is_whole:
        return "\n".join(key for keys in found.values() for key in keys)
    lines = [f"{kind}: {', '.join(keys[:SAMPLES])}{_more(len(keys) - SAMPLES, kind)}" for kind, keys in found.items()]
    return "\n".join(lines)


def _more(number: int, kind: str) -> str:
    return f" and {number} more (--kind {kind} lists all)" if number > 0 else ""


def as_text(told: Told) -> str:
    """A choice in words, in the agent's own numbers."""
    return "\n".join(as_lines(told))


def _concerns(decisions: pd.DataFrame, key: str) -> pd.Series:
    """Whether a choice is an agent's own, or has the agent as the last word of its topic."""
    return (decisions["agent"] == key) | decisions["topic"].str.endswith(f" {key}")


def _turn(mine: pd.DataFrame) -> pd.Series:
    """Which time in a year a topic came up: an option seen again begins the next time."""
    return mine.groupby(["year", "agent", "topic", "option"]).cumcount().rename("turn")


def _told(rows: pd.DataFrame, bundle: str) -> Told:
    first = rows.iloc[0]
    chosen = rows.loc[rows["chosen"], "option"]
    uniform = None if pd.isna(first["uniform"]) else float(first["uniform"])
    options = {str(option): float(value) for option, value in zip(rows["option"], rows["value"], strict=True)}
    return Told(
        bundle, int(first["year"]), str(first["agent"]), str(first["kind"]), str(first["topic"]), _saw(first["saw"]),
        options, _plain(first["unit"]), CHOICES.join(chosen), uniform, _plain(first["why"]), _terms(rows),
    )


def _terms(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Option -> its terms; nothing where a table of an older version has none."""
    if "terms" not in rows.columns:
        return {}
    found = {str(option): _saw(text) for option, text in zip(rows["option"], rows["terms"], strict=True)}
    return found if any(found.values()) else {}


def _saw(text: Any) -> dict[str, Any]:
    try:
        seen = json.loads(text) if isinstance(text, str) and text else {}
    except ValueError:
        return {"": text}
    return seen if isinstance(seen, dict) else {"": seen}


def _miss(decisions: pd.DataFrame, agent: str) -> None:
    agents = agents_of(decisions)
    near = candidates(agent, agents)
    says = "no such agent among the decisions of this run; without --agent the kinds and keys are listed"
    if len(near) > 1:
        says = f"{says}; near to it are {listed(near, agents)}"
    raise InputError([Problem(Place("--agent", 0, agent), says, near[0] if near else None)])


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else ""

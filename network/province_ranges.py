"""What adequacy becomes where states of the province are more or less probable than assumed (MODEL_SPEC 7.8).

An index is the mean of those of the states, each weighing its probability, so ranges take no new sample.
"""

from __future__ import annotations

from collections.abc import Mapping

from dafeng.configs.families import NORMAL, STATE
from dafeng.configs.schema import City
from dafeng.configs.values import Parameter

LOW, HIGH = "low", "high"
Means = Mapping[str, Mapping[str, float]]
"""Of each state the mean indices of a year in it."""


def rare_states(city: City) -> dict[str, Parameter]:
    """Every state but the normal one with its probability a year; one that was set has no range."""
    return {key.removeprefix(f"{STATE}."): one for key, one in city.parameters.items() if key.startswith(f"{STATE}.")}


def reweighted(means: Means, probability: Mapping[str, float]) -> dict[str, float]:
    """Indices where the rare states are so probable, and the normal one takes the rest.

    >>> reweighted({"normal": {"lolh_h": 1.0}, "hot": {"lolh_h": 11.0}}, {"hot": 0.2})
    {'lolh_h': 3.0}
    """
    rest = 1.0 - sum(probability.values())
    return {index: rest * usual + sum(p * means[state][index] for state, p in probability.items())
            for index, usual in means[NORMAL].items()}


def ranged(city: City, means: Means) -> dict[str, dict[str, float]]:
    """Indices with all rare states at the low and at the high end of their ranges; empty where no range is known."""
    rare = rare_states(city)
    if not {NORMAL, *rare} <= means.keys() or all(one.low is one.high is None for one in rare.values()):
        return {}
    low = {state: one.value if one.low is None else one.low for state, one in rare.items()}
    high = {state: one.value if one.high is None else one.high for state, one in rare.items()}
    return {LOW: reweighted(means, low), HIGH: reweighted(means, high)}


def ranged_by_one(city: City, means: Means, index: str) -> dict[str, tuple[float, float]]:
    """An index with each rare state alone at the low and at the high end of its range."""
    rare, found = rare_states(city), dict[str, tuple[float, float]]()
    usual = {state: one.value for state, one in rare.items()}
    for state, one in rare.items():
        if {NORMAL, *rare} <= means.keys() and one.low is not None and one.high is not None:
            found[state] = (reweighted(means, {**usual, state: one.low})[index],
                            reweighted(means, {**usual, state: one.high})[index])
    return found

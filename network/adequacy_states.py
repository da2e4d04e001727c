"""Which state of the province each sample year is in, and what it weighs (MODEL_SPEC 7.5).

Rare states bear most of a shortage: of 200 years drawn by probability two are of a state of 1 %. So years are drawn by
the square root of the probability, between its own share and an equal one, and each state weighs its probability in
every mean. Where no state matters, years are drawn by probability.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import Floats, Ints
from dafeng.network.adequacy_indices import weights_of
from dafeng.network.adequacy_samples import DAYS, HOURS, MWH
from dafeng.network.adequacy_system import System

GOLDEN = (5.0**0.5 - 1.0) / 2.0


def draw_cases(system: System, luck: Luck, sample_years: int, begin: int = 0, *, is_by_state: bool = False) -> Ints:
    """(sample years,) the case of each: evenly spread draws, so that each case has nearly its share of the years.

    Its share is its probability; with `is_by_state` rare ones have more, and every mean must weigh the probability.
    """
    share = np.sqrt(system.probability) if is_by_state else system.probability
    first = luck("adequacy_case", system.year).random()
    drawn = (first + GOLDEN * np.arange(begin, begin + sample_years)) % 1.0
    bounds = np.cumsum(share) / share.sum()
    return np.minimum(np.searchsorted(bounds, drawn, side="right"), len(bounds) - 1).astype(np.int64)


def year_weights(case: Ints, probability: Floats) -> Floats:
    """(sample years,) what each year weighs, in all 1: the probability of its case, shared by the years of it.

    >>> year_weights(np.array([0, 1, 1]), np.array([0.9, 0.1])).tolist()
    [0.9, 0.05, 0.05]
    """
    count = np.bincount(case, minlength=len(probability))
    one = np.zeros(len(probability))
    for state, weight in weights_of(count, probability).items():
        one[state] = weight / count[state]
    weights: Floats = one[case]
    return weights


def rows_kept(case: Ints, count: int) -> Ints:
    """(sample years,) row of each year among `count` that are kept, in their order, and -1 of the others.

    As nearly as many of each case as there are: a state that is never short tells nothing of the load it bears.

    >>> rows_kept(np.array([0, 0, 0, 1, 0, 1]), 4).tolist()
    [0, 1, -1, 2, -1, 3]
    """
    nth = np.zeros(len(case), np.int64)
    for state in np.unique(case):
        nth[case == state] = np.arange((case == state).sum())
    chosen = np.sort(np.argsort(nth, kind="stable")[:count])
    row = np.full(len(case), -1, np.int64)
    row[chosen] = np.arange(len(chosen))
    return row


INDICES: Mapping[str, int] = {"lole_d": DAYS, "lolh_h": HOURS, "eue_mwh": MWH}
"""Indices that are told by state, and their columns."""


def state_means(system: System, mean: Mapping[int, Floats]) -> dict[str, dict[str, float]]:
    """Of each state of the province that was drawn, the mean indices of a year in it; `mean` is (columns,) by case.

    Cases run over states, then weather.
    """
    names, found = system.case_names, dict[str, dict[str, float]]()
    if not names or len(system.probability) % len(names):
        return found
    weather = len(system.probability) // len(names)
    for place, name in enumerate(names):
        cases = [case for case in range(place * weather, (place + 1) * weather) if case in mean]
        weight = system.probability[cases]
        if weight.sum() > 0.0:
            every = weight @ np.array([mean[case] for case in cases]) / weight.sum()
            found[name] = {index: float(every[column]) for index, column in INDICES.items()}
    return found

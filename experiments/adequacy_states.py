"""How much of a city's adequacy rests on the assumed probabilities of its province's states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dafeng.configs.schema import City
from dafeng.experiments.adequacy import LEAST_EVENTS
from dafeng.network.adequacy_request import Requested
from dafeng.network.province_ranges import HIGH, LOW, Means, ranged, ranged_by_one, rare_states

QUIET_YEARS = 100
"""So many sample years of a state without a shortage tell that it has few."""


def mean_states(found: Sequence[Requested]) -> dict[str, dict[str, float]]:
    """The mean indices of each state over weather years; of states that every one of them drew."""
    seen = [one.state_means for one in found if one.state_means]
    if not seen:
        return {}
    return {state: {index: sum(one[state][index] for one in seen) / len(seen) for index in of}
            for state, of in seen[0].items() if all(state in one for one in seen)}


def thin_states(found: Sequence[Requested]) -> list[str]:
    """States of the province of which too few short years were seen to say how much rests on their probabilities.

    One that was never short counts as known after a hundred years.
    """
    few = []
    for state in found[0].seen_by_state:
        years, short = np.sum([one.seen_by_state.get(state, (0, 0)) for one in found], axis=0)
        if 0 < short < LEAST_EVENTS or (short == 0 and years < QUIET_YEARS):
            few.append(f"{state} ({short} of {years})")
    return few


def states_untold(few: Sequence[str]) -> str:
    """Why nothing is said of these states' probabilities."""
    return ("what rests on the assumed probabilities of the province's states is not told: fewer than "
            f"{LEAST_EVENTS} sample years with a shortage were seen in {', '.join(few)}")


def states_content(city: City, means: Means) -> dict[str, Any]:
    """The part of `--json`: each rare state, and the indices with all of them at the ends of their ranges.

    Where nothing was unserved there are no indices of states: 0 in each would say more than the bound of all.
    """
    if not means:
        return {}
    if not any(any(of.values()) for of in means.values()):
        means = {}
    rare = {state: {"probability": one.value, "low": one.low, "high": one.high, "grade": one.grade,
                    **means.get(state, {})} for state, one in rare_states(city).items()}
    return {"rare": rare, "range": ranged(city, means)}


def states_said(city: City, means: Means) -> list[str]:
    """The same in words; nothing where nothing was unserved or no range is known."""
    ends = ranged(city, means)
    if not ends or ends[HIGH]["eue_mwh"] <= 0.0:
        return []
    grades = "".join(sorted({one.grade for one in rare_states(city).values()}))
    alone = sorted(ranged_by_one(city, means, "eue_mwh").items(), key=lambda item: item[1][0] - item[1][1])
    each = ", ".join(f"{state} {_between(*ends_of)}" for state, ends_of in alone)
    both = (f"{name} {_between(ends[LOW][index], ends[HIGH][index])} {unit}"
            for name, index, unit in (("EUE", "eue_mwh", "MWh"), ("LOLH", "lolh_h", "h"), ("LOLE", "lole_d", "days")))
    return [f"probabilities of the province's states are assumed (grade {grades}): with all rare ones at the low or "
            f"high end of their ranges {', '.join(both)}",
            f"  EUE with one of them alone at its low or high end: {each}"]


def _between(low: float, high: float) -> str:
    return f"{low:.3g} to {high:.3g}"

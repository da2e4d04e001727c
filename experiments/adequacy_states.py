"""How much of a city's adequacy rests on the assumed probabilities of its province's states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dafeng.configs.schema import City
from dafeng.network.adequacy_request import Requested
from dafeng.network.province_ranges import HIGH, LOW, Means, ranged, ranged_by_one, rare_states


def mean_states(found: Sequence[Requested]) -> dict[str, dict[str, float]]:
    """The mean indices of each state over weather years; of states that every one of them drew."""
    seen = [one.state_means for one in found if one.state_means]
    if not seen:
        return {}
    return {state: {index: sum(one[state][index] for one in seen) / len(seen) for index in of}
            for state, of in seen[0].items() if all(state in one for one in seen)}


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

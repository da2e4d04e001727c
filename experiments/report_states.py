"""How much of the provincial view rests on assumed probabilities of the province's states, as the report says it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan, nan

from dafeng.experiments.figures.common import named_scenario
from dafeng.experiments.figures.data import Missing, Results
from dafeng.experiments.labels import listed, say

OF: Mapping[str, tuple[tuple[str, str], ...]] = {
    index: ((at_ends, "states:low"), (index, "province"), (at_ends, "states:high"))
    for index, at_ends in (("eue_mwh", "eue_states_mwh"), ("lolh_h", "lolh_states_h"))
}
"""Index -> variable and basis at the low ends of the ranges, as assumed, and at the high ends."""


def states(results: Results, lang: str) -> str:
    """One sentence for the baseline and the bundle beside it; nothing where no range is known or all is served."""
    each = []
    for bundle in results.pair:
        mwh, hours = ([_mean(results, bundle, *one) for one in OF[index]] for index in ("eue_mwh", "lolh_h"))
        if not isnan(sum(mwh + hours)) and max(mwh) > 0.0:
            told = {"mwh": mwh[1], "low_mwh": mwh[0], "high_mwh": mwh[2],
                    "hours": hours[1], "low_hours": hours[0], "high_hours": hours[2]}
            each.append(say("report.states_of", lang, bundle=results.title(bundle, lang),
                            **{name: f"{value:.3g}" for name, value in told.items()}))
    if not each:
        return ""
    return say("report.states", lang, scenario=named_scenario(results.scenario, lang), each=listed(each, lang))


def _mean(results: Results, bundle: str, variable: str, basis: str) -> float:
    """Mean over years and replications of the first scenario; NaN where there is none."""
    try:
        rows = results.rows(variable, basis=basis)
    except Missing:
        return nan
    rows = rows[(rows["bundle"] == bundle) & (rows["county"] == "all")]
    return float(rows["value"].mean()) if len(rows) else nan

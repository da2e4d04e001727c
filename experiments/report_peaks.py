"""The report's table of peak status: has a bundle's CO2 peaked, by which trend (MODEL_SPEC 8.11)."""

from __future__ import annotations

from math import isnan

from dafeng.experiments.compare import Comparison
from dafeng.experiments.figures.common import named, named_scenario
from dafeng.experiments.figures.data import Results
from dafeng.experiments.labels import say
from dafeng.experiments.peak_status import STATUSES
from dafeng.experiments.report_tables import Cell, Table

HEAD = ("bundle", "peak.peaked", "peak.plateau", "peak.not_peaked", "peak.year", "peak.p", "peak.slope", "peak.n")


def peaks(results: Results, comparison: Comparison, scenario: str, lang: str) -> Table | None:
    """Bundles down: shares of runs by status, the strongest in bold, and the medians of year, p and slope."""
    if comparison.peaks is None:
        return None
    here = comparison.peaks[comparison.peaks["scenario"] == scenario].set_index("bundle")
    rows = []
    for found in here.reindex(list(results.shown)).dropna(subset=["n"]).reset_index().to_dict("records"):
        at = {str(key): float(value) for key, value in found.items() if key not in ("bundle", "scenario")}
        if isnan(at[STATUSES[0]]):
            none = Cell("–")
            told = [Cell(say("peak.untold", lang)), none, none, Cell(f"{at['peak_year']:.0f}"), none, none]
            rows.append([Cell(results.title(str(found["bundle"]), lang)), *told, Cell(f"{at['n']:.0f}")])
            continue
        most = max(STATUSES, key=lambda word: at[word])
        shares = [Cell(f"{at[word]:.0%}", is_strong=word == most) for word in STATUSES]
        p = f"{at['p']:.3f}" if at["p"] >= 0.001 else "< 0.001"
        told = [Cell(f"{at['peak_year']:.0f}"), Cell(p), Cell(f"{at['slope']:+.2%}".replace("-", "−"))]
        rows.append([Cell(results.title(str(found["bundle"]), lang)), *shares, *told, Cell(f"{at['n']:.0f}")])
    caption = say("peak.caption", lang, scenario=named_scenario(scenario, lang))
    return Table(caption, [say(key, lang) for key in HEAD], rows) if rows else None


def by_trend(results: Results, comparison: Comparison, lang: str) -> str:
    """In how many runs of the first scenario each bundle has peaked by trend; '' where that is not known."""
    if comparison.peaks is None:
        return ""
    here = comparison.peaks[comparison.peaks["scenario"] == next(iter(results.scenarios))].set_index("bundle")
    alike: dict[tuple[int, int], list[str]] = {}
    for bundle, row in here.reindex(list(results.shown)).dropna().iterrows():
        alike.setdefault((round(float(row["peaked"] * row["n"])), int(row["n"])), []).append(str(bundle))
    said = [
        say("peak.count", lang, met=met, n=n, names=named(results, bundles, lang))
        for (met, n), bundles in sorted(alike.items(), reverse=True)
    ]
    return say("peak.by_trend", lang, said=("；" if lang == "zh" else "; ").join(said)) if said else ""

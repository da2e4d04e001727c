"""What the report says of a study besides its numbers: warnings, what is missing from the model, how it was run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from dafeng.configs.errors import DafengError
from dafeng.experiments.figures.common import named_scenario, plain
from dafeng.experiments.figures.data import Results
from dafeng.experiments.labels import listed, say
from dafeng.experiments.report_tables import NO_TESTS, checked

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class Remark:
    """What a reader must know before believing the table; grave when it takes away from it."""

    text: str
    is_grave: bool = True


def remarks(results: Results, lang: str) -> list[Remark]:
    """How the checks went, what failed, what is censored."""
    said = []
    tests = checked(results)
    tests = tests[~tests["role"].isin(NO_TESTS)]
    if len(tests):
        met = int(tests["is_within"].sum())
        said.append(Remark(say("report.calibrated", lang, met=met, all=len(tests)), met < len(tests)))
    counts = results.manifest.get("runs", {})
    failed, missing = counts.get("failed", 0), counts.get("missing", 0)
    if failed or missing:
        said.append(Remark(say("report.failed_runs", lang, failed=failed, missing=missing)))
    if results.n == 1:
        said.append(Remark(say("report.one_replication", lang)))
    if censored := _censored(results, lang):
        said.append(Remark(say("report.censored", lang, each=censored)))
    return said


def _censored(results: Results, lang: str) -> str:
    """Bundles with runs that are highest in the last year, counted."""
    at_end = Counter(results.summary.loc[results.summary["peak_censored"].astype(bool), "bundle"])
    of = Counter(results.summary["bundle"])
    each = [
        say("report.runs_of", lang, bundle=results.title(bundle, lang), count=at_end[bundle], all=of[bundle])
        for bundle in results.shown if at_end[bundle]
    ]
    return listed(each, lang)


SHARE, STANDARD = "province.city_load_share_of_province", "extra.lolh_standard"
"""Parameters of a city that lies in a province."""


def margin(results: Results, lang: str) -> str:
    """What the provincial margin is; nothing for a city without a province."""
    city = results.city
    if city is None or not any(bus.kind == "province" for bus in city.buses):
        return ""
    share = city.value(SHARE)
    return say("report.margin", lang, share=f"{share:.1%}", times=round(1.0 / share),
               standard=f"{city.value(STANDARD):g}")


SECTION = "outage.distribution_section"


def customers(results: Results, lang: str) -> str:
    """What SAIDI and SAIFI assume; nothing where no customers are told."""
    city = results.city
    if city is None or SECTION not in city.parameters or not (results.outcomes["variable"] == "saidi_h").any():
        return ""
    error = say("report.customers.error" if results.n > 1 else "report.customers.error_once", lang)
    return say("report.customers", lang, section=f"{city.value(SECTION):g}", error=error)


def limits(results: Results, lang: str) -> list[str]:
    """Limits that are computed rather than written: measures of the plan without a lever."""
    from dafeng.experiments.listing import listing

    try:
        measures = listing("measures", str(results.manifest["city"]))
    except DafengError:
        return []
    without = [measure for measure in measures if not measure["levers"]]
    if not without:
        return []
    names = listed([f"{m['name']} {m['title_zh' if lang == 'zh' else 'title']}" for m in without], lang)
    return [say("measures.without", lang, without=len(without), all=len(measures), names=names)]


def run(results: Results, lang: str) -> list[tuple[str, str]]:
    """Name and value of everything needed to run it again."""
    about = results.manifest
    city = about.get("city_title_zh" if lang == "zh" else "city_title") or about["city"]
    scenarios = [f"{named_scenario(name, lang)}: {_values(values)}" for name, values in about["scenarios"].items()]
    told = {
        "study": f"{about['study']}-{about.get('digest', '')}",
        "command": about.get("command", ""),
        "city": city,
        "years": "–".join(str(year) for year in about["years"]),
        "seed": about["seed"],
        "replications": about["replications"],
        "scenarios": "; ".join(scenarios),
        "engine": about.get("engine", ""),
        "sample_years": about.get("sample_years", ""),
        "counts": _counts(results, lang),
        "cpu": _duration(float(results.runs["cpu_s"].sum())),
        "version": f"{about['program']} {about.get('version', '')}",
        "libraries": _values(about.get("libraries", {})),
        "digest": ", ".join(str(about.get(key, "–")) for key in ("digest", "city_digest", "source")),
    }
    return [(say(f"run.{key}", lang), str(value)) for key, value in told.items() if value not in ("", None)]


def _duration(seconds: float) -> str:
    """Seconds, or hours when they are many.

    >>> _duration(45.2), _duration(9000.0)
    ('45 s', '2.50 h')
    """
    return f"{seconds:.0f} s" if seconds < SECONDS_PER_HOUR else f"{plain(seconds / SECONDS_PER_HOUR)} h"


def _counts(results: Results, lang: str) -> str:
    counts = {key: results.manifest.get("runs", {}).get(key, 0) for key in ("done", "failed", "missing")}
    return say("run.counted", lang, **counts)


def _values(values: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items()) or "–"

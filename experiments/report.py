"""One self-contained HTML file: the answer first, then figures, checks, views, targets, weak points, the run."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dafeng.experiments import report_facts as facts
from dafeng.experiments import report_tables as tables
from dafeng.experiments.compare import Comparison, compare
from dafeng.experiments.figures.base import Drawing, LeftOut, csv_of, drawings
from dafeng.experiments.figures.data import Results
from dafeng.experiments.figures.inline import inline
from dafeng.experiments.files import write_text
from dafeng.experiments.labels import say
from dafeng.experiments.report_overloads import overloaded
from dafeng.experiments.report_peaks import by_trend, peaks
from dafeng.experiments.report_states import states
from dafeng.experiments.webfont import face

NAMES = {"en": "report.html"}
"""File name by language; other languages put theirs before the ending."""
ANSWERS = ("emissions", "differences", "reliability", "targets")
"""Figures whose findings are the answer."""


def write(directory: Path | str, lang: str = "en") -> Path:
    """Write `report.html` (or `report.<lang>.html`) into a results folder; it needs no network and no other file.

    Raises ResultsError when the folder is foreign, unfinished or damaged.
    """
    say("year", lang)  # an unknown language is told of before the work
    results = Results(directory)
    shown = [_shown(entry.name, entry.title_zh if lang == "zh" else entry.title, drawing)
             for entry, drawing in drawings(results, lang)]
    path = results.folder / NAMES.get(lang, f"report.{lang}.html")
    page = _environment(lang).get_template("report.html").render(_content(results, shown, lang))
    write_text(path, page.replace("</style>", face(page) + "</style>", 1))
    return path


@dataclass(frozen=True)
class Shown:
    """A figure in the page, or why it is not there."""

    name: str
    title: str
    finding: str = ""
    note: str = ""
    svg: str = ""
    csv: str = ""
    reason: str = ""


def _shown(name: str, title: str, drawing: Drawing | LeftOut) -> Shown:
    if isinstance(drawing, LeftOut):
        return Shown(name, title, reason=drawing.reason)
    # The SVG is made here and holds no text of the files: letters are paths, comments are cut. It is not escaped.
    numbers = base64.b64encode(csv_of(drawing).encode()).decode()
    svg = Markup(inline(drawing.figure, f"figure-{name}"))
    return Shown(name, title, drawing.finding, drawing.note, svg, f"data:text/csv;charset=utf-8;base64,{numbers}")


def _environment(lang: str) -> Environment:
    """Templates that escape whatever comes from files."""
    environment = Environment(
        loader=PackageLoader("dafeng.experiments", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.globals["say"] = lambda key, **values: say(key, lang, **values)
    return environment


def _answers(results: Results, comparison: Comparison, shown: list[Shown], lang: str) -> list[str]:
    """The findings that come first; whether CO2 has peaked by trend after where it is highest."""
    found = [figure.finding for name in ANSWERS for figure in shown if figure.name == name and figure.finding]
    trend = by_trend(results, comparison, lang)
    return [*found[:1], *([trend] if trend else []), *found[1:]]


def _content(results: Results, shown: list[Shown], lang: str) -> dict[str, Any]:
    """Everything the template names."""
    comparison = compare(results)
    about = results.manifest
    return {
        "lang": lang,
        "words": f"words.{lang}.html",
        "title": about["title_zh" if lang == "zh" else "title"] or about["study"],
        "answers": _answers(results, comparison, shown, lang),
        "remarks": facts.remarks(results, lang),
        "headlines": [tables.compared(results, comparison, name, tables.HEADLINE, lang) for name in results.scenarios],
        "peaks": [table for name in results.scenarios if (table := peaks(results, comparison, name, lang))],
        "margin": facts.margin(results, lang),
        "states": states(results, lang),
        "overloaded": overloaded(results, lang),
        "everything": [tables.compared(results, comparison, name, (), lang) for name in results.scenarios],
        "views": [tables.compared(results, comparison, name, tables.RELIABILITY, lang) for name in results.scenarios],
        "figures": [figure for figure in shown if not figure.reason],
        "left_out": [figure for figure in shown if figure.reason],
        "checks": tables.checks(results, lang),
        "targets": tables.targets(results, lang),
        "grades": tables.grades(results, lang),
        "run": facts.run(results, lang),
        "limits": facts.limits(results, lang),
        "n": results.n,
    }

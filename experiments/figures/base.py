"""Figures: their registry, what one gives, and how all are drawn into files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd
from matplotlib.figure import Figure

from dafeng.configs.registry import Entry, Registry
from dafeng.experiments.figures import style
from dafeng.experiments.figures.data import Missing, Results
from dafeng.experiments.figures.page import dressed
from dafeng.experiments.files import replacing, write_text


@dataclass(frozen=True)
class Drawing:
    """A figure without title, the numbers in it, and what must be said above and below it."""

    figure: Figure
    data: pd.DataFrame
    finding: str
    """What it shows, as a sentence; the title."""
    note: str
    """Boundary or view, scenario, replications, what the bands are."""


@dataclass(frozen=True)
class LeftOut:
    """A figure that cannot be drawn from these results, and why."""

    reason: str


DrawFigure: TypeAlias = Callable[[Results, str], Drawing]

FIGURES: Registry[DrawFigure] = Registry("figure", "dafeng.experiments.figures", "dafeng.figures")

METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
"""Nothing that differs from day to day or machine to machine."""


def draw(
    directory: Path | str, only: str | None = None, lang: str = "en", formats: Sequence[str] = ("svg",)
) -> list[Path]:
    """Write `figures/<name>.<lang>.<format>` and `figures/<name>.csv`; gives the files.

    A figure whose data are missing is left out; one line on stderr says why.
    """
    results = Results(directory)
    paths: list[Path] = []
    for entry, drawing in drawings(results, lang, only):
        if isinstance(drawing, LeftOut):
            print(f"figure '{entry.name}' is left out: {drawing.reason}", file=sys.stderr)
        else:
            paths += _write(drawing, results.folder / "figures", entry.name, lang, formats)
    return paths


def drawings(results: Results, lang: str, only: str | None = None) -> Iterator[tuple[Entry, Drawing | LeftOut]]:
    """Every figure of the registry in its order, or one of them."""
    if only:
        FIGURES.get(only)
    chosen = [entry for entry in FIGURES.entries() if only in (None, entry.name)]
    for entry in sorted(chosen, key=lambda entry: (entry.about.get("place", len(chosen)), entry.name)):
        with style.applied():
            try:
                yield entry, FIGURES.get(entry.name)(results, lang)
            except Missing as missing:
                yield entry, LeftOut(str(missing))


def _write(drawing: Drawing, folder: Path, name: str, lang: str, formats: Sequence[str]) -> list[Path]:
    """One figure in its formats, and its numbers."""
    numbers = folder / f"{name}.csv"
    write_text(numbers, csv_of(drawing))
    paths = []
    with style.applied():
        figure = dressed(drawing.figure, drawing.finding, drawing.note)
        for form in formats:
            path = folder / f"{name}.{lang}.{form}"
            with replacing(path) as temporary:
                figure.savefig(temporary, format=form, metadata=METADATA.get(form))
            paths.append(path)
    return [*paths, numbers]


def csv_of(drawing: Drawing) -> str:
    """The numbers of a figure as CSV, to six digits."""
    return drawing.data.to_csv(index=False, lineterminator="\n", float_format="%.6g")

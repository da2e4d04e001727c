"""The same studies from Python: `r = study("first"); r.compare("baseline"); r.outcomes`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dafeng.configs.errors import ResultsError
from dafeng.experiments.compare import Comparison, compare
from dafeng.experiments.expand import expand
from dafeng.experiments.explain import Told, explain
from dafeng.experiments.progress import Bar
from dafeng.experiments.results import Results
from dafeng.experiments.study import run_study


class StudyResults(Results):
    """The results of a study, to be compared, explained and drawn.

    `runs`, `outcomes`, `summary`, `events` and `decisions` are pandas tables.
    """

    def compare(self, baseline: str | None = None) -> pd.DataFrame:
        """Paired differences from a bundle: mean, 95 % interval, share of replications with that sign, n."""
        return self.comparison(baseline).differences

    def comparison(self, baseline: str | None = None, targets: bool = False) -> Comparison:
        """Levels, differences and, when asked for, targets."""
        return compare(self, baseline, targets)

    def explain(self, agent: str, year: int | None = None, bundle: str | None = None) -> tuple[Told, ...]:
        """What an agent saw, its options, its choices."""
        return explain(self, agent, year, bundle)

    def plot(self, only: str | None = None, lang: str = "en", formats: tuple[str, ...] = ("svg",)) -> list[Path]:
        """Draw the figures, or one of them; gives the files."""
        from dafeng.experiments.figures.base import draw

        return draw(self.folder, only, lang, formats)

    def report(self, lang: str = "en") -> Path:
        """Write the report; gives the file."""
        from dafeng.experiments.report import write

        return write(self.folder, lang)


def study(
    file: str | Path, *, out: str | Path | None = None, workers: int | None = None,
    values: Mapping[str, float | str] | None = None, is_quiet: bool = False,
) -> StudyResults:
    """Run a study by name or file, as far as its runs are not there yet, and open its results.

    Raises ResultsError when a run failed; the runs that came to their end are kept and `results` opens them.
    """
    with Bar("runs", is_drawn=not is_quiet) as bar:
        finished = run_study(
            expand(file, values or {}), out=Path(out) if out else None, workers=workers, watcher=bar,
            command="dafeng.study",
        )
    if finished.failed:
        raise ResultsError(f"{finished.folder}: {finished.failed} runs failed: {'; '.join(map(str, finished.errors))}")
    return StudyResults(finished.folder)


def results(folder: str | Path) -> StudyResults:
    """Open the results folder of a study."""
    return StudyResults(folder)

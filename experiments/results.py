"""A results folder, read and checked.

    manifest.json resolved.yaml ledger.jsonl
    runs outcomes summary events decisions .parquet    hourly/    parts/    figures/    tables/    report.html
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dafeng.configs.errors import InputError, Place, Problem, ResultsError, nearest
from dafeng.experiments.manifest import read_manifest
from dafeng.experiments.tables import file_hash, read_table


class Results:
    """The tables of a study, each read when it is first asked for.

    Raises ResultsError when the folder is foreign, unfinished or damaged.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.manifest: dict[str, Any] = read_manifest(self.folder)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: what was asked, how it ended, what it cost."""
        return self._read("runs")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """The long table of all outcomes."""
        return self._read("outcomes")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row a finished run: peak, cumulative CO2, cost, reliability, targets."""
        return self._read("summary")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened at which hour of which run, to whom, how much."""
        return self._read("events")

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """What each agent saw, its options with their values, its choice."""
        return self._read("decisions")

    @property
    def bundles(self) -> tuple[str, ...]:
        """Keys of the bundles, in the study's order."""
        return tuple(bundle["key"] for bundle in self.manifest["bundles"])

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in the study's order."""
        return tuple(self.manifest["scenarios"])

    def bundle(self, name: str | None, option: str = "--baseline") -> str:
        """A bundle of the study by name; the study's baseline for None. An InputError names the nearest."""
        wanted = name or str(self.manifest["baseline"])
        if wanted not in self.bundles:
            says = f"'{wanted}' is not among the bundles of {self.folder}: {', '.join(self.bundles)}"
            raise InputError([Problem(Place(option, 0, wanted), says, nearest(wanted, self.bundles))])
        return wanted

    def hourly(self, run: str, year: int) -> pd.DataFrame:
        """The hours of a run and year that the study was asked to keep."""
        hours: pd.DataFrame = read_table("hourly", self.folder / "hourly" / f"{run}-{year}.parquet").to_pandas()
        return hours

    def _read(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        if name not in self.manifest["tables"]:
            raise ResultsError(f"{self.folder}: the study has not come to its end; run it again to go on")
        table = read_table(name, path)
        if file_hash(path) != self.manifest["tables"][name]["file"]:
            raise ResultsError(f"{path}: has changed since the study wrote it; run the study again to restore it")
        frame: pd.DataFrame = table.to_pandas()
        return frame

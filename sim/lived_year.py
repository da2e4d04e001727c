"""The grid of one simulated year with what was there and what was dispatched, for export."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.configs.units import Floats
from dafeng.network.grid import Engine, Grid, Hours
from dafeng.sim.model import CityModel
from dafeng.sim.run import Job, city_of, views_of


@dataclass(frozen=True)
class LivedYear:
    """A year as it was operated."""

    year: int
    grid: Grid
    share: Floats
    """(rows, hours) what was there, told or not."""
    hours: Hours


class Recalling(CityModel):
    """A run that keeps the availability of its last year."""

    share: Floats

    def _remember(self, *year: Any) -> None:
        assert self.availability is not None
        self.share = self.availability.actual()
        super()._remember(*year)


def lived_year(job: Job, progress: Callable[[], None]) -> LivedYear:
    """Simulate up to the last year of a job and keep that one; `progress` is called after each year."""
    model = Recalling(
        city_of(job), load.bundle(job.bundle), Luck(job.seed, job.replication), engine=Engine(job.engine),
        sample_years=job.sample_years, support=views_of(job),
    )
    try:
        while True:
            year = model.advance_year()
            progress()
            if year.year == job.last_year:
                return LivedYear(year.year, year.grid, model.share, year.hours)
    finally:
        model.close()
        gc.collect()

"""The system of one year of a run, for questions that are asked of it alone: the run is lived up to that year."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dafeng.agents.view import Settlement
from dafeng.configs import load
from dafeng.configs.luck import Luck
from dafeng.network.adequacy_system import System
from dafeng.network.grid import Engine, Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.assess import system_of, with_contract
from dafeng.sim.model import CityModel
from dafeng.sim.run import Job, city_of, views_of
from dafeng.sim.surroundings import Around
from dafeng.sim.year import Year


class Asked(CityModel):
    """A model that, in the year it is asked about, keeps what adequacy samples."""

    asked_year = 0
    system: System | None = None

    def _remember(
        self, surroundings: Around, assembly: Assembly, hours: Hours, settled: Mapping[str, Settlement], year: Year
    ) -> None:
        if self.year == self.asked_year and self.availability is not None:
            self.system = system_of(self.city, surroundings, assembly, self.availability, hours)
        super()._remember(surroundings, assembly, hours, settled, year)


def system_at(job: Job, lived: Callable[[], None] = lambda: None) -> tuple[System, Luck]:
    """What adequacy samples in the job's last year, and its luck: the same that the run assesses.

    `lived` is called after each year.
    """
    luck = Luck(job.seed, job.replication)
    model = Asked(city_of(job), load.bundle(job.bundle), luck, engine=Engine(job.engine),
                  sample_years=job.sample_years, support=views_of(job))
    system = lived_to(model, job.last_year, lived)
    return (with_contract(system, model.city) if "island" in model.support else system), luck


def lived_to(model: Asked, year: int, lived: Callable[[], None] = lambda: None) -> System:
    """What adequacy samples in a year of a model, which lives up to it and ends; the island has no contract block."""
    model.asked_year = year
    try:
        while model.system is None:
            model.advance_year()
            lived()
        return model.system
    finally:
        model.close()

"""A simulated year of a city as a PyPSA network in netCDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dafeng.configs import load
from dafeng.configs.errors import InputError, Place, Problem
from dafeng.experiments.expand import Values
from dafeng.experiments.problems import gathered
from dafeng.experiments.progress import Watcher
from dafeng.experiments.single import expanded


def export_year(
    city: str, bundle: str, year: int, out: Path, *, seed: int, engine: str, values: Values, watcher: Watcher,
    has_shedding: bool = False, wrong: Sequence[Problem] = (),
) -> tuple[str, ...]:
    """Simulate up to a year and write it; what PyPSA has no word for is told by name."""
    problems, known = [*wrong, *_wrong_file(out)], gathered(lambda: load.city(city), [])
    is_known = known is None or known.first_year <= year <= known.last_year
    if known is not None and not is_known:
        says = f"is not within the city's years, {known.first_year}-{known.last_year}"
        problems.append(Problem(Place("--year", 0, str(year)), says))
    span = (0, year) if known is not None and is_known else None
    found = gathered(lambda: expanded(city, bundle, span, seed, engine, values, option="BUNDLE"), problems)
    if problems or known is None or found is None:
        raise InputError(problems)
    tasks = found[1].tasks
    from dafeng.network.pypsa_export import export_network
    from dafeng.sim.lived_year import lived_year
    from dafeng.sim.run import Job

    watcher.begin(year - known.first_year + 1, 0)
    lived = lived_year(replace(Job(**tasks[0].job()), hourly_years=()), watcher.advance)
    return export_network(out, lived.grid, lived.share, lived.year, lived.hours, has_shedding)


def _wrong_file(out: Path) -> list[Problem]:
    """What is wrong with the file to be written."""
    place = Place("--out", 0, str(out))
    if out.suffix != ".nc":
        return [Problem(place, "is no netCDF file; a name that ends in .nc is expected")]
    if not out.resolve().parent.is_dir():
        return [Problem(place, "lies in a folder that does not exist")]
    return []

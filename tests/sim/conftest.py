"""Short runs of real cities, made once and shared by the tests that read them."""

from functools import lru_cache
from types import SimpleNamespace

import pytest

from dafeng.sim.run import Job, RunResult, run


def job_of(
    city="toy3", bundle="baseline", *, last_year=2022, replication=0, seed=1, checkpoint=None, resume=False, **values
):
    scenario = {"province_scenario": "tight"} if city == "jiangmen" else {}
    return Job(
        city=city,
        bundle=bundle,
        scenario="tight",
        values={**scenario, **values},
        replication=replication,
        seed=seed,
        first_year=2020,
        last_year=last_year,
        engine="fast",
        sample_years=50,
        support=("province", "deliverability", "island"),
        hourly_years=(),
        checkpoint=checkpoint,
        resume=resume,
    )


@lru_cache(maxsize=64)
def jiangmen(bundle: str, last_year: int = 2022, replication: int = 0) -> RunResult:
    return run(job_of("jiangmen", bundle, last_year=last_year, replication=replication, seed=2020))


def total(result: RunResult, variable: str, basis: str = "all") -> float:
    """Sum over the years of a variable's city total."""
    rows = result.outcomes
    plain = (rows.county == "all") & (rows.sector == "all") & (rows.technology == "all") & (rows.fuel == "all")
    return float(rows[plain & (rows.variable == variable) & (rows.basis == basis)].value.sum())


@pytest.fixture(scope="session")
def runs():
    """What a test needs of runs: `job_of`, `jiangmen` (cached), `total`."""
    return SimpleNamespace(job_of=job_of, jiangmen=jiangmen, total=total)

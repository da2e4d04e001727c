"""One run: a bundle in a scenario with one replication's luck, from the first year to the last."""

from __future__ import annotations

import gc
import json
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from dafeng import __version__
from dafeng.agents.view import CHOICES, Decision
from dafeng.configs import load
from dafeng.configs.errors import InputError, Place, Problem
from dafeng.configs.luck import Luck
from dafeng.configs.schema import Bundle, City
from dafeng.network.adequacy import Support
from dafeng.network.grid import Engine
from dafeng.sim import checkpoint, laws
from dafeng.sim.calibration import check_rows
from dafeng.sim.hourly import hourly_frame
from dafeng.sim.ledger import Entry
from dafeng.sim.model import CityModel
from dafeng.sim.result import RunResult, measured, numbers_of, outcome_frame, summary, target_rows
from dafeng.sim.year import Event

Progress = Callable[[int, int], None]
"""Told (years done, years in all)."""


@dataclass(frozen=True)
class Job:
    """Everything that can change a run's numbers, small enough to send to a worker."""

    city: str
    bundle: str
    scenario: str
    values: Mapping[str, float | str]
    replication: int
    seed: int
    first_year: int
    last_year: int
    engine: str
    sample_years: int
    support: tuple[str, ...]
    hourly_years: tuple[int, ...]
    checkpoint: str | None = None
    resume: bool = False


@dataclass
class Record:
    """What a run has collected so far; stored with the checkpoint."""

    rows: dict[int, list[Entry]]
    history: dict[int, dict[str, float]]
    events: list[Event]
    decisions: list[Decision]
    hourly: list[pd.DataFrame]


def run(job: Job, progress: Progress | None = None) -> RunResult:
    """Simulate; with `resume` and a checkpoint, go on from its year, bit for bit."""
    started, cpu = time.perf_counter(), time.process_time()
    city = city_of(job)
    bundle = load.bundle(job.bundle)
    model = CityModel(
        city,
        bundle,
        Luck(job.seed, job.replication),
        engine=Engine(job.engine),
        sample_years=job.sample_years,
        support=views_of(job),
    )
    try:
        record = lived_through(model, job, progress)
    finally:
        model.close()
        del model
        gc.collect()
    return result(job, city, bundle, record, time.perf_counter() - started, time.process_time() - cpu)


def lived_through(model: CityModel, job: Job, progress: Progress | None) -> Record:
    """All years, from the first or from a checkpoint."""
    record = Record({}, {}, [], [], [])
    if job.resume and job.checkpoint and Path(job.checkpoint).exists():
        record = resume(model, Path(job.checkpoint))
    total = job.last_year - job.first_year + 1
    while model.year <= job.last_year:
        live(model, record, job)
        if job.checkpoint:
            checkpoint.save(Path(job.checkpoint), {"model": model.snapshot(), "record": stored(record)})
        if progress:
            progress(model.year - job.first_year, total)
    return record


def city_of(job: Job) -> City:
    """The city with the job's values and years."""
    city = load.city(job.city)
    if not city.first_year <= job.first_year <= job.last_year <= city.last_year:
        place = Place("(run)", 0, "years")
        says = f"{job.first_year}-{job.last_year} is not within the city's {city.first_year}-{city.last_year}"
        raise InputError([Problem(place, says)])
    if job.first_year != city.first_year:
        place = Place("(run)", 0, "years")
        raise InputError(
            [Problem(place, f"a run starts with the city's first year, {city.first_year}: its stocks are of that year")]
        )
    changed = city.with_values(job.values, Place("--set"))
    return replace(changed, last_year=job.last_year)


def views_of(job: Job) -> tuple[Support, ...]:
    """The adequacy views asked for."""
    known: tuple[Support, ...] = ("province", "deliverability", "island")
    return tuple(view for view in known if view in job.support)


def live(model: CityModel, record: Record, job: Job) -> None:
    """One year, measured and checked."""
    year = model.advance_year()
    laws.check(year)
    rows, single = measured(year)
    numbers = numbers_of(year, rows, single)
    if year.year == model.city.first_year:
        model.first = dict(single)
    rows += check_rows(year)
    record.history[year.year] = numbers
    rows += target_rows(model.city, record.history, year.year)
    record.rows[year.year] = rows
    record.events += year.events
    record.decisions += year.decisions
    if year.year in job.hourly_years:
        record.hourly.append(hourly_frame(year))


def result(job: Job, city: City, bundle: Bundle, record: Record, wall_s: float, cpu_s: float) -> RunResult:
    """All tables of the run."""
    every = [entry for entries in record.rows.values() for entry in entries]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {**summary(record.history, every), "wall_s": wall_s, "cpu_s": cpu_s, "peak_mb": peak_mb}
    manifest = {
        "version": __version__,
        "city": city.key,
        "city_digest": city.digest,
        "bundle": bundle.key,
        "scenario": job.scenario,
        "replication": job.replication,
        "seed": job.seed,
        "years": [job.first_year, job.last_year],
    }
    key = blake2b(json.dumps(manifest, sort_keys=True).encode(), digest_size=8).hexdigest()
    hourly = pd.concat(record.hourly, ignore_index=True) if record.hourly else pd.DataFrame()
    return RunResult(
        key,
        manifest,
        outcome_frame(record.rows),
        pd.DataFrame([row]),
        event_frame(record.events),
        decision_frame(record.decisions),
        hourly,
    )


def event_frame(events: list[Event]) -> pd.DataFrame:
    """Events as a table."""
    return pd.DataFrame.from_records(
        [(e.hour, e.kind, e.agent, e.amount, e.unit) for e in events],
        columns=["hour", "kind", "agent", "amount", "unit"],
    )


def decision_frame(decisions: list[Decision]) -> pd.DataFrame:
    """Decisions as a table, one row an option."""
    records = [
        (
            d.year,
            d.agent,
            d.kind,
            d.topic,
            option,
            value,
            d.unit,
            option in d.choice.split(CHOICES),
            d.uniform,
            json.dumps(dict(d.saw)),
            d.why or ("" if CHOICES in d.choice else d.choice),
            json.dumps({name: numbers[i] for name, numbers in d.terms.items()}) if d.terms else "",
        )
        for d in decisions
        for i, (option, value) in enumerate(zip(d.options, d.values, strict=True))
    ]
    columns = ["year", "agent", "kind", "topic", "option", "value", "unit", "chosen", "uniform", "saw", "why", "terms"]
    frame = pd.DataFrame.from_records(records, columns=columns)
    return frame.astype({"uniform": "float64", "value": "float64", "chosen": "bool"})


def stored(record: Record) -> dict[str, Any]:
    """The record as plain values."""
    return {
        "rows": {str(year): [list(vars(e).values()) for e in entries] for year, entries in record.rows.items()},
        "history": {str(year): numbers for year, numbers in record.history.items()},
        "events": [[e.hour, e.kind, e.agent, e.amount] for e in record.events],
        "decisions": [
            [
                d.year,
                d.agent,
                d.kind,
                d.topic,
                list(d.options),
                list(d.values),
                d.unit,
                d.choice,
                d.uniform,
                dict(d.saw),
                d.why,
                {name: list(numbers) for name, numbers in d.terms.items()},
            ]
            for d in record.decisions
        ],
        "hourly": [{str(name): frame[name].to_numpy() for name in frame.columns} for frame in record.hourly],
    }


def resume(model: CityModel, path: Path) -> Record:
    """Set the model to a checkpoint and take up its record."""
    state = checkpoint.load(path)
    model.restore(state["model"])
    kept = state["record"]
    return Record(
        rows={int(year): [Entry(*entry) for entry in entries] for year, entries in kept["rows"].items()},
        history={int(year): numbers for year, numbers in kept["history"].items()},
        events=[Event(*event) for event in kept["events"]],
        decisions=[
            Decision(d[0], d[1], d[2], d[3], tuple(d[4]), tuple(d[5]), d[6], d[7], d[8], d[9], d[10], _terms(d[11]))
            for d in kept["decisions"]
        ],
        hourly=[pd.DataFrame(columns) for columns in kept["hourly"]],
    )


def _terms(kept: Mapping[str, list[float]]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(numbers) for name, numbers in kept.items()}

"""What a user is told of a city, bundle or study that loads without a problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dafeng.configs import load
from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.files import KINDS, names
from dafeng.configs.schema import Bundle, City, Study


def check(name_or_path: str | Path, kinds: Iterable[str] | None = None) -> tuple[str, ...]:
    """Summary lines of a city, bundle or study after a full load; a study loads its city, bundles and scenarios.

    `kinds` are the kinds of agents that a city may have, where the caller knows them.

    Raises InputError with every problem, or with the nearest right name when nothing is called so.
    """
    given = str(name_or_path)
    kind = kind_of(given)
    if kind == "cities":
        return tuple(_of_city(load.city(given, kinds)))
    if kind == "bundles":
        return tuple(_of_bundle(load.bundle(given)))
    return tuple(_of_study(load.study(given)))


def kind_of(given: str) -> str:
    """Whether a name is a city, a bundle or a study; a file is told by its keys."""
    for kind in KINDS:
        if given in names(kind):
            return kind
    path = Path(given)
    if not given or not path.exists():
        says = "no such file" if path.suffix or "/" in given else "no such city, bundle or study"
        known = [name for kind in KINDS for name in names(kind)]
        raise InputError([Problem(Place(given or "(input)"), says, nearest(given, known))])
    if path.is_dir():
        return next((kind for kind, what in KINDS.items() if (path / f"{what}.yaml").is_file()), "cities")
    head = {line.split(":")[0] for line in path.read_text(encoding="utf-8", errors="replace").splitlines()}
    if head & {"technology", "agents"}:
        return "cities"
    return "studies" if head & {"city", "bundles"} else "bundles"


def _of_city(city: City) -> Iterable[str]:
    kinds = Counter(branch.kind for branch in city.branches)
    yield f"{city.key}: {_titles(city)}, {city.first_year}-{city.last_year}"
    yield f"{len(city.counties)} counties, {len(city.buses)} buses, {len(city.branches)} branches ({_counted(kinds)})"
    units = [row for row in city.table("plants") if row["status"] == "operating"]
    yield f"{len(city.table('plants'))} units, {len(units)} operating"
    megawatts: Counter[str] = Counter()
    for row in units:
        megawatts[row["technology"]] += row["net_mw"]
    for technology, mw in sorted(megawatts.items()):
        yield f"  {technology:<28} {mw:8.0f} MW"
    yield f"{len(city.targets)} targets, {sum(t.status == 'modelled' for t in city.targets)} of them modelled"
    yield _grades(city)


def _titles(of: City | Bundle | Study) -> str:
    """The title in both languages; once where there is no other, which the loader fills with the first."""
    return " ".join(dict.fromkeys(title for title in (of.title, of.title_zh) if title))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items())


def _grades(city: City) -> str:
    shares = [
        100.0 * sum(item.grade == "C" for item in items.values()) / max(len(items), 1)
        for items in (city.parameters, city.paths)
    ]
    return (
        f"{len(city.parameters)} parameters and {len(city.paths)} dated series, {shares[0]:.0f} % and {shares[1]:.0f} %"
        " of grade C (recalled or assumed)"
    )


def _of_bundle(bundle: Bundle) -> Iterable[str]:
    yield f"{bundle.key}: {_titles(bundle)}"
    yield f"{len(bundle.levers)} levers: {', '.join(sorted(bundle.levers)) or 'none'}"


def _of_study(study: Study) -> Iterable[str]:
    """The study's lines; its city is loaded, its scenarios are set and its bundles are read."""
    city = load.city(study.city)
    problems: list[Problem] = []
    for name, values in study.scenarios.items():
        try:
            load.with_values(city, values, study.place)
        except InputError as error:
            problems += [replace(p, place=study.at(f"scenarios.{name}.{p.place.key}")) for p in error.problems]
    for name in study.bundles:
        try:
            load.bundle(name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    runs = len(study.bundles) * len(study.scenarios) * study.replications
    yield f"{study.key}: {_titles(study)}"
    yield (
        f"{len(study.bundles)} bundles x {len(study.scenarios)} scenarios x {study.replications} replications = "
        f"{runs} runs, {study.first_year}-{study.last_year}, engine {study.engine}"
    )
    yield from _of_city(city)

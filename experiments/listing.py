"""What there is: cities, bundles, levers, their measures, figures and the rest, and what `--set` takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.registry import Entry, Registry

Item = dict[str, Any]


def listing(what: str, city: str = "jiangmen", text: str = "") -> list[Item]:
    """The items of a kind, each with at least name, title and title_zh; an InputError names the nearest kind.

    With a text only those in which it stands: in the name or in what is said.
    """
    if what not in LISTS:
        says = f"no such list; there are {', '.join(LISTS)}"
        raise InputError([Problem(Place("dafeng list", 0, what), says, nearest(what, LISTS))])
    items = LISTS[what](city)
    if what == "parameters" and text and any(text.casefold() in item["name"].casefold() for item in items):
        return [item for item in items if text.casefold() in item["name"].casefold()]
    return [item for item in items if text.casefold() in " ".join(map(str, item.values())).casefold()]


def as_text(items: list[Item]) -> str:
    """One line an item: name, title, and what else is said about it; below a lever its fields."""
    if not items:
        return "nothing has this text in its name or line; without TEXT all are listed"
    width = max(len(item["name"]) for item in items)
    return "\n".join(
        line for item in items for line in (f"{item['name'].ljust(width)}  {_line(item)}".rstrip(), *_field_lines(item))
    )


def _field_lines(item: Item) -> list[str]:
    """The fields of a lever as they stand in a bundle: name, unit in brackets, what it asks."""
    return [f"    {f['name']:<22} [{f['unit'] or '-'}]  {f['says']}".rstrip() for f in item.get("fields", ())]


def _line(item: Item) -> str:
    told = (*TITLES, *IN_TITLE) if "grade" in item else TITLES
    said = {key: value for key, value in item.items() if key not in told and value not in (None, "", [])}
    more = [f"{key}: {_words(value)}" for key, value in said.items()]
    return "  ".join([str(item["title"]), *([f"({', '.join(more)})"] if more else [])])


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


TITLES = ("name", "title", "title_zh", "fields")
IN_TITLE = ("value", "unit", "points")
"""What the title of a parameter says already."""


def levers() -> Registry[Any]:
    """The levers' registry."""
    from dafeng.sim.policies.base import LEVERS

    return LEVERS


def _cities(_: str) -> list[Item]:
    from dafeng.configs import load

    found = ((name, load.city(name)) for name in load.names("cities"))
    return [_item(name, city.title, city.title_zh, years=[city.first_year, city.last_year]) for name, city in found]


def _bundles(_: str) -> list[Item]:
    from dafeng.configs import load

    found = ((name, load.bundle(name)) for name in load.names("bundles"))
    return [_item(name, bundle.title, bundle.title_zh, levers=list(bundle.levers)) for name, bundle in found]


def _studies(_: str) -> list[Item]:
    from dafeng.configs import load

    found = ((name, load.study(name)) for name in load.names("studies"))
    return [
        _item(name, study.title, study.title_zh, city=study.city, bundles=list(study.bundles),
              scenarios=list(study.scenarios), replications=study.replications)
        for name, study in found
    ]


def _levers(_: str) -> list[Item]:
    return [
        _item(entry.name, entry.title, entry.title_zh, measures=_measures_of(entry), fields=_fields(entry.thing))
        for entry in levers().entries()
    ]


def _measures(city: str) -> list[Item]:
    from dafeng.configs import load

    serving = defaultdict(list)
    for entry in levers().entries():
        for number in _measures_of(entry):
            serving[number].append(entry.name)
    return [
        _item(str(row["id"]), str(row["title_en"]), str(row["title_zh"]), action=str(row["action_en"]),
              levers=serving[int(row["measure"])])
        for row in load.city(city).table("measures")
    ]


def _targets(city: str) -> list[Item]:
    from dafeng.configs import load

    return [
        _item(target.key, target.title, target.title_zh, year=target.year, value=target.value, unit=target.unit,
              comparator=target.comparator, metric=target.metric, status=target.status)
        for target in load.city(city).targets
    ]


def _metrics(_: str) -> list[Item]:
    from dafeng.sim.metrics.base import METRICS

    return [_item(entry.name, entry.title, entry.title_zh, **entry.about) for entry in METRICS.entries()]


def _agents(_: str) -> list[Item]:
    from dafeng.agents.base import AGENTS

    return [_item(entry.name, _first_line(entry.thing), entry.title_zh) for entry in AGENTS.entries()]


def _figures(_: str) -> list[Item]:
    from dafeng.experiments.figures.base import FIGURES

    return [_item(entry.name, entry.title, entry.title_zh) for entry in FIGURES.entries()]


def _settings(city: str) -> list[Item]:
    """Switches with their words, the word where nothing is set, and the city's own."""
    from dafeng.configs import load
    from dafeng.configs.settings import FREE, SAYS, SETTINGS

    own = load.city(city).settings
    return [
        _item(name, SAYS[name][1], SAYS[name][1], choices=list(words) or [FREE[name]], default=SAYS[name][0],
              **{f"in_{city}": own[name]} if own.get(name) else {})
        for name, words in SETTINGS.items()
    ]


def _parameters(city: str) -> list[Item]:
    """Every parameter and dated series that `--set` takes, with its range, grade and source."""
    from dafeng.configs import load
    from dafeng.configs.ranges import may_be

    of = load.city(city)
    single = [
        _valued(key, f"{one.value:g}", one.unit, value=one.value, low=one.low, high=one.high,
                may_be=may_be(key, one.unit), grade=one.grade, source=one.source)
        for key, one in of.parameters.items()
    ]
    dated = []
    for key, path in of.paths.items():
        first, last = min(path.points), max(path.points)
        ends = f"{path.points[first]:g} in {first}" + (f" to {path.points[last]:g} in {last}" if last > first else "")
        dated.append(_valued(key, ends, path.unit, value=None, low=None, high=None, may_be=may_be(key, path.unit),
                             grade=path.grade, source=path.source, points=dict(path.points)))
    return sorted([*single, *dated], key=lambda item: str(item["name"]))


def _valued(key: str, number: str, unit: str, **more: Any) -> Item:
    """A parameter as an item: its title is what it is worth, without the unit where that says nothing."""
    title = f"{number} {unit}" if unit not in ("1", "-", "") else number
    return _item(key, title, title, unit=unit, **more)


LISTS: Mapping[str, Callable[[str], list[Item]]] = {
    "cities": _cities, "bundles": _bundles, "levers": _levers, "measures": _measures, "targets": _targets,
    "metrics": _metrics, "agents": _agents, "figures": _figures, "studies": _studies,
    "settings": _settings, "parameters": _parameters,
}


def _item(name: str, title: str, title_zh: str, **more: Any) -> Item:
    return {"name": name, "title": title, "title_zh": title_zh, **more}


def _measures_of(entry: Entry) -> list[int]:
    """Numbers of the plan's measures that a lever serves; registered as one number or several."""
    given = entry.about.get("measure", entry.about.get("measures", ()))
    return [int(given)] if isinstance(given, int) else [int(number) for number in given]


def _fields(thing: Any) -> list[Item]:
    """The YAML keys of a lever, each with its unit and what it asks."""
    if not is_dataclass(thing):
        return []
    return [
        {"name": field.name, "unit": field.metadata.get("unit", ""), "says": field.metadata.get("says", "")}
        for field in fields(thing)
    ]


def _first_line(thing: Any) -> str:
    return (thing.__doc__ or "").strip().split("\n")[0]

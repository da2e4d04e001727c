"""A city from its YAML file and its tables, every problem of all its files at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from dafeng.configs import city_checks, families, shapes
from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.fields import build_around
from dafeng.configs.files import Reader, find, own_key, shown
from dafeng.configs.graph import Province, graph
from dafeng.configs.schema import City, County, Row, Target
from dafeng.configs.settings import check_setting, check_units
from dafeng.configs.tables import Table, column_book, read_table
from dafeng.configs.yamls import Document, read_yaml

T = TypeVar("T")


@dataclass(frozen=True)
class CityFields:
    """The keys of a city's YAML file."""

    title: str
    title_zh: str
    years: tuple[int, ...]
    technology: str
    agents: Mapping[str, str] = field(default_factory=dict)
    tables: str = "."
    borrow: Mapping[str, Any] = field(default_factory=dict)
    """Other city -> tables it lends: a neighbour's weather, load shape or tariffs."""
    province: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `graph.Province`."""
    settings: Mapping[str, Any] = field(default_factory=dict)


STAND_IN = {"title": "", "title_zh": "", "years": (), "technology": ""}
"""Fields of a city whose own are wrong; it is checked on, and never used."""


def read_city(name_or_path: str | Path, kinds: Iterable[str] | None = None) -> City:
    """A city by name (`jiangmen`) or path; InputError with every problem of every file it is made of.

    `kinds` are the kinds of agents that there are; without them any kind passes.
    """
    path, reader = find("cities", name_or_path), Reader()
    document = read_yaml(path, reader)
    if document is None:
        raise InputError(reader.problems)
    fields = _built(CityFields, document, "", STAND_IN, reader)
    fields = _checked(fields, document, None if kinds is None else tuple(kinds), reader)
    province = _built(Province, document, "province", {}, reader)
    files = _files(fields, document, path, reader)
    tables = _tables(files, reader)
    city_checks.complete(tables, fields.agents, document, reader)
    city_checks.agree(tables, fields.agents, reader)
    if "plants" in tables and (units := tables["plants"].names("id")) is not None:
        named = fields.settings.get("provincial_units", "")
        check_units(named, units, document.place("settings.provincial_units"), reader)
    reader.stop()
    return _city(own_key("cities", path), fields, province, tables, reader)


def _built(kind: type[T], document: Document, key: str, stand_in: Mapping[str, Any], reader: Reader) -> T:
    """The fields of a part of the YAML file; what is wrong is kept with its line and stands in by default."""
    given = document.data.get(key, {}) if key else document.data
    made, problems = build_around(kind, given, Place(document.file, 0, key), stand_in)
    reader.problems.extend(Problem(document.place(p.place.key), p.says, p.nearest) for p in problems)
    return made


def _checked(fields: CityFields, document: Document, kinds: tuple[str, ...] | None, reader: Reader) -> CityFields:
    """The fields with what is no mapping left out; every wrong word becomes a problem."""
    years = fields.years
    if years and (len(years) != 2 or not 2000 <= years[0] <= years[-1] <= 2100):
        reader.problem(document.place("years"), f"is {list(years)}; a first and a last year in order are expected")
    for name in ("agents", "borrow", "settings"):
        if not isinstance(getattr(fields, name), Mapping):
            reader.problem(document.place(name), "is not a mapping")
            nothing: dict[str, Any] = {name: {}}
            fields = replace(fields, **nothing)
    for name, value in fields.settings.items():
        check_setting(name, value, document.place(f"settings.{name}"), reader)
    for kind in fields.agents if kinds is not None else ():
        if kind not in (kinds or ()):
            reader.problem(document.place(f"agents.{kind}"), "no such kind of agent", nearest(str(kind), kinds or ()))
    return fields


def _files(fields: CityFields, document: Document, path: Path, reader: Reader) -> dict[str, Path]:
    """Table -> its file: technology first, then what is borrowed, then the city's own."""
    files: dict[str, Path] = {}
    for key in ("technology", "tables"):
        folder = (path.parent / getattr(fields, key)).resolve()
        if not getattr(fields, key):
            continue  # said already
        if not folder.is_dir():
            reader.problem(document.place(key), f"there is no folder '{getattr(fields, key)}'")
            continue
        found = {file.stem: file for file in sorted(folder.glob("*.csv"))}
        for name in found.keys() - column_book().keys() - {Path(str(file)).stem for file in fields.agents.values()}:
            _not_misspelt(found[name], reader)
        files |= _borrowed(fields, document, path, reader) | found if key == "tables" else found
    return files


def _borrowed(fields: CityFields, document: Document, path: Path, reader: Reader) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for lender, names in fields.borrow.items():
        try:
            folder = find("cities", lender, beside=path.parent).parent
        except InputError as error:
            reader.problem(document.place(f"borrow.{lender}"), error.problems[0].says, error.problems[0].nearest)
            continue
        for i, name in enumerate(names if isinstance(names, list) else [names]):
            if (folder / f"{name}.csv").is_file():
                files[name] = folder / f"{name}.csv"
            else:
                known = [file.stem for file in folder.glob("*.csv")]
                says = f"'{name}' is no table of {lender}"
                reader.problem(document.place(f"borrow.{lender}.{i}"), says, nearest(str(name), known))
    return files


def _not_misspelt(path: Path, reader: Reader) -> None:
    """Keep a problem when a table that the program does not know is called nearly like one that it knows."""
    close = nearest(path.stem, column_book())
    if close:
        reader.problem(Place(shown(path)), "is no table that a city has", close)


def _tables(files: Mapping[str, Path], reader: Reader) -> dict[str, Table]:
    """All tables; the counties first, because they name columns of others."""
    tables = {"counties": read_table(files["counties"], reader)} if "counties" in files else {}
    counties = tuple(row["id"] for row in tables["counties"].rows if row["id"]) if tables else ()
    for name in sorted(files):
        if name not in tables:
            tables[name] = read_table(files[name], reader, counties)
    return tables


def _city(key: str, fields: CityFields, province: Province, tables: Mapping[str, Table], reader: Reader) -> City:
    parameters = families.parameters(tables)
    years = range(fields.years[0], fields.years[1] + 1)
    counties = tuple(_county(row) for row in tables["counties"].rows)
    net = graph(tables, counties, parameters, province)
    return City(
        key=key,
        title=fields.title,
        title_zh=fields.title_zh,
        first_year=years.start,
        last_year=years.stop - 1,
        horizon=years.stop - 1,
        counties=counties,
        buses=net.buses,
        branches=net.branches,
        targets=tuple(_target(row) for row in tables["targets"].rows) if "targets" in tables else (),
        agents={kind: tables[Path(file).stem].rows for kind, file in fields.agents.items()},
        parameters=parameters,
        paths=families.paths(tables, years),
        tables={name: table.rows for name, table in tables.items() if name not in families.WHOLLY},
        profiles=shapes.profiles(tables),
        digest=reader.digest(),
        settings={name: str(value) for name, value in fields.settings.items()},
    )


def _county(row: Row) -> County:
    return County(
        row["id"], row["name_en"], row["name_zh"], row["lat"], row["lon"], row["area_km2"], row["pop_2020_k"],
        row["gdp_2020_bn_cny"], row["peak_plan_group"] or "", row,
    )  # fmt: skip


def _target(row: Row) -> Target:
    def year(name: str) -> int | None:
        return None if row[name] is None else int(row[name])

    return Target(
        key=row["id"],
        action=int(row["action"]),
        measure=int(row["measure"]),
        kind=row["kind"],
        title=row["indicator_en"],
        title_zh=row["phrase_zh"],
        unit=row["unit"],
        base_year=year("base_year"),
        year=year("target_year"),
        value=row["value"],
        value_high=row["value_high"],
        comparator=row["comparator"],
        metric=row["metric"] or "",
        status=row["status"],
    )

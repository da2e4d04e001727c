"""What texts within cells must name: products, fuels, counties, technologies of sites; names of series.

A word that leads nowhere would stop a run, or be passed by in silence; here it is told with its place.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from dafeng.configs.errors import Place, nearest
from dafeng.configs.families import DATED, SCALARS
from dafeng.configs.files import Reader, home
from dafeng.configs.schema import Row
from dafeng.configs.tables import Table, column_book
from dafeng.configs.words import AGGREGATES, ALL_NODES, BATTERIES, FUEL_WORDS, PRODUCTS, RESIDENTIAL

Tables = Mapping[str, Table]
NAME = re.compile(r"[^\W\d_][\w-]*(?: [^\W\d_][\w-]*)?")
"""Words of a text, two together at most."""


def check_words(tables: Tables, agents: Iterable[str], reader: Reader) -> None:
    """Keep a problem for each text that names nothing where the program looks for a name."""
    if {"sites", "firms"} & set(agents) and "industry" in tables:
        _industry(tables, tables["industry"], reader)
    if "site_limits" in tables:
        _sites(tables, tables["site_limits"], reader)
    if "building_stock_2020" in tables:
        _buildings(tables["building_stock_2020"], reader)
    for name in sorted(tables):
        if name in DATED or name in OF_THE_CITY or (name not in ASKED and _of_package(name).parent.name != CITY):
            _series(tables[name], reader)
    if "industry_measures" in tables and "industry_sectors" in tables:
        _measures(tables, tables["industry_measures"], reader)


CITY = "jiangmen"
OF_THE_CITY = (
    "project_risk", "province_availability", "province_dispatch_rules", "province_fleet", "province_scenarios",
    "province_states", "sector_growth_paths", "tariffs", "tariffs_by_period", "time_of_use", "weather_spatial",
)  # fmt: skip
"""Tables of the package's city that others borrow or write anew under the same names."""
ASKED = {name for name, (_, naming) in SCALARS.items() if naming == ("parameter",)} | {"coal_retrofits"}
"""Tables whose every name is asked for, so that a misspelt one is missed anyway (`needed`)."""


def _industry(tables: Tables, table: Table, reader: Reader) -> None:
    """Each row makes a known product of a sector of the city; a site stands in a county and burns known fuels."""
    sectors = _names(tables, "sector_base_2020", "sector")
    counties = [_names(tables, "counties", column) for column in ("id", "name_en", "name_zh")]
    for i, row in table.placed():
        if row["product"] is not None:
            _product(table, i, str(row["product"]), sectors, reader)
        if row["name_en"] is None or re.search(AGGREGATES, str(row["name_en"]), re.IGNORECASE):
            continue
        if row["county"] is not None and None not in counties:
            keys, titles = counties[0] or frozenset(), frozenset().union(*(c or frozenset() for c in counties[1:]))
            if row["county"] not in keys and not any(title in row["county"] for title in titles):
                says = f"there is no county '{row['county']}'"
                reader.problem(table.place(i, "county"), says, _like(str(row["county"]), keys | titles))
        if row["fuel_mix_pct"] is not None:
            _fuels(table.place(i, "fuel_mix_pct"), str(row["fuel_mix_pct"]), reader)


def _product(table: Table, i: int, product: str, sectors: frozenset[str] | None, reader: Reader) -> None:
    line = next((line for word, line in PRODUCTS.items() if word in product), None)
    place = table.place(i, "product")
    if line is None:
        says = f"'{product}' is no product with a line; one with {', '.join(PRODUCTS)} in its name is expected"
        reader.problem(place, says, _like(product, PRODUCTS))
    elif line != BATTERIES and sectors is not None and line[0] not in sectors:
        reader.problem(place, f"'{product}' is made by the sector {line[0]}, which sector_base_2020.csv has not")


def _fuels(place: Place, mix: str, reader: Reader) -> None:
    """Every part of a mix names a fuel, and one of them at least makes heat."""
    words = dict(FUEL_WORDS)
    parts = [part for part in re.split(r";|->", mix) if part.strip()]
    wrong = [part.strip() for part in parts if not any(word in part.lower() for word in words)]
    for part in wrong:
        says = f"'{part}' names no fuel; one of {', '.join(words)} is expected"
        reader.problem(place, says, _like(part, words))
    if not wrong and all("grid" in part.lower() for part in parts):
        reader.problem(place, f"'{mix}' has no fuel for heat besides the grid")


def _sites(tables: Tables, table: Table, reader: Reader) -> None:
    """Room is for a technology that has a cost, at a node or at all of a kind."""
    technologies = _names(tables, "technology_map", "cost_key")
    nodes = _names(tables, "nodes", "id")
    for column, known, what in (("technology", technologies, "technology"), ("node", nodes, "node")):
        for i, row in table.placed() if known is not None else ():
            allowed = (known or frozenset()) | (frozenset(ALL_NODES) if column == "node" else frozenset())
            if row[column] is not None and row[column] not in allowed:
                says = f"there is no {what} '{row[column]}'"
                reader.problem(table.place(i, column), says, nearest(row[column], sorted(allowed)))


def _buildings(table: Table, reader: Reader) -> None:
    """Homes are told from services by one word: a word nearly like it would move homes to services."""
    for i, row in table.placed():
        kind = row["type"]
        if kind is not None and kind != RESIDENTIAL and nearest(kind, [RESIDENTIAL]):
            reader.problem(table.place(i, "type"), f"there is no type '{kind}'", RESIDENTIAL)


def _measures(tables: Tables, table: Table, reader: Reader) -> None:
    """A measure is for a technology of industry and saves in a unit that is known; else it would be for nobody."""
    sectors = _names(tables, "industry_sectors", "sector")
    for column, more in (("applies_to", sectors), ("saving_unit", frozenset())):
        known = None if more is None else sorted(more | package_names("industry_measures", column))
        for i, row in table.placed() if known else ():
            if row[column] is not None and row[column] not in (known or ()):
                says = f"there is no {column.replace('_', ' ')} '{row[column]}'".replace("applies to", "technology")
                reader.problem(table.place(i, column), says, nearest(row[column], known or ()))


def _series(table: Table, reader: Reader) -> None:
    """A name one letter off another that lacks just this row is that other one misspelt.

    Others are the names of the package's table, and those that stand in several rows here.
    """
    words = [column.name for column in column_book().get(table.name, ()) if column.is_key and column.kind == "text"]
    keys = {tuple(row[name] for name in table.keys) for _, row in table.placed()}
    for column in words:
        counts = Counter(row[column] for _, row in table.placed() if row[column] is not None)
        given = package_names(table.name, column)
        known = sorted(given | {name for name, count in counts.items() if count > 1})
        for i, row in table.placed():
            mine = row[column]
            if mine is None or mine in given or (not given and counts[mine] > 1):
                continue
            if other := _twin(row, column, known, table, keys):
                says = f"there is no '{mine}'; '{other}' lacks this row"
                reader.problem(table.place(i, column), says, other)


def _twin(row: Row, column: str, known: Sequence[str], table: Table, keys: set[tuple[object, ...]]) -> str | None:
    """The known name that a row's name is one letter off, if that name has no such row itself."""
    return next(
        (name for name in known if _is_typo(row[column], name)
         and tuple(name if key == column else row[key] for key in table.keys) not in keys), None,
    )  # fmt: skip


@cache
def package_names(table: str, column: str) -> frozenset[str]:
    """What a column of the package's table of a name holds; nothing where it brings none."""
    path = _of_package(table)
    if not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return frozenset(row[column] for row in csv.DictReader(file))


def _of_package(table: str) -> Path:
    """The package's own table of a name, or where that of its city would stand."""
    path = home() / "technology" / f"{table}.csv"
    return path if path.is_file() else home() / "cities" / CITY / f"{table}.csv"


def _is_typo(given: str, right: str) -> bool:
    """Whether one letter was changed, added, left out, or two neighbours exchanged; digits are no letters.

    >>> _is_typo("centarl", "central"), _is_typo("cntral", "central"), _is_typo("tier1", "tier2"), _is_typo("a", "b")
    (True, True, False, False)
    """
    if abs(len(given) - len(right)) > 1 or len(right) < 3 or re.sub(r"\D", "", given) != re.sub(r"\D", "", right):
        return False
    first = next((i for i, (a, b) in enumerate(zip(given, right, strict=False)) if a != b), min(len(given), len(right)))
    left, wanted = given[first:], right[first:]
    swapped = wanted[1::-1] + wanted[2:]
    return given != right and (left[1:] == wanted[1:] or left[1:] == wanted or left == wanted[1:] or left == swapped)


def _like(text: str, known: Iterable[str]) -> str | None:
    """The known name nearest to any words of a text."""
    names = sorted(known)
    return next((close for word in (text, *NAME.findall(text)) if (close := nearest(word, names))), None)


def _names(tables: Tables, table: str, column: str) -> frozenset[str] | None:
    return tables[table].names(column) if table in tables else None

"""What the tables of a city must say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isclose

from dafeng.configs.errors import nearest
from dafeng.configs.families import NORMAL
from dafeng.configs.files import Reader
from dafeng.configs.graph_checks import check_graph, node_names
from dafeng.configs.needed import check_parameters, needed
from dafeng.configs.ranges import check_ranges
from dafeng.configs.reliability import check_classes
from dafeng.configs.sector_checks import check_sectors
from dafeng.configs.shapes import ROWS
from dafeng.configs.tables import Table, column_book
from dafeng.configs.word_checks import check_words
from dafeng.configs.yamls import Document

Tables = Mapping[str, Table]

PROBABILITY, TINY = "probability_per_year", 1e-6

SOURCES = ("technology", "tables", "borrow")
"""Keys of the city's file that say where its tables stand; when one is wrong, no table is missed."""

COUNTY_TABLES = (
    "plants", "customers", "households", "building_stock_2020", "electricity_2020_by_sector_county", "chp_heat",
)  # fmt: skip
"""Tables each of whose rows stands in one county."""


def complete(tables: Tables, agents: Mapping[str, str], document: Document, reader: Reader) -> None:
    """Keep a problem for each table that is needed and missing, or a profile with too few rows."""
    folder = document.data.get("tables", ".")
    is_sure = not any(p.place.key.split(".")[0] in SOURCES for p in reader.problems if p.place.file == document.file)
    for name, kind in needed(agents).items():
        if name not in tables and is_sure:
            place = document.place(f"agents.{kind}") if kind else document.place()
            says = f"the city has no table {name}.csv{f', which {kind} need' if kind else ''}"
            reader.problem(place, says, nearest(name, tables.keys() - column_book().keys()))
    for kind, file in agents.items():
        stem = str(file).removesuffix(".csv")
        if stem not in tables:
            says = f"'{file}' is no table of the folder '{folder}'"
            reader.problem(document.place(f"agents.{kind}"), says, nearest(stem, tables))
    for name, count in ROWS.items():
        if name in tables and tables[name].is_whole and len(tables[name].rows) != count:
            place = tables[name].place(0, "") if tables[name].rows else document.place()
            reader.problem(place, f"{name} has {len(tables[name].rows)} rows; {count} are expected")


def agree(tables: Tables, agents: Mapping[str, str], reader: Reader) -> None:
    """Keep a problem for each reference from one table to another that leads nowhere.

    Cells that could not be read are None and passed by; names are missed only where all names could be read.
    """
    _counties(tables, reader)
    check_graph(tables, reader)
    _units(tables, reader)
    _owners(tables, reader)
    _technologies(tables, reader)
    _series(tables, reader)
    _states(tables.get("province_states"), reader)
    check_parameters(tables, reader)
    check_ranges(tables, reader)
    check_classes(tables.get("reliability_classes"), reader)
    check_sectors(tables, agents, reader)
    check_words(tables, agents, reader)


def _refer(table: Table | None, column: str, known: Iterable[str | None] | None, says: str, reader: Reader) -> None:
    """Keep a problem for each cell of a column that names none of those known; `{}` in `says` is the cell."""
    names = None if known is None else sorted(str(name) for name in known if name is not None)
    for i, row in table.placed() if table and names is not None else ():
        if row[column] is not None and row[column] not in (names or ()):
            assert table is not None
            reader.problem(table.place(i, column), says.format(row[column]), nearest(row[column], names or ()))


def _states(table: Table | None, reader: Reader) -> None:
    """States of the province lie in their ranges and add up to 1, without the normal one to 1 at most."""
    rows = [(i, row) for i, row in table.placed() if row.get("year") is None] if table else []
    if table is None or not rows or any(row[PROBABILITY] is None for _, row in rows):
        return
    usual, most = 0.0, 0.0
    for i, row in rows:
        value = row[PROBABILITY]
        low, high = (value if row.get(name) is None else row[name] for name in ("low", "high"))
        usual, most = usual + value, most + (0.0 if row["state"] == NORMAL else high)
        if not low <= value <= high:
            reader.problem(table.place(i, PROBABILITY), f"is {value:g}, outside of its range from {low:g} to {high:g}")
    place = table.place(rows[-1][0], PROBABILITY)
    if not isclose(usual, 1.0, abs_tol=TINY):
        reader.problem(place, f"all states add up to {usual:g}; 1 is expected")
    elif most > 1.0 + TINY and any(row["state"] == NORMAL for _, row in rows):
        reader.problem(place, f"all states but {NORMAL} add up to {most:g} at their highest; 1 at most is expected")


def _names(tables: Tables, table: str, column: str) -> frozenset[str] | None:
    """The names in a column; None where they cannot all be known."""
    return tables[table].names(column) if table in tables else None


def _counties(tables: Tables, reader: Reader) -> None:
    parts = [_names(tables, "counties", column) for column in ("id", "name_en", "name_zh")]
    known = None if None in parts else frozenset().union(*filter(None, parts))
    for name in COUNTY_TABLES:
        _refer(tables.get(name), "county", known, "there is no county '{}'", reader)
    outside = None if known is None else known | {"external"}
    _refer(tables.get("nodes"), "county", outside, "there is no county '{}'", reader)


def _units(tables: Tables, reader: Reader) -> None:
    """Units stand at a node, have a known technology, and give out no more than they make."""
    if "plants" not in tables:
        return
    plants = tables["plants"]
    _refer(plants, "node", node_names(tables), "there is no node '{}'", reader)
    technologies = _names(tables, "technology_map", "plants_technology")
    _refer(plants, "technology", technologies, "'{}' is no technology of technology_map.csv", reader)
    for i, row in plants.placed():
        net, gross = row["net_mw"], row["gross_mw"]
        if net is not None and gross is not None and net > gross:
            reader.problem(plants.place(i, "net_mw"), f"is {net:g} MW, above the gross {gross:g} MW")
        places = [plants.place(i, column) for column in ("start_year", "expected_year")]
        undated = row["start_year"] is None and row["expected_year"] is None
        if undated and row["status"] not in (None, "cancelled") and not any(reader.has(place) for place in places):
            reader.problem(places[0], "and expected_year are both empty; one is expected")


def ids(text: str) -> Iterable[str]:
    """Unit ids of a list such as `001-003;007`; words that are no ids are left out.

    >>> list(ids("001-003;007;lines"))
    ['001', '002', '003', '007']
    """
    for part in text.split(";"):
        first, _, last = part.strip().partition("-")
        last = last or first
        if first.isdigit() and last.isdigit():
            yield from (f"{i:0{len(first)}d}" for i in range(int(first), int(last) + 1))


def unread(text: str) -> Iterable[str]:
    """Parts of such a list that hold digits and are no ids.

    >>> list(unread("001-003;0q7;lines"))
    ['0q7']
    """
    return (part for part in text.split(";") if re.search(r"\d", part) and not any(True for _ in ids(part)))


def _owners(tables: Tables, reader: Reader) -> None:
    """Owners own units that exist, and no unit has two owners."""
    known, owner_of = _names(tables, "plants", "id"), dict[str, str]()
    owners = tables.get("owners")
    for i, row in owners.placed() if owners and known is not None else ():
        assert owners is not None
        for part in unread(row["plants"] or ""):
            says = f"'{part}' is no unit; ids such as 001, or a range such as 001-003, are expected"
            reader.problem(owners.place(i, "plants"), says)
        for unit in ids(row["plants"] or ""):
            if unit not in (known or ()):
                close = nearest(unit, sorted(known or ()))
                reader.problem(owners.place(i, "plants"), f"there is no unit '{unit}'", close)
            elif owner_of.setdefault(unit, row["owner_key"]) != row["owner_key"]:
                reader.problem(owners.place(i, "plants"), f"unit '{unit}' belongs to {owner_of[unit]} already")
    _refer(tables.get("unit_history"), "unit", known, "there is no unit '{}'", reader)
    mains = tables.get("chp_heat")
    for i, row in mains.placed() if mains and known is not None else ():
        first = str(row["plant_ids"] or "").split("-")[0]
        if first and first not in (known or ()):
            assert mains is not None
            close = nearest(first, sorted(known or ()))
            reader.problem(mains.place(i, "plant_ids"), f"there is no unit '{first}'", close)


def _technologies(tables: Tables, reader: Reader) -> None:
    """The technology map leads to technologies, outage classes and fuels that exist."""
    costs = _names(tables, "power_plants", "technology")
    known = {
        "cost_key": None if costs is None else costs | {"import"},
        "reliability_class": _names(tables, "reliability_classes", "class"),
        "fuel_key": _names(tables, "fuel_factors", "fuel"),
    }
    for column, names in known.items():
        _refer(tables.get("technology_map"), column, names, "'{}' is not known", reader)
    _refer(tables.get("province_fleet"), "reliability_class", known["reliability_class"], "'{}' is not known", reader)


def _series(tables: Tables, reader: Reader) -> None:
    """Capital costs follow a cost and a trajectory that exist; rules with several rows are dated."""
    plants, costs = tables.get("power_plants"), None
    if plants and plants.names("technology") is not None and plants.names("parameter") is not None:
        costs = frozenset(str(row["technology"]) for row in plants.rows if row["parameter"] == "capex")
    followers = tables.get("capex_followers")
    _refer(followers, "technology", costs, "'{}' has no capex", reader)
    _refer(followers, "follows", _names(tables, "power_cost_trajectory", "technology"), "'{}' has no capex", reader)
    rules = tables.get("province_dispatch_rules")
    named = [row["parameter"] for row in rules.rows] if rules else []
    for i, row in rules.placed() if rules else ():
        if rules and row["year"] is None and row["parameter"] is not None and named.count(row["parameter"]) > 1:
            place = rules.place(i, "year")
            if not reader.has(place):
                reader.problem(place, "is empty, though the rule has several rows; a year is expected")

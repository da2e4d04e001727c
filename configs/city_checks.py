"""What the tables of a city must say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dafeng.configs.errors import Place, nearest
from dafeng.configs.files import Reader
from dafeng.configs.graph import PROVINCE, Graph, county_key, islands
from dafeng.configs.schema import County
from dafeng.configs.shapes import ROWS
from dafeng.configs.tables import Table
from dafeng.configs.yamls import Document

Tables = Mapping[str, Table]

NEEDED = (
    "counties", "nodes", "lines", "load_profile_month_hour", "cf_profile_month_hour", "weather_moments",
    "weather_correlations", "temperature_climatology", "power_plants", "power_cost_trajectory", "fuel_price_paths",
    "fuel_factors", "carbon_price_paths", "technology_map", "reliability_classes", "extra_parameters",
    "holiday_factors", "heat_demand_shape", "charging_profiles", "sector_load_shapes",
)  # fmt: skip
"""Tables without which there is no city."""

SHARE_TOLERANCE = 0.01
"""Published shares are rounded."""

COUNTY_TABLES = (
    "plants", "customers", "households", "building_stock_2020", "electricity_2020_by_sector_county", "chp_heat",
)  # fmt: skip
"""Tables each of whose rows stands in one county."""


def complete(tables: Tables, agents: Mapping[str, str], document: Document, reader: Reader) -> None:
    """Keep a problem for each table that is needed and missing, or a profile with too few rows."""
    folder = document.data.get("tables", ".")
    for name in NEEDED:
        if name not in tables:
            reader.problem(document.place(), f"the city has no table {name}.csv", nearest(name, tables))
    for kind, file in agents.items():
        stem = str(file).removesuffix(".csv")
        if stem not in tables:
            says = f"'{file}' is no table of the folder '{folder}'"
            reader.problem(document.place(f"agents.{kind}"), says, nearest(stem, tables))
    if reader.problems:
        return
    for name, count in ROWS.items():
        if len(tables[name].rows) != count:
            place = tables[name].place(0, "") if tables[name].rows else document.place()
            reader.problem(place, f"{name} has {len(tables[name].rows)} rows; {count} are expected")


def agree(tables: Tables, counties: tuple[County, ...], net: Graph, reader: Reader) -> None:
    """Keep a problem for each reference from one table to another that leads nowhere."""
    _counties(tables, counties, reader)
    _units(tables, net, reader)
    _owners(tables, reader)
    _technologies(tables, reader)
    _series(tables, reader)
    _no_island(tables, net, reader)
    shared = sum(bus.load_share for bus in net.buses)
    if abs(shared - 1.0) > SHARE_TOLERANCE:
        reader.problem(Place(tables["nodes"].file, 0, "load_share_est"), f"adds up to {shared:.3f}; 1 is expected")


def _counties(tables: Tables, counties: tuple[County, ...], reader: Reader) -> None:
    names = [name for county in counties for name in (county.key, county.title)]
    for table in (tables[name] for name in (*COUNTY_TABLES, "nodes") if name in tables):
        for i, row in table.placed():
            outside = table.name == "nodes" and row["county"] == "external"
            if not outside and county_key(row["county"], counties) is None:
                says = f"there is no county '{row['county']}'"
                reader.problem(table.place(i, "county"), says, nearest(row["county"] or "", names))


def _units(tables: Tables, net: Graph, reader: Reader) -> None:
    """Units stand at a node, have a known technology, and give out no more than they make."""
    if "plants" not in tables:
        return
    buses, known = {bus.key for bus in net.buses}, [row["plants_technology"] for row in tables["technology_map"].rows]
    plants = tables["plants"]
    for i, row in plants.placed():
        if row["node"] not in buses:
            reader.problem(plants.place(i, "node"), f"there is no node '{row['node']}'", nearest(row["node"], buses))
        if row["technology"] not in known:
            says = f"'{row['technology']}' is no technology of technology_map.csv"
            reader.problem(plants.place(i, "technology"), says, nearest(row["technology"], known))
        if row["net_mw"] > row["gross_mw"]:
            says = f"is {row['net_mw']:g} MW, above the gross {row['gross_mw']:g} MW"
            reader.problem(plants.place(i, "net_mw"), says)
        if row["start_year"] is None and row["expected_year"] is None and row["status"] != "cancelled":
            reader.problem(plants.place(i, "start_year"), "and expected_year are both empty; one is expected")


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


def _owners(tables: Tables, reader: Reader) -> None:
    """Owners own units that exist, and no unit has two owners."""
    if not {"owners", "plants"} <= tables.keys():
        return
    known, owner_of = {row["id"] for row in tables["plants"].rows}, dict[str, str]()
    owners = tables["owners"]
    for i, row in owners.placed():
        for unit in ids(row["plants"]):
            if unit not in known:
                reader.problem(owners.place(i, "plants"), f"there is no unit '{unit}'", nearest(unit, known))
            elif owner_of.setdefault(unit, row["owner_key"]) != row["owner_key"]:
                reader.problem(owners.place(i, "plants"), f"unit '{unit}' belongs to {owner_of[unit]} already")
    history = tables.get("unit_history")
    for i, row in history.placed() if history else ():
        if row["unit"] not in known:
            assert history is not None
            reader.problem(history.place(i, "unit"), f"there is no unit '{row['unit']}'", nearest(row["unit"], known))


def _technologies(tables: Tables, reader: Reader) -> None:
    """The technology map leads to technologies, outage classes and fuels that exist."""
    table = tables["technology_map"]
    known = {
        "cost_key": {row["technology"] for row in tables["power_plants"].rows} | {"import"},
        "reliability_class": {row["class"] for row in tables["reliability_classes"].rows},
        "fuel_key": {row["fuel"] for row in tables["fuel_factors"].rows},
    }
    for i, row in table.placed():
        for column, names in known.items():
            if row[column] is not None and row[column] not in names:
                reader.problem(table.place(i, column), f"'{row[column]}' is not known", nearest(row[column], names))


def _series(tables: Tables, reader: Reader) -> None:
    """Capital costs follow a cost and a trajectory that exist; rules with several rows are dated."""
    costs = {row["technology"] for row in tables["power_plants"].rows if row["parameter"] == "capex"}
    known = {"technology": costs, "follows": {row["technology"] for row in tables["power_cost_trajectory"].rows}}
    followers = tables.get("capex_followers")
    for i, row in followers.placed() if followers else ():
        for column, names in known.items():
            if followers and row[column] is not None and row[column] not in names:
                reader.problem(followers.place(i, column), f"'{row[column]}' has no capex", nearest(row[column], names))
    rules = tables.get("province_dispatch_rules")
    named = [row["parameter"] for row in rules.rows] if rules else []
    for i, row in rules.placed() if rules else ():
        if rules and row["year"] is None and named.count(row["parameter"]) > 1:
            reader.problem(rules.place(i, "year"), "is empty, though the rule has several rows; a year is expected")


def _no_island(tables: Tables, net: Graph, reader: Reader) -> None:
    """Every group of connected buses with a load has a unit or a link to the province."""
    stations = {row["node"] for row in tables["plants"].rows} if "plants" in tables else set()
    nodes, lines = tables["nodes"], {row["id"]: i for i, row in tables["nodes"].placed()}
    for island in islands(net.buses, net.branches):
        fed = island & (stations | {PROVINCE})
        loads = sorted(bus.key for bus in net.buses if bus.key in island and bus.load_share > 0.0)
        if loads and not fed:
            first = min(island & lines.keys(), default=None)
            place = nodes.place(lines[first] if first else 0, "id")
            reader.problem(place, f"is an island of {len(island)} buses with load but neither unit nor link")

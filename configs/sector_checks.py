"""What the tables of sectors and vehicles must say together; cells that could not be read are passed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dafeng.configs.errors import Place, nearest
from dafeng.configs.files import Reader
from dafeng.configs.tables import Table

Tables = Mapping[str, Table]

ELECTRIC = ("agriculture", "construction", "industry", "network_losses", "residential", "services")
"""Sectors of the electricity table; loads, households and activities ask for them by name."""
BOILERS = (
    "biomass_boiler", "coal_boiler_base", "district_steam", "electric_boiler", "gas_boiler", "heat_pump_medium_T",
)  # fmt: skip
"""Rows of industry_measures that boilers ask for by name."""

MODES = ("bus", "car", "coach", "motorcycle", "road_freight_heavy", "road_freight_light")
"""Rows of transport_activity_2020 that vehicles ask for by name."""


def check_sectors(tables: Tables, agents: Mapping[str, str], reader: Reader) -> None:
    """Keep a problem for each sector that leads nowhere, and each that someone asks for and is not there."""
    for table, column, others, theirs in (
        ("sector_county_shares", "sector", "sector_base_2020", "sector"),
        ("sector_base_2020", "technology_sector", "industry_sectors", "sector"),
        ("fleet_2020", "technology_class", "vehicle_classes", "class"),
    ):
        known = tables[others].names(theirs) if others in tables else None
        for i, row in tables[table].placed() if table in tables and known is not None else ():
            if row[column] is not None and row[column] not in (known or ()):
                says = f"there is no {theirs} '{row[column]}' in {others}.csv"
                reader.problem(tables[table].place(i, column), says, nearest(row[column], sorted(known or ())))
    if agents.keys() & {"sites", "firms"} and "industry_measures" in tables:
        _asked(tables["industry_measures"], "measure", BOILERS, reader)
    if "transport_activity_2020" in tables and "vehicles" in agents and tables["transport_activity_2020"].rows:
        _asked(tables["transport_activity_2020"], "mode", MODES, reader)
    if "electricity_2020_by_sector_county" in tables:
        placed = tables.get(str(agents.get("activities", "")).removesuffix(".csv"))
        _electricity(tables["electricity_2020_by_sector_county"], bool(placed and placed.rows), reader)


def _asked(table: Table, column: str, wanted: Iterable[str], reader: Reader) -> None:
    """Every name that the program asks for has a row; a name nearly right is told where it stands."""
    given = table.names(column)
    for missing in sorted(set(wanted) - given) if given is not None else ():
        close = nearest(missing, sorted((given or frozenset()) - set(wanted)))
        if close is None:
            reader.problem(Place(table.file, 1, missing), "has no row; the program asks for it")
            continue
        i = next(i for i, row in table.placed() if row[column] == close)
        reader.problem(table.place(i, column), f"is '{close}'; '{missing}' has no row", missing)


def _electricity(table: Table, is_placing: bool, reader: Reader) -> None:
    """Sectors are known ones; activities are placed by the county shares of some, which must not all be 0."""
    for i, row in table.placed():
        if row["sector"] is not None and row["sector"] not in ELECTRIC:
            says = f"there is no sector '{row['sector']}'; one of {', '.join(ELECTRIC)} is expected"
            reader.problem(table.place(i, "sector"), says, nearest(row["sector"], ELECTRIC))
    if not is_placing or table.names("sector") is None or table.names("twh") is None:
        return
    for sector in ("agriculture", "construction", "industry"):
        mine = [i for i, row in table.placed() if row["sector"] == sector]
        if not sum(table.rows[i]["twh"] for i in mine) > 0.0:
            place = table.place(mine[0], "twh") if mine else Place(table.file, 1, sector)
            reader.problem(place, f"{sector} adds up to 0 over the counties; its shares place activities")

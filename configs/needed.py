"""Tables without which there is no city, those that its agents need, and parameters that the program asks for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache

from dafeng.configs.errors import Place, nearest
from dafeng.configs.families import SCALARS
from dafeng.configs.files import Reader, home
from dafeng.configs.tables import Table

NEEDED = (
    "counties", "nodes", "lines", "load_profile_month_hour", "cf_profile_month_hour", "weather_moments",
    "weather_correlations", "weather_spatial", "temperature_climatology", "power_plants", "power_cost_trajectory",
    "fuel_price_paths", "fuel_factors", "carbon_price_paths", "technology_map", "reliability_classes",
    "extra_parameters", "holiday_factors", "heat_demand_shape", "charging_profiles", "sector_load_shapes",
)  # fmt: skip
"""Tables without which there is no city."""
RUN = (
    "grid_factors", "load_temperature", "temperature_parameters", "outage_events", "typhoon_parameters",
    "demand_response", "province_dispatch_rules", "tariffs_by_period", "socioeconomic_path",
)  # fmt: skip
"""Tables that every year of a run asks for, whatever agents there are."""
INDUSTRY = ("industry_sectors", "industry_measures", "sector_base_2020", "sector_growth_paths", "behaviour_parameters")
NEEDED_BY: Mapping[str, tuple[str, ...]] = {
    "vehicles": (
        "vehicle_classes", "charging_parameters", "ev_cost_path", "ev_national", "nev_history", "nev_parameters",
        "stock_parameters", "transport_activity", "commercial_vehicle_capex", "behaviour_parameters",
        "investment_parameters",
    ),
    "households": ("building_parameters", "behaviour_parameters"),
    "buildings": ("building_parameters", "sector_growth_paths"),
    "owners": ("investment_parameters",), "nodes": ("investment_parameters",),
    "sites": INDUSTRY, "firms": INDUSTRY, "activities": ("sector_growth_paths",),
}  # fmt: skip
"""Kind of agent -> tables besides its own that it asks for."""


def needed(agents: Iterable[str]) -> dict[str, str]:
    """Table -> who needs it, for a city with these kinds of agents; an empty word when everybody does."""
    found = dict.fromkeys((*NEEDED, *RUN), "")
    for kind in agents:
        found = dict.fromkeys(NEEDED_BY.get(kind, ()), kind) | found
    return found


def check_parameters(tables: Mapping[str, Table], reader: Reader) -> None:
    """Keep a problem for each parameter that the package's table of the name has and the city's has not.

    The program asks for them by name. A name that is only nearly right is told where it stands.
    """
    for name, (_, naming) in SCALARS.items():
        table = tables.get(name)
        given = table.names("parameter") if table and naming == ("parameter",) else None
        if table is not None and name in BY_NAMES:
            _named(table, naming, reader)
        if table is None or given is None:
            continue
        wanted = _parameters(name)
        for missing in sorted(wanted - given):
            close = nearest(missing, sorted(given - wanted))
            if close:
                i = next(i for i, row in table.placed() if row["parameter"] == close)
                reader.problem(table.place(i, "parameter"), f"there is no parameter '{close}'", missing)
            else:
                reader.problem(Place(table.file, 1, missing), "has no row; the program asks for this parameter")


BY_NAMES = ("coal_retrofits",)
"""Tables whose every pair of names is asked for."""


def _named(table: Table, naming: tuple[str, ...], reader: Reader) -> None:
    """Keep a problem for each row of the package's table that a city's lacks, at the row that is nearly it."""
    if any(table.names(column) is None for column in naming):
        return
    given = {".".join(str(row[column]) for column in naming): i for i, row in table.placed()}
    wanted = _keys(table.name, naming)
    for missing in sorted(wanted - given.keys()):
        close = nearest(missing, sorted(given.keys() - wanted))
        place = Place(table.file, 1, missing) if close is None else table.place(given[close], naming[0])
        says = "has no row; the program asks for it" if close is None else f"there is no '{close}'"
        reader.problem(place, says, missing if close else None)


@cache
def _keys(name: str, naming: tuple[str, ...]) -> frozenset[str]:
    """The rows of the package's table by name."""
    path = home() / "technology" / f"{name}.csv"
    if not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return frozenset(".".join(row[column] for column in naming) for row in csv.DictReader(file))


@cache
def _parameters(name: str) -> frozenset[str]:
    """The parameters of a table as the package brings it; none of a table that it does not bring."""
    path = home() / "technology" / f"{name}.csv"
    if not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return frozenset(row["parameter"] for row in csv.DictReader(file))

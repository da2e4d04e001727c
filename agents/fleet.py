"""The facts of each plant of the city: one row of `plants`, read once, in the words of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dafeng.configs.errors import InputError, Place, Problem, nearest
from dafeng.configs.schema import City, Row

NAMES: Mapping[str, str] = {"coal CHP small": "coal_chp_small", "HVDC infeed": "hvdc"}
"""Technologies of `plants` whose name differs from the key of their cost."""

FUELS: Mapping[str, str] = {
    "coal": "coal", "gas": "natural_gas", "nuclear": "uranium", "wind": "wind", "pv": "solar", "hydro": "water",
    "pumped": "water", "hvdc": "water", "waste": "msw", "biomass": "biomass", "battery": "electricity",
}
"""First word of a technology -> fuel."""

AT_LOAD_BUS = ("pv_rooftop", "hydro_small", "waste_to_energy", "biomass")
"""Technologies that feed the 110 kV side of a node, behind its offtake transformers."""


@dataclass(frozen=True)
class Heat:
    """Heat a unit delivers: peak MW, hours of full use a year, and the share that never stops."""

    peak_mw: float
    hours: float
    base_share: float


@dataclass(frozen=True)
class Machine:
    """What stands or may stand at one place: technology, size and the keys under which its numbers are found."""

    key: str
    bus: str
    county: str
    technology: str
    cost_key: str
    outage_class: str
    factor_key: str
    """Row of the fuel factors; empty without CO2."""
    gross_mw: float
    net_mw: float
    owner: str = ""
    coal_rate_gce: float | None = None
    heat: Heat | None = None
    """Heat it delivers, or could deliver after a heat retrofit."""
    delivers_heat: bool = False
    is_captive: bool = False
    is_aggregate: bool = False
    is_provincial: bool = False
    hours: float = 0.0
    """Hours of storage."""

    @property
    def kind(self) -> str:
        """First word of the technology: coal, gas, wind, pv …"""
        return self.technology.split("_")[0]

    @property
    def fuel(self) -> str:
        """What it burns or catches."""
        return FUELS[self.kind]

    @property
    def is_store(self) -> bool:
        """Whether it stores."""
        return self.kind in ("battery", "pumped")

    @property
    def is_weather(self) -> bool:
        """Whether its output follows wind, sun or rain."""
        return self.fuel in ("wind", "solar") or self.technology == "hydro_small"


@dataclass(frozen=True)
class Listing:
    """One row of `plants`: the machine, where it stood in the records, and when."""

    machine: Machine
    name: str
    status: str
    is_base: bool
    start_year: int | None
    expected_year: int | None


def fleet(city: City) -> tuple[Listing, ...]:
    """All plants of a city, in key order; the setting `provincial_units` names those that sell to the pool."""
    rows = {str(row["id"]): row for row in city.table("plants")}
    keys = sorted(rows)
    owners = _by_plant(city.table("owners"), "plants", "owner_key", keys)
    heats = _heats(city.table("chp_heat"), rows, keys)
    technologies = {str(row["plants_technology"]): row for row in city.table("technology_map")}
    provincial = expand(city.setting("provincial_units", ""), keys)
    return tuple(
        Listing(
            _machine(city, key, rows[key], technologies, owners.get(key, ""), heats.get(key), key in provincial),
            str(rows[key]["name_en"]), str(rows[key]["status"]), rows[key]["in_base"] == "Y",
            _year(rows[key]["start_year"]), _year(rows[key]["expected_year"]),
        )
        for key in keys
    )


def expand(cell: str, keys: Sequence[str]) -> tuple[str, ...]:
    """The plants that a cell names, by key or range; words that name none are left out.

    >>> expand("001-003;077;lines", ["001", "002", "003", "010", "077"])
    ('001', '002', '003', '077')
    """
    found: list[str] = []
    for part in cell.split(";"):
        first, _, last = part.strip().partition("-")
        if part.strip() in keys:
            found.append(part.strip())
        elif first in keys and last in keys:
            found += [key for key in keys if first <= key <= last]
    return tuple(found)


def load_bus(city: City, node: str) -> str:
    """The 110 kV side of a node, or the node itself when it has no offtake."""
    return next((b.to_bus for b in city.branches if b.kind == "offtake" and b.from_bus == node), node)


def county_key(city: City, name: str, bus: str) -> str:
    """A county by key or title; else the county of the bus."""
    for county in city.counties:
        if name in (county.key, county.title):
            return county.key
    return next((b.county for b in city.buses if b.key == bus), city.counties[0].key)


def _machine(
    city: City, key: str, row: Row, technologies: Mapping[str, Row], owner: str, heat: Heat | None, is_provincial: bool
) -> Machine:
    name = str(row["technology"])
    if name not in technologies:
        place = Place("plants", 0, f"{key}.technology")
        raise InputError([Problem(place, f"'{name}' is not in the technology map", nearest(name, technologies))])
    known = technologies[name]
    cost_key = str(known["cost_key"])
    technology = NAMES.get(name, cost_key)
    node = str(row["node"])
    return Machine(
        key, load_bus(city, node) if technology in AT_LOAD_BUS else node, county_key(city, str(row["county"]), node),
        technology, cost_key, str(known["reliability_class"]), str(known["fuel_key"] or ""),
        float(row["gross_mw"]), float(row["net_mw"]), owner, row["supply_coal_gce_per_kwh_typical"], heat,
        row["chp"] == "Y", row["captive"] == "Y", row["aggregate"] == "Y", is_provincial,
        city.value(f"{cost_key}.hours") if technology == "pumped_hydro" else 0.0,
    )


def _by_plant(rows: tuple[Row, ...], cell: str, name: str, keys: Sequence[str]) -> dict[str, str]:
    return {key: str(row[name]) for row in rows for key in expand(str(row[cell]), keys)}


def _heats(table: tuple[Row, ...], rows: Mapping[str, Row], keys: Sequence[str]) -> dict[str, Heat]:
    """Heat by plant: the units of a row carry its heat by their size."""
    found = {}
    for row in table:
        units = expand(str(row["plant_ids"]), keys)
        total = sum(float(rows[key]["net_mw"]) for key in units)
        for key in units:
            peak = float(row["peak_heat_mwth"]) * float(rows[key]["net_mw"]) / total
            found[key] = Heat(peak, float(row["full_load_h"]), float(row["base_share"]))
    return found


def _year(cell: Any) -> int | None:
    return None if cell is None else int(cell)

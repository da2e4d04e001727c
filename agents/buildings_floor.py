"""Floor by type and vintage: what is pulled down, built, renovated, and what a square metre uses (MODEL_SPEC 5.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dafeng.configs.schema import City, Row

RESIDENTIAL = "residential"
M2_PER_MM2 = 1e6
LATEST = "2016_2020"
"""Vintage that new buildings are compared with."""


@dataclass(frozen=True)
class Floor:
    """Floor of one county and kind of building in one year: m2 and kWh per m2."""

    area_m2: float
    kwh_per_m2: float


def floors(city: City, rows: Sequence[Row]) -> dict[int, Floor]:
    """Every year's stock: floor' = floor (1 - demolition) + new; the renovated use less.

    New buildings meet the basic green standard; what standards promise is cut by the performance gap.
    """
    is_home = bool(rows) and rows[0]["type"] == RESIDENTIAL
    word = "residential" if is_home else "other"
    lost = city.value(f"building.demolition_rate_{word}")
    areas = [row["floor_mm2"] * M2_PER_MM2 for row in rows]
    share = sum(areas) / max(_all(city, is_home), 1e-9)
    old = sum(area * row["electricity_kwh_per_m2"] for area, row in zip(areas, rows, strict=True))
    new_use = _latest(rows) * (1.0 - realised(city, "use_new_green_basic"))
    standing, renovated, added, found = 1.0, 0.0, 0.0, {}
    building = new_floor_m2(city, word)
    for year in range(city.first_year, city.horizon + 1):
        if year > city.first_year:
            standing *= 1.0 - lost
            renovated += (1.0 - renovated) * city.value("building.renovation_rate_base")
            added = added * (1.0 - lost) + share * building.get(year, 0.0)
        old_use = old * standing * (1.0 - renovated * realised(city, "use_renovated"))
        area = standing * sum(areas) + added
        found[year] = Floor(area, (old_use + added * new_use) / area if area > 0.0 else 0.0)
    return found


def use_index(stock: Mapping[int, Floor], year: int) -> float:
    """Use per m2 over that of the first year, at the service of the first year."""
    first = stock[min(stock)].kwh_per_m2
    return stock[min(max(stock), year)].kwh_per_m2 / first if first > 0.0 else 1.0


def realised(city: City, name: str) -> float:
    """Saving of a standard that is really had."""
    return (1.0 - city.value(f"building.{name}")) * (1.0 - city.value("building.performance_gap"))


def new_floor_m2(city: City, word: str) -> dict[int, float]:
    """New floor of the city by year, from the periods in the parameters' names (`..._2026_30`)."""
    prefix, found = f"building.new_floor_{word}_", {}
    for key in city.parameters:
        if key.startswith(prefix):
            first, last = key.removeprefix(prefix).split("_")
            for year in range(int(first), int(first) // 100 * 100 + int(last) + 1):
                found[year] = city.value(key) * M2_PER_MM2
    return found


def cooling_share(rows: Sequence[Row]) -> float:
    """Cooling in the electricity of the rows, weighted by use."""
    use = [row["floor_mm2"] * row["electricity_kwh_per_m2"] for row in rows]
    cool = [part * row["cooling_share_of_electricity"] for part, row in zip(use, rows, strict=True)]
    return float(sum(cool) / sum(use)) if use else 0.0


def _latest(rows: Sequence[Row]) -> float:
    """Use of the latest vintage, weighted by floor."""
    latest = [row for row in rows if row["vintage"] == LATEST] or list(rows)
    area = float(sum(row["floor_mm2"] for row in latest))
    use = float(sum(row["floor_mm2"] * row["electricity_kwh_per_m2"] for row in latest))
    return use / area if area else 0.0


def _all(city: City, is_home: bool) -> float:
    rows = city.table("building_stock_2020")
    return M2_PER_MM2 * float(sum(row["floor_mm2"] for row in rows if (row["type"] == RESIDENTIAL) == is_home))

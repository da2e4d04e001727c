"""The model against statistics: generation by fuel in dated windows and the pool's factor (checks.csv)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.schema import Row
from dafeng.configs.units import HOURS_A_YEAR, MWH_PER_TWH, Floats
from dafeng.sim.history import hour_of
from dafeng.sim.ledger import Entry
from dafeng.sim.year import Year

FACTOR_UNIT = "t/MWh"


def check_rows(year: Year) -> list[Entry]:
    """For each check of this year: value, reference and tolerance, under the check's name as technology."""
    rows = []
    for check in year.city.table("checks"):
        if int(check["year"]) != year.year:
            continue
        values = {
            "check": check_value(year, check),
            "check_reference": float(check["value"]),
            "check_tolerance": float(check["tolerance"]),
        }
        name, role, unit = str(check["check"]), str(check["role"]), str(check["unit"])
        rows += [Entry(variable, value, unit, technology=name, basis=role) for variable, value in values.items()]
    return rows


def check_value(year: Year, check: Row) -> float:
    """Gross generation in TWh of some fuels and places between two dates, scaled to the days of the real period.

    Of checks in t/MWh: the pool's factor of the year.
    """
    if str(check["unit"]) == FACTOR_UNIT:
        return year.book("pool_factor_t_per_mwh").total()
    first, last = hour_of(str(check["from_date"]), year.year), hour_of(str(check["to_date"]), year.year) + 24
    gross = gross_generation_mw(year, str(check["place"]), str(check["fuels"]).split(";"))
    real_days = float(check["days"])
    return float(gross[first:last].sum() / MWH_PER_TWH * real_days * 24.0 / (last - first))


def gross_generation_mw(year: Year, place: str, fuels: list[str]) -> Floats:
    """(hours,) gross output of units in the city, or of the whole province with the city; links are no generation."""
    total = np.zeros(HOURS_A_YEAR)
    for row, unit in enumerate(year.assembly.units):
        in_place = place == "province" or bool(year.grid.generators.is_city[row])
        if in_place and unit.fuel in fuels and unit.technology != "hvdc":
            total += year.hours.generation_mw[row] / unit.gross_to_net
    return total

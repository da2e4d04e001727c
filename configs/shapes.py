"""Profiles as arrays, from the derived tables of a city."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dafeng.configs.schema import Profiles
from dafeng.configs.tables import Table
from dafeng.configs.units import DAY_H, Floats

MONTHS = 12
DAY_TYPES = ("weekday", "weekend")
WEEK = np.array([5.0, 2.0]) / 7.0
"""Share of the days of a week that are of each type."""
OUTPUTS = {"solar": "solar", "onshore": "wind_onshore", "offshore": "wind_offshore"}
CHARGING = {
    "uncontrolled_weekday_share": "uncontrolled_weekday",
    "uncontrolled_weekend_share": "uncontrolled_weekend",
    "driving_weekday_share": "driving",
    "bus_depot_share_C": "bus_depot",
    "freight_weekday_share": "freight_weekday",
    "freight_weekend_share": "freight_weekend",
}


def profiles(tables: Mapping[str, Table]) -> Profiles:
    """All profiles; the tables are complete when `complete` found nothing."""
    return Profiles(
        load_pu=_load(tables["load_profile_month_hour"]),
        sector_shapes=_sectors(tables["sector_load_shapes"]),
        capacity_factor=_outputs(tables["cf_profile_month_hour"]),
        moments=tables["weather_moments"].rows,
        correlations=tables["weather_correlations"].rows,
        temperature=tables["temperature_climatology"].rows,
        holidays=tables["holiday_factors"].rows,
        heat=_heat(tables["heat_demand_shape"]),
        charging={name: _by_hour(tables["charging_profiles"], column) for column, name in CHARGING.items()},
    )


ROWS: Mapping[str, int] = {
    "load_profile_month_hour": MONTHS * len(DAY_TYPES) * DAY_H,
    "cf_profile_month_hour": MONTHS * DAY_H,
    "sector_load_shapes": DAY_H,
    "charging_profiles": DAY_H,
    "heat_demand_shape": DAY_H + MONTHS + 1,
    "temperature_climatology": MONTHS,
}
"""Rows that a complete profile table has; their keys are checked to be different."""


def _load(table: Table) -> Floats:
    found = np.zeros((MONTHS, len(DAY_TYPES), DAY_H))
    for row in table.rows:
        found[int(row["month"]) - 1, DAY_TYPES.index(row["daytype"]), int(row["hour"])] = row["load_pu_of_annual_mean"]
    return found


def _by_hour(table: Table, column: str) -> Floats:
    return np.array([row[column] for row in sorted(table.rows, key=lambda row: row["hour"])], dtype=np.float64)


def _sectors(table: Table) -> dict[str, Floats]:
    """Shapes of the sectors, scaled so that the mean of a week is 1 (the table's weekdays are)."""
    sectors = [name.removesuffix("_weekday") for name in table.rows[0] if name.endswith("_weekday")]
    shapes = {
        sector: np.stack([_by_hour(table, f"{sector}_{day_type}") for day_type in DAY_TYPES]) for sector in sectors
    }
    return {sector: shape / (WEEK @ shape.mean(axis=1)) for sector, shape in shapes.items()}


def _outputs(table: Table) -> dict[str, Floats]:
    found = {name: np.zeros((2, MONTHS, DAY_H)) for name in OUTPUTS.values()}
    for row in table.rows:
        at = int(row["month"]) - 1, int(row["hour"])
        for column, name in OUTPUTS.items():
            found[name][(0, *at)] = row[f"{column}_mean"]
            found[name][(1, *at)] = row[f"{column}_sd"]
    return found


def _heat(table: Table) -> dict[str, Floats]:
    def of(kind: str) -> Floats:
        rows = sorted((row for row in table.rows if row["kind"] == kind), key=lambda row: row["index"] or 0.0)
        return np.array([row["ratio_to_mean"] for row in rows], dtype=np.float64)

    return {kind: of(kind) for kind in ("hour", "month", "weekend")}

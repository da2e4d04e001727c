"""Efficiency measures on sale: what each saves and costs, and where it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dafeng.agents.output_lines import Lines
from dafeng.configs.schema import City, Row
from dafeng.configs.units import Bools, Floats

KWH_PER_MWH = 1000.0
EVERYWHERE = "all_electric"
SAVES: Mapping[str, str] = {
    "kWh el/t": "electricity",
    "GJ/t": "heat",
    "GJ coal/t replaced": "replaced",
    "share of motor electricity": "share",
}
"""Unit of the saving -> what is saved; measures with other units are boilers, roofs, cooling or capture, not these."""


@dataclass(frozen=True)
class Measures:
    """(m,) measures; arrays with two axes are (lines, m) and zero where a measure does not fit."""

    name: tuple[str, ...]
    life_y: Floats
    max_share: Floats
    fits: Bools
    heat_gj: Floats
    """Energy for heat saved per unit of output."""
    electric_mwh: Floats
    """Electricity saved per unit of output."""
    electric_share: Floats
    """Share of electricity saved."""
    capex_cny: Floats
    """Per unit of yearly output."""
    capex_cny_per_mwh: Floats
    """Per MWh of electricity saved in a year."""
    replaces: Bools
    """(m,) waste is burnt instead of what is saved."""

    @property
    def count(self) -> int:
        """Number of measures."""
        return len(self.name)


def measures(city: City, lines: Lines, present: tuple[int, ...]) -> Measures:
    """The measures that fit any of the lines present, in the order of the table."""
    rows = [row for row in city.table("industry_measures") if row["saving_unit"] in SAVES]
    rows = [row for row in rows if any(_fits(row, lines.technology[line]) for line in present)]
    fits = np.array([[_fits(row, technology) for row in rows] for technology in lines.technology], dtype=np.bool_)
    fits = fits.reshape(lines.count, len(rows))
    kinds = [SAVES[str(row["saving_unit"])] for row in rows]
    saving, capex = _column(rows, "saving"), _column(rows, "capex")
    per_mwh = np.array(["MWh-year" in str(row["capex_unit"]) for row in rows], dtype=np.bool_)

    def where(*names: str) -> Floats:
        return np.array([kind in names for kind in kinds], dtype=np.float64)

    return Measures(
        name=tuple(str(row["measure"]) for row in rows),
        life_y=_column(rows, "life_y"),
        max_share=_column(rows, "max_share"),
        fits=fits,
        heat_gj=fits * (saving * where("heat", "replaced")),
        electric_mwh=fits * (saving / KWH_PER_MWH * where("electricity")),
        electric_share=fits * (saving * where("share")),
        capex_cny=fits * (capex * ~per_mwh),
        capex_cny_per_mwh=fits * (capex * per_mwh),
        replaces=where("replaced") > 0,
    )


def _fits(row: Row, technology: str) -> bool:
    return row["applies_to"] in (technology, EVERYWHERE)


def _column(rows: list[Row], name: str) -> Floats:
    return np.array([float(row[name]) for row in rows])

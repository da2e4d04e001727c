"""The books of producers: output, fuels, electricity, process CO2, investment and subsidy of a year, by line."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dafeng.agents.assets import Flow
from dafeng.agents.boilers import FUELS, Heaters
from dafeng.agents.output_lines import Lines
from dafeng.agents.output_rows import ELECTRIC_FUELS, Rows
from dafeng.configs.units import Floats

WASTE = "msw"
BOUGHT = tuple((place, fuel) for place, fuel in enumerate(FUELS) if place not in ELECTRIC_FUELS)
"""Fuels that are burnt or come as steam; electric heat is in `electricity_mwh`."""


def by_line(lines: Lines, rows: Rows, amount: Floats) -> Floats:
    """(lines,) sums of an amount of rows."""
    return np.bincount(rows.line, weights=amount, minlength=lines.count).astype(np.float64)


def flows(
    lines: Lines, kit: Heaters, rows: Rows, county: str, label: str, invested: Floats, subsidised: Floats
) -> Iterable[Flow]:
    """A year's flows. Energy bills are not among them: the accounts price fuels and power (no CNY is counted twice)."""
    made, gj = by_line(lines, rows, rows.output), rows.fuel_gj(kit.efficiency)
    amounts = {
        "electricity_mwh": ("electricity", "MWh", by_line(lines, rows, rows.electric_mwh(kit.efficiency))),
        "process_tco2": ("process", "t", made * lines.process_t),
        "investment_cny": ("all", "CNY", by_line(lines, rows, invested)),
        "subsidy_cny": ("all", "CNY", by_line(lines, rows, subsidised)),
    }
    fuels = {fuel: by_line(lines, rows, gj[:, place]) for place, fuel in BOUGHT}
    fuels[WASTE] = by_line(lines, rows, rows.output * rows.waste_gj)
    for line in np.flatnonzero(made > 0):
        where = (county, lines.sector[line], label)
        yield Flow("activity", *where, "all", float(made[line]), lines.unit[line])
        for name, (fuel, unit, of) in amounts.items():
            if of[line]:
                yield Flow(name, *where, fuel, float(of[line]), unit)
        for fuel, of in fuels.items():
            if of[line]:
                yield Flow("energy_gj", *where, fuel, float(of[line]), "GJ")

"""DC flows by distribution factors, and by angles, against the stored flows of PYPOWER on the IEEE cases."""

from __future__ import annotations

import numpy as np

from dafeng.configs.files import Reader, home
from dafeng.configs.schema import Row
from dafeng.configs.tables import read_table
from dafeng.configs.units import Floats
from dafeng.configs.values import Estimate
from dafeng.experiments.checks.base import CHECKS
from dafeng.network.dispatch import build_ptdf
from dafeng.network.grid import Grid
from dafeng.network.small_grids import Line, Unit, small_grid

CASES = {"V17a": "case14", "V17b": "case30", "V17c": "case118"}


@CHECKS.add("flows", title="DC flows", title_zh="直流潮流")
def flows() -> dict[str, float | Estimate]:
    """The largest difference of any branch, by case; and of the two ways of Dafeng's own over all cases."""
    stored = {name: _read(name) for name in ("dc_buses", "dc_branches")}
    found: dict[str, float | Estimate] = {}
    apart = 0.0
    for row, case in CASES.items():
        buses, branches = ([one for one in rows if one["case"] == case] for rows in stored.values())
        grid, injection_mw = _grid(buses, branches)
        by_factors = build_ptdf(grid).flow_mw(injection_mw)[:, 0]
        found[row] = float(np.abs(by_factors - [one["flow_mw"] for one in branches]).max())
        apart = max(apart, float(np.abs(by_factors - flow_by_angles_mw(grid, injection_mw[:, 0])).max()))
    return {**found, "V17d": apart}


def _read(name: str) -> tuple[Row, ...]:
    reader = Reader()
    table = read_table(home() / "published" / f"{name}.csv", reader)
    reader.stop()
    return table.rows


def _grid(buses: list[Row], branches: list[Row]) -> tuple[Grid, Floats]:
    """A stored case as a grid, and its injections (buses, 1)."""
    row_of = {bus["bus"]: row for row, bus in enumerate(buses)}
    lines = [Line(row_of[one["from_bus"]], row_of[one["to_bus"]], one["x_pu"] * one["tap"]) for one in branches]
    grid = small_grid(np.zeros((len(buses), 1)), [Unit(1.0, 1.0)], branch=lines, counties=("PJ",) * len(buses))
    return grid, np.array([[bus["injection_mw"]] for bus in buses])


def flow_by_angles_mw(grid: Grid, injection_mw: Floats) -> Floats:
    """The same flows from angles: least squares on B theta = injection, whose matrix is never inverted."""
    b, n = grid.branches, len(grid.buses)
    laplacian = np.zeros((n, n))
    for one, other, x in zip(b.from_bus, b.to_bus, b.x_pu, strict=True):
        laplacian[[one, other], [one, other]] += 1.0 / x
        laplacian[[one, other], [other, one]] -= 1.0 / x
    angle = np.linalg.lstsq(laplacian, injection_mw, rcond=None)[0]
    flow: Floats = (angle[b.from_bus] - angle[b.to_bus]) / b.x_pu
    return flow

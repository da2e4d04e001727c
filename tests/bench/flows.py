"""DC flows of a year on 118 buses, and the DC-OPF of its snapshot against PYPOWER on the same case.

Flows are the part of the hour that every engine needs for all hours at once; the goal is 0.1 CPU s. The DC-OPF is exact
in both; what is compared is CPU time in one process, without imports.
"""

from __future__ import annotations

import numpy as np
from pypower.api import case118, ppoption, rundcopf

from dafeng.network.flow import build_ptdf
from dafeng.network.grid import Branches
from dafeng.network.matpower import case_of
from dafeng.network.opf import dc_opf
from dafeng.network.screening import screen
from tests.bench.timing import cpu_s
from tests.network.small_grids import U, small_grid
from tests.network.written import matpower_text

HOURS = 8760


def main() -> None:
    """Print the figures."""
    case = case_of(matpower_text(case118()), "case118.m")
    b, n = case.branches, len(case.branches.x_pu)
    none, limit = np.zeros(n, dtype=bool), np.full(n, 200.0)
    wires = Branches(
        tuple(map(str, range(n))), b.from_bus, b.to_bus, b.x_pu, limit, none, none, limit, np.ones(n, dtype=np.int64)
    )
    buses = len(case.buses.number)
    grid = small_grid(np.zeros((buses, 1)), [U(1, 1)], counties=("PJ",) * buses)
    grid = type(grid)(**{**vars(grid), "branches": wires})
    rng = np.random.default_rng(1)
    injection = rng.normal(size=(buses, HOURS))
    injection -= injection.mean(axis=0)
    ptdf = build_ptdf(grid)
    print(f"case118, factors                 {cpu_s(lambda: build_ptdf(grid)):.4f} CPU s")
    print(f"case118, 8,760 DC flows          {cpu_s(lambda: ptdf.flow_mw(injection)):.4f} CPU s (goal 0.1)")
    flow = 100.0 * ptdf.flow_mw(injection)
    print(f"case118, N-1 of 8,760 hours      {cpu_s(lambda: screen(grid, flow), 1):.2f} CPU s for {n} outages")
    silent = ppoption(VERBOSE=0, OUT_ALL=0)
    ours, theirs = cpu_s(lambda: dc_opf(case)), cpu_s(lambda: rundcopf(case118(), silent))
    gap = dc_opf(case).objective / rundcopf(case118(), silent)["f"] - 1.0
    print(f"case118, DC-OPF                  {ours:.4f} CPU s; PYPOWER {theirs:.4f} CPU s; gap {gap:.1e}")


if __name__ == "__main__":
    main()

"""Which buses hang together, from ends and shares in service: what the hours ask, without a graph and its library."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.grid import Grid


def hanging_together(buses: int, from_bus: Ints, to_bus: Ints, share: Floats) -> list[tuple[int, ...]]:
    """Groups of buses, the largest (then the first) first, each sorted, from (branches,) ends and shares in service.

    >>> hanging_together(4, np.array([3, 0]), np.array([1, 2]), np.array([1.0, 0.0]))
    [(1, 3), (0,), (2,)]
    """
    root = list(range(buses))

    def top(bus: int) -> int:
        while root[bus] != bus:
            bus = root[bus]
        return bus

    for one, other, left in zip(from_bus.tolist(), to_bus.tolist(), share.tolist(), strict=True):
        if left > 0.0:
            root[top(one)] = top(other)
    groups: dict[int, list[int]] = {}
    for bus in range(buses):
        groups.setdefault(top(bus), []).append(bus)
    return sorted(map(tuple, groups.values()), key=lambda group: (-len(group), group))


def main_bus(grid: Grid) -> int:
    """The bus that balances the grid: the province, else the first end of the branch with the highest limit."""
    if "province" in grid.counties:
        return grid.counties.index("province")
    if not grid.branches.key:
        return 0
    return int(grid.branches.from_bus[int(np.argmax(grid.branches.limit_mw))])


def behind(grid: Grid, rows: list[int]) -> list[tuple[int, ...]]:
    """Buses that each of some radial branches alone feeds: the side of it that does not hold the main bus."""
    ends, main, found = (grid.branches.from_bus, grid.branches.to_bus), main_bus(grid), []
    for row in rows:
        share = np.ones(len(ends[0]))
        share[row] = 0.0
        groups = hanging_together(len(grid.buses), *ends, share)
        sides = [next(group for group in groups if int(end[row]) in group) for end in reversed(ends)]
        found.append(next((side for side in sides if main not in side), ()))
    return found

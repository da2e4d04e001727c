"""The power grid as a graph: which buses hang together and which branch alone holds a part of it."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from dafeng.configs.units import Floats, Ints
from dafeng.network.grid import Grid


def graph(grid: Grid, share: Floats | None = None) -> nx.MultiGraph[int]:
    """The multigraph of buses and branches in service; parallel circuits are kept, edge keys are branch rows.

    `share` (branches,) is the part of each branch in service; a branch at 0 is left out.
    """
    made: nx.MultiGraph[int] = nx.MultiGraph()
    made.add_nodes_from((row, {"key": key}) for row, key in enumerate(grid.buses))
    branches = grid.branches
    for row in range(len(branches.key)):
        if share is None or share[row] > 0.0:
            facts: dict[str, Any] = {"branch": branches.key[row], "limit_mw": float(branches.limit_mw[row])}
            made.add_edge(int(branches.from_bus[row]), int(branches.to_bus[row]), key=row, **facts)
    return made


def islands(made: nx.MultiGraph[int]) -> list[tuple[int, ...]]:
    """Groups of buses that hang together, each sorted, the largest (then the first) group first."""
    groups = [tuple(sorted(group)) for group in nx.connected_components(made)]
    return sorted(groups, key=lambda group: (-len(group), group))


def hanging_together(buses: int, from_bus: Ints, to_bus: Ints, share: Floats) -> list[tuple[int, ...]]:
    """The same groups from (branches,) ends and shares in service, without a graph: asked at each change of lines.

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


def bridges(made: nx.MultiGraph[int]) -> list[int]:
    """Rows of branches whose loss alone cuts the grid in two; a corridor of parallel branches is none."""
    simple: nx.Graph[int] = nx.Graph()
    simple.add_edges_from(made.edges())
    pairs: Any = nx.bridges(simple)
    return sorted(int(next(iter(made[a][b]))) for a, b in pairs if made.number_of_edges(a, b) == 1)


def main_bus(grid: Grid) -> int:
    """The bus that balances the grid: the province, else the first end of the branch with the highest limit."""
    if "province" in grid.counties:
        return grid.counties.index("province")
    if not grid.branches.key:
        return 0
    return int(grid.branches.from_bus[int(np.argmax(grid.branches.limit_mw))])


def behind(grid: Grid, rows: list[int]) -> list[tuple[int, ...]]:
    """Buses that each of some radial branches alone feeds: the side of it that does not hold the main bus."""
    made, main, found = graph(grid), main_bus(grid), []
    for row in rows:
        ends = int(grid.branches.from_bus[row]), int(grid.branches.to_bus[row])
        facts = dict(made.edges[*ends, row])
        made.remove_edge(*ends, key=row)
        sides = [nx.node_connected_component(made, end) for end in ends]
        found.append(next((tuple(sorted(side)) for side in reversed(sides) if main not in side), ()))
        made.add_edge(*ends, key=row, **facts)
    return found

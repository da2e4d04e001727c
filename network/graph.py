"""The power grid as a graph: its islands, and which branch alone holds a part of it."""

from __future__ import annotations

from typing import Any

import networkx as nx

from dafeng.configs.units import Floats
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


def bridges(made: nx.MultiGraph[int]) -> list[int]:
    """Rows of branches whose loss alone cuts the grid in two; a corridor of parallel branches is none."""
    simple: nx.Graph[int] = nx.Graph()
    simple.add_edges_from(made.edges())
    pairs: Any = nx.bridges(simple)
    return sorted(int(next(iter(made[a][b]))) for a, b in pairs if made.number_of_edges(a, b) == 1)

"""Flows over branches: hand-worked triangles, islands, offtakes."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from dafeng.configs.errors import InputError
from dafeng.network.flow import build_ptdf
from dafeng.network.graph import bridges, graph, islands
from dafeng.network.hanging import behind, hanging_together, main_bus
from tests.network.small_grids import B, U, small_grid

LOAD = np.zeros((3, 1))
TRIANGLE = [B(0, 1), B(1, 2), B(0, 2)]


def test_a_triangle_splits_flow_two_to_one() -> None:
    """Three equal lines: 90 MW from bus 0 to bus 2 go 60 directly and 30 around (any textbook)."""
    grid = small_grid(LOAD, [U(1, 1)], branch=TRIANGLE, counties=("PJ", "JH", "XH"))
    flow = build_ptdf(grid).flow_mw(np.array([[90.0], [0.0], [-90.0]]))
    assert np.allclose(flow[:, 0], [30.0, 30.0, 60.0])


def test_flows_do_not_depend_on_where_the_grid_balances() -> None:
    injection = np.array([[90.0], [-50.0], [-40.0]])
    flows = [
        build_ptdf(small_grid(LOAD, [U(1, 1)], branch=TRIANGLE, counties=counties)).flow_mw(injection)
        for counties in [("province", "JH", "XH"), ("PJ", "JH", "province")]
    ]
    assert np.allclose(flows[0], flows[1])


def test_a_line_with_half_its_circuits_has_half_its_susceptance() -> None:
    half = build_ptdf(small_grid(LOAD, [U(1, 1)], branch=TRIANGLE, counties=("PJ", "JH", "XH")), np.array([1, 1, 0.5]))
    twice = build_ptdf(
        small_grid(LOAD, [U(1, 1)], branch=[B(0, 1), B(1, 2), B(0, 2, x=0.2)], counties=("PJ", "JH", "XH"))
    )
    assert np.allclose(half.matrix, twice.matrix)


def test_a_branch_that_is_out_carries_nothing_and_the_rest_takes_over() -> None:
    grid = small_grid(LOAD, [U(1, 1)], branch=TRIANGLE, counties=("PJ", "JH", "XH"))
    flow = build_ptdf(grid, np.array([1.0, 1.0, 0.0])).flow_mw(np.array([[90.0], [0.0], [-90.0]]))
    assert np.allclose(flow[:, 0], [90.0, 90.0, 0.0])


def test_what_flows_into_every_bus_is_what_leaves_it_on_random_grids() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        n = 8
        branch = [B(i, i + 1, x=float(rng.uniform(0.01, 0.3))) for i in range(n - 1)]
        branch += [B(int(a), int(b), x=0.05) for a, b in rng.integers(0, n, (6, 2)) if a != b]
        grid = small_grid(np.zeros((n, 1)), [U(1, 1)], branch=branch, counties=("PJ",) * n)
        injection = rng.normal(size=(n, 4))
        injection -= injection.mean(axis=0)
        flow = build_ptdf(grid).flow_mw(injection)
        out = np.zeros_like(injection)
        for row, item in enumerate(branch):
            out[item.a] += flow[row]
            out[item.b] -= flow[row]
        assert np.abs(out - injection).max() < 1e-9


def test_a_radial_offtake_needs_no_reactance_and_a_meshed_line_does() -> None:
    radial = small_grid(LOAD, [U(1, 1)], branch=[B(0, 1), B(1, 2, x=0.0, radial=True)], counties=("PJ", "JH", "XH"))
    assert np.allclose(build_ptdf(radial).flow_mw(np.array([[7.0], [0.0], [-7.0]]))[:, 0], [7.0, 7.0])
    meshed = small_grid(LOAD, [U(1, 1)], branch=[B(0, 1), B(1, 2, x=0.0)], counties=("PJ", "JH", "XH"))
    with pytest.raises(InputError, match=r"branch-1\.x_pu"):
        build_ptdf(meshed)


def test_islands_and_bridges_keep_parallel_circuits() -> None:
    branch = [B(0, 1), B(0, 1), B(1, 2), B(3, 4)]
    grid = small_grid(np.zeros((5, 1)), [U(1, 1)], branch=branch, counties=("PJ",) * 5)
    made = graph(grid)
    assert isinstance(made, nx.MultiGraph)
    assert made.number_of_edges() == 4
    assert islands(made) == [(0, 1, 2), (3, 4)]
    assert bridges(made) == [2, 3]
    assert bridges(graph(grid, np.array([1.0, 0.0, 1.0, 1.0]))) == [0, 2, 3]


def test_behind_an_offtake_lies_the_side_without_the_province() -> None:
    branch = [B(0, 1), B(2, 1, radial=True), B(2, 3)]
    grid = small_grid(np.zeros((4, 1)), [U(1, 1)], branch=branch, counties=("province", "JH", "XH", "XH"))
    assert main_bus(grid) == 0
    assert behind(grid, [1]) == [(2, 3)]


def test_parts_found_without_a_graph_are_those_of_the_graph() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        size, edges = int(rng.integers(2, 12)), int(rng.integers(1, 14))
        ends, share = rng.integers(0, size, (2, edges)), rng.integers(0, 2, edges).astype(float)
        made: nx.MultiGraph[int] = nx.MultiGraph()
        made.add_nodes_from(range(size))
        made.add_edges_from((int(a), int(b)) for a, b, left in zip(*ends, share, strict=True) if left > 0)
        assert hanging_together(size, ends[0], ends[1], share) == islands(made)

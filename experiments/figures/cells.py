"""Schematic county cells: everything nearer to one seat than to another, inside a frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import Voronoi

from dafeng.configs.units import Floats

Frame = tuple[float, float, float, float]
"""West, south, east, north."""


def cells(points: Sequence[tuple[float, float]], frame: Frame) -> list[Floats]:
    """The corners of each point's cell, (corners, 2); mirrored points close the cells at the frame.

    >>> [len(cell) for cell in cells([(0.25, 0.5), (0.75, 0.5)], (0.0, 0.0, 1.0, 1.0))]
    [4, 4]
    """
    own = np.array(points, dtype=np.float64)
    west, south, east, north = frame
    mirrored = [
        np.column_stack([2 * west - own[:, 0], own[:, 1]]), np.column_stack([2 * east - own[:, 0], own[:, 1]]),
        np.column_stack([own[:, 0], 2 * south - own[:, 1]]), np.column_stack([own[:, 0], 2 * north - own[:, 1]]),
    ]
    found = Voronoi(np.vstack([own, *mirrored]))
    regions = [found.regions[found.point_region[at]] for at in range(len(own))]
    return [np.asarray(found.vertices[region], dtype=np.float64) for region in regions]

"""Neighbours: a small world of index arithmetic, nothing stored (MODEL_SPEC 4.2).

Each owner looks at k neighbours on a ring within the county; each link is rewired to anyone of the county with a fixed
chance. The draw of a link belongs to the population, so the network is the same in every year and replication.
"""

from __future__ import annotations

import numpy as np

from dafeng.agents.adoption_draws import uniform
from dafeng.agents.vehicles_stock import BEV, PHEV, Bytes
from dafeng.configs.units import Floats, Ints
from dafeng.network.compiled import compiled, inlined

LINKS_A_ROW = 64
"""Room for links in the numbering of their draws."""


@inlined
def neighbour(key: np.uint64, row: int, link: int, links: int, rewired: float, first: int, size: int) -> int:
    """The row at the other end of a link: the ring's, or anyone's with chance `rewired`."""
    draw = uniform(key, row * LINKS_A_ROW + link)
    if draw < rewired:
        return first + int(draw / rewired * size)
    half = links // 2
    step = link - half if link < half else link - half + 1
    place = row - first + step
    return first + (place if 0 <= place < size else place % size)


@compiled
def electric_neighbours(
    key: np.uint64, rows: Ints, first: int, size: int, powertrain: Bytes, links: int, rewired: float
) -> Floats:
    """Electric share among each row's neighbours that own a vehicle; -1 where none does."""
    shares = np.empty(len(rows))
    for i in range(len(rows)):
        owners, electric = 0, 0
        for link in range(links):
            kind = powertrain[neighbour(key, rows[i], link, links, rewired, first, size)]
            owners += kind != 0
            electric += (kind == BEV) | (kind == PHEV)
        shares[i] = electric / owners if owners else -1.0
    return shares


def deviations(shares: Floats) -> Floats:
    """Neighbours' electric share less its mean; 0 for who has no neighbour."""
    known = shares >= 0.0
    if not known.any():
        return np.zeros_like(shares)
    return np.where(known, shares - shares[known].mean(), 0.0)

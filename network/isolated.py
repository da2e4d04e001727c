"""Parts of the grid that stand alone, or that outages cut off, live on what they have (MODEL_SPEC 6.3, 7.1)."""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Bools, Floats
from dafeng.network.bounds import Bounds
from dafeng.network.buses import Nodes, Sites, shed_at, turn_down, turn_up
from dafeng.network.compiled import compiled
from dafeng.network.fleet import Fleet
from dafeng.network.frame import Frame


def isolate(frame: Frame, share: Floats, made: Bounds, output: Floats, nodes: Nodes) -> None:
    """Balance every island of every hour; `share` (branches, hours) is what is in service.

    An island short of power raises its own units, then sheds; one with too much lowers them. The rest of the grid
    does the opposite.
    """
    for h in frame.parted_hours(share):
        for members in frame.cut_off(share[:, h]):
            balance_island(frame.fleet, frame.sites, h, members, made.low, made.high, output, nodes)


@compiled
def balance_island(
    fleet: Fleet, sites: Sites, h: int, members: Bools, low: Floats, high: Floats, output: Floats, nodes: Nodes
) -> None:
    """Balance one island in one hour."""
    surplus = 0.0
    for b in range(members.size):
        surplus += nodes.net_mw[b, h] if members[b] else 0.0
    others, elsewhere = np.empty(members.size, np.bool_), np.empty(members.size, np.bool_)
    for b in range(members.size):
        others[b] = not members[b]
        elsewhere[b] = sites.is_city[b] and others[b]
    if surplus > 0.0:
        turn_down(fleet, sites, h, surplus, low, output, nodes, others)
        shed_at(nodes, h, turn_up(fleet, sites, h, surplus, high, output, nodes, members), elsewhere)
    elif surplus < 0.0:
        missing = turn_up(fleet, sites, h, -surplus, high, output, nodes, others)
        gained = -surplus - missing + shed_at(nodes, h, missing, members)
        turn_down(fleet, sites, h, gained, low, output, nodes, members)

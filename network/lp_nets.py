"""What a solution feeds in at each bus, where a column stands for several buses as well (`Shape.is_pooled`).

Stores that run as one share what they do by their energy, free rows what is curtailed by what they have.
"""

from __future__ import annotations

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.fleet import FREE
from dafeng.network.lp_facts import Facts, Values
from dafeng.network.lp_shape import Block, Shape
from dafeng.network.lp_solver import Solver


def net_mw(solver: Solver, facts: Facts, values: Values, columns: Floats) -> Floats:
    """(buses, hours) net feeds of a solution, what the city shares out included."""
    feeds, buses, shape = solver.feeds, len(values.given_mw), solver.shape
    size = (buses + 1) * shape.hours
    fed = np.bincount(feeds.bus * shape.hours + feeds.hour, weights=feeds.value * columns[feeds.column], minlength=size)
    fed = fed.reshape(buses + 1, shape.hours)
    net: Floats = values.given_mw + fed[:buses] + shape.city_weight[:, None] * fed[buses]
    return net + _moved(shape, facts, columns) if shape.is_pooled else net


def curtailed_of(shape: Shape, facts: Facts, curtailed: Floats) -> Floats:
    """(free rows, hours) what each gives up of what is curtailed (groups, hours) in the window."""
    fleet, n = facts.task.frame.fleet, facts.task.frame.fleet.n_generators
    free = np.flatnonzero(fleet.kind[:n] == FREE)
    soft = facts.made.high[:, free].T * (1.0 - fleet.min_share[free])[:, None]
    room = np.zeros_like(curtailed)
    np.add.at(room, shape.free_group[free], soft)
    part = np.divide(curtailed, room, out=np.zeros_like(room), where=room > 0.0)
    return np.asarray(part[shape.free_group[free]] * soft)


def _moved(shape: Shape, facts: Facts, columns: Floats) -> Floats:
    """(buses, hours) what is fed in elsewhere than at the buses of the columns of a pooled programme."""
    frame, rest, n = facts.task.frame, facts.rest, facts.task.frame.fleet.n_generators
    made, asset, stores = np.zeros((len(frame.grid.buses), shape.hours)), shape.slots.asset, shape.slots.stores

    def of(block: Block) -> Floats:
        return block.of(columns)[:, rest:]

    there, tank = made[:, rest:], frame.sites.tank
    charge, discharge, curtail = of(shape.charge), of(shape.discharge), of(shape.curtail)
    np.add.at(there, tank[asset], charge)
    np.subtract.at(there, tank[asset[:stores]], discharge)
    np.add.at(there, shape.free_bus, curtail)
    apart_in, apart_out = facts.tanks.spread(charge), facts.tanks.spread(discharge)
    np.subtract.at(there, tank, apart_in)
    np.add.at(there, tank[: len(apart_out)], apart_out)
    free = np.flatnonzero(frame.fleet.kind[:n] == FREE)
    np.subtract.at(there, frame.sites.generator[free], curtailed_of(shape, facts, curtail))
    return made

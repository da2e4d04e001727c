"""The meshed network behind which a city's offtakes stand, as adequacy samples it (MODEL_SPEC 7.8 b)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Bools, Floats, Ints
from dafeng.network.adequacy_storms import Season, SeasonArrays
from dafeng.network.sampling import MachineArrays, Machines, Marks


class Feed(NamedTuple):
    """(nodes, hours) what stands at the nodes themselves, not behind an offtake."""

    need_mw: Floats
    """What is taken from a node as the year was operated; below zero it gives."""
    supply_mw: Floats
    """What its units can give: in service in the operated year, whether they ran or not."""


@dataclass(frozen=True)
class Mesh:
    """Lines and transformers between nodes; the first node, the province's, gives and takes whatever is left.

    Its flows are DC flows. What outages of the operated year did to units is part of it; those of lines are drawn.
    """

    from_node: Ints
    to_node: Ints
    reactance: Floats
    """(rows,) of all circuits in service; only ratios count."""
    circuits: Ints
    limit_mw: Floats
    """(rows,) the most that a row may carry with whatever is in service: what N-1 allows, where that is kept."""
    carry_mw: Floats
    """(rows,) what all circuits carry; infinite for no limit."""
    parts: Machines
    """Rows that fail circuit by circuit: `count` circuits, `group` the row; `mw` is unused."""
    factor: Floats
    """(rows, nodes) MW on a row for one MW from a node to the first."""
    flow_mw: Floats
    """(hours, rows) of what was fed in and taken out in the operated year, with every circuit in service."""
    county: Ints
    """(nodes,) row of System.counties, -1 outside of the city."""
    offtake_node: Ints
    """(nodes of Offtakes,) the node that each is fed from."""
    makes_feed: Callable[[], Feed]
    """Asked once, when an hour has to be solved: most years have none."""
    season: Season = field(default_factory=Season.none)
    """Storms, which take circuits of several lines at once."""

    @cached_property
    def feed(self) -> Feed:
        """What stands at the nodes."""
        return self.makes_feed()


class Lines(NamedTuple):
    """A mesh as the sampler reads it, with its working arrays; nothing in them between sample years."""

    parts: MachineArrays
    season: SeasonArrays
    factor: Floats
    transfer: Floats
    """(rows, rows) MW on a row for one MW from one end of another to its other end."""
    flow_mw: Floats
    circuits: Ints
    limit_mw: Floats
    carry_mw: Floats
    county: Ints
    offtake_node: Ints
    marks: Marks
    change: Floats
    """(hours + 1,) circuits of the row at hand that fail and come back."""
    out: NDArray[np.int16]
    """(hours, rows) circuits out of service."""
    rows_out: NDArray[np.int16]
    """(hours,) rows with any."""
    is_out_day: Bools
    added_mw: Floats
    """(1,) added load of `shift_mw`, `peak_mw`, `is_over` and `base_short_mw`, which stay between sample years."""
    shift_mw: Floats
    """(rows,) flow that the added load makes."""
    peak_mw: Floats
    """(rows,) highest flow of the year, in either sense, with every circuit in service and nothing cut."""
    is_over: Bools
    """(hours,) a limit is exceeded with every circuit in service and nothing shed."""
    is_over_day: Bools
    base_short_mw: Floats
    """(hours, nodes) what is shed there in those hours."""
    hour: Ints
    """(hours,) that have to be solved: the first so many of the list."""
    is_asked: Bools
    """(hours,) is among them."""
    short_mw: Floats
    """(hours, nodes) what is shed in those that were solved."""
    row: Ints
    """(rows,) of the state at hand, those with circuits out first."""
    gain: Floats
    """(rows, rows) MW on each row for one MW that the n-th of them carried when those before it were out."""
    now_mw: Floats
    """(rows,) limit in the state at hand."""
    after_mw: Floats
    """(rows,) flow of the hour at hand."""
    county_mw: Floats
    """(counties,) shed in the hour at hand."""


def lines_of(mesh: Mesh | None, luck: Luck, year: int, hours: int, counties: int) -> Lines:
    """The mesh with its keys of luck; no rows when there is none."""
    if mesh is None:
        nothing, none = np.zeros(0), np.zeros(0, np.int64)
        mesh = Mesh(none, none, nothing, none, nothing, nothing, Machines.of([]), np.zeros((0, 0)),
                    np.zeros((0, 0)), none, none, _no_feed)
        hours = 0
    rows, nodes, days = len(mesh.circuits), len(mesh.county), hours // DAY_H
    touched = np.empty((days, 1, 2), np.int8)
    touched[:] = (DAY_H, -1)
    return Lines(
        mesh.parts.arrays(luck, "adequacy", year), mesh.season.arrays(luck, year), np.ascontiguousarray(mesh.factor),
        np.ascontiguousarray(mesh.factor[:, mesh.from_node] - mesh.factor[:, mesh.to_node]),
        np.ascontiguousarray(mesh.flow_mw), mesh.circuits, mesh.limit_mw, mesh.carry_mw, mesh.county,
        mesh.offtake_node, Marks(touched, np.zeros(days + 1), np.zeros(1)), np.zeros(hours + 1),
        np.zeros((hours, rows), np.int16), np.zeros(hours, np.int16), np.zeros(days, np.bool_), np.full(1, np.nan),
        np.zeros(rows), np.zeros(rows), np.zeros(hours, np.bool_), np.zeros(days, np.bool_), np.zeros((hours, nodes)),
        np.zeros(hours, np.int64),
        np.zeros(hours, np.bool_), np.zeros((hours, nodes)), np.zeros(rows, np.int64), np.zeros((rows, rows)),
        np.zeros(rows), np.zeros(rows), np.zeros(counties),
    )


def _no_feed() -> Feed:
    return Feed(np.zeros((0, 0)), np.zeros((0, 0)))

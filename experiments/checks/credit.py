"""Capacity credit in RTS-79: perfect capacity is worth itself, sun and stores the less the more there are of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H
from dafeng.configs.values import Estimate
from dafeng.experiments.checks.base import CHECKS
from dafeng.network.adequacy_system import single_node
from dafeng.network.capacity_credit import CLOSE, elcc_mw, perfect, saturation, storage, weather
from dafeng.network.capacity_margins import Resource, Room, room_of
from dafeng.network.outages import Process
from dafeng.network.systems import read_system

SAMPLE_YEARS = 400
PERFECT_MW, SEARCHED_MW = 100.0, 250.0
"""The load it carries is sought up to more than its capacity, so that 100 % is found and not the end of the search."""
SIZES_MW = (50.0, 200.0, 500.0, 1000.0)
STORES_MW = (*SIZES_MW, 3000.0, 10_000.0)
"""Up to more than three times the peak: a search that stops early there finds nothing."""
DURATION_H, EFFICIENCY = 2.0, 0.85
NOON, HALF_DAY_H = 12, 6.0


@CHECKS.add("credit", title="Capacity credit", title_zh="容量置信度")
def credit() -> dict[str, float | Estimate]:
    """Values of all rows of the table of this name."""
    room = rts79_room(SAMPLE_YEARS)
    hours = room.mw.shape[1]
    whole = elcc_mw(room, room.plus(perfect(PERFECT_MW, hours)), SEARCHED_MW)
    return {"V24a": whole.value / PERFECT_MW, "V24b": falls(room, lambda mw: sun(mw, hours), SIZES_MW),
            "V24c": falls(room, lambda mw: storage(mw, DURATION_H, EFFICIENCY), STORES_MW)}


def rts79_room(sample_years: int) -> Room:
    """Hourly room of RTS-79 as published: its 32 units against its load."""
    system = read_system("rts79")
    units = system.units
    machines = [(units.keys[i], float(units.mw[i]), Process(float(units.mttf_h[i]), float(units.mttr_h[i])))
                for i in range(len(units.keys))]
    return room_of(single_node(machines, system.load_mw[0]), Luck(1), sample_years=sample_years, balance="island",
                   at_standard=False)


def sun(mw: float, hours: int) -> Resource:
    """Clear days of twelve hours, the same all year: a stylised shape."""
    height = np.cos((np.arange(hours) % DAY_H - NOON) * np.pi / (2.0 * HALF_DAY_H))
    return weather(mw, np.maximum(0.0, height))


def falls(room: Room, resource_of: Callable[[float], Resource], sizes_mw: Sequence[float]) -> float:
    """From how many of the sizes to the next the share falls of a resource that carries as many MW as before or more.

    More of a kind never carries less, so a share that falls to nothing is an error of the search and not a fall.
    """
    found = saturation(room, resource_of, sizes_mw)
    return float(sum(later.elcc_share.value < earlier.elcc_share.value
                     and later.elcc_mw.value >= earlier.elcc_mw.value - CLOSE * later.power_mw
                     for earlier, later in pairwise(found)))

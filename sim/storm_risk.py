"""Typhoons in adequacy: a common cause that takes the city's wind, sun and part of nuclear away at once.

What a storm takes is what the hit units would have given in the hour: wind for the hours of strong wind, sun for a day,
part of nuclear for a day of a severe storm, as in the operated year; nothing of a machine that is out. The seasons are
those that take lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network.adequacy_gales import HIT, NUCLEAR, Gales
from dafeng.network.adequacy_storms import Season
from dafeng.network.sampling import Machine
from dafeng.network.storms import has_storms
from dafeng.sim.storms import kind_of


def lost_mw(city: City, units: Iterable[tuple[Unit, Floats]]) -> Floats:
    """(HIT, hours) what a storm that hits a kind takes of these units; `units` with the (hours,) share that can run."""
    total = np.zeros((len(HIT), HOURS_A_YEAR))
    if not has_storms(city):
        return total
    lost: Mapping[str, float] = {
        "wind": city.value("typhoon.wind_farm_cutout"),
        "solar": 1.0 - city.value("typhoon.pv_output_factor"),
        "nuclear": city.value("typhoon.nuclear_runback"),
    }
    for unit, share in units:
        if kind := kind_of(unit):
            total[HIT.index(kind)] += lost[kind] * unit.capacity_mw * share
    return total


def gales_of(city: City, lost: Floats, first_group: int, struck: Sequence[Machine] = ()
             ) -> tuple[Gales, list[Floats]]:
    """Storms over a pool, and the MW by hour of the groups that they bring, from a group on; `struck` are machines of
    nuclear plants."""
    kinds = [kind for kind, mw in enumerate(lost) if mw.any()]
    gales = Gales.of(Season.of(city), kinds, first_group)
    if struck and has_storms(city):
        gales = gales.over(NUCLEAR, struck, city.value("typhoon.nuclear_runback"))
    return gales, [lost[kind] for kind in kinds]


def struck_of(machines: Iterable[Machine], units: Iterable[Unit]) -> list[Machine]:
    """Machines of the units that storms hit: nuclear, as all else that they hit does not fail by itself."""
    hit = {unit.key for unit in units if kind_of(unit) == HIT[NUCLEAR]}
    return [machine for machine in machines if machine.key in hit]

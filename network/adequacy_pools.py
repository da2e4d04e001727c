"""The province's pool for adequacy: its blocks and the city's units against the load of both, in every state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dafeng.configs.units import Floats
from dafeng.network.adequacy_gales import Gales
from dafeng.network.adequacy_system import Pool, Reservoirs
from dafeng.network.outages_pace import NO_PACES, PROVINCE, Paces
from dafeng.network.province import COAL, GAS, IMPORTS, NUCLEAR, Block, Province, by_month
from dafeng.network.sampling import Machine, Machines

SAMPLED = (COAL, GAS, NUCLEAR, IMPORTS)
"""Families sampled machine by machine; the other blocks are hundreds of small machines, whose outages add up to a
spread of some 50 MW in a province of 200 GW: their expected output stands."""


@dataclass(frozen=True)
class CitySide:
    """What the city brings into a pool: machines that fail, and the load left by what does not."""

    machines: tuple[Machine, ...]
    """`group` is a row of `share`."""
    share: Floats
    """(groups, hours) share that can run when in service."""
    net_load_mw: Floats
    """(hours,) or (weather years, hours): load less supply that is not sampled, unless `steady_mw` has it."""
    fuel: tuple[str, ...]
    """(groups,) family whose state the group shares: coal, import, or '' for none."""
    paces: Paces = NO_PACES
    """How fast the year's weather wears the machines of city and province."""
    steady_mw: Floats | float = 0.0
    """(hours,) wind, sun and other supply that is not sampled; a hot state raises load, not this."""
    gales: Gales = field(default_factory=Gales)
    """Storms over the groups of `share`."""


def province_pool(provinces: Sequence[Province], rest_load_mw: Floats, profiles: Mapping[str, Floats], city: CitySide,
                  import_share: Floats | None = None) -> tuple[Pool, Floats]:
    """The pool over all states and weather years, and the probability of each case.

    `provinces` holds one year in each of its states; the first gives the machines. `rest_load_mw` and the profiles of
    solar, wind_onshore and wind_offshore are (hours,) or (weather years, hours), as is `import_share`, what the weather
    leaves of the limit of imports (all where None). Cases run over states, then weather.
    """
    base, weather = provinces[0], np.atleast_2d(rest_load_mw).shape[0]
    blocks = _by_weather([block for block in base.blocks if block.family in SAMPLED], import_share)
    machines = [replace(machine, group=machine.group + len(blocks)) for machine in city.machines]
    own = [one for row, (b, _, _) in enumerate(blocks)
           for one in b.rows(row, city.paces.row(b.outage_class, PROVINCE))]
    share = np.vstack([*(by_month(block.month_share) * left for block, left, _ in blocks), city.share])
    factor = np.array([_factors(province, [block for block, _, _ in blocks], city) for province in provinces])
    factor = np.repeat(factor, weather, axis=0)
    for row, (_, _, year) in enumerate(blocks):
        factor[:, row] *= 1.0 if year is None else np.tile(np.arange(weather) == year, len(provinces))
    need = np.vstack([_need(province, rest_load_mw, profiles, city) for province in provinces])
    probability = np.repeat([province.probability / weather for province in provinces], weather)
    rows = Machines.of([*own, *machines], city.paces)
    pool = Pool(rows, np.ascontiguousarray(share), factor, need, reservoirs_of(base), spreads=True,
                gales=city.gales.moved(len(blocks)))
    return pool, probability / probability.sum()


def _by_weather(blocks: Sequence[Block], import_share: Floats | None
                ) -> list[tuple[Block, Floats | float, int | None]]:
    """Blocks, what the weather leaves of each, and the weather year it stands for (None: all).

    Imports of several weather years are a row for each, with the same luck; only that of the case's weather counts.
    """
    found: list[tuple[Block, Floats | float, int | None]] = []
    for block in blocks:
        if block.family != IMPORTS or import_share is None:
            found.append((block, 1.0, None))
            continue
        years = np.atleast_2d(import_share)
        found += [(block, left, year if len(years) > 1 else None) for year, left in enumerate(years)]
    return found


def reservoirs_of(province: Province) -> Reservoirs:
    """The province's stores, each with the expected part of its machines in service; losses are taken on charging."""
    power = np.array([s.power_mw * (1.0 - s.process.forced_outage_rate) for s in province.stores])
    hours = np.array([s.hours for s in province.stores])
    efficiency = np.array([s.efficiency for s in province.stores])
    return Reservoirs(power, power, power * hours, efficiency, np.ones(len(power)))


def _factors(province: Province, blocks: Sequence[Block], city: CitySide) -> list[float]:
    """What a state leaves of each group's share: months keep their pattern, so one number a group."""
    ratio = [_ratio(province.block(block.technology), block) for block in blocks]
    of_family = {block.family: one for block, one in zip(reversed(blocks), reversed(ratio), strict=True)}
    return [*ratio, *(of_family.get(family, 1.0) for family in city.fuel)]


def _ratio(block: Block, base: Block) -> float:
    return float(block.month_share.sum() / base.month_share.sum())


def _need(province: Province, rest_load_mw: Floats, profiles: Mapping[str, Floats], city: CitySide) -> Floats:
    """(weather years, hours) load of province and city in a state less the expected output of small machines."""
    load = np.atleast_2d(rest_load_mw + city.net_load_mw) * (1.0 + by_month(province.load_uplift)) - city.steady_mw
    for block in province.blocks:
        if block.family in SAMPLED:
            continue
        shape = profiles[block.profile] if block.profile else block.up
        load = load - block.capacity_mw * by_month(block.month_share) * shape
    return np.ascontiguousarray(load)

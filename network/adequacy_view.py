"""What each view samples: its pool, what has to be delivered and over which lines, and added load (MODEL_SPEC 7.8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from dafeng.configs.luck import Luck
from dafeng.configs.units import DAY_H, Floats
from dafeng.network.adequacy_delivery import Delivery, delivery_of
from dafeng.network.adequacy_gales import GaleArrays, Gales
from dafeng.network.adequacy_lazy import PoolArrays
from dafeng.network.adequacy_lines_hour import ready, solve_hours
from dafeng.network.adequacy_mesh import Lines, Mesh, lines_of
from dafeng.network.adequacy_samples import Progress, undelivered_hours
from dafeng.network.adequacy_system import Pool, System, no_stores
from dafeng.network.adequacy_year import Scratch
from dafeng.network.sampling import Machines

Support: TypeAlias = Literal["province", "deliverability", "island"]


@dataclass(frozen=True)
class View:
    """What is sampled for one view."""

    pool: PoolArrays
    gales: GaleArrays
    """Storms over the pool."""
    delivery: Delivery
    lines: Lines
    mesh: Mesh | None
    added_mw: float
    is_by_state: bool = False
    """Whether states of the province matter: rare ones have more sample years then, and weigh no more."""

    def go_on(self, at: Progress, added_mw: float) -> bool:
        """Solve the hours that sampling stopped for; whether there were any."""
        if at.asked > 0 and self.mesh is not None:
            solve_hours(self.mesh, self.delivery, self.lines, at.asked, added_mw)
        return at.asked > 0


def view_of(system: System, luck: Luck, support: Support) -> View:
    """What a view samples: its pool, what has to be delivered over which lines, and added load."""
    is_island, counties = support == "island", len(system.counties)
    offtakes, mesh = (None, None) if is_island else (system.offtakes, system.mesh)
    pool = system.island if is_island else system.province if support == "province" else None
    sampled, gales = _pool(system, pool, luck, 1.0 if is_island else system.city_share)
    return View(sampled, gales,
                delivery_of(offtakes, luck, system.year, system.hours, mesh is not None),
                lines_of(mesh, luck, system.year, system.hours, counties), mesh,
                -system.contract_mw if is_island else 0.0,
                support == "province" and pool is not None and len(system.probability) > 1)


def without_lines(view: View) -> View:
    """The same offtakes, with a network before them that carries anything."""
    nothing = lines_of(None, Luck(0), 0, 0, len(view.lines.county_mw))
    cuts = np.zeros((0, view.delivery.cut_mw.shape[1]))
    return replace(view, lines=nothing, mesh=None, delivery=view.delivery._replace(cut_mw=cuts))


def _pool(system: System, pool: Pool | None, luck: Luck, city_share: float
          ) -> tuple[PoolArrays, GaleArrays]:
    cases = len(system.probability)
    if pool is None:
        nothing = np.zeros((0, system.hours))
        machines = Machines.of([]).arrays(luck, "adequacy", system.year)
        none = PoolArrays(False, machines, nothing, np.zeros((cases, 0)), np.zeros((cases, 0)), no_stores(), False, 1.0,
                          np.zeros((cases, 0)), np.zeros((cases, 0)))
        return none, Gales().arrays(luck, system.year)
    every = replace(
        pool, factor=np.broadcast_to(pool.factor, (cases, pool.factor.shape[1])).copy(),
        need_mw=np.broadcast_to(pool.need_mw, (cases, system.hours)).copy(),
    ).merged()
    firm_mw = every.firm_margin_mw
    made = PoolArrays(True, every.machines.arrays(luck, "adequacy", system.year), every.share, every.factor, firm_mw,
                      every.stores, every.spreads, city_share, firm_mw.reshape(cases, -1, DAY_H).min(axis=2),
                      every.factor * every.share.max(axis=1))
    return made, every.gales.arrays(luck, system.year, every.machines.keys)


def undelivered(view: View, added_mw: float, years: int, work: Scratch) -> Floats:
    """(sample years,) hours undelivered behind offtakes and for the lines before them, with so much added load."""
    found, at = np.zeros(years), Progress(0, 0, 0)
    ready(view.mesh, view.delivery, view.lines, added_mw)
    while True:
        at = undelivered_hours(view.delivery, view.lines, added_mw, work, found, at)
        if not view.go_on(at, added_mw):
            return found

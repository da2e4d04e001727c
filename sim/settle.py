"""What the hours meant for each asset: energy, revenue, cost, fuel and emissions of one year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dafeng.agents.view import Settlement
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.network.grid import Hours
from dafeng.sim.assembly import Assembly
from dafeng.sim.merge import shared
from dafeng.sim.sales import revenue_cny

TOLERANCE = 1.0 + 1e-6
"""What still counts as at the limit."""
ROWS = 8
"""Branches looked at together: their hours stay in the processor's cache."""


def fuel_gj(assembly: Assembly, hours: Hours) -> Floats:
    """(generators,) fuel burnt, starts and the fuel of extracted heat included (MODEL_SPEC 1.1, 1.6)."""
    g = assembly.grid.generators
    start_gj = np.array([unit.start_gj_per_mw * unit.capacity_mw for unit in assembly.units])
    energy = hours.generation_mw.sum(axis=1) + power_lost_to_heat_mwh(assembly, hours)
    on = hours.committed.sum(axis=1)
    return np.asarray(g.fuel_gj_per_mwh * energy + g.no_load_gj_per_h * on + start_gj * hours.starts)


def power_lost_to_heat_mwh(assembly: Assembly, hours: Hours) -> Floats:
    """(generators,) output forgone for heat while the unit was on: c_v times heat."""
    grid = assembly.grid
    lost = np.zeros(len(grid.generators.key))
    for row in np.flatnonzero(grid.generators.heat_row >= 0):
        heat = grid.heat_mw[grid.generators.heat_row[row]] * grid.generators.heat_share[row]
        lost[row] = grid.generators.power_loss[row] * float(heat @ hours.committed[row])
    return lost


def settlements(city: City, year: int, assembly: Assembly, hours: Hours, branch_share: Floats) -> dict[str, Settlement]:
    """By asset key: units, stores, offers and branches."""
    found = _units(city, year, assembly, hours)
    found.update(_stores(assembly, hours))
    found.update(_offers(assembly, hours))
    found.update(_branches(assembly, hours, branch_share, city.value("extra.reinforcement_trigger")))
    return shared(found, assembly.members)


def _units(city: City, year: int, assembly: Assembly, hours: Hours) -> dict[str, Settlement]:
    g, fuel = assembly.grid.generators, fuel_gj(assembly, hours)
    energy, on = hours.generation_mw.sum(axis=1), hours.committed.sum(axis=1)
    price = hours.price_cny_per_mwh
    revenue = [revenue_cny(city, year, u, hours.generation_mw[i], price) for i, u in enumerate(assembly.units)]
    cost = g.cost_cny_per_mwh * (energy + power_lost_to_heat_mwh(assembly, hours)) + g.no_load_cny_per_h * on
    cost = cost + g.start_cny * hours.starts
    curtailed = hours.curtailed_mw.sum(axis=1)
    return {
        unit.key: Settlement(
            energy_mwh=float(energy[i]),
            revenue_cny=revenue[i],
            variable_cost_cny=float(cost[i]),
            fuel_gj=float(fuel[i]),
            emissions_t=float(fuel[i] * unit.emission_t_per_gj),
            starts=float(hours.starts[i]),
            hours_on=float(on[i]),
            curtailed_mwh=float(curtailed[i]),
        )
        for i, unit in enumerate(assembly.units)
    }


def _stores(assembly: Assembly, hours: Hours) -> dict[str, Settlement]:
    stores, price = assembly.grid.stores, hours.price_cny_per_mwh
    out, into = hours.discharge_mw.sum(axis=1), hours.charge_mw.sum(axis=1)
    revenue = (hours.discharge_mw - hours.charge_mw) @ price
    return {
        key: Settlement(
            energy_mwh=float(out[i]),
            charged_mwh=float(into[i]),
            revenue_cny=float(revenue[i]),
            variable_cost_cny=float(stores.wear_cny_per_mwh[i] * out[i]),
        )
        for i, key in enumerate(stores.key)
    }


def _offers(assembly: Assembly, hours: Hours) -> dict[str, Settlement]:
    offers, called = assembly.grid.offers, np.maximum(hours.shed_mw, 0.0).sum(axis=1)
    return {
        key: Settlement(called_mwh=float(called[i]), revenue_cny=float(called[i] * offers.price_cny_per_mwh[i]))
        for i, key in enumerate(offers.key)
        if not assembly.offers[i].is_ordered
    }


def _branches(assembly: Assembly, hours: Hours, share: Floats, trigger: float) -> dict[str, Settlement]:
    """Use of each branch as the market asked for it, and how long and how far it went beyond what is wanted of it."""
    grid, branches = assembly.grid, assembly.grid.branches
    peak, energy, over, asked = np.zeros((4, len(branches.key)))
    beyond = np.empty(hours.asked_mw.shape)
    for first in range(0, len(branches.key), ROWS):
        rows = slice(first, first + ROWS)
        limit, flow = branches.secure_mw(share[rows], rows), np.abs(hours.asked_mw[rows])
        shed = np.where(branches.is_radial[rows, None], hours.unserved_mw[branches.to_bus[rows]], 0.0)
        use = np.where(limit > 0, (flow + shed) / np.maximum(limit, 1e-9), 0.0)
        peak[rows], energy[rows] = use.max(axis=1, initial=0.0), flow.sum(axis=1)
        over[rows] = (np.abs(hours.flow_mw[rows]) > limit * TOLERANCE).sum(axis=1)
        asked[rows] = (flow > limit * TOLERANCE).sum(axis=1)
        np.maximum(flow - trigger * branches.limit_mw[rows, None], 0.0, out=beyond[rows])
    stressed, worth = beyond.sum(axis=1), beyond @ hours.price_cny_per_mwh
    return {
        key: Settlement(
            energy_mwh=float(energy[i]), peak_share=float(peak[i]), overloaded_h=float(over[i]),
            redispatched_h=float(max(asked[i] - over[i], 0.0)),
            stressed_mwh=float(stressed[i]), stressed_cny=float(worth[i]),
        )
        for i, key in enumerate(grid.branches.key)
    }


def own(settled: Mapping[str, Settlement], assembly: Assembly) -> dict[str, dict[str, Settlement]]:
    """The settlements of each agent's own assets: what it put on the grid, and what its plants earned for it."""
    by_agent: dict[str, dict[str, Settlement]] = {}
    owners = {unit.key: unit.owner for unit in assembly.units} | {store.key: store.owner for store in assembly.stores}
    owners |= {part: owners[key] for key, parts in assembly.members.items() for part, _ in parts}
    for asset, settlement in settled.items():
        for agent in {assembly.owner.get(asset, ""), owners.get(asset, "")} - {""}:
            by_agent.setdefault(agent, {})[asset] = settlement
    return by_agent

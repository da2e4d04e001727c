"""From the year's system to adequacy: what the sampler needs to know, in three views (MODEL_SPEC 7.8).

The weather is that of the operated year; states of the province (dry west, short fuel, hot summer) are cases drawn by
their probability. What fails machine by machine is sampled; wind, sun and small hydro follow the year's weather, and
imports fall in its hot spells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR, Floats
from dafeng.network.adequacy import Adequacy, Support, adequacy
from dafeng.network.adequacy_pools import CitySide, province_pool
from dafeng.network.adequacy_system import (
    Measures,
    Offtakes,
    Pool,
    System,
    no_stores,
)
from dafeng.network.grid import Hours
from dafeng.network.outages import Process, class_of
from dafeng.network.outages_pace import Paces
from dafeng.network.outages_wires import transformer_process
from dafeng.network.province import COAL, IMPORTS, by_month, states
from dafeng.network.sampling import Machine, Machines
from dafeng.sim import wires
from dafeng.sim.assembly import Assembly
from dafeng.sim.assess_stores import city_stores
from dafeng.sim.availability import Availability, Window
from dafeng.sim.contract_block import contract_mw
from dafeng.sim.failing import behaviours, is_link, link_rows
from dafeng.sim.merge import BATTERY
from dafeng.sim.mesh import mesh_of
from dafeng.sim.rows import link_share
from dafeng.sim.storm_risk import gales_of, lost_mw, struck_of
from dafeng.sim.storms import kind_of
from dafeng.sim.surroundings import PROVINCE, Around, import_share, province_of

ISLAND_SHARE_KEY = "extra.entitlement_share_provincial_units"
SECOND = "second"
"""What is appended to a unit's key for the luck of the second cause of its outages."""


def assess(
    city: City,
    around: Around,
    assembly: Assembly,
    availability: Availability,
    hours: Hours,
    luck: Luck,
    *,
    sample_years: int,
    support: Sequence[Support],
) -> dict[Support, Adequacy]:
    """Each view's indices for the year; a city without a province has the island alone, whatever is asked for."""
    system = system_of(city, around, assembly, availability, hours)
    alone = assembly.province_row < 0
    views: Sequence[Support] = ("island",) if alone and support else support
    if "island" in views:
        system = with_contract(system, city)
    return {view: adequacy(system, luck, sample_years=sample_years, support=view) for view in views}


def system_of(city: City, around: Around, assembly: Assembly, availability: Availability, hours: Hours) -> System:
    """The sampler's picture of the year, without the island's contract block."""
    city_mw = assembly.grid.load_mw[assembly.in_city].sum(axis=0) + hours.flexible_mw.sum(axis=0)
    shares = _Shares(assembly, availability, around.paces, link_share(city, around))
    province, probability = _province_pool(city, around, assembly, shares, city_mw)
    return System(
        year=around.year,
        counties=tuple(c.key for c in city.counties),
        county_load_mw=_county_load(city, assembly, hours),
        probability=probability,
        province=province,
        island=_island_pool(city, assembly, shares, city_mw / _of_state(around), len(probability)),
        measures=_measures(city, assembly, shares, hours),
        offtakes=_offtakes(city, assembly, hours),
        mesh=mesh_of(city, assembly, availability, hours, offtake_rows(city, assembly)),
        city_share=assembly.grid.market.city_share,
        lolh_standard_h=city.value("extra.lolh_standard"),
        case_names=tuple(str(row["state"]) for row in states(city)) if province else (),
    )


def with_contract(system: System, city: City) -> System:
    """The same with the island's contract block; a city without a province has none."""
    return system if system.province is None else replace(system, contract_mw=contract_mw(city))


class _Shares:
    """Hourly shares of machine groups: one for all that always can run, one for each unit with a season of its own."""

    def __init__(
        self, assembly: Assembly, availability: Availability, paces: Paces, link: Floats | None = None
    ) -> None:
        self.assembly, self.availability, self.paces, self.link = assembly, availability, paces, link
        self._windows: dict[int, list[Window]] = {}
        self._machines: dict[str, list[Machine]] = {}
        for window in availability.windows:
            if window.why in {"maintenance", "history", "retrofit"}:
                self._windows.setdefault(window.row, []).append(window)

    def planned(self, row: int) -> Floats:
        """(hours,) what maintenance, dates and season leave of a row; forced outages are not in it."""
        base = self.availability.base[row]
        if self.link is not None and row < len(self.assembly.units) and self.assembly.units[row].profile == "hvdc":
            base = np.where(base > 0.0, self.link, 0.0)  # as operated it has the drawn state and others' outages
        share: Floats = base.copy()
        for window in self._windows.get(row, ()):
            hours = slice(window.start, window.end)
            share[hours] = np.minimum(share[hours], base[hours] * window.share)
        return share

    def chanced(self, row: int) -> Floats:
        """(hours,) the same in hours that chance rules; 0 in those of dated facts, which say what the unit gives."""
        share = self.planned(row)
        for window in self._windows.get(row, ()):
            if window.why == "history":
                share[window.start : window.end] = 0.0
        return share

    def machines(self, city: City, unit: Unit) -> list[Machine]:
        """A unit as machines of group 0, made once for all pools."""
        if unit.key not in self._machines:
            self._machines[unit.key] = machines_of(city, unit, 0, self.paces)
        return self._machines[unit.key]

    def follows_weather(self, unit: Unit) -> bool:
        """Whether the unit's output is a profile rather than a machine."""
        return bool(unit.profile) and unit.profile != "hvdc"


def machines_of(city: City, unit: Unit, group: int, paces: Paces) -> list[Machine]:
    """A unit as a machine, a link as its poles; a second cause of its outages, as an EPR has, as a row behind it."""
    if is_link(unit):
        return [replace(row, group=group) for row in link_rows(city, unit)]
    found = behaviours(city, unit)
    if not found:
        return []
    one, *others = found
    main = Machine(unit.key, unit.capacity_mw, one.process, group, derated=one.derated, repair_shape=one.repair_shape,
                   pace=paces.row(unit.outage_class))
    if not others:
        return [main]
    second, = others  # a common cause takes machines of the row before, so there is place for one
    return [main, Machine(f"{unit.key}/{SECOND}", unit.capacity_mw, second.process, group,
                          repair_shape=second.repair_shape, takes=1)]


def _city_machines(
    city: City, assembly: Assembly, shares: _Shares, wanted: Sequence[int], first_group: int
) -> tuple[list[Machine], list[Floats], Floats, Floats]:
    """Machines of the city's units, their groups' shares, the MW that do not fail (weather and aggregates), and what
    storms take of these."""
    machines: list[Machine] = []
    groups: list[Floats] = []
    steady = np.zeros(HOURS_A_YEAR)
    by_share: dict[bytes, int] = {}
    hit: list[tuple[Unit, Floats]] = []
    for row in wanted:
        unit = assembly.units[row]
        share = shares.planned(row)
        rows = [] if shares.follows_weather(unit) else shares.machines(city, unit)
        if kind_of(unit) and not rows:
            hit.append((unit, share))
        if not rows:
            steady += share * unit.capacity_mw
            continue
        chanced = shares.chanced(row)
        steady += (share - chanced) * unit.capacity_mw
        share = chanced
        print_of = share.tobytes() + unit.fuel.encode()
        if print_of not in by_share:
            by_share[print_of] = first_group + len(groups)
            groups.append(share)
        machines += [replace(m, group=by_share[print_of]) for m in rows]
    return machines, groups, steady, lost_mw(city, hit)


def _province_pool(
    city: City, around: Around, assembly: Assembly, shares: _Shares, city_mw: Floats
) -> tuple[Pool | None, Floats]:
    """The province with the city in it, in every state, and the probability of each; none where the city is alone."""
    if around.province is None:
        return None, np.ones(1)
    rows = [row for row, unit in enumerate(assembly.units) if unit.county != PROVINCE]
    machines, groups, steady, lost = _city_machines(city, assembly, shares, rows, 0)
    gales, taken = gales_of(city, lost, len(groups), struck_of(machines, assembly.units))
    groups = [*groups, *taken]
    fuel = _families(machines, {assembly.units[row].key: assembly.units[row] for row in rows}, len(groups))
    drawn = _of_state(around)
    side = CitySide(tuple(machines), np.array(groups), city_mw / drawn, fuel, shares.paces, steady, gales)
    profiles = {name: around.weather.factor(name, PROVINCE) for name in ("solar", "wind_onshore", "wind_offshore")}
    every = [province_of(city, around.year, row) for row in states(city)]
    kept = import_share(city, around.weather)
    return province_pool(every, around.province_load_mw / drawn, profiles, side, kept)


def _families(machines: Sequence[Machine], units: Mapping[str, Unit], groups: int) -> tuple[str, ...]:
    """(groups,) whose state a group shares: coal's fuel, the imports' dry year, or none."""
    found = [""] * groups
    for machine in machines:
        unit = units.get(machine.key)
        if unit is None:
            continue
        found[machine.group] = COAL if unit.fuel == "coal" else IMPORTS if unit.profile == "hvdc" else ""
    return tuple(found)


def _island_pool(city: City, assembly: Assembly, shares: _Shares, city_mw: Floats, cases: int) -> Pool:
    """Units that serve the city, and its share x_g of each provincial unit; `city_mw` is that of a normal state."""
    own = [row for row, u in enumerate(assembly.units) if u.county != PROVINCE and not u.is_provincial]
    entitled = [row for row, u in enumerate(assembly.units) if u.county != PROVINCE and u.is_provincial]
    machines, groups, steady, lost = _city_machines(city, assembly, shares, own, 0)
    provincial, more, steady_too, lost_too = _city_machines(city, assembly, shares, entitled, len(groups))
    part = city.value(ISLAND_SHARE_KEY) if assembly.province_row >= 0 else 1.0
    machines += [replace(m, mw=m.mw * part) for m in provincial]
    struck = struck_of(machines, assembly.units)
    gales, taken = gales_of(city, lost + part * lost_too, len(groups) + len(more), struck)
    every = [*groups, *more, *taken]
    share = np.array(every) if every else np.ones((1, HOURS_A_YEAR))
    need = city_mw - steady - part * steady_too
    factor, rows = np.ones((cases, share.shape[0])), Machines.of(machines, shares.paces)
    return Pool(rows, share, factor, np.tile(need, (cases, 1)), no_stores(), gales=gales)


def _of_state(around: Around) -> Floats:
    """(hours,) load of the operated year's state of the province over that of a normal one; 1 without a province."""
    return np.ones(HOURS_A_YEAR) if around.province is None else 1.0 + by_month(around.province.load_uplift)


def _measures(city: City, assembly: Assembly, shares: _Shares, hours: Hours) -> Measures:
    first = assembly.grid.rows.stores.start
    working = {first + row: 1.0 - Process(*class_of(city, store.outage_class)).forced_outage_rate
               for row, store in enumerate(assembly.stores) if store.outage_class and store.technology != BATTERY}
    stores, share = city_stores(assembly, lambda row: shares.planned(row) * working.get(row, 1.0))
    offers = assembly.grid.offers
    return Measures(
        hours.flexible_mw.sum(axis=0),
        stores,
        offers.power_mw,
        offers.hours_per_event,
        offers.events_per_year,
        np.array([offer.is_ordered for offer in assembly.offers], dtype=np.bool_),
        offers.rebound_share,
        share,
    )


def _county_load(city: City, assembly: Assembly, hours: Hours) -> Floats:
    grid, at = assembly.grid, {county.key: i for i, county in enumerate(city.counties)}
    found = np.zeros((len(at), grid.hours))
    for bus, county in enumerate(grid.counties):
        if county in at:
            found[at[county]] += grid.load_mw[bus]
    np.add.at(found, [at[grid.counties[bus]] for bus in grid.flexible.bus], hours.flexible_mw)
    return found


def offtake_rows(city: City, assembly: Assembly) -> list[int]:
    """Rows of the branches that are offtakes, county by county."""
    grid, at = assembly.grid, {county.key: i for i, county in enumerate(city.counties)}
    radial = np.flatnonzero(grid.branches.is_radial).tolist()
    return sorted(radial, key=lambda i: at[grid.counties[grid.branches.to_bus[i]]])


def _offtakes(city: City, assembly: Assembly, hours: Hours) -> Offtakes | None:
    grid, order = assembly.grid, offtake_rows(city, assembly)
    if not order:
        return None
    at = {county.key: i for i, county in enumerate(city.counties)}
    process = transformer_process(city)
    machines, limits, net, county = [], [], [], []
    for node, branch in enumerate(order):
        bus, key = int(grid.branches.to_bus[branch]), grid.branches.key[branch]
        machines.append(Machine(key, 0.0, process, node, int(grid.branches.circuits[branch])))
        limits.append(float(grid.branches.carry_mw[branch]))
        net.append(hours.flow_mw[branch] + hours.unserved_mw[bus])
        county.append(at[grid.counties[bus]])
    rows = np.array(county, dtype=np.int64)
    return Offtakes(rows, np.array(net), Machines.of(machines), np.array(limits), wires.keeps_spare(city))

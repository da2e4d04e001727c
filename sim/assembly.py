"""From what the agents own to the Grid of the year: rows, profiles, outages, and who owns which row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dafeng.agents.assets import Assets, Offer, Shiftable, Storage, Unit
from dafeng.agents.emergency import pooled_orders
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR, Bools, Floats
from dafeng.network.grid import Branches, Flexible, Grid, Market, Offers, Stores
from dafeng.sim import loads, rows, wires
from dafeng.sim.merge import Members, merged_stores, merged_units
from dafeng.sim.surroundings import Around, stores_of, units_of

OUTSIDE = frozenset({"province", "external"})


@dataclass(frozen=True, eq=False)
class Assembly:
    """A Grid with what each of its rows is."""

    grid: Grid
    base_share: Floats
    """(rows, hours) weather x season x service dates, before maintenance and outages."""
    units: tuple[Unit, ...]
    """In the order of generator rows; blocks of the province last."""
    stores: tuple[Storage, ...]
    shiftables: tuple[Shiftable, ...]
    offers: tuple[Offer, ...]
    owner: Mapping[str, str]
    """Asset key -> agent key."""
    sector_mwh: Mapping[tuple[str, str], float]
    """(sector, county) -> electricity of the year in this weather, flexible loads included."""
    charging_mw: Floats
    """(hours,) uncontrolled and delayed charging of vehicles."""
    members: Members
    """What merged rows are made of."""
    province_row: int
    """Bus of the province, -1 without one."""

    @property
    def in_city(self) -> Bools:
        """(buses,) in a county of the city."""
        return np.array([county not in OUTSIDE for county in self.grid.counties])

    def row_of(self, asset: str) -> int:
        """Row of an asset among all rows of an availability, -1 when it has none this year."""
        return self._rows.get(asset, -1)

    @property
    def _rows(self) -> Mapping[str, int]:
        grid = self.grid
        keys = (*grid.generators.key, *grid.stores.key, *grid.flexible.key, *grid.branches.key)
        return {key: row for row, key in enumerate(keys)}

    def standing_units(self) -> list[Unit]:
        """Units of the city in service at the year's end; the UHVDC terminal is no plant."""
        last = self.base_in_service(self.grid.rows.generators)
        return [
            u
            for u, stands in zip(self.units, last, strict=True)
            if stands and u.county not in OUTSIDE and u.technology != "hvdc"
        ]

    def standing_stores(self) -> list[Storage]:
        """Stores of the city in service at the year's end."""
        last = self.base_in_service(self.grid.rows.stores)
        return [s for s, stands in zip(self.stores, last, strict=True) if stands and s.county not in OUTSIDE]

    def base_in_service(self, which: slice) -> Bools:
        """(rows,) in service in the last days of the year: something could run in them."""
        return np.asarray(self.base_share[which, -240:].max(axis=1, initial=0.0) > 0.0)


@dataclass(frozen=True)
class Things:
    """Everything on the grid this year, those alike made one, the province's last."""

    units: tuple[Unit, ...]
    stores: tuple[Storage, ...]
    shiftables: tuple[Shiftable, ...]
    offers: tuple[Offer, ...]
    members: Members

    @staticmethod
    def of(city: City, around: Around, late_h: float, assets: Mapping[str, Assets]) -> Things:
        """What stands or comes before an hour of the run."""
        units, merged = merged_units([_by_budget(u) for a in assets.values() for u in a.units if _comes(u, late_h)])
        stores, more = merged_stores([s for a in assets.values() for s in a.stores if _comes(s, late_h)])
        if around.province is not None:
            units, stores = [*units, *units_of(city, around)], [*stores, *stores_of(city, around)]
        shiftables = loads.as_lived(city, around, (s for a in assets.values() for s in a.shiftable))
        return Things(
            tuple(units), tuple(stores), shiftables,
            pooled_orders(o for a in assets.values() for o in a.offers if o.mw > 0), {**merged, **more},
        )

    def service(self) -> dict[str, float]:
        """Hour of the run at which each thing comes into service, where that lies in the year."""
        things: list[Unit | Storage] = [*self.units, *self.stores]
        return {thing.key: thing.in_service_from_h for thing in things if thing.in_service_from_h is not None}


def assemble(
    city: City, around: Around, start_h: float, assets: Mapping[str, Assets], ends: Mapping[str, float],
    coal_cap_mt: float = np.inf,
) -> Assembly:
    """The year's power system; `ends`: asset -> hour of the run at which it retires."""
    things = Things.of(city, around, start_h + HOURS_A_YEAR, assets)
    at = {bus.key: i for i, bus in enumerate(city.buses)}
    load = loads.build(city, around, [item for a in assets.values() for item in a.loads], at)
    wired = wires.build(city, around.year, [w for a in assets.values() for w in a.wires], at)
    grid = _grid(city, around, things, at, load.bus_mw, wired, coal_cap_mt)
    share = rows.base_share(city, around, things.units, things.stores, grid, things.service(), ends, start_h)
    owner = {key: agent for agent, a in sorted(assets.items()) for key in keys_of(a)}
    return Assembly(
        grid, share, things.units, things.stores, things.shiftables, things.offers, owner,
        _with_shiftables(load.sector_mwh, things.shiftables), load.charging_mw, things.members,
        next((i for i, bus in enumerate(city.buses) if bus.kind == "province"), -1),
    )


def _grid(
    city: City, around: Around, things: Things, at: Mapping[str, int], load_mw: Floats, wired: Branches,
    coal_cap_mt: float,
) -> Grid:
    generators, heat_mw = rows.generators(city, things.units, at, around)
    return Grid(
        buses=tuple(at), counties=tuple(bus.county for bus in city.buses), load_mw=load_mw, branches=wired,
        generators=generators, stores=_stores(things.stores, at), flexible=_flexible(things.shiftables, at),
        offers=_offers(things.offers, at, city, around), buyers=rows.no_buyers(),
        limits=rows.limits(city, things.units, around, coal_cap_mt), heat_mw=heat_mw,
        market=market(city, around.year), voll_cny_per_mwh=city.value("dr.voll_industry"),
    )


def _with_shiftables(
    sector_mwh: Mapping[tuple[str, str], float], shiftables: Sequence[Shiftable]
) -> dict[tuple[str, str], float]:
    """Electricity by sector and county with that of loads that may move."""
    found = dict(sector_mwh)
    for item in shiftables:
        for sector, part in item.by_sector or ((item.sector, 1.0),):
            key = (sector, item.county)
            found[key] = found.get(key, 0.0) + part * float(item.least_mwh[-1])
    return found


def keys_of(assets: Assets) -> list[str]:
    """Keys of everything on the grid but loads."""
    named = [[u.key for u in assets.units], [s.key for s in assets.stores], [s.key for s in assets.shiftable]]
    return [key for keys in (*named, [o.key for o in assets.offers], [w.key for w in assets.wires]) for key in keys]


def _by_budget(unit: Unit) -> Unit:
    """A direct-current link is dispatched by its monthly energy, like the other imports."""
    return replace(unit, is_free=False, is_block=True) if unit.profile == "hvdc" else unit


def _comes(item: Unit | Storage, late_h: float) -> bool:
    """Whether an asset may run this year: it stands already, or comes into service before the year's end."""
    return item.in_service_from_h is None or item.in_service_from_h < late_h


def market(city: City, year: int) -> Market:
    """How the province dispatches this year; a city without one is its own system."""
    if not any(bus.kind == "province" for bus in city.buses):
        return Market(
            reserve_slack_cny_per_mwh=city.value("extra.reserve_slack_price"),
            reserve_share_load=city.value("extra.reserve_load_share"),
            curtailment_cny_per_mwh=city.value("extra.curtailment_cost"),
        )
    return Market(
        equal_hours_share=city.path("province.coal_equal_hours_share").at(year),
        city_share=city.value("province.city_load_share_of_province"),
        markup_low=city.value("province.prov_bid_markup_low"),
        markup_high=city.value("province.prov_bid_markup_high"),
        price_cap_cny_per_mwh=city.value("province.prov_price_cap"),
        reserve_share_load=city.value("extra.reserve_load_share"),
        reserve_slack_cny_per_mwh=city.value("extra.reserve_slack_price"),
        curtailment_cny_per_mwh=city.value("extra.curtailment_cost"),
    )


def _stores(stores: Sequence[Storage], at: Mapping[str, int]) -> Stores:
    power = np.array([s.power_mw for s in stores])
    return Stores(
        key=tuple(s.key for s in stores),
        bus=np.array([at[s.bus] for s in stores], dtype=np.int64),
        technology=tuple(s.technology for s in stores),
        charge_mw=power,
        discharge_mw=power,
        energy_mwh=power * np.array([s.hours for s in stores]),
        efficiency_in=np.array([s.efficiency_in for s in stores]),
        efficiency_out=np.array([s.efficiency_out for s in stores]),
        wear_cny_per_mwh=np.array([s.wear_cny_per_mwh for s in stores]),
        is_city=np.array([s.county not in OUTSIDE for s in stores], dtype=np.bool_),
    )


def _flexible(items: tuple[Shiftable, ...], at: Mapping[str, int]) -> Flexible:
    def stacked(name: str) -> Floats:
        return np.array([getattr(item, name) for item in items]).reshape(len(items), HOURS_A_YEAR)

    return Flexible(
        key=tuple(i.key for i in items),
        bus=np.array([at[i.bus] for i in items], dtype=np.int64),
        power_mw=stacked("power_mw"),
        least_mwh=stacked("least_mwh"),
        most_mwh=stacked("most_mwh"),
        cost_cny_per_mwh=np.array([i.cost_cny_per_mwh for i in items]),
        notice_h=np.array([i.notice_h for i in items]),
    )


def _offers(items: tuple[Offer, ...], at: Mapping[str, int], city: City, around: Around) -> Offers:
    power = [o.mw * loads.unit_shape(city, around, o.shape, o.cooling, 0.0) for o in items]
    return Offers(
        key=tuple(o.key for o in items),
        bus=np.array([at[o.bus] for o in items], dtype=np.int64),
        power_mw=np.array(power).reshape(len(items), HOURS_A_YEAR),
        price_cny_per_mwh=np.array([o.price_cny_per_mwh for o in items]),
        notice_h=np.array([o.notice_h for o in items]),
        hours_per_event=np.array([o.hours_per_event for o in items]),
        events_per_year=np.array([o.events_per_year for o in items]),
        rebound_share=np.array([o.rebound_share for o in items]),
    )

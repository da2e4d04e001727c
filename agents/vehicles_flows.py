"""What a class of vehicles puts on the grid and in the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from dafeng.agents import charging, charging_home
from dafeng.agents.adoption_cost import capex_kcny
from dafeng.agents.assets import Assets, Flow
from dafeng.agents.charging import SECTOR
from dafeng.agents.charging_home import Homes
from dafeng.agents.fleets import OPTIONS
from dafeng.agents.vehicles_energy import KILO_CNY, Use
from dafeng.agents.vehicles_stock import ELECTRIC, ICE, POWERTRAINS
from dafeng.agents.vehicles_targets import CARS
from dafeng.agents.view import View
from dafeng.configs.schema import City
from dafeng.configs.units import Floats, Ints


class VehicleClass(Protocol):
    """What the books need of a class."""

    name: str
    technology: str
    counties: tuple[str, ...]
    use: Use
    begin: Ints
    end: Ints
    bought: Ints
    chargers_built: float

    def mwh(self, view: View) -> Floats:
        """(counties,) electricity of the year."""
        ...


def car_assets(
    view: View, key: str, energy: Mapping[str, float], usual: Floats, homes: Homes, battery_kwh: float
) -> Assets:
    """Private cars: public and uncontrolled charging, the delayed part, and the programmes' load and store."""
    share = charging_home.modes(view)
    _, late = charging_home.shapes(view, homes)
    delayed = {county: share.delayed * mwh for county, mwh in homes.mwh.items()}
    smart = {county: share.smart * mwh for county, mwh in homes.mwh.items()}
    rest = {county: energy[county] - delayed[county] - smart[county] for county in energy}
    return Assets(
        loads=tuple(charging.merged([(rest, usual), (delayed, late)], view.city, key)),
        shiftable=tuple(charging_home.shiftables(view, homes, share.smart)),
        stores=tuple(charging_home.feeding_back(view, homes, battery_kwh)),
    )


def flows(of: VehicleClass, view: View) -> Iterable[Flow]:
    """Energy of the year's mean stock, stock at its end, sales, and what buyers and the city pay.

    Investment is what the cleaner powertrain costs over a combustion vehicle, and public chargers.
    """
    mean = 0.5 * (of.begin + of.end)
    electricity = of.mwh(view)
    extra = np.array([extra_cny(of, view.city, view.year, kind) for kind in range(len(POWERTRAINS))])
    for c, county in enumerate(of.counties):
        yield from _fuel(of, county, mean[c])
        yield Flow("electricity_mwh", county, SECTOR, of.name, "electricity", float(electricity[c]), "MWh")
        for kind, word in enumerate(POWERTRAINS[1:], start=1):
            if of.end[c, kind]:
                yield Flow("vehicle_stock", county, SECTOR, of.name, word, float(of.end[c, kind]), "vehicles")
            if of.bought[c, kind]:
                yield Flow("new_vehicles", county, SECTOR, of.name, word, float(of.bought[c, kind]), "vehicles")
        yield Flow("investment_cny", county, SECTOR, of.name, "all", float(of.bought[c] @ extra), "CNY")
        paid = view.rules.ev_subsidy_cny * float(of.bought[c, ELECTRIC].sum()) if is_car(of.technology) else 0.0
        if paid:
            yield Flow("subsidy_cny", county, SECTOR, of.name, "all", paid, "CNY")
        if of.chargers_built:
            yield from _chargers(of, view, county, c)


def is_car(technology: str) -> bool:
    """Classes that the city's payment for an electric car reaches."""
    return technology in (*CARS, "taxi_ridehail")


def extra_cny(of: VehicleClass, city: City, year: int, kind: int) -> float:
    """What a powertrain costs over combustion."""
    if of.technology in CARS:
        return capex_kcny(city, year) * KILO_CNY if kind in ELECTRIC else 0.0
    if kind not in OPTIONS or kind == ICE:
        return 0.0
    name = f"vehicle_capex.{of.technology}."
    if name + OPTIONS[kind] not in city.paths:
        return 0.0
    return KILO_CNY * (city.path(name + OPTIONS[kind]).at(year) - city.path(name + OPTIONS[ICE]).at(year))


def _fuel(of: VehicleClass, county: str, mean: Floats) -> Iterable[Flow]:
    burnt: dict[str, float] = {}
    for kind in range(1, len(POWERTRAINS)):
        for fuel, gj in of.use.fuels(kind).items():
            burnt[fuel] = burnt.get(fuel, 0.0) + gj * float(mean[kind])
    for fuel, gj in sorted(burnt.items()):
        if gj > 0.0:
            yield Flow("energy_gj", county, SECTOR, of.name, fuel, gj, "GJ")


def _chargers(of: VehicleClass, view: View, county: str, c: int) -> Iterable[Flow]:
    """Public chargers, spread over counties by their electric vehicles."""
    electric = of.end[:, ELECTRIC].sum(axis=1)
    share = float(electric[c] / max(electric.sum(), 1))
    cost = share * of.chargers_built * view.value("stock.charger_capex") * KILO_CNY
    yield Flow("investment_cny", county, SECTOR, "public_chargers", "all", cost, "CNY")
    yield Flow("new_chargers", county, SECTOR, "public_chargers", "all", share * of.chargers_built, "points")

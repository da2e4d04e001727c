"""What one owner expects of a later year, and what a machine would then earn (MODEL_SPEC 2.1 to 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dafeng.agents.assets import Unit
from dafeng.agents.expectations import Foresight, Habits, expected
from dafeng.agents.fleet import Machine
from dafeng.agents.fleet_money import coal_payment_cny_per_mw
from dafeng.agents.fleet_units import PRICES, Condition, delivers_heat, extraction, optional, profile, unit_of
from dafeng.agents.invest_margin import Days, Running, battery_margin, profile_margin, thermal_margin
from dafeng.agents.view import Outlook, View
from dafeng.configs.schedule import Path
from dafeng.configs.units import GJ_PER_MWH, Floats
from dafeng.network.thermal import heat_line, marginal_cost, no_load_cost, start_cost
from dafeng.network.weather_once import once

WEEKS_A_YEAR = 365 / 7

PRICE_SETTING = ("coal", "natural_gas")
"""Fuels of the units that set the market price."""


@dataclass(frozen=True)
class Prospect:
    """A later year as one owner expects it."""

    year: int
    outlook: Outlook
    days: Days
    fuel_cny_per_gj: Mapping[str, float]
    """By fuel, for fuels with a price."""
    carbon_factor: float
    """Expected carbon price over today's."""
    battery: dict[float, float] = field(default_factory=dict)
    """Arbitrage margin of 1 MW by hours of storage, as far as it was asked for."""

    @property
    def saw(self) -> dict[str, float]:
        """What an owner would name when asked for its reasons."""
        price, fuels = self.days.mean_cny_per_mwh, self.fuel_cny_per_gj
        named = {f"{fuel}_cny_per_gj": round(fuels[fuel], 2) for fuel in PRICE_SETTING if fuel in fuels}
        return {"expected_year": self.year, "price_cny_per_mwh": round(price, 1), **named}


def prospect(view: View, foresight: Foresight, habits: Habits, year: int, error: float) -> Prospect:
    """The year as an owner of some foresight and lasting error expects it, from the nearest outlook.

    The outlook's prices rest on announced fuel; an owner that expects other fuel expects prices in proportion, by the
    mean of the fuels that set them. Nobody expects more or less than the published range of a series.
    """
    outlook = min(view.outlooks, key=lambda o: (abs(o.year - year), o.year))
    paths = {fuel: view.city.path(f"fuel.{series}") for fuel, series in PRICES.items()}
    fuels = {fuel: driver(path, view.year, year, foresight, habits) for fuel, path in paths.items()}
    level = sum(fuels[fuel] / paths[fuel].at(year) for fuel in PRICE_SETTING) / len(PRICE_SETTING)
    return Prospect(
        year, outlook, Days.of(outlook, error * level), fuels, _carbon_factor(view, foresight, habits, year)
    )


@once
def driver(path: Path, now: int, year: int, foresight: Foresight, habits: Habits) -> float:
    """A series of the world in a later year as an owner expects it, within its published range."""
    known = path.at(year)
    seen = {y: path.at(y) for y in range(max(now - habits.lookback_y + 1, min(path.points)), now + 1)}
    low, high = (Path(side).at(year) if side else known for side in (path.low, path.high))
    return min(max(expected(foresight, seen, year, known, habits), min(low, known)), max(high, known))


def _carbon_factor(view: View, foresight: Foresight, habits: Habits, year: int) -> float:
    now = view.carbon()
    if now <= 0.0:
        return 1.0
    path = view.city.path(f"carbon.{view.city.setting('carbon_path', 'central')}")
    said = view.announced.get(year, view.rules)
    return (driver(path, view.year, year, foresight, habits) + said.carbon_tax_cny_per_t) / now


def thermal_margins(
    units: Sequence[Unit], conditions: Sequence[Condition], seen: Prospect, view: View
) -> Floats:
    """(units,) expected yearly margin of 1 MW of each over its running cost, outages and maintenance taken off."""
    costs = [running(unit, now, seen, view) for unit, now in zip(units, conditions, strict=True)]
    columns = Running(*np.array(costs).T)
    service = np.array([in_service(unit, view) for unit in units])
    return np.asarray(thermal_margin(seen.days, columns) * service)


def running(unit: Unit, now: Condition, seen: Prospect, view: View) -> tuple[float, float, float, float, float]:
    """What running 1 MW would cost, in the order of `Running`."""
    fuel = seen.fuel_cny_per_gj.get(unit.fuel, 0.0)
    carbon = unit.carbon_price_cny_per_t * seen.carbon_factor
    line = heat_line(unit.efficiency, unit.min_share, unit.min_load_efficiency)
    return (
        marginal_cost(
            line, fuel, unit.emission_t_per_gj, carbon, unit.benchmark_t_per_mwh, unit.vom_cny_per_mwh
        ),
        no_load_cost(line, 1.0, fuel, unit.emission_t_per_gj, carbon),
        unit.min_share,
        start_cost(1.0, unit.start_gj_per_mw, fuel, unit.start_wear_cny_per_mw),
        optional(view.city, "retrofit.flexibility.extra_vom_below_50pct") if now.is_flexible else 0.0,
    )


def in_service(unit: Unit, view: View) -> float:
    """Share of the year that a unit is neither failed nor in maintenance."""
    forced = optional(view.city, f"reliability.{unit.outage_class}.for") * unit.forced_outage_multiplier
    return (1.0 - forced) * (1.0 - unit.maintenance_weeks / WEEKS_A_YEAR)


def margin(machine: Machine, now: Condition, seen: Prospect, view: View) -> float:
    """Expected yearly margin of 1 MW before fixed cost: market, heat and capacity payment of coal, CNY."""
    if machine.is_store:
        return store_margin(machine, seen, view)
    if machine.is_weather:
        return weather_margin(machine, now, seen, view)[0]
    unit = unit_of(machine, now, view)
    paid = 0.0
    if machine.kind == "coal" and not machine.is_captive:
        paid = coal_payment_cny_per_mw(view.city, seen.year, view.credit_of(machine.cost_key))
    heat = heat_margin(machine, now, seen, view) / machine.net_mw if delivers_heat(machine, now) else 0.0
    return float(thermal_margins([unit], [now], seen, view)[0]) + paid + heat


def store_margin(machine: Machine, seen: Prospect, view: View) -> float:
    """Expected yearly arbitrage of 1 MW; made once for each length of storage."""
    if machine.hours not in seen.battery:
        key = machine.cost_key
        seen.battery[machine.hours] = battery_margin(
            seen.days, machine.hours, view.value(f"{key}.eff_roundtrip"), view.value(f"{key}.vom"),
            view.value("extra.battery_daily_cycle_limit"),
        )
    return seen.battery[machine.hours]


def weather_margin(machine: Machine, now: Condition, seen: Prospect, view: View) -> tuple[float, float]:
    """Expected yearly revenue (CNY) and energy (MWh) of 1 MW of wind, sun or water."""
    flat = np.ones_like(seen.outlook.weight)
    shape = seen.outlook.profile.get(profile(machine), flat)
    mean = float(shape @ seen.outlook.weight / seen.outlook.weight.sum())
    if now.is_new_site or machine.technology == "hydro_small":
        wanted = view.value(f"{machine.cost_key}.capacity_factor")
        shape = np.minimum(1.0, shape * wanted / mean) if mean > 0.0 else flat * wanted
    return profile_margin(seen.days, shape)


def heat_margin(machine: Machine, now: Condition, seen: Prospect, view: View) -> float:
    """Expected yearly margin of a unit's heat: steam sold, less the power it costs at the market's mean price, CNY."""
    assert machine.heat is not None
    heat_mwh = machine.heat.peak_mw * machine.heat.hours
    price = float(seen.days.price.mean(axis=1) @ seen.days.count / seen.days.count.sum())
    lost = extraction(machine, now, view.city)[1]
    return heat_mwh * (GJ_PER_MWH * view.value("chp.steam.price") - lost * price)


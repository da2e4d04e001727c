"""What an owner builds: the record of a new unit or store, and its rows on the grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp
from typing import Any

from dafeng.agents.assets import Flow, Storage, Unit
from dafeng.agents.fleet import Machine
from dafeng.agents.fleet_dates import FIRST_FREE_YEAR, hour_of_year
from dafeng.agents.fleet_money import fixed_cny, lead_y
from dafeng.agents.fleet_units import Condition, store_of, unit_of
from dafeng.agents.owners_leases import STORAGE, reliability_class
from dafeng.agents.view import Settlement, View
from dafeng.configs.luck import Luck
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR

NEW = Condition(is_new_site=True)


@dataclass(frozen=True)
class New:
    """A unit or store that an owner has ordered: plain values, so that it can be kept and taken up again."""

    key: str
    owner: str
    technology: str
    bus: str
    mw: float
    hours: float
    due_h: float
    capital_cny: float
    companion_mw: float = 0.0
    companion_hours: float = 0.0
    strike_cny_per_mwh: float | None = None
    """Price of its contract for difference."""
    paid_cny_per_kw: float = 0.0
    """Yearly capacity payment."""
    paid_until_h: float = 0.0

    @property
    def companion_key(self) -> str:
        """Key of the battery that came with it."""
        return f"{self.key}:{STORAGE}"


def machine_of(new: New, city: City) -> Machine:
    """The machine of a record."""
    return machine(city, new.technology, new.key, new.bus, new.mw, new.hours, new.owner)


def companion_of(new: New, city: City) -> Machine:
    """The battery that came with it."""
    return machine(city, STORAGE, new.companion_key, new.bus, new.companion_mw, new.companion_hours, new.owner)


def machine(
    city: City, technology: str, key: str, bus: str, mw: float, hours: float, owner: str
) -> Machine:
    """A new machine of a technology at a bus."""
    row = next(row for row in city.table("technology_map") if row["cost_key"] == technology)
    county = next((b.county for b in city.buses if b.key == bus), city.counties[0].key)
    return Machine(
        key, bus, county, technology, technology, reliability_class(city, technology), str(row["fuel_key"] or ""),
        mw, mw, owner, hours=hours,
    )


def rows(new: New, view: View) -> tuple[tuple[Unit, ...], tuple[Storage, ...]]:
    """Units and stores of a record that stand or come this year."""
    if new.due_h >= view.hour + HOURS_A_YEAR:
        return (), ()
    from_h = new.due_h if new.due_h >= view.hour else None
    city, made = view.city, machine_of(new, view.city)
    stores = (store_of(companion_of(new, city), city, from_h),) if new.companion_mw > 0.0 else ()
    if made.is_store:
        return (), (store_of(made, city, from_h), *stores)
    return (replace(unit_of(made, NEW, view, from_h), sells_at_market=True),), stores


def due_hour(city: City, luck: Luck, hour: float, key: str, technology: str) -> float:
    """When a unit ordered now comes: permit and building with a drawn delay, never before the first free year."""
    spread = city.value("investment.delay_lognormal_sigma") * float(luck("delay", key).standard_normal())
    due = hour + lead_y(city, technology) * exp(spread) * HOURS_A_YEAR
    return max(due, hour_of_year(city, FIRST_FREE_YEAR))


def award_cny(new: New, hour: float, own: Mapping[str, Settlement]) -> float:
    """What its award pays for the year just lived; below zero when the market pays more than the strike."""
    settled = own.get(new.key)
    if settled is None or hour >= new.paid_until_h:
        return 0.0
    top_up = 0.0
    if new.strike_cny_per_mwh is not None:
        top_up = new.strike_cny_per_mwh * settled.energy_mwh - settled.revenue_cny
    return top_up + new.paid_cny_per_kw * 1e3 * new.mw


def profit_cny(new: New, view: View) -> float:
    """Operating profit of a record in the year just lived: market, payments, running and fixed cost."""
    total = award_cny(new, view.hour, view.own)
    for made in [machine_of(new, view.city)] + ([companion_of(new, view.city)] if new.companion_mw > 0.0 else []):
        settled = view.own.get(made.key)
        if settled is not None:
            total += settled.revenue_cny - settled.variable_cost_cny - fixed_cny(made, view.city, view.year)
    return total


def flows_of(new: New, view: View) -> Iterator[Flow]:
    """Capital in the year it comes, and fixed cost from its hour on."""
    end = view.hour + HOURS_A_YEAR
    if new.due_h >= end:
        return
    city, made = view.city, machine_of(new, view.city)
    fixed = fixed_cny(made, city, view.year)
    if new.companion_mw > 0.0:
        fixed += fixed_cny(companion_of(new, city), city, view.year)
    amounts = {
        "cost_fixed_cny": fixed * (end - max(view.hour, new.due_h)) / HOURS_A_YEAR,
        "investment_cny": new.capital_cny if new.due_h >= view.hour else 0.0,
    }
    for variable, cny in amounts.items():
        if cny != 0.0:
            yield Flow(variable, made.county, "power", made.technology, made.fuel, cny, "CNY")


def detail(new: New, city: City) -> dict[str, Any]:
    """What others may read of the works."""
    made = machine_of(new, city)
    return {"technology": new.technology, "mw": new.mw, "hours": new.hours, "bus": new.bus, "county": made.county,
            "capital_cny": new.capital_cny}

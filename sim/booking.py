"""Closing a year: the ledger from hours and flows, and the frozen record that metrics read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from dafeng.agents.assets import Flow
from dafeng.agents.view import Decision, Settlement
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import Floats
from dafeng.network import calendar
from dafeng.network.adequacy import Adequacy, Support
from dafeng.network.grid import Hours
from dafeng.network.province import FIRM_CREDIT
from dafeng.network.province_margin import credit
from dafeng.sim import accounts, costs
from dafeng.sim.assembly import Assembly
from dafeng.sim.capital import Capital
from dafeng.sim.credit_curves import Curves
from dafeng.sim.credit_shares import Credits
from dafeng.sim.heat import EFFICIENCY, boilers
from dafeng.sim.ledger import Ledger
from dafeng.sim.surroundings import CREDIT_NAME
from dafeng.sim.year import Event, Year


@lru_cache(maxsize=64)
def weekday(year: int) -> Floats:
    """(8760,) 1 on working days."""
    return calendar.days(year).hour_weekday


def credits(city: City) -> Credits:
    """Share of capacity that counts as firm, by technology (data of the province's firm margin)."""
    names = {str(row["cost_key"]) for row in city.table("technology_map")}
    firsts = set(FIRM_CREDIT)
    found = {}
    for name in sorted(names):
        known = CREDIT_NAME.get(name, name)
        first, *rest = known.split("_")
        if (rest[0] if first == "wind" and rest else first) in firsts:
            found[name] = credit(known)
    return Credits(found)


def standing(assembly: Assembly) -> dict[str, float]:
    """MW at the year's end by technology, gross for units and grid side for stores."""
    found: dict[str, float] = {}
    for unit in assembly.standing_units():
        found[unit.technology] = found.get(unit.technology, 0.0) + unit.capacity_mw / unit.gross_to_net
    for store in assembly.standing_stores():
        found[store.technology] = found.get(store.technology, 0.0) + store.power_mw
    return found


def book(
    city: City,
    year: int,
    rules: Mapping[str, Rules],
    assembly: Assembly,
    hours: Hours,
    flows: Iterable[Flow],
    capital: Capital,
) -> Ledger:
    """Everything the year amounted to."""
    ledger = Ledger()
    accounts.book_power(ledger, assembly, hours)
    accounts.book_flows(ledger, city, flows)
    if EFFICIENCY in city.parameters:
        accounts.book_flows(ledger, city, boilers(city, ledger, assembly, hours))
    accounts.book_purchases(ledger, assembly, hours)
    accounts.book_load(ledger, assembly, hours)
    accounts.book_stores(ledger, assembly, hours)
    costs.book_costs(ledger, city, year, rules, assembly, hours)
    capital.invest(city, year, ledger)
    capital.book(ledger, year)
    return ledger


def gdp_mcny(city: City, year: int) -> float:
    """GDP of the city in million CNY of 2020, along its growth path."""
    base = sum(county.gdp_bn_cny for county in city.counties) * 1e3
    growth = city.path("socio.gdp_growth_pct")
    return base * float(np.prod([1.0 + growth.at(y) / 100.0 for y in range(city.first_year + 1, year + 1)]))


def year_record(
    city: City,
    year: int,
    rules: Mapping[str, Rules],
    assembly: Assembly,
    hours: Hours,
    adequacy: Mapping[Support, Adequacy],
    ledger: Ledger,
    settled: Mapping[str, Settlement],
    events: Iterable[Event],
    decisions: Iterable[Decision],
    first: Mapping[str, float],
    credit: Credits,
    credit_curves: Curves,
) -> Year:
    """The frozen year."""
    branches = assembly.grid.branches.key
    return Year(
        year=year,
        city=city,
        rules=rules,
        assembly=assembly,
        hours=hours,
        adequacy=adequacy,
        ledger=ledger,
        events=tuple(events),
        decisions=tuple(decisions),
        first=first,
        credit=credit,
        credit_curves=credit_curves,
        gdp_mcny=gdp_mcny(city, year),
        overload={key: settled[key].overloaded_h for key in branches},
        redispatched={key: settled[key].redispatched_h for key in branches},
        peaks={key: settled[key].peak_share for key in branches},
    )

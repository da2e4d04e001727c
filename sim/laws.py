"""Identities that every year must obey; a run that breaks one is void (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dafeng.configs.errors import LawError
from dafeng.sim.accounts import CONSUMPTION, FACTOR_OF, PLAN, SYSTEM, TERRITORIAL
from dafeng.sim.heat import EFFICIENCY, SECTOR, given_gj, taken_gj
from dafeng.sim.year import Year

BALANCE_MW = 1e-5
RELATIVE = 1e-9


def check(year: Year) -> None:
    """Raise LawError naming every identity that the year breaks."""
    broken = [f"{law.__name__}: off by {off:.3g}" for law, most in LAWS if (off := law(year)) > most]
    if broken:
        raise LawError(f"year {year.year} breaks " + "; ".join(broken))


def hourly_balance(year: Year) -> float:
    """Largest MW by which supply and use differ in any hour, over the whole system; what nothing can take is used."""
    h, grid = year.hours, year.grid
    supply = (
        h.generation_mw.sum(axis=0) + h.discharge_mw.sum(axis=0) + h.shed_mw.sum(axis=0) + h.unserved_mw.sum(axis=0)
    )
    use = grid.load_mw.sum(axis=0) + h.charge_mw.sum(axis=0) + h.flexible_mw.sum(axis=0) + h.bought_mw.sum(axis=0)
    use += h.untaken_mw.sum(axis=0)
    return float(np.abs(supply - use).max())


def fuel_times_factor(year: Year) -> float:
    """Relative gap between booked emissions and booked fuel times its factor, end users of the city."""
    skip = {"power", "provincial", "province"}
    expected = sum(
        e.value * year.city.value(f"fuel_factor.{FACTOR_OF[e.fuel]}.t_co2_per_gj")
        for e in year.fuel_gj
        if e.sector not in skip and e.fuel in FACTOR_OF
    )
    booked = sum(
        e.value
        for e in year.emissions_tco2.where(basis=PLAN)
        if e.sector not in skip and e.sector != "purchased_electricity"
    )
    return abs(expected - booked) / max(abs(expected), 1.0)


def counties_make_the_city(year: Year) -> float:
    """Relative gap between the sum over counties and the plan total."""
    book = year.emissions_tco2.where(basis=PLAN)
    counties = tuple(county.key for county in year.city.counties)
    return abs(book.where(county=counties).total() - book.total()) / max(abs(book.total()), 1.0)


def boundaries_reconcile(year: Year) -> float:
    """System less territorial is the rest of the province; territorial less consumption is what stands and is sold."""
    book = year.emissions_tco2
    total = {basis: book.where(basis=basis).total() for basis in (PLAN, CONSUMPTION, TERRITORIAL, SYSTEM)}
    province = book.where(basis=SYSTEM, sector="province").total()
    provincial = book.where(basis=TERRITORIAL, sector="provincial").total()
    bought = book.where(basis=CONSUMPTION, sector="purchased_electricity").total()
    off = abs(total[SYSTEM] - total[TERRITORIAL] - province) + abs(
        total[TERRITORIAL] - total[CONSUMPTION] - provincial + bought
    )
    return off / max(total[SYSTEM], 1.0)


def load_by_sector(year: Year) -> float:
    """Relative gap between electricity by sector and the hourly load of the city."""
    booked = year.book("load_mwh").total()
    return abs(booked - float(year.city_load_mw().sum())) / max(booked, 1.0)


def energy_of_the_city(year: Year) -> float:
    """Relative gap between output, purchase and response as booked, and load served, losses and change of stores."""
    supply = year.generation_mwh.where(sector="power").total() + year.book("pool_purchase_mwh").total()
    used = year.book("load_mwh").total() - year.book("unserved_mwh").total() - year.book("response_mwh").total()
    stored = year.book("storage_losses_mwh").total() + year.book("storage_change_mwh").total()
    return abs(supply - used - stored) / max(used, 1.0)


Law = Callable[[Year], float]


def heat_is_conserved(year: Year) -> float:
    """Relative gap between steam taken and lost, and heat of CHP units and boilers, over the counties."""
    if EFFICIENCY not in year.city.parameters:
        return 0.0
    given, taken = given_gj(year.assembly, year.hours), taken_gj(year.ledger)
    raised = year.fuel_gj.where(sector=SECTOR).total() * year.city.value(EFFICIENCY)
    lost = year.book("heat_lost_gj").total()
    return abs(sum(taken.values()) + lost - sum(given.values()) - raised) / max(sum(taken.values()), 1.0)


LAWS: tuple[tuple[Law, float], ...] = (
    (hourly_balance, BALANCE_MW),
    (fuel_times_factor, RELATIVE),
    (counties_make_the_city, RELATIVE),
    (boundaries_reconcile, RELATIVE),
    (load_by_sector, 1e-6),
    (energy_of_the_city, 1e-6),
    (heat_is_conserved, RELATIVE),
)

"""Solar on roofs: what it pays back, who may, and who does (MODEL_SPEC 5.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dafeng.agents.adoption_draws import uniform
from dafeng.agents.assets import Flow, Unit
from dafeng.agents.charging import main_bus
from dafeng.agents.vehicles_stock import Bytes
from dafeng.agents.view import View
from dafeng.configs.rules import Rules
from dafeng.configs.schema import City
from dafeng.configs.units import HOURS_A_YEAR, Floats, Ints
from dafeng.network.compiled import compiled

Singles = NDArray[np.float32]
PAYBACK_WEIGHT = 0.25
"""The Bass hazard is multiplied by exp(-0.25 (payback - reference)) (MODEL_SPEC 5.4)."""
NEVER_Y = 99.0
"""Payback of a roof that earns nothing."""
PER_CENT = 100.0
KW_PER_MW = 1000.0
BLOCK = 4096
"""Rows counted together before one of them is looked for."""
DISTRIBUTED = "solar PV (aggregate)"


def potentials_mw(city: City) -> Mapping[str, tuple[float, float]]:
    """County -> solar that fits on homes and on other roofs.

    `counties` gives the total and both roof areas; the density of each kind is the least-squares fit of all counties.
    """
    rows = [county.facts for county in city.counties]
    areas = np.array([[row["roof_residential_km2_est"], row["roof_industrial_km2_est"]] for row in rows])
    totals = np.array([row["rooftop_pv_potential_mw_est"] for row in rows])
    density = np.maximum(np.linalg.lstsq(areas, totals, rcond=None)[0], 0.0)
    parts = areas * density
    parts *= (totals / np.maximum(parts.sum(axis=1), 1e-9))[:, None]
    return {county.key: (float(home), float(other)) for county, (home, other) in zip(city.counties, parts, strict=True)}


def standing_mw(city: City, county: str) -> float:
    """Distributed solar of the first year, which stands as plants."""
    names = (county, city.county(county).title, city.county(county).title_zh)
    rows = [row for row in city.table("plants") if row["technology"] == DISTRIBUTED and row["county"] in names]
    old = [row for row in rows if row["aggregate"] == "Y" and (row["start_year"] or 0) <= city.first_year]
    return float(sum(row["net_mw"] for row in old))


def first_penetration(city: City, county: str) -> float:
    """Share of the roofs open without policy that carried solar in the first year: what neighbours could see."""
    opened = city.value("building.rooftop_policy_share_base") * sum(potentials_mw(city)[county])
    return min(1.0, standing_mw(city, county) / opened) if opened > 0.0 else 0.0


def opened_share(city: City, rules: Rules) -> float:
    """Share of suitable roof that may carry solar."""
    return min(1.0, max(city.value("building.rooftop_policy_share_base"), rules.rooftop_roof_share))


@dataclass(frozen=True)
class Worth:
    """What a kilowatt on a roof costs and earns, CNY."""

    capital_cny: float
    paid_cny: float
    """By the city."""
    earned_cny_per_y: float

    @property
    def payback_y(self) -> float:
        """Years in which savings and sales return what it costs after the city's payment."""
        left = max(0.0, self.capital_cny - self.paid_cny)
        return left / self.earned_cny_per_y if self.earned_cny_per_y > 0.0 else NEVER_Y

    def terms(self, kw: float, other: tuple[float, ...] = (0.0,)) -> dict[str, tuple[float, ...]]:
        """What a roof of a size is worth, as a decision tells it beside options without one."""
        named = {"capital_cny": self.capital_cny * kw, "payment_cny": self.paid_cny * kw,
                 "saving_cny_per_y": self.earned_cny_per_y * kw}
        return {name: (value, *other) for name, value in named.items()} | {"payback_y": (self.payback_y, math.nan)}


def worth(view: View, tariff_cny_per_kwh: float, self_use: float) -> Worth:
    """A kilowatt's capital, the city's payment, and what it saves and sells a year less its upkeep."""
    city = view.city
    capex = city.path("capex.pv_rooftop").at(view.year)
    kwh = HOURS_A_YEAR * city.value("pv_rooftop.capacity_factor")
    export = city.path("tariff.pv_export.flat").at(view.year)
    upkeep = city.value("pv_rooftop.fom") / PER_CENT * capex
    earned = kwh * (self_use * tariff_cny_per_kwh + (1.0 - self_use) * export) - upkeep
    return Worth(capex, view.rules.rooftop_cny_per_kw, earned)


def payback_y(view: View, tariff_cny_per_kwh: float, self_use: float) -> float:
    """Years in which savings and sales return what a kilowatt costs after the city's payment."""
    return worth(view, tariff_cny_per_kwh, self_use).payback_y


def hazard(city: City, penetration: float, payback: float) -> float:
    """Chance of adopting within a year: 1 - exp(-(p + q F) exp(-0.25 (payback - reference)))."""
    own, peers, factor = pulls(city, penetration, payback)
    return 1.0 - math.exp(-(own + peers) * factor)


def pulls(city: City, penetration: float, payback: float) -> tuple[float, float, float]:
    """The three terms of the chance: own pull p, that of the neighbours q F, and what the payback makes of them."""
    peers = city.value("building.rooftop_pv_bass_q") * min(1.0, penetration)
    factor = math.exp(-PAYBACK_WEIGHT * (payback - city.value("building.rooftop_pv_payback_ref")))
    return city.value("building.rooftop_pv_bass_p"), peers, factor


def told(city: City, penetration: float, payback: float) -> tuple[dict[str, float], str]:
    """The terms of the chance as a decision tells them, and the sum in words."""
    own, peers, factor = pulls(city, penetration, payback)
    saw = {
        "own_pull_per_y": own, "neighbours_share": min(1.0, penetration), "neighbours_pull_per_y": peers,
        "reference_payback_y": city.value("building.rooftop_pv_payback_ref"), "payback_factor": factor,
    }  # fmt: skip
    return saw, f"chance = 1 - exp(-({own:.3g} own + {peers:.3g} neighbours) x {factor:.3g} for the payback)"


@compiled
def adopt(
    key: np.uint64, standing: int, limit: float, chance: Floats, rank: Singles, since: Bytes, mark: int
) -> int:
    """Households that put up solar this year: one draw a row that may and has none; gives how many.

    `rank` is the order in which roofs are opened, `chance` is by income group (row modulo groups), `mark` the year.
    Each row is written: what cannot be foreseen is no branch.
    """
    new, group = 0, 0
    for row in range(standing):
        is_new = (since[row] == 0) & (rank[row] < limit) & (uniform(key, row) < chance[group])
        since[row] = mark if is_new else since[row]
        new += is_new
        group = group + 1 if group + 1 < len(chance) else 0
    return new


@compiled
def could(first: int, last: int, limit: float, rank: Singles, since: Bytes, mark: int) -> int:
    """How many of some households could choose in the year of a mark: roof open, and no solar of an earlier year."""
    found = 0
    for row in range(first, last):
        found += (rank[row] < limit) & ((since[row] == 0) | (since[row] == mark))
    return found


@compiled
def choosers(standing: int, limit: float, rank: Singles, since: Bytes, mark: int, places: Ints) -> Ints:
    """Rows of those that stand at some places among them, counted from 0."""
    rows, passed = np.zeros(len(places), dtype=np.int64), 0
    for first in range(0, standing, BLOCK):
        last = min(first + BLOCK, standing)
        here = could(first, last, limit, rank, since, mark)
        for i in range(len(places)):
            if passed <= places[i] < passed + here:
                row, left = first, places[i] - passed
                while left > 0 or could(row, row + 1, limit, rank, since, mark) == 0:
                    left -= could(row, row + 1, limit, rank, since, mark)
                    row += 1
                rows[i] = row
        passed += here
    return rows


def unit(view: View, key: str, county: str, mw: float, owner: str) -> tuple[Unit, ...]:
    """Solar of one county and kind of roof as one row of the grid; none below a kilowatt."""
    if mw * KW_PER_MW < 1.0:
        return ()
    factor = view.value("pv_rooftop.capacity_factor")
    return (
        Unit(
            key=key, bus=main_bus(view.city, county), county=county, technology="pv_rooftop", fuel="solar",
            capacity_mw=mw, vom_cny_per_mwh=view.value("pv_rooftop.vom"), profile="solar",
            mean_capacity_factor=factor, is_free=True, is_block=True, owner=owner,
        ),
    )  # fmt: skip


def money(view: View, county: str, sector: str, new_mw: float) -> list[Flow]:
    """What new roofs cost and what the city pays for them."""
    if new_mw <= 0.0:
        return []
    capex = view.city.path("capex.pv_rooftop").at(view.year)
    paid = min(capex, view.rules.rooftop_cny_per_kw)
    found = [Flow("investment_cny", county, sector, "pv_rooftop", "solar", new_mw * KW_PER_MW * capex, "CNY")]
    if paid > 0.0:
        found.append(Flow("subsidy_cny", county, sector, "pv_rooftop", "solar", new_mw * KW_PER_MW * paid, "CNY"))
    return found


def ranks(key: np.uint64, n: int) -> Singles:
    """Place of each roof in the order of opening, 0 to 1; own houses come first."""
    return _ranks(key, n).astype(np.float32)


@compiled
def _ranks(key: np.uint64, n: int) -> Floats:
    found = np.empty(n)
    for row in range(n):
        found[row] = uniform(key, row)
    return found
